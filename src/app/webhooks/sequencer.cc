#include "app/webhooks/sequencer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/webhooks/subscription.h"

namespace doorward {

Result<SequenceState> sequence_batch(WriteTx& tx, Timestamp now) {
  DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
  if (!alone) return SequenceState::kBusy;
  DOORWARD_TRY(auto changes, tx.changes().unsequenced(kSequenceBatchRecords));
  if (changes.empty()) return SequenceState::kUpToDate;
  // After the records: where each statement sees what was committed before it, the other order would miss an endpoint
  // that was made before one of these records.
  DOORWARD_TRY(const auto endpoints, tx.webhook_endpoints().enabled());
  const auto subscribers = std::max<std::int64_t>(1, std::ssize(endpoints));
  const auto limit = std::clamp<std::int64_t>(kSequenceBatchDeliveries / subscribers, 1, kSequenceBatchRecords);
  const bool more = std::ssize(changes) >= limit;
  if (std::ssize(changes) > limit) changes.resize(static_cast<std::size_t>(limit));
  DOORWARD_CHECK(tx.changes().sequence(changes));
  const auto deliveries = deliveries_for(changes, endpoints, now);
  if (!deliveries.empty()) DOORWARD_CHECK(tx.deliveries().insert(deliveries));
  return more ? SequenceState::kMoreLeft : SequenceState::kUpToDate;
}

task<Result<SequenceState>> Sequencer::run_batch(StoreOptions options) {
  co_return co_await store_.write("feed.sequence", std::move(options),
                                  [&](WriteTx& tx) { return sequence_batch(tx, clock_.now()); });
}

}  // namespace doorward
