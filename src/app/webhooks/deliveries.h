// Use cases of the deliveries that an endpoint is owed: the log, sending again, and test events.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/jobs/job_runner.h"
#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/job.h"
#include "domain/webhook.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// Test events that one endpoint takes in any such time; over all nodes.
inline constexpr std::int64_t kMaxTestEvents = 10;
inline constexpr Duration kTestEventWindow = std::chrono::minutes(1);

// Deliveries that one transaction of a resent range takes up.
inline constexpr std::int64_t kResendBatch = 200;
inline constexpr std::string_view kResendJob = "webhook.resend";

struct DeliveryList {
  std::vector<Delivery> deliveries;  // newest first
  std::string next_page_token;
  std::string prev_page_token;
};

struct DeliveryDetail {
  Delivery delivery;
  std::optional<Timestamp> next_attempt_at;  // absent: no attempt is to come, or others of its queue come first
  std::vector<DeliveryAttempt> attempts;     // oldest first
  std::optional<std::string> body;           // of the request; absent: the event was erased
};

struct ResendRange {
  Timestamp since;                                // of when the deliveries were made
  Timestamp until;                                // exclusive
  std::string event_type;                         // empty: any
  std::optional<OrganizationId> organization_id;  // of the event
  bool only_failed = true;                        // else also delivered, parked and cancelled ones
};

struct TestDelivery {
  EventId event_id;
  DeliveryStatus status = DeliveryStatus::kDelivered;
  // As recorded. What found no receiver (closed, filtered, timed out) has one error, target_unreachable, and a latency
  // rounded up to kTestLatencyStep, so that a test is no port scanner.
  DeliveryAttempt attempt;
};
inline constexpr Duration kTestLatencyStep = std::chrono::seconds(10);

// All methods: the caller's environment bounds what can be seen; kWebhookEndpointNotFound for an endpoint and
// kDeliveryNotFound for a delivery that it does not have. A delivery is named by endpoint and event: the event's id is
// the webhook-id, and stays it however often the delivery is sent.
class WebhookDeliveries {
 public:
  // `claimant` as in DeliverySettings.
  WebhookDeliveries(Store& store, Clock& clock, Ids& ids, const SecretBox& secrets, HttpClient& http, const Mac& mac,
                    std::string claimant)
      : store_(store),
        clock_(clock),
        ids_(ids),
        secrets_(secrets),
        http_(http),
        page_tokens_(mac),
        claimant_(std::move(claimant)) {}

  task<Result<DeliveryList>> list(const Caller& by, WebhookEndpointId endpoint, DeliveryFilter filter,
                                  std::uint32_t page_size, std::string page_token);
  task<Result<DeliveryDetail>> get(const Caller& by, WebhookEndpointId endpoint, EventId event);

  // Sends it again by itself, at once and, while that fails, on the endpoint's schedule from its beginning. The
  // delivery as it then waits. A parked one, or one resent before, begins anew. Refused: kDeliveryPending (it still
  // waits in its queue and goes out in its order), kEventErased, kWebhookEndpointDisabled.
  task<Result<Delivery>> resend(const Caller& by, WebhookEndpointId endpoint, EventId event);

  // The same for every delivery in the range but those in their queue, those resent before and still waiting, and
  // erased events; as a durable job, oldest first. kInvalidArgument at `until` for an empty range,
  // kWebhookEndpointDisabled, kResendRunning while an earlier range of the endpoint is not done.
  task<Result<JobId>> resend_range(const Caller& by, WebhookEndpointId endpoint, ResendRange range);

  // Sends a sample event of the type (one of webhook::event_types()) to the endpoint, whatever its filters, signed,
  // sent and recorded like any other, once, and waits for the answer: for kWebhookTimeout at most. Its body has
  // `"test": true`. An answer other than 2xx is a result, no error. Also for a disabled endpoint: a person tries it
  // before enabling it. Errors: kInvalidArgument at `event_type`, kRateLimited with retry_after, kCancelled when the
  // server is shutting down (the test is then sent after the next start).
  task<Result<TestDelivery>> send_test(const Caller& by, WebhookEndpointId endpoint, std::string event_type);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
  const SecretBox& secrets_;
  HttpClient& http_;
  PageTokens page_tokens_;
  std::string claimant_;
};

// One batch of a kResendJob; the handler for JobRunner.
void handle_resend_jobs(JobRunner& runner, Clock& clock);

}  // namespace doorward
