#include "edge/api/directory_conversion.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "edge/api/conversion.h"

namespace doorward::api {
namespace {

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(std::string_view(*text));
}

// Every address that the provider sent (RFC 7643 section 4.1.2), in its order.
void add_emails(const DirectoryUser& user, directories_v1::DirectoryUser& out) {
  const auto* emails = user.attributes.if_contains("emails");
  if (emails == nullptr || !emails->is_array()) return;
  for (const auto& email : emails->get_array()) {
    if (!email.is_object()) continue;
    auto address = text_of(email.get_object(), "value");
    if (!address.empty()) out.add_emails(std::move(address));
  }
}

void fill_user(const ListedDirectoryUser& listed, bool include_detail, directories_v1::DirectoryUser& out) {
  const DirectoryUser& user = listed.user;
  out.set_id(user.id.str());
  out.set_email(user.email);
  const std::string preferred = text_of(user.profile, "preferred_username");
  out.set_preferred_username(preferred.empty() ? user.user_name : preferred);
  out.set_given_name(text_of(user.profile, "given_name"));
  out.set_family_name(text_of(user.profile, "family_name"));
  to_proto(user.update_time, *out.mutable_updated_at());
  add_emails(user, out);
  for (const GroupReference& group : listed.groups) {
    auto& sent = *out.add_groups();
    sent.set_id(group.id.str());
    sent.set_display_name(group.display_name);
  }
  if (include_detail) to_proto(user.attributes, *out.mutable_user_detail());
}

void fill_group(const DirectoryGroup& group, bool include_detail, directories_v1::DirectoryGroup& out) {
  out.set_id(group.id.str());
  out.set_display_name(group.display_name);
  out.set_total_users(wire_signed_count(group.member_count));
  to_proto(group.update_time, *out.mutable_updated_at());
  if (include_detail) to_proto(group.attributes, *out.mutable_group_detail());
}

std::string_view status_name(DirectoryStatus status) {
  switch (status) {
    case DirectoryStatus::kDraft:
      return "DRAFT";
    case DirectoryStatus::kInProgress:
      return "IN_PROGRESS";
    case DirectoryStatus::kCompleted:
      return "COMPLETED";
  }
  return "DRAFT";
}

}  // namespace

void to_proto(const DirectoryView& view, std::string_view base_url, directories_v1::Directory& out) {
  const Directory& directory = view.directory;
  out.set_id(directory.id.str());
  out.set_name(directory.name);
  out.set_directory_type(static_cast<directories_v1::DirectoryType>(directory.type));
  out.set_organization_id(directory.organization_id.str());
  out.set_enabled(directory.enabled);
  out.set_directory_provider(static_cast<directories_v1::DirectoryProvider>(directory.provider));
  if (directory.last_synced_at) to_proto(*directory.last_synced_at, *out.mutable_last_synced_at());
  out.set_directory_endpoint(fmt::format("{}/directory/{}/scim/v2", base_url, directory.id.str()));
  out.set_total_users(wire_signed_count(directory.stats.total_users));
  out.set_total_groups(wire_signed_count(directory.stats.total_groups));
  for (const DirectorySecret& secret : view.secrets) to_proto(secret, *out.add_secrets());
  // SDKs read stats without asking whether it is there.
  auto& stats = *out.mutable_stats();
  stats.set_total_users(out.total_users());
  stats.set_total_groups(out.total_groups());
  if (directory.stats.user_updated_at) to_proto(*directory.stats.user_updated_at, *stats.mutable_user_updated_at());
  if (directory.stats.group_updated_at) to_proto(*directory.stats.group_updated_at, *stats.mutable_group_updated_at());
  out.set_status(std::string(status_name(directory.status)));
  out.set_groups_tracked("ALL");
  to_proto(view.role_assignments, *out.mutable_role_assignments());
  to_proto(directory.attribute_mappings, *out.mutable_attribute_mappings());
}

void to_proto(const DirectorySecret& secret, directories_v1::Secret& out) {
  out.set_id(secret.id.str());
  to_proto(secret.create_time, *out.mutable_create_time());
  out.set_secret_suffix(secret.secret_suffix);
  out.set_status(secret.status == SecretStatus::kActive ? directories_v1::ACTIVE : directories_v1::INACTIVE);
  if (secret.expire_time) to_proto(*secret.expire_time, *out.mutable_expire_time());
  if (secret.last_used_time) to_proto(*secret.last_used_time, *out.mutable_last_used_time());
  out.set_directory_id(secret.directory_id.str());
}

void to_proto(const std::vector<RoleAssignment>& assignments, directories_v1::RoleAssignments& out) {
  for (const RoleAssignment& assignment : assignments) {
    auto& sent = *out.add_assignments();
    sent.set_group_id(assignment.group_id.str());
    sent.set_role_name(assignment.role_name);
    sent.set_role_id(assignment.role_id.str());
  }
}

void to_proto(const std::vector<AttributeMapping>& mappings, directories_v1::AttributeMappings& out) {
  for (const AttributeMapping& mapping : mappings) {
    auto& sent = *out.add_attributes();
    sent.set_key(mapping.key);
    sent.set_map_to(mapping.map_to);
  }
}

directories_v1::ListDirectoryUsersResponse to_proto(const DirectoryUserList& list, bool include_detail) {
  directories_v1::ListDirectoryUsersResponse out;
  for (const ListedDirectoryUser& user : list.users) fill_user(user, include_detail, *out.add_users());
  out.set_total_size(wire_count(list.total_size));
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  return out;
}

directories_v1::ListDirectoryGroupsResponse to_proto(const DirectoryGroupList& list, bool include_detail) {
  directories_v1::ListDirectoryGroupsResponse out;
  for (const DirectoryGroup& group : list.groups) fill_group(group, include_detail, *out.add_groups());
  out.set_total_size(wire_count(list.total_size));
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  return out;
}

// The declared rules let only known enum values through, and both sides count them alike.
NewDirectory from_proto(const directories_v1::CreateDirectory& input) {
  return {.type = static_cast<DirectoryType>(input.directory_type()),
          .provider = static_cast<DirectoryProvider>(input.directory_provider())};
}

DirectoryPatch from_proto(const directories_v1::UpdateDirectory& input) {
  DirectoryPatch patch{.name = input.name(),
                       .type = static_cast<DirectoryType>(input.directory_type()),
                       .provider = static_cast<DirectoryProvider>(input.directory_provider()),
                       .enable = input.enabled(),
                       .attribute_mappings = {},
                       .selects_groups = input.groups_size() > 0};
  for (const auto& mapping : input.mappings()) patch.attribute_mappings.push_back({mapping.key(), mapping.map_to()});
  return patch;
}

std::vector<WantedRole> from_proto(const directories_v1::RoleAssignments& input) {
  std::vector<WantedRole> wanted;
  for (const auto& assignment : input.assignments()) {
    wanted.push_back({.group_id = DirectoryGroupId(assignment.group_id()),
                      .role_name = assignment.role_name(),
                      .role_id = RoleId(assignment.role_id())});
  }
  return wanted;
}

std::vector<AttributeMapping> from_proto(const directories_v1::AttributeMappings& input) {
  std::vector<AttributeMapping> mappings;
  for (const auto& mapping : input.attributes()) mappings.push_back({mapping.key(), mapping.map_to()});
  return mappings;
}

Result<ListDirectoryUsers> from_proto(const directories_v1::ListDirectoryUsersRequest& request) {
  ListDirectoryUsers out{.page_size = request.page_size(), .page_token = request.page_token()};
  if (request.has_directory_group_id()) out.group_id = DirectoryGroupId(request.directory_group_id());
  if (request.has_updated_after()) {
    DOORWARD_TRY(out.updated_after, from_proto(request.updated_after(), "updated_after"));
  }
  return out;
}

Result<ListDirectoryGroups> from_proto(const directories_v1::ListDirectoryGroupsRequest& request) {
  ListDirectoryGroups out{.page_size = request.page_size(), .page_token = request.page_token()};
  if (request.has_updated_after()) {
    DOORWARD_TRY(out.updated_after, from_proto(request.updated_after(), "updated_after"));
  }
  return out;
}

}  // namespace doorward::api
