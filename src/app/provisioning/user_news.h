// Change records of users whose membership in one group changed. Used by membership_news.cc and news_job.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/provisioning/change_sink.h"
#include "base/result.h"

namespace doorward {

struct GroupNames {
  DirectoryGroupId id;
  std::string before;
  std::string now;
};

enum class MembershipStep : std::uint8_t { kJoined, kLeft, kStayed };  // kStayed: the group was renamed

// Moves version and update time of each user and records the change: the snapshot after is what the rows say now, the
// one before is that without this step. A user that is gone, or for whom the rows say otherwise by now, is passed over:
// what undid the step tells of it itself.
Result<void> tell_users(ChangeSink& sink, const GroupNames& group, std::span<const DirectoryUserId> users,
                        MembershipStep step);

// Ids with the e-mail addresses of those that still exist.
Result<std::vector<NamedUser>> named_users(ChangeSink& sink, std::span<const DirectoryUserId> users);

// Takes one batch of member rows off a deleted group and tells its users; with the last of them the group's row goes
// and this is true.
Result<bool> detach_batch(ChangeSink& sink, const GroupNames& group);

}  // namespace doorward
