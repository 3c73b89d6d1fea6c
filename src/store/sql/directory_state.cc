#include "store/sql/directory_state.h"

#include <algorithm>
#include <map>
#include <utility>

namespace doorward::store {
namespace {

constexpr Query kChangeStats{
    "directories.change_stats",
    "UPDATE directories SET total_users = total_users + $3, total_groups = total_groups + $4, "
    "user_updated_at = coalesce($5, user_updated_at), group_updated_at = coalesce($6, group_updated_at), "
    "last_synced_at = CASE WHEN last_synced_at IS NULL OR last_synced_at < $7 THEN coalesce($7, last_synced_at) "
    "ELSE last_synced_at END WHERE environment_id = $1 AND id = $2 AND delete_time IS NULL"};

constexpr Query kNoteWaitingMember{
    "directories.note_waiting_member",
    "UPDATE directories SET waiting_members = 1 WHERE environment_id = $1 AND id = $2 AND waiting_members = 0"};

std::optional<Timestamp> later(const std::optional<Timestamp>& a, const std::optional<Timestamp>& b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

}  // namespace

Result<void> DirectoryState::note_waiting_member(const EnvironmentId& environment, const DirectoryId& id) {
  const bool held = locked(environment, id) != nullptr;
  if (held && locked_->has_waiting_members) return {};
  DOORWARD_CHECK(connection_.post(kNoteWaitingMember, {environment, id}));
  if (held) locked_->has_waiting_members = true;
  return {};
}

void DirectoryState::add(const EnvironmentId& environment, const DirectoryId& id,
                         const DirectoryRepository::StatsChange& change) {
  const auto synced_at =
      change.pushed ? later(change.user_updated_at, change.group_updated_at) : std::optional<Timestamp>();
  changes_.push_back({environment, id, change, synced_at});
  if (locked(environment, id) == nullptr) return;
  locked_->stats.total_users += change.users;
  locked_->stats.total_groups += change.groups;
  if (change.user_updated_at) locked_->stats.user_updated_at = change.user_updated_at;
  if (change.group_updated_at) locked_->stats.group_updated_at = change.group_updated_at;
  locked_->last_synced_at = later(locked_->last_synced_at, synced_at);
}

Result<void> DirectoryState::flush() {
  if (written_ == changes_.size()) return {};
  // Sorted, so that two transactions that change the same directories wait for each other, never in a circle.
  std::map<std::pair<std::string, std::string>, Change> sums;
  for (; written_ < changes_.size(); ++written_) {
    const Change& change = changes_[written_];
    const auto [entry, is_new] = sums.try_emplace({change.environment_id.str(), change.id.str()}, change);
    if (is_new) continue;
    auto& sum = entry->second;
    sum.stats.users += change.stats.users;
    sum.stats.groups += change.stats.groups;
    if (change.stats.user_updated_at) sum.stats.user_updated_at = change.stats.user_updated_at;
    if (change.stats.group_updated_at) sum.stats.group_updated_at = change.stats.group_updated_at;
    sum.synced_at = later(sum.synced_at, change.synced_at);
  }
  for (const auto& [key, sum] : sums) {
    DOORWARD_CHECK(
        connection_.post(kChangeStats, {sum.environment_id, sum.id, sum.stats.users, sum.stats.groups,
                                        sum.stats.user_updated_at, sum.stats.group_updated_at, sum.synced_at}));
  }
  return {};
}

void DirectoryState::roll_back_to(Mark mark) {
  changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(mark.changes), changes_.end());
  written_ = mark.written;
  locked_.reset();
}

}  // namespace doorward::store
