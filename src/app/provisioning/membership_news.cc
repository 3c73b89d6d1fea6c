#include "app/provisioning/membership_news.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "app/provisioning/group_form.h"
#include "app/provisioning/news_job.h"
#include "app/provisioning/user_news.h"

namespace doorward {
namespace {

Result<std::vector<DirectoryUserId>> users_in(ChangeSink& sink, const DirectoryGroupId& group) {
  std::vector<DirectoryUserId> users;
  std::string after;
  for (;;) {
    DOORWARD_TRY(const auto page, sink.tx().directory_groups().members(sink.scope().environment, sink.scope().directory,
                                                                       group, after, kMemberPage));
    for (const GroupMember& member : page) {
      if (member.kind == MemberKind::kUser) users.emplace_back(member.value);
    }
    if (page.size() < static_cast<std::size_t>(kMemberPage)) return users;
    after = page.back().value;
  }
}

Result<void> tell_now(ChangeSink& sink, const std::optional<DirectoryGroup>& before, const DirectoryGroup& after,
                      const MembershipChange& members, bool renamed) {
  std::optional<boost::json::object> snapshot_before;
  if (before) snapshot_before = group_snapshot(*before);
  if (!members.empty()) {
    DOORWARD_TRY(auto added, named_users(sink, members.added));
    DOORWARD_TRY(auto removed, named_users(sink, members.removed));
    DOORWARD_CHECK(sink.members_changed(after, before ? ChangeOp::kMembers : ChangeOp::kCreate,
                                        std::move(snapshot_before), group_snapshot(after),
                                        {.added = std::move(added), .removed = std::move(removed)}));
  } else {
    DOORWARD_CHECK(sink.group_changed(after, before ? ChangeOp::kUpdate : ChangeOp::kCreate, std::move(snapshot_before),
                                      group_snapshot(after)));
  }
  const GroupNames names{after.id, before ? before->display_name : after.display_name, after.display_name};
  DOORWARD_CHECK(tell_users(sink, names, members.added, MembershipStep::kJoined));
  DOORWARD_CHECK(tell_users(sink, names, members.removed, MembershipStep::kLeft));
  if (!renamed) return {};
  DOORWARD_TRY(auto stayed, users_in(sink, after.id));
  const std::set<DirectoryUserId> joined(members.added.begin(), members.added.end());
  std::erase_if(stayed, [&](const DirectoryUserId& user) { return joined.contains(user); });
  return tell_users(sink, names, stayed, MembershipStep::kStayed);
}

Result<void> tell_later(ChangeSink& sink, const std::optional<DirectoryGroup>& before, const DirectoryGroup& after,
                        const MembershipChange& members, bool renamed) {
  std::optional<boost::json::object> snapshot_before;
  if (before) snapshot_before = group_snapshot(*before);
  DOORWARD_CHECK(sink.group_changed(after, before ? ChangeOp::kUpdate : ChangeOp::kCreate, std::move(snapshot_before),
                                    group_snapshot(after)));
  const GroupNames names{after.id, before ? before->display_name : after.display_name, after.display_name};
  // One job for each part: its state stays small, and one batch does it.
  const std::size_t total = members.added.size() + members.removed.size();
  const auto parts = static_cast<std::int64_t>((total + kNewsAtOnce - 1) / kNewsAtOnce);
  std::span<const DirectoryUserId> added(members.added);
  std::span<const DirectoryUserId> removed(members.removed);
  for (std::int64_t part = 1; part <= parts; ++part) {
    const std::size_t from_added = std::min(added.size(), kNewsAtOnce);
    const std::size_t from_removed = std::min(removed.size(), kNewsAtOnce - from_added);
    DOORWARD_CHECK(sink.tx().jobs().insert(
        members_news_job(sink, names, {added.first(from_added), removed.first(from_removed), part, parts})));
    added = added.subspan(from_added);
    removed = removed.subspan(from_removed);
  }
  if (!renamed) return {};
  return sink.tx().jobs().insert(group_job(sink, kRenameNewsJob, names));
}

}  // namespace

Result<void> tell_group_changed(ChangeSink& sink, const std::optional<DirectoryGroup>& before,
                                const DirectoryGroup& after, const MembershipChange& members) {
  const bool renamed = before && before->display_name != after.display_name;
  const auto stayed = static_cast<std::size_t>(renamed ? std::max<std::int64_t>(after.member_count, 0) : 0);
  const std::size_t users = members.added.size() + members.removed.size() + stayed;
  bool at_once = users == 0;
  if (!at_once) {
    DOORWARD_TRY(at_once, tell_at_once(sink, users));
  }
  return at_once ? tell_now(sink, before, after, members, renamed) : tell_later(sink, before, after, members, renamed);
}

Result<void> tell_group_deleted(ChangeSink& sink, const DirectoryGroup& group) {
  const GroupNames names{group.id, group.display_name, group.display_name};
  DOORWARD_TRY(const bool at_once,
               tell_at_once(sink, static_cast<std::size_t>(std::max<std::int64_t>(group.member_count, 0))));
  if (at_once) {
    DOORWARD_TRY(const bool done, detach_batch(sink, names));
    if (done) return {};
    // More rows than users: a group may hold any number of members that are no users.
  }
  return sink.tx().jobs().insert(group_job(sink, kDetachMembersJob, names));
}

}  // namespace doorward
