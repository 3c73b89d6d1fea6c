// Work that follows a change and is too large for its transaction, or reaches outside. A job commits with the change
// that made it and keeps its transaction id; whatever comes of a step of it is one transaction that also advances
// `state`.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

// Who takes a job: neither kind waits for the other.
enum class JobLane : std::uint8_t {
  kBatches = 1,   // work on the database, in bounded batches
  kRequests = 2,  // one request to somebody outside
};

struct Job {
  EnvironmentId environment_id;
  JobId id;
  std::string owner_id;  // directory, organization, …: jobs of one owner run in the order in which they were made
  std::string kind;      // e.g. "group.detach_members", "directory.purge"
  JobLane lane = JobLane::kBatches;
  TransactionId txn;
  boost::json::object state;  // what remains to be done, as the job's kind defines it
  std::int32_t attempts = 0;  // failed runs in a row
  Timestamp run_after;
  Timestamp create_time;
};

}  // namespace doorward
