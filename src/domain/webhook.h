// Webhook endpoints of the application and the deliveries owed to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/retry_schedule.h"

namespace doorward {

struct WebhookEndpoint {
  EnvironmentId environment_id;
  WebhookEndpointId id;
  std::string url;
  std::string description;
  std::vector<std::string> event_types;           // filters (protocol/webhook/event.h); empty: all
  std::optional<OrganizationId> organization_id;  // only events of this organization
  RetrySchedule retry_schedule = RetrySchedule::standard();
  bool enabled = true;
  std::string disabled_reason;             // why Doorward itself switched it off: a name below; empty while enabled
  std::optional<Timestamp> failing_since;  // when the first attempt failed after which none has succeeded
  Timestamp create_time;
  Timestamp update_time;
};

// Values of WebhookEndpoint::disabled_reason; public interface.
inline constexpr std::string_view kDisabledByFailures = "failing";  // every attempt failed for days
inline constexpr std::string_view kDisabledByGone = "gone";         // it answered 410 Gone

struct WebhookSecret {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  WebhookSecretId id;
  std::string sealed_secret;  // envelope text; opens to "whsec_…"
  Timestamp create_time;
  std::optional<Timestamp> expire_time;
};

enum class DeliveryStatus : std::uint8_t {
  kPending = 0,    // waits in its queue: for its first attempt, or, at the head, for the next
  kDelivered = 1,  // answered with 2xx
  kFailed = 2,     // the schedule is used up
  kCancelled = 3,  // never to be sent: its endpoint or its event is gone, or it waited longer than deliveries are kept
  kParked = 4,     // failed as head for so long that it left the queue; is tried again by itself
  kResending = 5,  // to be sent again on request, by itself
};
inline constexpr DeliveryStatus kDeliveryStatuses[] = {DeliveryStatus::kPending, DeliveryStatus::kDelivered,
                                                       DeliveryStatus::kFailed,  DeliveryStatus::kCancelled,
                                                       DeliveryStatus::kParked,  DeliveryStatus::kResending};

// True while an attempt is to come.
constexpr bool is_waiting(DeliveryStatus status) {
  return status == DeliveryStatus::kPending || status == DeliveryStatus::kParked ||
         status == DeliveryStatus::kResending;
}

// One event owed to one endpoint. Deliveries of one owner (directory or organization) to one endpoint form a queue and
// go out in the order of owner_seq, one at a time. Parked ones, resends and test events go out by themselves.
struct Delivery {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  std::string owner_id;  // kTestOwner for a test event
  std::int64_t owner_seq = 0;
  EventId event_id;
  std::string event_type;
  OrganizationId organization_id;  // of the event; empty for events of the environment
  DeliveryStatus status = DeliveryStatus::kPending;
  std::int32_t attempts = 0;               // made so far
  std::int32_t round_begins = 0;           // of these, those before the latest resend: the schedule starts there
  std::optional<Timestamp> failing_since;  // first failed attempt of this round
  bool out_of_order = false;               // once parked or resent: later events may have gone out before it
  Timestamp create_time;
};

// Owner of deliveries of test events, which are in nobody's history; owner_seq is when they were made.
inline constexpr std::string_view kTestOwner = "test";

struct DeliveryAttempt {
  std::int32_t number = 1;
  Timestamp started_at;
  std::int64_t latency_micros = 0;
  int http_status = 0;           // 0: no answer
  std::string error;             // reason name when there was no answer
  std::string response_excerpt;  // first bytes of the answer's body
  bool resend = false;           // made after a resend was asked for
};

// An attempt as the health of its endpoint shows it.
struct NotedAttempt {
  EventId event_id;
  Timestamp started_at;
  int http_status = 0;  // 0: no answer
  std::string error;    // reason name when there was no answer
};

// How an endpoint does. Counts end at kMostCounted.
struct WebhookHealth {
  std::int64_t delivered = 0;  // of what became owed since a given time: arrived
  std::int64_t failed = 0;     // of the same: given up
  std::int64_t waiting = 0;    // for an attempt, however long
  std::optional<NotedAttempt> last_success;
  std::optional<NotedAttempt> last_failure;  // of what has not arrived since
  bool resend_running = false;               // a range of time is being sent again
};
inline constexpr std::int64_t kMostCounted = 10'000;

}  // namespace doorward
