#pragma once

#include <utility>

#include "ports/store/jobs.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlJobs : public JobRepository {
 public:
  explicit SqlJobs(Connection& connection) : connection_(connection) {}

  Result<void> insert(const Job& job) override;
  Result<bool> pending(const EnvironmentId& environment, const std::string& owner_id,
                       const std::string& kind) const override;
  Result<std::vector<Job>> claim_due(JobLane lane, Timestamp now, Timestamp claimed_until, std::int64_t limit) override;
  Result<bool> hold(const EnvironmentId& environment, const JobId& id, Timestamp claimed_until,
                    Timestamp until) override;
  Result<void> update(const Job& job, bool release) override;
  Result<void> remove(const EnvironmentId& environment, const JobId& id) override;
  Result<std::optional<Timestamp>> next_due(JobLane lane) const override;

  // True when jobs were inserted since the last call.
  bool take_inserted() { return std::exchange(inserted_, false); }

 private:
  Connection& connection_;
  bool inserted_ = false;
};

}  // namespace doorward::store
