#include "store/sql/jobs.h"

#include <boost/json/serialize.hpp>

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define IS_OLDEST                                                                                               \
  "NOT EXISTS (SELECT 1 FROM jobs e WHERE e.environment_id = j.environment_id AND e.owner_id = j.owner_id AND " \
  "(e.create_time, e.id) < (j.create_time, j.id))"
#define SELECT_DUE                                                                                             \
  "SELECT j.environment_id, j.id, j.owner_id, j.kind, j.txn, j.state, j.attempts, j.run_after, j.create_time " \
  "FROM jobs j WHERE j.run_after <= $1 AND j.claimed_until <= $1 AND " IS_OLDEST                               \
  " ORDER BY j.run_after, j.id LIMIT $2"

constexpr Query kInsert{"jobs.insert",
                        "INSERT INTO jobs(environment_id, id, owner_id, kind, txn, state, attempts, run_after, "
                        "create_time, claimed_until) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)"};
constexpr Query kPending{"jobs.pending",
                         "SELECT 1 FROM jobs WHERE environment_id = $1 AND owner_id = $2 AND ($3 = '' OR kind = $3) "
                         "LIMIT 1"};
constexpr Query kDue{"jobs.due", SELECT_DUE, SELECT_DUE " FOR UPDATE OF j SKIP LOCKED"};
constexpr Query kClaim{"jobs.claim", "UPDATE jobs SET claimed_until = $3 WHERE environment_id = $1 AND id = $2"};
constexpr Query kHold{
    "jobs.hold", "UPDATE jobs SET claimed_until = $4 WHERE environment_id = $1 AND id = $2 AND claimed_until = $3"};
constexpr Query kUpdate{"jobs.update",
                        "UPDATE jobs SET state = $3, attempts = $4, run_after = $5, "
                        "claimed_until = CASE WHEN $6 = 1 THEN 0 ELSE claimed_until END "
                        "WHERE environment_id = $1 AND id = $2"};
constexpr Query kRemove{"jobs.remove", "DELETE FROM jobs WHERE environment_id = $1 AND id = $2"};
constexpr Query kNextDue{
    "jobs.next_due",
    "SELECT min(CASE WHEN j.claimed_until > j.run_after THEN j.claimed_until ELSE j.run_after END) "
    "FROM jobs j WHERE " IS_OLDEST};
#undef IS_OLDEST
#undef SELECT_DUE

Job read_job(const Row& row) {
  return Job{.environment_id = id_at<EnvironmentId>(row, 0),
             .id = id_at<JobId>(row, 1),
             .owner_id = text_at(row, 2),
             .kind = text_at(row, 3),
             .txn = id_at<TransactionId>(row, 4),
             .state = object_at(row, 5),
             .attempts = static_cast<std::int32_t>(row.integer(6)),
             .run_after = time_at(row, 7),
             .create_time = time_at(row, 8)};
}

}  // namespace

Result<void> SqlJobs::insert(const Job& job) {
  inserted_ = true;
  return connection_.post(kInsert, {job.environment_id, job.id, job.owner_id, job.kind, job.txn,
                                    boost::json::serialize(job.state), job.attempts, job.run_after, job.create_time});
}

Result<bool> SqlJobs::pending(const EnvironmentId& environment, const std::string& owner_id,
                              const std::string& kind) const {
  DOORWARD_TRY(const auto rows, connection_.execute(kPending, {environment, owner_id, kind}));
  return rows > 0;
}

Result<std::vector<Job>> SqlJobs::claim_due(Timestamp now, Timestamp claimed_until, std::int64_t limit) {
  DOORWARD_TRY(auto jobs, find_all(connection_, kDue, {now, limit}, read_job));
  for (const Job& job : jobs) {
    DOORWARD_CHECK(connection_.post(kClaim, {job.environment_id, job.id, claimed_until}));
  }
  return jobs;
}

Result<bool> SqlJobs::hold(const EnvironmentId& environment, const JobId& id, Timestamp claimed_until,
                           Timestamp until) {
  DOORWARD_TRY(const auto rows, connection_.execute(kHold, {environment, id, claimed_until, until}));
  return rows > 0;
}

Result<void> SqlJobs::update(const Job& job, bool release) {
  return connection_.post(
      kUpdate, {job.environment_id, job.id, boost::json::serialize(job.state), job.attempts, job.run_after, release});
}

Result<void> SqlJobs::remove(const EnvironmentId& environment, const JobId& id) {
  return connection_.post(kRemove, {environment, id});
}

Result<std::optional<Timestamp>> SqlJobs::next_due() const {
  DOORWARD_TRY(auto due, find_one(connection_, kNextDue, {}, [](const Row& row) { return optional_time_at(row, 0); }));
  return due.value_or(std::nullopt);
}

}  // namespace doorward::store
