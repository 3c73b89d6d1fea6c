#include "app/webhooks/sequencer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/webhooks/subscription.h"

namespace doorward {

task<Result<bool>> Sequencer::run_batch(StoreOptions options) {
  co_return co_await store_.write("feed.sequence", std::move(options), [&](WriteTx& tx) -> Result<bool> {
    DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
    if (!alone) return false;
    DOORWARD_TRY(const auto endpoints, tx.webhook_endpoints().enabled());
    const auto subscribers = std::max<std::int64_t>(1, std::ssize(endpoints));
    const auto limit = std::clamp<std::int64_t>(kBatchDeliveries / subscribers, 1, kBatchRecords);
    DOORWARD_TRY(const auto changes, tx.changes().unsequenced(limit));
    if (changes.empty()) return false;
    DOORWARD_CHECK(tx.changes().sequence(changes));
    const auto deliveries = deliveries_for(changes, endpoints, clock_.now());
    if (!deliveries.empty()) DOORWARD_CHECK(tx.deliveries().insert(deliveries));
    return std::ssize(changes) == limit;
  });
}

}  // namespace doorward
