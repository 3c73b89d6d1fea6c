#include "app/provisioning/user_news.h"

#include <algorithm>
#include <utility>

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

}  // namespace

Result<void> tell_users(ChangeSink& sink, const GroupNames& group, std::span<const DirectoryUserId> users,
                        MembershipStep step) {
  if (users.empty()) return {};
  const DirectoryScope& scope = sink.scope();
  DirectoryUserRepository& rows = sink.tx().directory_users();
  DOORWARD_TRY(auto groups_of_each, rows.groups_of_each(scope.environment, scope.directory,
                                                        std::vector<DirectoryUserId>(users.begin(), users.end())));
  for (std::size_t i = 0; i < users.size(); ++i) {
    DOORWARD_TRY(auto user, rows.find(scope.environment, scope.directory, users[i]));
    if (!user) continue;
    auto before = before_step(groups_of_each[i], group, step);
    if (!before) continue;
    user->version += 1;
    user->update_time = sink.context().occurred_at;
    DOORWARD_CHECK(rows.update(*user));
    DOORWARD_CHECK(sink.user_changed(*user, ChangeOp::kUpdate, user_snapshot(*user, *std::move(before)),
                                     user_snapshot(*user, std::move(groups_of_each[i]))));
  }
  return sink.tx().directories().change_stats(scope.environment, scope.directory,
                                              {.user_updated_at = sink.context().occurred_at});
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
  DOORWARD_CHECK(rows.remove(scope.environment, scope.directory, group.id));
  return true;
}

}  // namespace doorward
