#include "app/provisioning/role_news.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>
#include <string>
#include <utility>

#include "app/provisioning/membership_news.h"
#include "app/provisioning/news_job.h"
#include "app/provisioning/user_news.h"
#include "domain/directory_snapshot.h"

namespace doorward {
namespace {

constexpr std::string_view kGroups = "groups";
constexpr std::string_view kAfterValue = "after_value";

Job roles_news_job(ChangeSink& sink, const std::vector<DirectoryGroupRepository::Size>& groups) {
  Job job = directory_job(sink, kRolesNewsJob);
  boost::json::array ids;
  for (const auto& group : groups) ids.emplace_back(group.id.str());
  job.state[kGroups] = std::move(ids);
  job.state[kAfterValue] = "";
  return job;
}

}  // namespace

Result<void> tell_roles_changed(ChangeSink& sink, const std::vector<DirectoryGroupRepository::Size>& groups) {
  if (groups.empty()) return {};
  std::size_t cost = groups.size();
  for (const auto& group : groups) cost += static_cast<std::size_t>(std::max<std::int64_t>(group.member_count, 0));
  Job job = roles_news_job(sink, groups);
  DOORWARD_TRY(const bool at_once, tell_at_once(sink, cost));
  if (at_once) {
    DOORWARD_TRY(const bool done, tell_roles_batch(sink, job));
    if (done) return {};
    // More rows than users: a group may hold any number of members that are no users.
  }
  return sink.tx().jobs().insert(job);
}

Result<bool> tell_roles_batch(ChangeSink& sink, Job& job) {
  const DirectoryScope& scope = sink.scope();
  boost::json::array& groups = job.state[kGroups].as_array();
  std::string after(job.state[kAfterValue].as_string());
  std::set<DirectoryUserId> users;
  // A group costs a look even when it has no member.
  for (auto left = static_cast<std::int64_t>(kNewsAtOnce); left > 0 && !groups.empty();) {
    const DirectoryGroupId group{std::string(groups.back().as_string())};
    DOORWARD_TRY(const auto page,
                 sink.tx().directory_groups().members(scope.environment, scope.directory, group, after, left));
    for (const GroupMember& member : page) {
      if (member.kind == MemberKind::kUser) users.emplace(member.value);
    }
    const auto rows = static_cast<std::int64_t>(page.size());
    if (rows < left) {
      groups.pop_back();
      after.clear();
    } else {
      after = page.back().value;
    }
    left -= std::max<std::int64_t>(rows, 1);
  }
  job.state[kAfterValue] = after;
  const bool done = groups.empty();
  DOORWARD_CHECK(tell_roles(sink, std::vector<DirectoryUserId>(users.begin(), users.end())));
  return done;
}

Result<void> drop_role_assignments(ChangeSink& sink, const DirectoryGroupId& group) {
  const DirectoryScope& scope = sink.scope();
  DirectoryRepository& directories = sink.tx().directories();
  DOORWARD_TRY(const auto directory, directories.lock(scope.environment, scope.directory));
  if (!directory || !directory->has_role_assignments) return {};
  DOORWARD_TRY(const auto before, directories.role_assignments(scope.environment, scope.directory));
  auto after = before;
  std::erase_if(after, [&](const RoleAssignment& assignment) { return assignment.group_id == group; });
  if (after.size() == before.size()) return {};
  Directory changed = *directory;
  changed.update_time = sink.context().occurred_at;
  DOORWARD_CHECK(directories.update(changed));
  DOORWARD_CHECK(directories.replace_role_assignments(scope.environment, scope.directory, after));
  return sink.directory_changed(changed, directory_snapshot(*directory, before), directory_snapshot(changed, after));
}

}  // namespace doorward
