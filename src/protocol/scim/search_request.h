// What a client asks of a list (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865), read from a query string or from the
// SearchRequest of POST /.search: both give one value, so both answer alike.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/behaviour.h"

namespace doorward::scim {

inline constexpr std::string_view kSearchRequestUrn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

struct SearchRequest {
  std::string attributes;           // names with commas between
  std::string excluded_attributes;  // as attributes
  std::string filter;               // empty: everything
  std::string sort_by;              // empty: in the server's own order, whatever sortOrder says
  bool descending = false;
  std::optional<std::int64_t> start_index;  // as sent
  std::optional<std::int64_t> count;        // as sent
  std::optional<std::string> cursor;        // paging by cursors; empty text asks for the first page

  friend bool operator==(const SearchRequest&, const SearchRequest&) = default;
};

// A parameter by name; nullptr when it is absent.
using Parameters = std::function<const std::string*(std::string_view name)>;

// Both refuse with kScimInvalidValue: a number that is none, a sortOrder other than ascending and descending,
// startIndex beside a cursor, a cursor longer than limits::kCursorBytes; with kScimInvalidCount: a count beside a
// cursor that is no number. Numbers beyond 64 bits are the nearest. What they do not know they ignore.
Result<SearchRequest> read_search_parameters(const Parameters& parameters);

// Names of members count in any letter case. Refuses with kScimInvalidSyntax also a body whose `schemas` do not name
// kSearchRequestUrn, where Behaviour::missing_schemas does not accept that.
Result<SearchRequest> read_search_body(const boost::json::object& body, Dialect& dialect);

}  // namespace doorward::scim
