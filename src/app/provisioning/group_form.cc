#include "app/provisioning/group_form.h"

#include <utility>

#include "protocol/scim/case_fold.h"

namespace doorward {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

void set_group_document(DirectoryGroup& group, json::object document) {
  group.display_name = text(document, "displayName");
  group.display_name_folded = scim::fold_case(group.display_name);
  group.external_id.reset();
  if (std::string external_id = text(document, "externalId"); !external_id.empty()) {
    group.external_id = std::move(external_id);
  }
  group.attributes = std::move(document);
}

json::object group_snapshot(const DirectoryGroup& group) {
  json::object snapshot;
  snapshot["id"] = group.id.str();
  snapshot["organization_id"] = group.organization_id.str();
  snapshot["display_name"] = group.display_name;
  if (group.external_id) snapshot["external_id"] = *group.external_id;
  snapshot["attributes"] = group.attributes;
  return snapshot;
}

}  // namespace doorward
