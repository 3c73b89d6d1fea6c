#include "app/provisioning/change_sink.h"

#include <boost/json/array.hpp>
#include <utility>

#include "app/provisioning/user_form.h"
#include "domain/change_diff.h"

namespace doorward {
namespace {

namespace json = boost::json;

json::array named(const std::vector<NamedUser>& users) {
  json::array out;
  out.reserve(users.size());
  for (const NamedUser& user : users) out.push_back({{"id", user.id.str()}, {"email", user.email}});
  return out;
}

}  // namespace

ChangeSubject ChangeSink::subject(ObjectKind kind, const std::string& id, std::string title) const {
  return {.object = kind,
          .object_id = id,
          .display_name = std::move(title),
          .organization_id = scope_.organization,
          .directory_id = scope_.directory};
}

Result<void> ChangeSink::append(std::optional<ChangeRecord> record) {
  if (!record) return {};
  if (context_.caused != nullptr) context_.caused->add(*record);
  return tx_.changes().append(*std::move(record));
}

Result<void> ChangeSink::directory_changed(const Directory& directory, json::object before, json::object after) {
  return append(record_change(context_, ids_.next<EventId>(),
                              subject(ObjectKind::kDirectory, directory.id.str(), directory.name), ChangeOp::kUpdate,
                              std::move(before), std::move(after)));
}

Result<void> ChangeSink::users_updated() {
  return tx_.directories().change_stats(
      scope_.environment, scope_.directory,
      {.user_updated_at = context_.occurred_at, .pushed = context_.actor.kind == ActorKind::kScim});
}

Result<const GroupRoles*> ChangeSink::group_roles() {
  if (!group_roles_) {
    std::vector<RoleAssignment> assignments;
    // The directory is locked already: this asks nobody.
    DOORWARD_TRY(const auto directory, tx_.directories().lock(scope_.environment, scope_.directory));
    if (directory && directory->has_role_assignments) {
      DOORWARD_TRY(assignments, tx_.directories().role_assignments(scope_.environment, scope_.directory));
    }
    group_roles_.emplace(assignments);
  }
  return &*group_roles_;
}

Result<void> ChangeSink::user_changed(const DirectoryUser& user, ChangeOp op, std::optional<json::object> before,
                                      std::optional<json::object> after) {
  return append(record_change(context_, ids_.next<EventId>(),
                              subject(ObjectKind::kDirectoryUser, user.id.str(), user_title(user)), op,
                              std::move(before), std::move(after)));
}

Result<void> ChangeSink::group_changed(const DirectoryGroup& group, ChangeOp op, std::optional<json::object> before,
                                       std::optional<json::object> after) {
  return append(record_change(context_, ids_.next<EventId>(),
                              subject(ObjectKind::kDirectoryGroup, group.id.str(), group.display_name), op,
                              std::move(before), std::move(after)));
}

Result<void> ChangeSink::resource_changed(const ScimResource& resource, ChangeOp op, std::optional<json::object> before,
                                          std::optional<json::object> after) {
  return append(record_change(context_, ids_.next<EventId>(),
                              subject(ObjectKind::kScimResource, resource.id.str(), resource.type), op,
                              std::move(before), std::move(after)));
}

Result<void> ChangeSink::members_changed(const DirectoryGroup& group, ChangeOp op, std::optional<json::object> before,
                                         std::optional<json::object> after, const MemberLists& members) {
  // Created without `before`, so that equal snapshots make a record too; the difference is put right below.
  auto record = record_change(context_, ids_.next<EventId>(),
                              subject(ObjectKind::kDirectoryGroup, group.id.str(), group.display_name), op,
                              std::nullopt, std::move(after));
  if (!record) return {};
  record->changes = change_diff(before, record->after);
  record->before = std::move(before);
  record->changes["added_users"] = named(members.added);
  record->changes["removed_users"] = named(members.removed);
  if (members.parts > 1) {
    record->changes["part"] = members.part;
    record->changes["parts"] = members.parts;
  }
  return append(std::move(record));
}

}  // namespace doorward
