// Change records of users whose groups or roles changed. Used by membership_news.cc, role_news.cc and news_job.cc.
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

// Moves version and update time of each user, gives it the roles of its groups, and records the change: the snapshot
// after is what the rows say now, the one before is that without this step and with the roles as they were told. A user
// that is gone is passed over; so is one for whom the rows say otherwise by now, unless its roles changed: what undid
// the step tells of it itself.
Result<void> tell_users(ChangeSink& sink, const GroupNames& group, std::span<const DirectoryUserId> users,
                        MembershipStep step);

// The same for users whose groups stayed while what the groups give may have changed; nothing for those who keep their
// roles.
Result<void> tell_roles(ChangeSink& sink, std::span<const DirectoryUserId> users);

// Ids with the e-mail addresses of those that still exist.
Result<std::vector<NamedUser>> named_users(ChangeSink& sink, std::span<const DirectoryUserId> users);

// Takes one batch of member rows off a deleted group and tells its users. With the last of them the deletion itself is
// told, the group's row goes, and this is true.
Result<bool> detach_batch(ChangeSink& sink, const GroupNames& group);

}  // namespace doorward
