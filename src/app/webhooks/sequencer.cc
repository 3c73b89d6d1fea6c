#include "app/webhooks/sequencer.h"

#include <utility>

#include "app/webhooks/subscription.h"

namespace doorward {

task<Result<std::int64_t>> Sequencer::run_batch(StoreOptions options) {
  co_return co_await store_.write("feed.sequence", std::move(options), [&](WriteTx& tx) -> Result<std::int64_t> {
    DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
    if (!alone) return 0;
    DOORWARD_TRY(const auto changes, tx.changes().unsequenced(kBatchRecords));
    if (changes.empty()) return 0;
    DOORWARD_CHECK(tx.changes().sequence(changes));
    DOORWARD_TRY(const auto endpoints, tx.webhook_endpoints().enabled());
    const auto deliveries = deliveries_for(changes, endpoints, clock_.now());
    if (!deliveries.empty()) DOORWARD_CHECK(tx.deliveries().insert(deliveries));
    return static_cast<std::int64_t>(changes.size());
  });
}

}  // namespace doorward
