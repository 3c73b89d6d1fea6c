#include "app/provisioning/user_form.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <tuple>
#include <utility>

#include "protocol/scim/attribute_mapping.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/normalized.h"
#include "protocol/scim/schema.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::string_view kManager = "manager";

std::string text(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

json::object profile_of(const scim::ResourceType& type, const json::object& document,
                        std::span<const AttributeMapping> mappings) {
  json::object profile = scim::normalized_user(document);
  scim::apply_mappings(type, mappings, document, profile);
  return profile;
}

std::string manager_of(const json::object& document) {
  const json::value* extension = document.if_contains(scim::kEnterpriseUserUrn);
  if (extension == nullptr || !extension->is_object()) return {};
  const json::value* manager = extension->get_object().if_contains(kManager);
  return manager != nullptr && manager->is_object() ? text(manager->get_object(), "value") : std::string();
}

}  // namespace

void set_user_document(const scim::ResourceType& type, DirectoryUser& user, json::object document,
                       std::span<const AttributeMapping> mappings) {
  user.user_name = text(document, "userName");
  user.user_name_folded = scim::fold_case(user.user_name);
  user.external_id.reset();
  if (std::string external_id = text(document, "externalId"); !external_id.empty()) {
    user.external_id = std::move(external_id);
  }
  // Whoever takes `active` away says nothing about it: the account stays as it is.
  if (document.contains("active")) user.active = scim::is_active(document);
  user.manager = manager_of(document);
  user.profile = profile_of(type, document, mappings);
  user.email = text(user.profile, "email");
  user.attributes = std::move(document);
}

json::object without_manager(json::object document) {
  json::value* extension = document.if_contains(scim::kEnterpriseUserUrn);
  if (extension == nullptr || !extension->is_object()) return document;
  extension->get_object().stable_erase(kManager);
  if (extension->get_object().empty()) document.stable_erase(scim::kEnterpriseUserUrn);
  return document;
}

bool normalise_again(const scim::ResourceType& type, DirectoryUser& user, std::span<const AttributeMapping> mappings) {
  json::object profile = profile_of(type, user.attributes, mappings);
  if (profile == user.profile) return false;
  user.profile = std::move(profile);
  user.email = text(user.profile, "email");
  return true;
}

json::object user_snapshot(const DirectoryUser& user, std::vector<GroupReference> groups) {
  // One order whoever lists the groups, so that equal memberships make equal snapshots.
  std::ranges::sort(groups, {},
                    [](const GroupReference& group) { return std::tie(group.display_name, group.id.str()); });
  json::array group_list;
  for (const GroupReference& group : groups) {
    group_list.push_back({{"id", group.id.str()}, {"name", group.display_name}});
  }
  json::object snapshot = user.profile;
  snapshot["id"] = user.id.str();
  snapshot["organization_id"] = user.organization_id.str();
  if (user.external_id) snapshot["external_id"] = *user.external_id;
  snapshot["active"] = user.active;
  snapshot["groups"] = std::move(group_list);
  json::array roles;
  for (const std::string& role : user.roles) roles.push_back({{"role_name", role}});
  snapshot["roles"] = std::move(roles);
  snapshot["attributes"] = user.attributes;
  return snapshot;
}

std::string user_title(const DirectoryUser& user) {
  if (std::string name = text(user.profile, "name"); !name.empty()) return name;
  return user.email.empty() ? user.user_name : user.email;
}

}  // namespace doorward
