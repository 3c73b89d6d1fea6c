#include "app/webhooks/webhook_endpoints.h"

#include <fmt/format.h>

#include <utility>

#include "app/changes/record.h"
#include "app/webhooks/deliveries.h"
#include "app/webhooks/endpoint_rules.h"
#include "app/webhooks/removal_job.h"
#include "app/webhooks/sequencer.h"
#include "app/webhooks/webhook_secrets.h"
#include "domain/webhook_snapshot.h"

namespace doorward {
namespace {

// Tries at most to insert an endpoint while nothing waits for the sequencer.
constexpr int kInsertAttempts = 32;

// An endpoint is owed what is committed after it, not what merely waits to be sequenced: so it goes in when nothing
// waits, or `regardless`. False when something still waits; then this transaction has brought the feed forward.
Result<bool> insert_behind_feed(WriteTx& tx, const WebhookEndpoint& endpoint, const WebhookSecret& secret,
                                const std::vector<ChangeRecord>& records, Timestamp now, bool regardless) {
  DOORWARD_TRY(const std::int64_t existing, tx.webhook_endpoints().count(endpoint.environment_id));
  if (existing >= kMaxWebhookEndpoints) {
    return failure(Reason::kWebhookEndpointLimit,
                   fmt::format("There are {} webhook endpoints already, which is the limit.", existing));
  }
  DOORWARD_CHECK(check_organization_filter(tx.organizations(), endpoint));
  DOORWARD_TRY(const SequenceState feed, sequence_batch(tx, now));
  if (feed != SequenceState::kUpToDate && !regardless) return false;
  DOORWARD_CHECK(tx.webhook_endpoints().insert(endpoint));
  DOORWARD_CHECK(tx.webhook_endpoints().insert_secret(secret));
  for (const ChangeRecord& record : records) DOORWARD_CHECK(tx.changes().append(record));
  return true;
}

void apply(const WebhookEndpointPatch& patch, WebhookEndpoint& endpoint) {
  if (patch.url && *patch.url != endpoint.url) {
    endpoint.url = *patch.url;
    endpoint.failing_since.reset();  // that was another receiver
  }
  if (patch.description) endpoint.description = *patch.description;
  if (patch.event_types) endpoint.event_types = *patch.event_types;
  if (patch.enabled && *patch.enabled != endpoint.enabled) {
    endpoint.enabled = *patch.enabled;
    endpoint.disabled_reason.clear();
    endpoint.failing_since.reset();
  }
  if (patch.organization_id) {
    endpoint.organization_id = patch.organization_id->empty() ? std::nullopt : patch.organization_id;
  }
}

ChangeOp op_of(const WebhookEndpoint& before, const WebhookEndpoint& after) {
  if (before.enabled == after.enabled) return ChangeOp::kUpdate;
  return after.enabled ? ChangeOp::kEnable : ChangeOp::kDisable;
}

std::string list_scope(const Caller& by) { return page_scope({"webhook_endpoints", by.environment_id.str(), by.id}); }

Keyset position(const WebhookEndpoint& endpoint) { return {endpoint.create_time, endpoint.id.str()}; }

}  // namespace

task<Result<CreatedWebhookEndpoint>> WebhookEndpoints::create(const Caller& by, NewWebhookEndpoint input) {
  DOORWARD_CO_CHECK(check_webhook_url(http_, input.url));
  DOORWARD_CO_CHECK(check_webhook_description(input.description));
  DOORWARD_CO_CHECK(check_event_types(input.event_types));
  DOORWARD_CO_TRY(RetrySchedule schedule, RetrySchedule::parse(input.retry_schedule));
  const Timestamp now = clock_.now();
  const WebhookEndpoint endpoint{.environment_id = by.environment_id,
                                 .id = ids_.next<WebhookEndpointId>(),
                                 .url = std::move(input.url),
                                 .description = std::move(input.description),
                                 .event_types = std::move(input.event_types),
                                 .organization_id = std::move(input.organization_id),
                                 .retry_schedule = std::move(schedule),
                                 .enabled = input.enabled,
                                 .create_time = now,
                                 .update_time = now};
  DOORWARD_CO_TRY(const MadeWebhookSecret secret,
                  make_webhook_secret(endpoint.environment_id, endpoint.id, ids_.next<WebhookSecretId>(),
                                      std::move(input.secret), random_, secrets_, now));
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const std::vector<ChangeRecord> records = {
      *record_change(context, ids_.next<EventId>(), subject_of(endpoint), ChangeOp::kCreate, std::nullopt,
                     webhook_endpoint_snapshot(endpoint)),
      *record_change(context, ids_.next<EventId>(), subject_of(secret.row), ChangeOp::kCreate, std::nullopt,
                     webhook_secret_snapshot(secret.row))};

  bool inserted = false;
  for (int attempt = 1; !inserted; ++attempt) {
    const bool regardless = attempt == kInsertAttempts;
    DOORWARD_CO_TRY(inserted,
                    co_await store_.write("webhook_endpoint.create", {.deadline = by.deadline}, [&](WriteTx& tx) {
                      return insert_behind_feed(tx, endpoint, secret.row, records, now, regardless);
                    }));
  }
  co_return CreatedWebhookEndpoint{.endpoint = endpoint, .secret = secret.value};
}

task<Result<WebhookEndpoint>> WebhookEndpoints::get(const Caller& by, WebhookEndpointId id) {
  co_return co_await store_.read("webhook_endpoint.get", {.deadline = by.deadline}, [&](const ReadTx& tx) {
    return find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, id);
  });
}

task<Result<WebhookEndpointList>> WebhookEndpoints::list(const Caller& by, std::uint32_t page_size,
                                                         std::string page_token) {
  const std::string scope = list_scope(by);
  DOORWARD_CO_TRY(const PageRequest request, page_tokens_.parse(scope, page_size, page_token));
  co_return co_await store_.read(
      "webhook_endpoint.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<WebhookEndpointList> {
        DOORWARD_TRY(auto page, tx.webhook_endpoints().list(by.environment_id, request));
        DOORWARD_TRY(const std::int64_t total, tx.webhook_endpoints().count(by.environment_id));
        WebhookEndpointList list{.total_size = total,
                                 .next_page_token = page_tokens_.next(scope, page, position),
                                 .prev_page_token = page_tokens_.previous(scope, page, position)};
        list.endpoints = std::move(page.items);
        return list;
      });
}

task<Result<WebhookHealth>> WebhookEndpoints::health(const Caller& by, WebhookEndpointId id) {
  const Timestamp since = clock_.now() - kHealthPeriod;
  co_return co_await store_.read(
      "webhook_endpoint.health", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<WebhookHealth> {
        DOORWARD_CHECK(find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, id));
        DOORWARD_TRY(WebhookHealth health, tx.webhook_endpoints().health(by.environment_id, id, since));
        DOORWARD_TRY(health.resend_running, tx.jobs().pending(by.environment_id, id.str(), std::string(kResendJob)));
        return health;
      });
}

task<Result<WebhookEndpoint>> WebhookEndpoints::update(const Caller& by, WebhookEndpointId id,
                                                       WebhookEndpointPatch patch) {
  if (patch.url) DOORWARD_CO_CHECK(check_webhook_url(http_, *patch.url));
  if (patch.description) DOORWARD_CO_CHECK(check_webhook_description(*patch.description));
  if (patch.event_types) DOORWARD_CO_CHECK(check_event_types(*patch.event_types));
  std::optional<RetrySchedule> schedule;
  if (patch.retry_schedule) {
    DOORWARD_CO_TRY(schedule, RetrySchedule::parse(*patch.retry_schedule));
  }
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write("webhook_endpoint.update", {.deadline = by.deadline, .serial_key = id.str()},
                                  [&](WriteTx& tx) -> Result<WebhookEndpoint> {
                                    DOORWARD_TRY(const WebhookEndpoint before,
                                                 lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, id));
                                    WebhookEndpoint after = before;
                                    apply(patch, after);
                                    if (schedule) after.retry_schedule = *schedule;
                                    if (patch.organization_id)
                                      DOORWARD_CHECK(check_organization_filter(tx.organizations(), after));
                                    after.update_time = now;
                                    auto record = record_change(context, event_id, subject_of(after),
                                                                op_of(before, after), webhook_endpoint_snapshot(before),
                                                                webhook_endpoint_snapshot(after));
                                    if (!record) return before;
                                    DOORWARD_CHECK(tx.webhook_endpoints().update(after));
                                    DOORWARD_CHECK(tx.changes().append(*std::move(record)));
                                    return after;
                                  });
}

task<Result<WebhookEndpoint>> WebhookEndpoints::set_enabled(const Caller& by, WebhookEndpointId id, bool enabled) {
  return update(by, std::move(id), {.enabled = enabled});
}

task<Result<void>> WebhookEndpoints::remove(const Caller& by, WebhookEndpointId id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  const Job cancelling = removal_job(ids_.next<JobId>(), context.txn, by.environment_id, id, now);
  co_return co_await store_.write(
      "webhook_endpoint.remove", {.deadline = by.deadline, .serial_key = id.str()}, [&](WriteTx& tx) -> Result<void> {
        DOORWARD_TRY(const WebhookEndpoint endpoint,
                     lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, id));
        DOORWARD_CHECK(tx.webhook_endpoints().remove(by.environment_id, id));
        DOORWARD_CHECK(tx.jobs().insert(cancelling));
        return tx.changes().append(*record_change(context, event_id, subject_of(endpoint), ChangeOp::kDelete,
                                                  webhook_endpoint_snapshot(endpoint), std::nullopt));
      });
}

}  // namespace doorward
