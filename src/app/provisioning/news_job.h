// The durable form of news about a group: how a job's state is written and read. Used by membership_news.cc.
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

// A job of this kind about this group, under the transaction id, actor and cause of the sink.
Job group_job(ChangeSink& sink, std::string_view kind, const GroupNames& group);
Job members_news_job(ChangeSink& sink, const GroupNames& group, const MembersPart& part);

}  // namespace doorward
