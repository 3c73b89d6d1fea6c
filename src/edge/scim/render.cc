#include "edge/scim/render.h"

#include <fmt/format.h>

#include <utility>

#include "app/provisioning/version.h"
#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

json::object render_member(const GroupMember& member, std::string_view base) {
  json::object out{{"value", member.value}};
  if (member.kind == MemberKind::kUser) {
    out["$ref"] = user_location(base, DirectoryUserId{member.value});
  } else if (member.kind == MemberKind::kGroup) {
    out["$ref"] = group_location(base, DirectoryGroupId{member.value});
  }
  if (const std::string_view type = shown_type(member); !type.empty()) out["type"] = type;
  if (member.display) out["display"] = *member.display;
  return out;
}

}  // namespace

std::string user_location(std::string_view base, const DirectoryUserId& id) {
  return fmt::format("{}{}/{}", base, scim::user_type().endpoint, id.str());
}

std::string group_location(std::string_view base, const DirectoryGroupId& id) {
  return fmt::format("{}{}/{}", base, scim::group_type().endpoint, id.str());
}

std::string resource_location(std::string_view base, const scim::ResourceType& type, const ScimResourceId& id) {
  return fmt::format("{}{}/{}", base, type.endpoint, id.str());
}

json::object render_user(ProvisionedUser user, std::string_view base, std::string version,
                         const scim::Projection& projection) {
  DirectoryUser& row = user.user;
  json::object resource = scim::complete_resource(projection.type(), std::move(row.attributes),
                                                  {.id = row.id.str(),
                                                   .location = user_location(base, row.id),
                                                   .created = row.create_time,
                                                   .last_modified = row.update_time,
                                                   .version = std::move(version)});
  if (!user.groups.empty()) {
    json::array groups;
    for (const GroupReference& group : user.groups) {
      groups.push_back({{"value", group.id.str()},
                        {"$ref", group_location(base, group.id)},
                        {"display", group.display_name},
                        {"type", "direct"}});
    }
    resource["groups"] = std::move(groups);
  }
  return projection.apply(std::move(resource));
}

json::array render_members(const std::vector<GroupMember>& members, std::string_view base,
                           const scim::Projection& projection) {
  json::array list;
  list.reserve(members.size());
  for (const GroupMember& member : members) list.push_back(render_member(member, base));
  json::object shown = projection.apply({{"members", std::move(list)}});
  json::value* left = shown.if_contains("members");
  return left == nullptr ? json::array() : std::move(left->as_array());
}

json::object render_group(const ProvisionedGroup& group, std::string_view base, const scim::Projection& projection) {
  const DirectoryGroup& row = group.group;
  json::object resource = scim::complete_resource(projection.type(), row.attributes,
                                                  {.id = row.id.str(),
                                                   .location = group_location(base, row.id),
                                                   .created = row.create_time,
                                                   .last_modified = row.update_time,
                                                   .version = version_of(row)});
  if (!group.members.empty() || projection.asks_for("members")) {
    json::array members;
    members.reserve(group.members.size());
    for (const GroupMember& member : group.members) members.push_back(render_member(member, base));
    resource["members"] = std::move(members);
  }
  return projection.apply(std::move(resource));
}

json::object render_resource(ScimResource resource, std::string_view base, const scim::Projection& projection) {
  return projection.apply(scim::complete_resource(projection.type(), std::move(resource.attributes),
                                                  {.id = resource.id.str(),
                                                   .location = resource_location(base, projection.type(), resource.id),
                                                   .created = resource.create_time,
                                                   .last_modified = resource.update_time,
                                                   .version = version_of(resource)}));
}

}  // namespace doorward::edge
