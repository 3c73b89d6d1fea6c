#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/job.h"

namespace doorward {

class JobRepository {
 public:
  virtual ~JobRepository() = default;

  virtual Result<void> insert(const Job& job) = 0;
  // True while the owner has unfinished jobs of this kind ("" = any).
  virtual Result<bool> pending(const EnvironmentId& environment, const std::string& owner_id,
                               const std::string& kind) const = 0;
  // Claims the oldest job of each owner, where that is of the lane, due and not claimed; at most `limit`. The price is
  // that of the owners, not that of all jobs.
  virtual Result<std::vector<Job>> claim_due(JobLane lane, Timestamp now, Timestamp claimed_until,
                                             std::int64_t limit) = 0;
  // Prolongs a claim to `until`; false, and nothing done, when it is no longer the one that ran to `claimed_until`: it
  // ran out and somebody else took the job, or finished it. Holds the job to the end of the transaction.
  virtual Result<bool> hold(const EnvironmentId& environment, const JobId& id, Timestamp claimed_until,
                            Timestamp until) = 0;
  // Keeps progress (owner, state, attempts, run_after) and gives the claim back when `release`.
  virtual Result<void> update(const Job& job, bool release) = 0;
  virtual Result<void> remove(const EnvironmentId& environment, const JobId& id) = 0;
  virtual Result<std::optional<Timestamp>> next_due(JobLane lane) const = 0;
};

}  // namespace doorward
