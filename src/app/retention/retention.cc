#include "app/retention/retention.h"

namespace doorward {

template <class Batch>
task<Result<std::int64_t>> Retention::repeat(std::string_view name, Batch batch) {
  std::int64_t total = 0;
  while (!stopping_.load()) {
    DOORWARD_CO_TRY(const std::int64_t done, co_await store_.write(name, {}, batch));
    total += done;
    if (done < kBatchRows) break;
  }
  co_return total;
}

task<Result<RetentionRun>> Retention::run() {
  const Timestamp now = clock_.now();
  RetentionRun run;
  DOORWARD_CO_TRY(run.bodies, co_await repeat("retention.bodies", [&](WriteTx& tx) {
                    return tx.deliveries().clear_bodies_before(now - settings_.bodies, kBatchRows);
                  }));
  DOORWARD_CO_TRY(run.scim_requests, co_await repeat("retention.scim_requests", [&](WriteTx& tx) {
                    return tx.scim_requests().remove_before(now - settings_.scim_requests, kBatchRows);
                  }));
  DOORWARD_CO_TRY(run.auth_messages, co_await repeat("retention.auth_messages", [&](WriteTx& tx) {
                    return tx.auth_requests().remove_messages(now, kBatchRows);
                  }));
  DOORWARD_CO_TRY(run.auth_requests, co_await repeat("retention.auth_requests", [&](WriteTx& tx) {
                    return tx.auth_requests().remove_before(now - settings_.auth_requests, kBatchRows);
                  }));
  DOORWARD_CO_TRY(const std::int64_t unfinished,
                  co_await repeat("retention.unfinished_auth_requests", [&](WriteTx& tx) {
                    return tx.auth_requests().remove_unfinished_before(now - kUnfinishedAuthRequests, kBatchRows);
                  }));
  run.auth_requests += unfinished;
  DOORWARD_CO_TRY(run.deliveries, co_await repeat("retention.deliveries", [&](WriteTx& tx) {
                    return tx.deliveries().remove_before(now - settings_.deliveries, kBatchRows);
                  }));
  DOORWARD_CO_TRY(run.events, co_await repeat("retention.events", [&](WriteTx& tx) {
                    return tx.changes().remove_before(now - settings_.events, kBatchRows);
                  }));
  DOORWARD_CO_CHECK(co_await forget_sign_ins(now));
  co_return run;
}

task<Result<void>> Retention::forget_sign_ins(Timestamp now) {
  bool more = true;
  while (more && !stopping_.load()) {
    DOORWARD_CO_TRY(more, co_await store_.write("retention.sign_ins", {}, [&](WriteTx& tx) {
      return tx.sign_in().purge(now, now - settings_.sign_ins, kBatchRows);
    }));
  }
  co_return Result<void>();
}

}  // namespace doorward
