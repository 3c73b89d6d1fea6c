// If-Match and If-None-Match: any text is read as tags or matches nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/scim/entity_tag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  const std::string_view field(reinterpret_cast<const char*>(data), size);
  const EntityTags tags = EntityTags::parse(field);
  // What matches is in the field: the tag, or an asterisk.
  if (tags.match("W/\"7-0123456789abcdef\"") && field.find("\"7-0123456789abcdef\"") == std::string_view::npos &&
      field.find('*') == std::string_view::npos) {
    std::abort();
  }
  if (tags.match(field) && field.empty()) std::abort();
  return 0;
}
