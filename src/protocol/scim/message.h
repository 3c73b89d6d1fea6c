// Messages: errors, lists and the resource as it goes out (RFC 7644 sections 3.4.2 and 3.12, RFC 7643 section 3.1).
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

inline constexpr std::string_view kMediaType = "application/scim+json";

// How an Error is told by HTTP and SCIM (RFC 7644 table 9).
struct ErrorStatus {
  int status = 500;
  std::string_view scim_type;  // empty where the table has none
};
ErrorStatus error_status(const Error& error);

// A SCIM Error body with exactly schemas, status, scimType where there is one, and detail.
std::string error_body(int status, std::string_view scim_type, std::string_view detail);
std::string error_body(const Error& error);

// What the server adds to a stored document (see resource.h).
struct ResourceMeta {
  std::string id;
  std::string location;  // absolute
  Timestamp created;
  Timestamp last_modified;
  std::string version = {};  // entity tag; left out when empty
};

// A complete resource: schemas, id, the document, meta. The caller adds groups or members before projecting.
boost::json::object complete_resource(const ResourceType& type, boost::json::object document, const ResourceMeta& meta);

struct ListPage {
  std::int64_t total_results = 0;               // all matches, not this page
  std::optional<std::int64_t> start_index = 1;  // 1-based; absent where a cursor led to the page
  std::optional<std::string> next_cursor = {};  // of every page by cursor but the last (RFC 9865 section 2)
};
// A ListResponse of `items` resources; `Resources` is always there, so that a page without results reads as an empty
// list. Calls `resource_at(i)` once for each, in order.
using ResourceAt = std::function<boost::json::object(std::size_t index)>;
std::string list_body(const ListPage& page, std::size_t items, const ResourceAt& resource_at);

}  // namespace doorward::scim
