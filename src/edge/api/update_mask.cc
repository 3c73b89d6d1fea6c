#include "edge/api/update_mask.h"

#include <algorithm>

namespace doorward::api {

Result<UpdateMask> UpdateMask::make(const google::protobuf::FieldMask& mask, std::string_view resource,
                                    std::initializer_list<std::string_view> known, std::string_view mask_field) {
  UpdateMask out;
  for (const std::string& path : mask.paths()) {
    std::string_view field = path;
    if (field.starts_with(resource) && field.substr(resource.size()).starts_with('.')) {
      field.remove_prefix(resource.size() + 1);
    }
    if (std::ranges::find(known, field) == known.end()) {
      return failure(
          invalid_field(std::string(mask_field), "names a field that cannot be updated: " + path, "field_mask"));
    }
    out.paths_.emplace(field);
  }
  return out;
}

}  // namespace doorward::api
