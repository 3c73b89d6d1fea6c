#include "app/webhooks/prepared_run.h"

#include <algorithm>
#include <utility>

#include "app/webhooks/message.h"
#include "protocol/webhook/event.h"
#include "protocol/webhook/sample.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

// The records of a run are read in one go unless its filter left out more than this many for each that it let pass.
constexpr std::int64_t kMaxSpread = 2;

// Made anew for each attempt: the sample is the same every time.
std::string test_body(const Delivery& delivery) {
  std::string body = webhook::render_event(
      webhook::sample_change(delivery.event_type, delivery.environment_id, delivery.event_id, delivery.create_time));
  body.insert(body.size() - 1, R"(, "test": true)");
  return body;
}

// The records from the first to the last delivery of a run that are still there, in order.
Result<std::vector<ChangeRecord>> records_of(const ReadTx& tx, const DeliveryRun& run) {
  const auto& [claim, deliveries, failing] = run;
  if (claim.owner_id == kTestOwner) return std::vector<ChangeRecord>();
  const std::int64_t first = deliveries.front().owner_seq;
  const std::int64_t span = deliveries.back().owner_seq - first + 1;
  if (span <= kMaxSpread * std::ssize(deliveries)) {
    return tx.changes().history(claim.environment_id, claim.owner_id, first - 1, span);
  }
  std::vector<ChangeRecord> records;
  for (const Delivery& delivery : deliveries) {
    DOORWARD_TRY(auto record, tx.changes().find(claim.environment_id, claim.owner_id, delivery.owner_seq));
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

// `records` are in order.
std::optional<std::string> body_of(const Delivery& delivery, const std::vector<ChangeRecord>& records) {
  if (delivery.owner_id == kTestOwner) return test_body(delivery);
  const auto record = std::ranges::lower_bound(records, delivery.owner_seq, {}, &ChangeRecord::owner_seq);
  const bool there = record != records.end() && record->owner_seq == delivery.owner_seq;
  if (!there || (!record->before && !record->after)) return std::nullopt;
  return webhook::render_event(*record);
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
  std::vector<PreparedRun> prepared;
  for (const DeliveryRun& run : runs) {
    const QueueClaim& claim = run.claim;
    PreparedRun ready{.claim = claim, .failing = run.failing};
    DOORWARD_TRY(ready.endpoint, tx.webhook_endpoints().find(claim.environment_id, claim.endpoint_id));
    DOORWARD_TRY(ready.secrets, tx.webhook_endpoints().secrets(claim.environment_id, claim.endpoint_id, now));
    DOORWARD_TRY(const auto records, records_of(tx, run));
    std::size_t bytes = 0;
    for (const Delivery& delivery : run.deliveries) {
      ready.deliveries.push_back({.delivery = delivery, .body = body_of(delivery, records)});
      if (const auto& body = ready.deliveries.back().body) bytes += body->size();
      if (bytes > kMaxRunBytes) break;
    }
    prepared.push_back(std::move(ready));
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
