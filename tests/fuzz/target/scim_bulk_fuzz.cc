// Bulk requests: any body is read or refused; references are found, put in place and taken out without harm, and none
// is left where all are known.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/scim/bulk.h"
#include "protocol/scim/bulk_references.h"
#include "protocol/scim/json_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  auto body = parse_body({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  Dialect dialect;
  auto request = parse_bulk(*std::move(body), dialect);
  if (!request) return 0;
  std::vector<std::string> entries;
  for (BulkOperation& operation : request->operations) {
    const auto nobody = [](std::string_view) { return std::optional<std::string>(); };
    BulkOperation stripped = operation;
    (void)take_unresolved(stripped.data, nobody);
    stripped.path.clear();
    if (!references_of(stripped).empty()) std::abort();
    resolve_references(operation, [](std::string_view) { return std::optional<std::string>("1"); });
    if (!references_of(operation).empty()) std::abort();
    entries.push_back(bulk_entry(operation, {.status = 400, .error = "{}"}));
  }
  if (!parse_body(bulk_body(entries))) std::abort();
  return 0;
}
