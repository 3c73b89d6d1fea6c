#include "app/webhooks/deliveries.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/webhooks/attempt.h"
#include "app/webhooks/endpoint_rules.h"
#include "app/webhooks/message.h"
#include "app/webhooks/prepared_run.h"
#include "app/webhooks/resend_job.h"
#include "protocol/webhook/event.h"

namespace doorward {
namespace {

// Another process may take the test up after this: longer than an attempt lasts.
constexpr Duration kTestClaimTime = kWebhookTimeout + std::chrono::seconds(20);

Keyset position(const Delivery& delivery) { return {delivery.create_time, delivery.event_id.str()}; }

std::string time_text(const std::optional<Timestamp>& time) { return time ? fmt::to_string(to_micros(*time)) : ""; }

std::string list_scope(const Caller& by, const WebhookEndpointId& endpoint, const DeliveryFilter& filter) {
  std::string statuses;
  for (const DeliveryStatus status : filter.statuses) statuses += fmt::format("{},", static_cast<int>(status));
  return page_scope({"webhook_deliveries", by.environment_id.str(), by.id, endpoint.str(), statuses, filter.event_type,
                     filter.organization_id ? filter.organization_id->str() : "", time_text(filter.since),
                     time_text(filter.until)});
}

Result<Delivery> find_delivery(const DeliveryRepository& deliveries, const EnvironmentId& environment,
                               const WebhookEndpointId& endpoint, const EventId& event) {
  DOORWARD_TRY(auto found, deliveries.find(environment, endpoint, event));
  if (!found) return failure(Reason::kDeliveryNotFound, "delivery not found");
  return std::move(*found);
}

Result<void> check_enabled(const WebhookEndpoint& endpoint) {
  if (endpoint.enabled) return {};
  return failure(Reason::kWebhookEndpointDisabled, "The webhook endpoint is disabled: enable it first.");
}

DeliveryRun run_of(const Delivery& delivery, const std::string& claimant, Timestamp until) {
  return {.claim = {.environment_id = delivery.environment_id,
                    .endpoint_id = delivery.endpoint_id,
                    .owner_id = delivery.owner_id,
                    .solo_seq = delivery.owner_seq,
                    .claimant = claimant,
                    .until = until},
          .deliveries = {delivery}};
}

// Whether the port is closed, filtered or silent stays our secret.
void blur(DeliveryAttempt& attempt) {
  const auto is = [&](Reason reason) { return attempt.error == reason_name(reason); };
  if (!is(Reason::kTargetUnreachable) && !is(Reason::kDeadlineExceeded)) return;
  attempt.error = reason_name(Reason::kTargetUnreachable);
  attempt.latency_micros = kTestLatencyStep.count();
}

// Refuses the test that would be one too many. Numbers of one endpoint's tests differ also at the same moment.
Result<Delivery> new_test(WriteTx& tx, const WebhookEndpoint& endpoint, const EventId& event,
                          const std::string& event_type, Timestamp now) {
  DOORWARD_TRY(const std::int64_t recent,
               tx.deliveries().tests_since(endpoint.environment_id, endpoint.id, now - kTestEventWindow));
  if (recent >= kMaxTestEvents) {
    Error error = make_error(Reason::kRateLimited,
                             fmt::format("There were {} test events in the last minute, which is the limit.", recent));
    error.retry_after_seconds =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(kTestEventWindow).count());
    return failure(std::move(error));
  }
  return Delivery{.environment_id = endpoint.environment_id,
                  .endpoint_id = endpoint.id,
                  .owner_id = std::string(kTestOwner),
                  .owner_seq = to_micros(now) + recent,
                  .event_id = event,
                  .event_type = event_type,
                  .organization_id = endpoint.organization_id.value_or(OrganizationId()),
                  .status = DeliveryStatus::kResending,
                  .out_of_order = true,
                  .create_time = now};
}

}  // namespace

task<Result<DeliveryList>> WebhookDeliveries::list(const Caller& by, WebhookEndpointId endpoint, DeliveryFilter filter,
                                                   std::uint32_t page_size, std::string page_token) {
  std::ranges::sort(filter.statuses);
  const auto repeated = std::ranges::unique(filter.statuses);
  filter.statuses.erase(repeated.begin(), repeated.end());
  const std::string scope = list_scope(by, endpoint, filter);
  DOORWARD_CO_TRY(const PageRequest request, page_tokens_.parse(scope, page_size, page_token));
  co_return co_await store_.read(
      "webhook_delivery.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DeliveryList> {
        DOORWARD_CHECK(find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_TRY(auto page, tx.deliveries().list(by.environment_id, endpoint, filter, request));
        DeliveryList list{.next_page_token = page_tokens_.next(scope, page, position),
                          .prev_page_token = page_tokens_.previous(scope, page, position)};
        list.deliveries = std::move(page.items);
        return list;
      });
}

task<Result<DeliveryDetail>> WebhookDeliveries::get(const Caller& by, WebhookEndpointId endpoint, EventId event) {
  co_return co_await store_.read(
      "webhook_delivery.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DeliveryDetail> {
        DOORWARD_CHECK(find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DeliveryDetail detail;
        DOORWARD_TRY(detail.delivery, find_delivery(tx.deliveries(), by.environment_id, endpoint, event));
        DOORWARD_TRY(detail.next_attempt_at, tx.deliveries().next_attempt(detail.delivery));
        DOORWARD_TRY(detail.attempts, tx.deliveries().attempts(by.environment_id, endpoint, event));
        DOORWARD_TRY(auto prepared, prepare_runs(tx, {run_of(detail.delivery, claimant_, {})}, clock_.now()));
        detail.body = std::move(prepared.at(0).deliveries.at(0).body);
        return detail;
      });
}

task<Result<Delivery>> WebhookDeliveries::resend(const Caller& by, WebhookEndpointId endpoint, EventId event) {
  const Timestamp now = clock_.now();
  co_return co_await store_.write(
      "webhook_delivery.resend", {.deadline = by.deadline, .serial_key = endpoint.str()},
      [&](WriteTx& tx) -> Result<Delivery> {
        DOORWARD_TRY(const auto owed_to, find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_CHECK(check_enabled(owed_to));
        DOORWARD_TRY(Delivery delivery, find_delivery(tx.deliveries(), by.environment_id, endpoint, event));
        if (delivery.status == DeliveryStatus::kPending) {
          return failure(Reason::kDeliveryPending, "The delivery waits in its queue and goes out in its order.");
        }
        DOORWARD_TRY(const bool there, is_event_there(tx.changes(), delivery));
        if (!there) return failure(Reason::kEventErased, "The event was erased.");
        DOORWARD_CHECK(tx.deliveries().resend({delivery}, now));
        return find_delivery(tx.deliveries(), by.environment_id, endpoint, event);
      });
}

task<Result<JobId>> WebhookDeliveries::resend_range(const Caller& by, WebhookEndpointId endpoint, ResendRange range) {
  const Timestamp now = clock_.now();
  range.until = std::min(range.until, now);
  if (range.until <= range.since) {
    co_return failure(invalid_field("until", "Name a moment after `since`; the range is empty.", "resend_range.empty"));
  }
  const Job job = resend_job(ids_.next<JobId>(), ids_.next<TransactionId>(), by.environment_id, endpoint, range, now);
  co_return co_await store_.write(
      "webhook_delivery.resend_range", {.deadline = by.deadline, .serial_key = endpoint.str()},
      [&](WriteTx& tx) -> Result<JobId> {
        DOORWARD_TRY(const auto owed_to, lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_CHECK(check_enabled(owed_to));
        DOORWARD_TRY(const bool running, tx.jobs().pending(by.environment_id, endpoint.str(), std::string(kResendJob)));
        if (running) return failure(Reason::kResendRunning, "An earlier range of this endpoint is still being sent.");
        DOORWARD_CHECK(tx.jobs().insert(job));
        return job.id;
      });
}

task<Result<TestDelivery>> WebhookDeliveries::send_test(const Caller& by, WebhookEndpointId endpoint,
                                                        std::string event_type) {
  if (!webhook::is_event_type(event_type)) {
    co_return failure(invalid_field("event_type", "There is no such event type.", "string.in"));
  }
  const Timestamp now = clock_.now();
  const EventId event = ids_.next<EventId>();
  DOORWARD_CO_TRY(
      const DeliveryRun run,
      co_await store_.write("webhook_delivery.test", {.deadline = by.deadline, .serial_key = endpoint.str()},
                            [&](WriteTx& tx) -> Result<DeliveryRun> {
                              DOORWARD_TRY(const auto to,
                                           lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
                              DOORWARD_TRY(const Delivery test, new_test(tx, to, event, event_type, now));
                              DeliveryRun made = run_of(test, claimant_, now + kTestClaimTime);
                              DOORWARD_CHECK(tx.deliveries().insert_claimed(test, made.claim));
                              return made;
                            }));
  DOORWARD_CO_TRY(auto prepared, co_await store_.read("webhook_delivery.load_test", {},
                                                      [&](const ReadTx& tx) { return prepare_runs(tx, {run}, now); }));
  PreparedRun& ready = prepared.at(0);
  auto request = take_request(ready, 0, open_secrets(ready, secrets_), now);
  auto finished =
      co_await make_attempt(http_, clock_, std::move(request), run.deliveries.at(0), ready.schedule(), /*jitter=*/0);
  if (finished) blur(finished->attempt);
  RunProgress progress{.claim = run.claim, .ended = true};
  if (finished) progress.finished.push_back(*finished);
  DOORWARD_CO_CHECK(co_await store_.write("webhook_delivery.record_test", {},
                                          [&](WriteTx& tx) { return tx.deliveries().record({progress}); }));
  if (!finished) co_return failure(Reason::kCancelled, "The server is shutting down.");
  co_return TestDelivery{.event_id = event, .status = finished->outcome.status, .attempt = finished->attempt};
}

}  // namespace doorward
