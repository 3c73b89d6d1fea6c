#include "store/sql/jobs.h"

#include <boost/json/serialize.hpp>

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS \
  "j.environment_id, j.id, j.owner_id, j.kind, j.lane, j.txn, j.state, j.attempts, j.run_after, j.create_time "
// From owner to owner by the index, so that what waits behind the oldest job of one costs nothing.
#define WITH_OWNERS                                                                                               \
  "WITH RECURSIVE owners(environment_id, owner_id) AS (SELECT e.id, (SELECT min(j.owner_id) FROM jobs j WHERE "   \
  "j.environment_id = e.id) FROM environments e UNION ALL SELECT o.environment_id, (SELECT min(j.owner_id) FROM " \
  "jobs j WHERE j.environment_id = o.environment_id AND j.owner_id > o.owner_id) FROM owners o WHERE o.owner_id " \
  "IS NOT NULL) "
#define FROM_OLDEST                                                                                             \
  "FROM owners o JOIN jobs j ON j.environment_id = o.environment_id AND j.id = (SELECT f.id FROM jobs f WHERE " \
  "f.environment_id = o.environment_id AND f.owner_id = o.owner_id ORDER BY f.create_time, f.id LIMIT 1) "
#define SELECT_DUE                                                                                       \
  WITH_OWNERS "SELECT " COLUMNS FROM_OLDEST                                                              \
              "WHERE j.lane = $3 AND j.run_after <= $1 AND j.claimed_until <= $1 ORDER BY j.run_after, " \
              "j.id LIMIT $2"

constexpr Query kInsert{"jobs.insert",
                        "INSERT INTO jobs(environment_id, id, owner_id, kind, lane, txn, state, attempts, run_after, "
                        "create_time, claimed_until) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)"};
constexpr Query kPending{"jobs.pending",
                         "SELECT 1 FROM jobs WHERE environment_id = $1 AND owner_id = $2 AND ($3 = '' OR kind = $3) "
                         "LIMIT 1"};
constexpr Query kDue{"jobs.due", SELECT_DUE, SELECT_DUE " FOR UPDATE OF j SKIP LOCKED"};
constexpr Query kClaim{"jobs.claim", "UPDATE jobs SET claimed_until = $3 WHERE environment_id = $1 AND id = $2"};
constexpr Query kHold{
    "jobs.hold", "UPDATE jobs SET claimed_until = $4 WHERE environment_id = $1 AND id = $2 AND claimed_until = $3"};
constexpr Query kUpdate{"jobs.update",
                        "UPDATE jobs SET owner_id = $3, state = $4, attempts = $5, run_after = $6, "
                        "claimed_until = CASE WHEN $7 = 1 THEN 0 ELSE claimed_until END "
                        "WHERE environment_id = $1 AND id = $2"};
constexpr Query kRemove{"jobs.remove", "DELETE FROM jobs WHERE environment_id = $1 AND id = $2"};
constexpr Query kNextDue{
    "jobs.next_due", WITH_OWNERS
    "SELECT min(CASE WHEN j.claimed_until > j.run_after THEN j.claimed_until ELSE j.run_after END) " FROM_OLDEST
    "WHERE j.lane = $1"};
#undef SELECT_DUE
#undef FROM_OLDEST
#undef WITH_OWNERS
#undef COLUMNS

Job read_job(const Row& row) {
  return Job{.environment_id = id_at<EnvironmentId>(row, 0),
             .id = id_at<JobId>(row, 1),
             .owner_id = text_at(row, 2),
             .kind = text_at(row, 3),
             .lane = enum_at<JobLane>(row, 4),
             .txn = id_at<TransactionId>(row, 5),
             .state = object_at(row, 6),
             .attempts = static_cast<std::int32_t>(row.integer(7)),
             .run_after = time_at(row, 8),
             .create_time = time_at(row, 9)};
}

}  // namespace

Result<void> SqlJobs::insert(const Job& job) {
  inserted_ = true;
  return connection_.post(kInsert, {job.environment_id, job.id, job.owner_id, job.kind, job.lane, job.txn,
                                    boost::json::serialize(job.state), job.attempts, job.run_after, job.create_time});
}

Result<bool> SqlJobs::pending(const EnvironmentId& environment, const std::string& owner_id,
                              const std::string& kind) const {
  DOORWARD_TRY(const auto rows, connection_.execute(kPending, {environment, owner_id, kind}));
  return rows > 0;
}

Result<std::vector<Job>> SqlJobs::claim_due(JobLane lane, Timestamp now, Timestamp claimed_until, std::int64_t limit) {
  DOORWARD_TRY(auto jobs, find_all(connection_, kDue, {now, limit, lane}, read_job));
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
  return connection_.post(kUpdate, {job.environment_id, job.id, job.owner_id, boost::json::serialize(job.state),
                                    job.attempts, job.run_after, release});
}

Result<void> SqlJobs::remove(const EnvironmentId& environment, const JobId& id) {
  return connection_.post(kRemove, {environment, id});
}

Result<std::optional<Timestamp>> SqlJobs::next_due(JobLane lane) const {
  DOORWARD_TRY(auto due,
               find_one(connection_, kNextDue, {lane}, [](const Row& row) { return optional_time_at(row, 0); }));
  return due.value_or(std::nullopt);
}

}  // namespace doorward::store
