#include "protocol/scim/references.h"

#include <algorithm>
#include <boost/json/array.hpp>

namespace doorward::scim {
namespace {

namespace json = boost::json;

bool is_reference(const Attribute& attribute) {
  const Attribute* ref = attribute.find("$ref");
  return ref != nullptr && attribute.find("value") != nullptr &&
         std::ranges::any_of(ref->reference_types,
                             [](const std::string& type) { return type == "User" || type == "Group"; });
}

void collect(const Attribute& attribute, const json::value& value, std::vector<DocumentReference>& into) {
  if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) collect(attribute, element, into);
    return;
  }
  const json::object* object = value.if_object();
  const json::value* id = object != nullptr ? object->if_contains("value") : nullptr;
  if (id == nullptr || !id->is_string() || id->get_string().empty()) return;
  into.push_back({attribute.name, std::string(id->get_string())});
}

void collect_all(const std::vector<Attribute>& attributes, const json::object& level,
                 std::vector<DocumentReference>& into) {
  for (const Attribute& attribute : attributes) {
    if (!is_reference(attribute)) continue;
    if (const json::value* value = level.if_contains(attribute.name)) collect(attribute, *value, into);
  }
}

}  // namespace

std::vector<DocumentReference> references_of(const ResourceType& type, const json::object& document) {
  std::vector<DocumentReference> references;
  collect_all(type.schema.attributes, document, references);
  for (const SchemaExtension& extension : type.extensions) {
    const json::value* data = document.if_contains(extension.schema.id);
    if (data != nullptr && data->is_object()) {
      collect_all(extension.schema.attributes, data->get_object(), references);
    }
  }
  return references;
}

}  // namespace doorward::scim
