// Work that follows a change and is too large for its transaction. A job commits with the change that made it, keeps
// its transaction id, and works in bounded batches; each batch is one transaction that also advances `state`.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

struct Job {
  EnvironmentId environment_id;
  JobId id;
  std::string owner_id;  // directory or organization: jobs of one owner run in the order in which they were made
  std::string kind;      // e.g. "group.detach_members", "directory.purge"
  TransactionId txn;
  boost::json::object state;  // what remains to be done, as the job's kind defines it
  std::int32_t attempts = 0;  // failed runs in a row
  Timestamp run_after;
  Timestamp create_time;
};

}  // namespace doorward
