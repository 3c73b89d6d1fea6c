#include "app/jobs/job_runner.h"

#include <algorithm>

#include "base/log.h"

namespace doorward {
namespace {

constexpr std::int64_t kJobsAtOnce = 16;
constexpr Duration kClaim = std::chrono::seconds(60);
constexpr Duration kFirstRetry = std::chrono::seconds(1);
constexpr Duration kLongestRetry = std::chrono::minutes(10);
constexpr Duration kUnknownKindDelay = std::chrono::minutes(10);

Duration retry_delay(std::int32_t attempts) {
  return std::min<Duration>(kLongestRetry, kFirstRetry * (std::int64_t{1} << std::clamp(attempts, 0, 20)));
}

}  // namespace

task<std::optional<Timestamp>> JobRunner::run_due() {
  while (!stopping_.load()) {
    const Timestamp now = clock_.now();
    auto claimed = co_await store_.write("jobs.claim", {}, [&](WriteTx& tx) -> Result<std::vector<Job>> {
      return tx.jobs().claim_due(JobLane::kBatches, now, now + kClaim, kJobsAtOnce);
    });
    if (!claimed) {
      log::warning("jobs.claim_failed", {{"reason", reason_name(claimed.error().reason)}});
      co_return now + kFirstRetry;
    }
    if (claimed->empty()) break;
    for (Job& job : *claimed) co_await run(std::move(job), now + kClaim);
  }
  auto due = co_await store_.read("jobs.next_due", {},
                                  [&](const ReadTx& tx) { return tx.jobs().next_due(JobLane::kBatches); });
  co_return due ? *due : std::optional<Timestamp>(clock_.now() + kFirstRetry);
}

task<void> JobRunner::run(Job job, Timestamp claimed_until) {
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    log::error("jobs.unknown_kind", {{"kind", job.kind}, {"job_id", job.id.str()}});
    job.run_after = clock_.now() + kUnknownKindDelay;
    co_await postpone(std::move(job), claimed_until);
    co_return;
  }
  for (;;) {
    const Timestamp until = clock_.now() + kClaim;
    // The closure works on a copy: it may run more than once and must start from the same state each time.
    auto batch = co_await store_.write(
        "jobs.batch", {.serial_key = job.owner_id}, [&](WriteTx& tx) -> Result<std::optional<Job>> {
          // Told twice, a batch would be two events.
          DOORWARD_TRY(const bool ours, tx.jobs().hold(job.environment_id, job.id, claimed_until, until));
          if (!ours) return std::optional<Job>();
          Job next = job;
          DOORWARD_TRY(const bool done, handler->second(tx, next));
          if (done) {
            DOORWARD_CHECK(tx.jobs().remove(next.environment_id, next.id));
            return std::optional<Job>();
          }
          next.attempts = 0;
          DOORWARD_CHECK(tx.jobs().update(next, stopping_.load()));
          return std::optional<Job>(std::move(next));
        });
    if (!batch) {
      log::warning("jobs.batch_failed", {{"kind", job.kind},
                                         {"job_id", job.id.str()},
                                         {"reason", reason_name(batch.error().reason)},
                                         {"detail", batch.error().detail}});
      job.run_after = clock_.now() + retry_delay(job.attempts);
      job.attempts += 1;
      co_await postpone(std::move(job), claimed_until);
      co_return;
    }
    claimed_until = until;
    if (!*batch || stopping_.load()) co_return;
    job = std::move(**batch);
  }
}

task<void> JobRunner::postpone(Job job, Timestamp claimed_until) {
  auto kept = co_await store_.write("jobs.postpone", {}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const bool ours, tx.jobs().hold(job.environment_id, job.id, claimed_until, claimed_until));
    if (!ours) return {};
    return tx.jobs().update(job, true);
  });
  // Without this write the claim runs out by itself and the job is found again.
  if (!kept) log::warning("jobs.postpone_failed", {{"job_id", job.id.str()}});
}

}  // namespace doorward
