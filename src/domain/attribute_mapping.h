// Where one normalised attribute of a directory's users comes from, in place of the standard rule.
#pragma once

#include <cstddef>
#include <string>

namespace doorward {

// Most mappings of one directory: they are read with its row by every push.
constexpr std::size_t kMaxAttributeMappings = 50;

// What keys and sources mean: protocol/scim/attribute_mapping.h.
struct AttributeMapping {
  std::string key;     // the normalised attribute, or the name of a custom one
  std::string map_to;  // the provider's attribute that it is taken from

  friend bool operator==(const AttributeMapping&, const AttributeMapping&) = default;
};

}  // namespace doorward
