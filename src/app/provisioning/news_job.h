// The durable form of news: how a job's state is written and read. Used by membership_news.cc, role_news.cc and
// profile_news.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/user_news.h"
#include "domain/job.h"

namespace doorward {

struct MembersPart {
  std::span<const DirectoryUserId> added;
  std::span<const DirectoryUserId> removed;
  std::int64_t part = 1;
  std::int64_t parts = 1;
};

// Whether news of this many users may be told at once: not past kNewsAtOnce, and not ahead of news that wait.
Result<bool> tell_at_once(ChangeSink& sink, std::size_t users);

// A job of this kind about the directory, under the transaction id, actor and cause of the sink.
Job directory_job(ChangeSink& sink, std::string_view kind);
// The same about a group.
Job group_job(ChangeSink& sink, std::string_view kind, const GroupNames& group);
Job members_news_job(ChangeSink& sink, const GroupNames& group, const MembersPart& part);

}  // namespace doorward
