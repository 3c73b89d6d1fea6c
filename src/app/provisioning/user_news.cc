#include "app/provisioning/user_news.h"

#include <algorithm>
#include <utility>

#include "app/provisioning/group_form.h"
#include "app/provisioning/membership_news.h"
#include "app/provisioning/user_form.h"

namespace doorward {
namespace {

using Groups = std::vector<GroupReference>;

// The groups before the step, from those after it; nullopt when the step did not happen or was undone.
std::optional<Groups> before_step(Groups groups, const GroupNames& group, MembershipStep step) {
  const auto found = std::ranges::find(groups, group.id, &GroupReference::id);
  const bool is_member = found != groups.end();
  if (is_member != (step != MembershipStep::kLeft)) return std::nullopt;
  switch (step) {
    case MembershipStep::kJoined:
      groups.erase(found);
      break;
    case MembershipStep::kLeft:
      groups.push_back({group.id, group.before});
      break;
    case MembershipStep::kStayed:
      found->display_name = group.before;
      break;
  }
  return groups;
}

// `groups_before`: the groups of a user before what happened, from those after it; nullopt when they stayed.
template <class GroupsBefore>
Result<void> tell_each(ChangeSink& sink, std::span<const DirectoryUserId> users, GroupsBefore groups_before) {
  if (users.empty()) return {};
  const DirectoryScope& scope = sink.scope();
  DirectoryUserRepository& rows = sink.tx().directory_users();
  DOORWARD_TRY(const GroupRoles* group_roles, sink.group_roles());
  DOORWARD_TRY(auto groups_of_each, rows.groups_of_each(scope.environment, scope.directory,
                                                        std::vector<DirectoryUserId>(users.begin(), users.end())));
  bool any = false;
  for (std::size_t i = 0; i < users.size(); ++i) {
    DOORWARD_TRY(auto user, rows.find(scope.environment, scope.directory, users[i]));
    if (!user) continue;
    Groups& groups = groups_of_each[i];
    std::optional<Groups> before = groups_before(groups);
    std::vector<std::string> roles = group_roles->of(groups);
    if (!before && roles == user->roles) continue;
    auto snapshot_before = user_snapshot(*user, before ? *std::move(before) : groups);
    user->roles = std::move(roles);
    user->version += 1;
    user->update_time = sink.context().occurred_at;
    DOORWARD_CHECK(rows.update(*user));
    DOORWARD_CHECK(sink.user_changed(*user, ChangeOp::kUpdate, std::move(snapshot_before),
                                     user_snapshot(*user, std::move(groups))));
    any = true;
  }
  if (!any) return {};
  return sink.users_updated();
}

}  // namespace

Result<void> tell_users(ChangeSink& sink, const GroupNames& group, std::span<const DirectoryUserId> users,
                        MembershipStep step) {
  return tell_each(sink, users, [&](const Groups& groups) { return before_step(groups, group, step); });
}

Result<void> tell_roles(ChangeSink& sink, std::span<const DirectoryUserId> users) {
  return tell_each(sink, users, [](const Groups&) { return std::optional<Groups>(); });
}

Result<std::vector<NamedUser>> named_users(ChangeSink& sink, std::span<const DirectoryUserId> users) {
  std::vector<NamedUser> named;
  named.reserve(users.size());
  for (const DirectoryUserId& id : users) {
    DOORWARD_TRY(const auto user,
                 sink.tx().directory_users().find(sink.scope().environment, sink.scope().directory, id));
    named.push_back({id, user ? user->email : std::string()});
  }
  return named;
}

Result<bool> detach_batch(ChangeSink& sink, const GroupNames& group) {
  const DirectoryScope& scope = sink.scope();
  DirectoryGroupRepository& rows = sink.tx().directory_groups();
  DOORWARD_TRY(const auto taken,
               rows.take_members(scope.environment, scope.directory, group.id, static_cast<std::int64_t>(kNewsAtOnce)));
  std::vector<DirectoryUserId> users;
  for (const GroupMember& member : taken) {
    if (member.kind == MemberKind::kUser) users.emplace_back(member.value);
  }
  DOORWARD_CHECK(tell_users(sink, group, users, MembershipStep::kLeft));
  if (taken.size() == kNewsAtOnce) return false;
  DOORWARD_TRY(const auto deleted, rows.find_deleted(scope.environment, scope.directory, group.id));
  if (!deleted) return true;
  DOORWARD_CHECK(sink.group_changed(*deleted, ChangeOp::kDelete, group_snapshot(*deleted), std::nullopt));
  DOORWARD_CHECK(rows.remove(scope.environment, scope.directory, group.id));
  return true;
}

}  // namespace doorward
