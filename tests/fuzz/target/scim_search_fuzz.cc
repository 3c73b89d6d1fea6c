// Search requests: any body and any query is read or refused, and what one of them says the other could have said.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/scim/json_reader.h"
#include "protocol/scim/schema.h"
#include "protocol/scim/search_request.h"
#include "protocol/scim/sort.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Dialect dialect;
  // As a query: lines in the order of these names.
  std::string_view rest = text;
  std::string values[8];
  for (std::string& value : values) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    value = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  (void)read_search_parameters([&](std::string_view name) -> const std::string* {
    constexpr std::string_view kNames[] = {"attributes", "excludedAttributes", "filter", "sortBy",
                                           "sortOrder",  "startIndex",         "count",  "cursor"};
    const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
    return found == std::end(kNames) ? nullptr : &values[found - std::begin(kNames)];
  });

  const auto body = parse_body(text);
  if (!body) return 0;
  const auto request = read_search_body(*body, dialect);
  if (!request) return 0;
  if (request->cursor && request->start_index) std::abort();
  if (!request->sort_by.empty()) {
    if (const auto sort = SortBy::bind(request->sort_by, user_type(), dialect)) (void)sort->value_of(*body);
  }
  return 0;
}
