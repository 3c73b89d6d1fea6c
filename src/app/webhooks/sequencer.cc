#include "app/webhooks/sequencer.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "app/webhooks/subscription.h"

namespace doorward {
namespace {

// Endpoints that may be owed a change, read once for each organization that a batch has.
class Subscribers {
 public:
  explicit Subscribers(const WebhookEndpointRepository& endpoints) : endpoints_(endpoints) {}

  Result<void> add_deliveries(const UnsequencedChange& change, Timestamp now, std::vector<Delivery>& deliveries) {
    if (change.event_type.empty()) return {};
    DOORWARD_CHECK(add(change, std::nullopt, now, deliveries));
    if (change.organization_id.empty()) return {};
    return add(change, change.organization_id, now, deliveries);
  }

 private:
  using Filter = std::pair<EnvironmentId, std::optional<OrganizationId>>;

  Result<void> add(const UnsequencedChange& change, const std::optional<OrganizationId>& organization, Timestamp now,
                   std::vector<Delivery>& deliveries) {
    const auto [found, is_new] = read_.try_emplace(Filter(change.environment_id, organization));
    if (is_new) {
      DOORWARD_TRY(found->second, endpoints_.subscribed(change.environment_id, organization));
    }
    std::ranges::move(deliveries_for({&change, 1}, found->second, now), std::back_inserter(deliveries));
    return {};
  }

  const WebhookEndpointRepository& endpoints_;
  std::map<Filter, std::vector<WebhookEndpoint>> read_;
};

}  // namespace

Result<SequenceState> sequence_batch(WriteTx& tx, Timestamp now) {
  DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
  if (!alone) return SequenceState::kBusy;
  DOORWARD_TRY(auto changes, tx.changes().unsequenced(kSequenceBatchRecords));
  if (changes.empty()) return SequenceState::kUpToDate;
  // After the records: where each statement sees what was committed before it, the other order would miss an endpoint
  // that was made before one of these records.
  Subscribers subscribers(tx.webhook_endpoints());
  std::vector<Delivery> deliveries;
  std::size_t taken = 0;
  while (taken < changes.size() && std::ssize(deliveries) < kSequenceBatchDeliveries) {
    DOORWARD_CHECK(subscribers.add_deliveries(changes[taken++], now, deliveries));
  }
  const bool more = taken < changes.size() || std::ssize(changes) == kSequenceBatchRecords;
  changes.resize(taken);
  DOORWARD_CHECK(tx.changes().sequence(changes));
  if (!deliveries.empty()) DOORWARD_CHECK(tx.deliveries().insert(deliveries));
  return more ? SequenceState::kMoreLeft : SequenceState::kUpToDate;
}

task<Result<SequenceState>> Sequencer::run_batch(StoreOptions options) {
  co_return co_await store_.write("feed.sequence", std::move(options),
                                  [&](WriteTx& tx) { return sequence_batch(tx, clock_.now()); });
}

}  // namespace doorward
