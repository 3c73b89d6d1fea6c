// What a list request asks for (RFC 7644 section 3.4.2), and pages of what it finds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/page.h"
#include "protocol/scim/filter.h"

namespace doorward {

// Rows that a search without index reads at a time: a read may run on an I/O thread, so it is short. Matching them is
// done by a worker.
constexpr std::int64_t kScanPage = 100;

struct ProvisioningSearch {
  std::optional<scim::Filter> filter;
  std::int64_t start_index = 1;  // 1-based; at least 1
  std::int64_t count = 100;      // at most so many resources
  bool related = true;           // with the groups of users, the members of groups
  std::string location_prefix;   // address of a resource without its id, for filters on meta.location
};

template <class T>
struct Found {
  std::int64_t total = 0;  // all that match
  std::vector<T> items;    // the page, oldest first
};

// What one transaction of a scan read.
template <class T>
struct ScanStep {
  std::vector<T> rows;
  std::optional<Keyset> next;  // where the next one begins; nullopt at the end
};

// Collects the page while all matches are counted.
template <class T>
class PageCollector {
 public:
  explicit PageCollector(const ProvisioningSearch& search) : first_(search.start_index), count_(search.count) {}

  void match(T item) {
    found_.total += 1;
    if (found_.total >= first_ && static_cast<std::int64_t>(found_.items.size()) < count_) {
      found_.items.push_back(std::move(item));
    }
  }
  Found<T> take() { return std::move(found_); }

 private:
  std::int64_t first_;
  std::int64_t count_;
  Found<T> found_;
};

}  // namespace doorward
