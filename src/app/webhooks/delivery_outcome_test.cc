#include "app/webhooks/delivery_outcome.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow = from_micros(1'700'000'000'000'000);

DeliveryOutcome after_failure(std::int32_t attempts_made) {
  return outcome_of(RetrySchedule::standard(), {.http_status = 500}, attempts_made, kNow);
}

TEST(DeliveryOutcome, WaitsAsTheSeedDocumentsSay) {
  const std::vector<Duration> expected = {5s, 5min, 30min, 2h, 5h, 10h, 10h};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto outcome = after_failure(static_cast<std::int32_t>(i + 1));
    EXPECT_EQ(outcome.status, DeliveryStatus::kPending);
    EXPECT_EQ(outcome.next_attempt_at, kNow + expected[i]);
  }
  EXPECT_EQ(after_failure(8).status, DeliveryStatus::kFailed);
  EXPECT_EQ(after_failure(9).status, DeliveryStatus::kFailed);
}

TEST(DeliveryOutcome, TakesAny2xxForADelivery) {
  for (const int status : {200, 201, 202, 204, 299}) {
    EXPECT_EQ(outcome_of(RetrySchedule::standard(), {.http_status = status}, 8, kNow).status,
              DeliveryStatus::kDelivered);
  }
  for (const int status : {100, 199, 300, 302, 400, 404, 410, 429, 500, 503, 599}) {
    EXPECT_EQ(outcome_of(RetrySchedule::standard(), {.http_status = status}, 1, kNow).status, DeliveryStatus::kPending);
  }
}

TEST(DeliveryOutcome, TriesAgainAfterNoAnswer) {
  for (const Reason reason : {Reason::kDeadlineExceeded, Reason::kTargetUnreachable, Reason::kTargetTlsFailed,
                              Reason::kEgressForbidden, Reason::kSecretUnreadable, Reason::kOverloaded}) {
    EXPECT_EQ(outcome_of(RetrySchedule::standard(), {.failure = reason}, 1, kNow).next_attempt_at, kNow + 5s);
  }
}

TEST(DeliveryOutcome, CancelsWhatNoLaterAttemptCouldChange) {
  for (const Reason reason :
       {Reason::kEventErased, Reason::kWebhookEndpointNotFound, Reason::kWebhookEndpointDisabled}) {
    EXPECT_EQ(outcome_of(RetrySchedule::standard(), {.failure = reason}, 1, kNow).status, DeliveryStatus::kCancelled);
  }
}

}  // namespace
}  // namespace doorward
