#include "store/commit/batch.h"

#include <algorithm>
#include <exception>

#include "store/sql/errors.h"

namespace doorward::store {

using SteadyClock = std::chrono::steady_clock;

bool BatchRunner::run(std::span<WaitingWrite> writes, std::vector<Result<void>>& outcomes) {
  outcomes.assign(writes.size(), Result<void>{});
  committed_notable_ = false;
  Result<void> together = run_shared(writes, outcomes);
  if (together) return committed_notable_;
  if (session_.is_outcome_unknown()) {
    for (Result<void>& outcome : outcomes) {
      if (outcome) outcome = together;
    }
    return committed_notable_;
  }
  for (std::size_t i = 0; i < writes.size(); ++i) {
    for (int attempt = writes.size() == 1 ? 2 : 1;; ++attempt) {
      if (writes.size() == 1 && !session_.should_retry()) {
        outcomes[i] = together;
        break;
      }
      outcomes[i] = Result<void>{};
      together = run_together(writes.subspan(i, 1), std::span(outcomes).subspan(i, 1), Undo::kTransaction);
      if (together) break;
      outcomes[i] = together;
      if (!session_.should_retry() || session_.is_outcome_unknown() || attempt >= kMaxAttempts) break;
    }
  }
  return committed_notable_;
}

Result<void> BatchRunner::run_shared(std::span<WaitingWrite> writes, std::span<Result<void>> outcomes) {
  if (writes.size() > 1 && careful_ > 0) {
    --careful_;
    return run_together(writes, outcomes, Undo::kSavepoint);
  }
  auto together = run_together(writes, outcomes, Undo::kTransaction);
  if (together || !spoiled_) return together;
  careful_ = kCarefulBatches;
  std::ranges::fill(outcomes, Result<void>{});
  return run_together(writes, outcomes, Undo::kSavepoint);
}

Result<void> BatchRunner::run_together(std::span<WaitingWrite> writes, std::span<Result<void>> outcomes, Undo undo) {
  notable_ = spoiled_ = false;
  if (auto begun = session_.begin(); !begun) {
    abandon();
    return begun;
  }
  const bool alone = writes.size() == 1;
  std::size_t succeeded = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (auto whole = run_one(writes[i], outcomes[i], undo, alone); !whole) {
      abandon();
      return whole;
    }
    if (outcomes[i]) ++succeeded;
  }
  if (succeeded == 0) {
    abandon();
    return {};
  }
  if (auto done = finish(succeeded); !done) {
    abandon();
    return done;
  }
  return {};
}

// An error of the returned value is of the whole transaction; an error of the write alone goes to `outcome`.
Result<void> BatchRunner::run_one(WaitingWrite& write, Result<void>& outcome, Undo undo, bool alone) {
  const auto started = SteadyClock::now();
  if (started >= write.deadline) {
    outcome = failure(deadline_exceeded());
    return {};
  }
  const SqlChanges::Mark changes_mark = repositories_.changes.mark();
  const DirectoryState::Mark directories_mark = repositories_.directory_state.mark();
  const std::uint64_t writes_before = session_.writes();
  if (undo == Undo::kSavepoint) DOORWARD_CHECK(session_.savepoint());
  outcome = call(write);
  if (outcome) outcome = session_.settle();
  observer_.on_transaction(write.name, outcome.has_value(), started - write.queued_at, SteadyClock::now() - started);
  if (outcome) return undo == Undo::kSavepoint ? session_.release() : Result<void>{};
  repositories_.changes.roll_back_to(changes_mark);
  repositories_.directory_state.roll_back_to(directories_mark);
  if (session_.should_retry() || session_.is_transaction_lost()) return outcome;
  if (undo == Undo::kSavepoint) return session_.roll_back_to();
  if (alone || session_.writes() == writes_before) return {};
  spoiled_ = true;
  return outcome;
}

Result<void> BatchRunner::call(WaitingWrite& write) {
  try {
    return (*write.body)(tx_);
  } catch (const std::exception& bug) {
    return failure(internal_error(std::string(write.name) + ": " + bug.what()));
  }
}

Result<void> BatchRunner::finish(std::size_t shared_by) {
  DOORWARD_CHECK(repositories_.directory_state.flush());
  DOORWARD_TRY(const bool flushed, repositories_.changes.flush());
  const bool jobs = repositories_.jobs.take_inserted();
  const bool deliveries = repositories_.deliveries.take_made_due();
  notable_ = flushed || jobs || deliveries;
  DOORWARD_TRY(const auto ids_up_to, ids_.keep_mark(session_.connection()));
  const auto started = SteadyClock::now();
  DOORWARD_CHECK(session_.commit());
  observer_.on_commit(shared_by, SteadyClock::now() - started);
  repositories_.directory_state.reset();
  ids_.mark_kept(ids_up_to);
  committed_notable_ = committed_notable_ || notable_;
  return {};
}

void BatchRunner::abandon() {
  session_.roll_back();
  repositories_.changes.roll_back_to({});
  repositories_.directory_state.reset();
  static_cast<void>(repositories_.jobs.take_inserted());
  static_cast<void>(repositories_.deliveries.take_made_due());
}

}  // namespace doorward::store
