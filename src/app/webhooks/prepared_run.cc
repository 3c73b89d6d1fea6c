#include "app/webhooks/prepared_run.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "app/webhooks/message.h"
#include "protocol/webhook/event.h"
#include "protocol/webhook/sample.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

// Records in memory at a time while bodies are made of them, and runs of one history so that each is read once.
constexpr std::size_t kRecordsAtOnce = 64;

// Made anew for each attempt: the sample is the same every time.
std::string test_body(const Delivery& delivery) {
  std::string body = webhook::render_event(
      webhook::sample_change(delivery.event_type, delivery.environment_id, delivery.event_id, delivery.create_time));
  body.insert(body.size() - 1, R"(, "test": true)");
  return body;
}

ChangePlace place_of(const Delivery& delivery) {
  return {delivery.environment_id, delivery.owner_id, delivery.owner_seq};
}

// The bodies of events, made once for all endpoints that are owed them.
class Bodies {
 public:
  explicit Bodies(const ReadTx& tx) : tx_(tx) {}

  // Makes those of a run. What was made for earlier ones may go.
  Result<void> load(const DeliveryRun& run) {
    std::set<ChangePlace> missing;
    for (const Delivery& delivery : run.deliveries) {
      if (delivery.owner_id != kTestOwner && !made_.contains(place_of(delivery))) missing.insert(place_of(delivery));
    }
    if (missing.empty()) return {};
    if (made_.size() + missing.size() > kRecordsAtOnce) {
      made_.clear();
      for (const Delivery& delivery : run.deliveries) missing.insert(place_of(delivery));
    }
    DOORWARD_TRY(const auto records, tx_.changes().find_each(missing));
    for (const ChangePlace& place : missing) {
      const auto record = records.find(place);
      const bool there = record != records.end() && (record->second.before || record->second.after);
      made_[place] = there ? std::optional(webhook::render_event(record->second)) : std::nullopt;
    }
    return {};
  }

  std::optional<std::string> of(const Delivery& delivery) const {
    if (delivery.owner_id == kTestOwner) return test_body(delivery);
    return made_.at(place_of(delivery));
  }

 private:
  const ReadTx& tx_;
  std::map<ChangePlace, std::optional<std::string>> made_;
};

// Runs of one history together, so that an event that goes to several endpoints is read and rendered once.
std::vector<std::size_t> by_history(const std::vector<DeliveryRun>& runs) {
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return place_of(runs[i].deliveries.front()); });
  return order;
}

}  // namespace

std::size_t PreparedRun::body_bytes() const {
  std::size_t bytes = 0;
  for (const auto& delivery : deliveries) bytes += delivery.body ? delivery.body->size() : 0;
  return bytes;
}

bool PreparedRun::must_wait() const { return endpoint && !endpoint->enabled && claim.owner_id != kTestOwner; }

RetrySchedule PreparedRun::schedule() const {
  if (claim.owner_id == kTestOwner) return {.delays = {Duration::zero()}};
  return endpoint ? endpoint->retry_schedule : RetrySchedule::standard();
}

Result<std::vector<PreparedRun>> prepare_runs(const ReadTx& tx, const std::vector<DeliveryRun>& runs, Timestamp now) {
  std::set<WebhookEndpointKey> keys;
  for (const DeliveryRun& run : runs) keys.emplace(run.claim.environment_id, run.claim.endpoint_id);
  DOORWARD_TRY(const auto endpoints, tx.webhook_endpoints().find_each(keys));
  DOORWARD_TRY(const auto secrets, tx.webhook_endpoints().secrets_of_each(keys, now));
  Bodies bodies(tx);
  std::vector<PreparedRun> prepared(runs.size());
  for (const std::size_t i : by_history(runs)) {
    const DeliveryRun& run = runs[i];
    const WebhookEndpointKey key(run.claim.environment_id, run.claim.endpoint_id);
    PreparedRun& ready = prepared[i];
    ready.claim = run.claim;
    ready.failing = run.failing;
    if (const auto found = endpoints.find(key); found != endpoints.end()) ready.endpoint = found->second;
    if (const auto found = secrets.find(key); found != secrets.end()) ready.secrets = found->second;
    DOORWARD_CHECK(bodies.load(run));
    std::size_t bytes = 0;
    for (const Delivery& delivery : run.deliveries) {
      ready.deliveries.push_back({.delivery = delivery, .body = bodies.of(delivery)});
      if (const auto& body = ready.deliveries.back().body) bytes += body->size();
      if (bytes > kMaxRunBytes) break;
    }
  }
  return prepared;
}

Result<std::vector<Secret<std::string>>> open_secrets(const PreparedRun& run, const SecretBox& secrets) {
  std::vector<Secret<std::string>> keys;
  for (const auto& secret : run.secrets) {
    DOORWARD_TRY(const auto text, secrets.open(place_of(secret.id), secret.sealed_secret));
    auto key = webhook::parse_secret(text);
    if (!key) return failure(Reason::kSecretUnreadable, "the webhook's secret is unreadable");
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return failure(Reason::kSecretUnreadable, "the webhook has no secret");
  return keys;
}

Result<HttpRequest> take_request(PreparedRun& run, std::size_t index,
                                 const Result<std::vector<Secret<std::string>>>& keys, Timestamp sent_at) {
  if (!run.endpoint) return failure(Reason::kWebhookEndpointNotFound, "webhook endpoint not found");
  PreparedDelivery& prepared = run.deliveries.at(index);
  if (!prepared.body) return failure(Reason::kEventErased, "the event was erased");
  if (!keys) return tl::unexpected(keys.error());
  return webhook_request(*run.endpoint, prepared.delivery.event_id, std::move(*prepared.body), *keys, sent_at);
}

}  // namespace doorward
