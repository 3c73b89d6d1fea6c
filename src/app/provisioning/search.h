// Searches through the resources of a directory: filters, sorting, paging by index and by cursor (RFC 7644 section
// 3.4.2, RFC 9865), through one type or several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/push.h"
#include "app/provisioning/search_source.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/offload.h"
#include "ports/store.h"
#include "protocol/scim/filter.h"

namespace doorward {

struct ProvisioningSearch {
  std::optional<scim::Filter> filter;
  std::string sort_by;  // empty: in an order of the store, which does not change while the data do not
  bool descending = false;
  std::int64_t start_index = 1;       // 1-based; at least 1. Without effect beside a cursor.
  std::int64_t count = 100;           // at most so many resources
  bool count_given = false;           // otherwise a page by cursor is as long as the first
  std::optional<std::string> cursor;  // empty text: the first page by cursor
  std::string scope;                  // of what a cursor is: the endpoint and the text of filter and sorting
};

struct FoundPage {
  std::int64_t total = 0;  // all that match; of a walk by cursor, as it was at its first page
  std::vector<FoundResource> items;
  std::optional<std::string> next_cursor;  // of every page by cursor but the last
};

// Thread-safe.
class ResourceSearch {
 public:
  ResourceSearch(Store& store, Clock& clock, Offload& offload, const Mac& mac)
      : store_(store), clock_(clock), offload_(offload), mac_(mac) {}

  // The resources of all `sources` as one list: without sorting those of the first come first. Refuses with the errors
  // of scim::BoundFilter::bind and scim::SortBy::bind; kScimTooMany when more than scim::limits::kSortedMatches would
  // have to be sorted without the help of an index; kScimInvalidCursor, kScimExpiredCursor, kScimInvalidCount;
  // kDeadlineExceeded when a search without index outlasts the caller. `sources` must outlive the task.
  task<Result<FoundPage>> run(Push& push, std::vector<const SearchSource*> sources, const ProvisioningSearch& search);

 private:
  Store& store_;
  Clock& clock_;
  Offload& offload_;
  const Mac& mac_;
};

}  // namespace doorward
