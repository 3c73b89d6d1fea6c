// SCIM PATCH paths: any text is parsed or refused.
#include <cstddef>
#include <cstdint>

#include "protocol/scim/path.h"
#include "protocol/scim/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  Dialect dialect;
  if (const auto path = parse_path({reinterpret_cast<const char*>(data), size}, dialect)) {
    (void)resolve(user_type(), path->name);
  }
  return 0;
}
