#include "app/webhooks/sequencer.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "app/webhooks/subscription.h"

namespace doorward {
namespace {

// Endpoints that may be owed one of `changes`, by environment.
Result<std::map<EnvironmentId, std::vector<WebhookEndpoint>>> subscribers(
    const WebhookEndpointRepository& endpoints, const std::vector<UnsequencedChange>& changes) {
  std::map<EnvironmentId, std::set<OrganizationId>> organizations;
  for (const UnsequencedChange& change : changes) {
    if (!change.event_type.empty()) organizations[change.environment_id].insert(change.organization_id);
  }
  std::map<EnvironmentId, std::vector<WebhookEndpoint>> found;
  for (const auto& [environment, of_it] : organizations) {
    DOORWARD_TRY(found[environment], endpoints.subscribed(environment, of_it));
  }
  return found;
}

}  // namespace

Result<SequenceState> sequence_batch(WriteTx& tx, Timestamp now) {
  DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
  if (!alone) return SequenceState::kBusy;
  DOORWARD_TRY(auto changes, tx.changes().unsequenced(kSequenceBatchRecords));
  if (changes.empty()) return SequenceState::kUpToDate;
  // After the records: where each statement sees what was committed before it, the other order would miss an endpoint
  // that was made before one of these records.
  DOORWARD_TRY(const auto endpoints, subscribers(tx.webhook_endpoints(), changes));
  std::vector<Delivery> deliveries;
  std::size_t taken = 0;
  while (taken < changes.size() && std::ssize(deliveries) < kSequenceBatchDeliveries) {
    const UnsequencedChange& change = changes[taken++];
    const auto of_environment = endpoints.find(change.environment_id);
    if (of_environment == endpoints.end()) continue;
    std::ranges::move(deliveries_for({&change, 1}, of_environment->second, now), std::back_inserter(deliveries));
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
