// Cursors of RFC 9865: where a walk through a list stands. They are authenticated, bound to what is asked and by which
// directory, and do not last; the server keeps nothing of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ports/mac.h"
#include "protocol/scim/sort.h"

namespace doorward {

// The place of a resource in a list: its source, what it is ordered by there, its id.
struct SearchPosition {
  std::uint8_t part = 0;
  scim::SortValue key;
  std::string id;

  friend bool operator==(const SearchPosition&, const SearchPosition&) = default;
};

struct SearchCursor {
  SearchPosition after;
  std::int64_t count = 0;  // asked for with the first page
  std::int64_t total = 0;  // found then
  Timestamp issued;

  friend bool operator==(const SearchCursor&, const SearchCursor&) = default;
};

// Unreserved URL characters only.
std::string make_cursor(const Mac& mac, std::string_view scope, const SearchCursor& cursor);

// kScimInvalidCursor for whatever was not made under this scope, whichever way it is wrong; kScimExpiredCursor when it
// is older than scim::limits::kCursorLifetime.
Result<SearchCursor> open_cursor(const Mac& mac, std::string_view scope, std::string_view text, Timestamp now);

}  // namespace doorward
