#include "app/webhooks/delivery_outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace doorward {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow = from_micros(1'700'000'000'000'000);  // Tue, 14 Nov 2023 22:13:20 GMT

Delivery after(std::int32_t attempts, DeliveryStatus status = DeliveryStatus::kPending) {
  Delivery delivery{.event_id = EventId("evt_1"), .status = status, .attempts = attempts};
  if (attempts > 0) delivery.failing_since = kNow;
  return delivery;
}

DeliveryOutcome fails(const Delivery& delivery, const AttemptResult& result, double jitter = 0) {
  return outcome_of(delivery, RetrySchedule::standard(), result, kNow, kNow, jitter);
}

TEST(DeliveryOutcome, WaitsAsTheScheduleSaysAndGivesUpAtItsEnd) {
  const std::vector<Duration> expected = {5s, 5min, 30min, 2h, 5h, 10h, 10h};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto outcome = fails(after(static_cast<std::int32_t>(i), DeliveryStatus::kParked), {.http_status = 500});
    EXPECT_EQ(outcome.status, DeliveryStatus::kParked);
    EXPECT_EQ(outcome.next_attempt_at, kNow + expected[i]);
    EXPECT_EQ(outcome.failing_since, kNow);
  }
  EXPECT_EQ(fails(after(7), {.http_status = 500}).status, DeliveryStatus::kFailed);
  EXPECT_EQ(fails(after(8), {.http_status = 500}).status, DeliveryStatus::kFailed);
}

TEST(DeliveryOutcome, TakesAny2xxForADelivery) {
  for (const int status : {200, 201, 202, 204, 299}) {
    EXPECT_EQ(fails(after(7), {.http_status = status}), (DeliveryOutcome{.status = DeliveryStatus::kDelivered}));
  }
  for (const int status : {100, 199, 300, 302, 307, 400, 404, 410, 429, 500, 503, 599}) {
    EXPECT_EQ(fails(after(0), {.http_status = status}).status, DeliveryStatus::kPending) << status;
  }
}

TEST(DeliveryOutcome, TriesAgainAfterNoAnswer) {
  for (const Reason reason : {Reason::kDeadlineExceeded, Reason::kTargetUnreachable, Reason::kTargetTlsFailed,
                              Reason::kEgressForbidden, Reason::kSecretUnreadable, Reason::kOverloaded}) {
    EXPECT_EQ(fails(after(0), {.failure = reason}).next_attempt_at, kNow + 5s);
  }
}

TEST(DeliveryOutcome, CancelsWhatNoLaterAttemptCouldChange) {
  for (const Reason reason : {Reason::kEventErased, Reason::kWebhookEndpointNotFound}) {
    EXPECT_EQ(fails(after(0), {.failure = reason}).status, DeliveryStatus::kCancelled);
  }
}

TEST(DeliveryOutcome, ParksAHeadWhoseNextAttemptWouldHoldBackItsQueueForMoreThanAnHour) {
  EXPECT_EQ(fails(after(2), {.http_status = 500}).status, DeliveryStatus::kPending) << "next in 30 minutes";
  const auto parked = fails(after(3), {.http_status = 500});
  EXPECT_EQ(parked.status, DeliveryStatus::kParked);
  EXPECT_EQ(parked.next_attempt_at, kNow + 2h);
  const auto often = RetrySchedule::parse("0,1800,1800,1800").value();
  const auto ends = [&](Duration after_first, std::int32_t attempts) {
    return outcome_of(after(attempts), often, {.http_status = 500}, kNow + after_first, kNow + after_first, 0).status;
  };
  EXPECT_EQ(ends(0s, 0), DeliveryStatus::kPending);
  EXPECT_EQ(ends(30min, 1), DeliveryStatus::kPending) << "the hour itself is not too long";
  EXPECT_EQ(ends(30min + 1us, 1), DeliveryStatus::kParked);
}

TEST(DeliveryOutcome, AResendBeginsTheScheduleAnew) {
  Delivery resent = after(8, DeliveryStatus::kResending);
  resent.round_begins = 8;
  resent.failing_since.reset();
  const auto outcome = fails(resent, {.http_status = 500});
  EXPECT_EQ(outcome.status, DeliveryStatus::kResending);
  EXPECT_EQ(outcome.next_attempt_at, kNow + 5s);
  resent.attempts = 15;
  EXPECT_EQ(fails(resent, {.http_status = 500}).status, DeliveryStatus::kFailed);
}

TEST(DeliveryOutcome, RetryAfterLengthensTheWaitAndNeverShortensIt) {
  EXPECT_EQ(fails(after(0), {.http_status = 500, .retry_after = 60s}).next_attempt_at, kNow + 60s);
  EXPECT_EQ(fails(after(1), {.http_status = 500, .retry_after = 60s}).next_attempt_at, kNow + 5min);
  EXPECT_FALSE(fails(after(0), {.http_status = 500, .retry_after = 60s}).endpoint_held_until);
}

TEST(DeliveryOutcome, TooManyRequestsAndAnAnnouncedPauseHoldTheWholeEndpoint) {
  EXPECT_EQ(fails(after(0), {.http_status = 429, .retry_after = 60s}).endpoint_held_until, kNow + 60s);
  EXPECT_EQ(fails(after(0), {.http_status = 429}).endpoint_held_until, kNow + kPauseAfterTooMany);
  EXPECT_EQ(fails(after(0), {.http_status = 503, .retry_after = 60s}).endpoint_held_until, kNow + 60s);
  EXPECT_FALSE(fails(after(0), {.http_status = 503}).endpoint_held_until);
}

TEST(DeliveryOutcome, OnlyGoneEndsTheEndpoint) {
  EXPECT_TRUE(fails(after(0), {.http_status = 410}).endpoint_gone);
  EXPECT_FALSE(fails(after(0), {.http_status = 404}).endpoint_gone);
}

TEST(DeliveryOutcome, JitterOnlyLengthensIsBoundedAndDiffersByEventAndAttempt) {
  std::set<Duration> waits;
  for (int event = 0; event < 100; ++event) {
    for (std::int32_t attempt = 1; attempt <= 2; ++attempt) {
      const EventId id("evt_" + std::to_string(event));
      const Duration wait = with_jitter(1h, 0.1, id, attempt);
      EXPECT_GE(wait, 1h);
      EXPECT_LT(wait, 66min);
      EXPECT_EQ(wait, with_jitter(1h, 0.1, id, attempt));
      waits.insert(wait);
    }
  }
  EXPECT_GT(waits.size(), 190u);
  EXPECT_GT(*waits.rbegin() - *waits.begin(), 5min) << "the whole range is used";
  EXPECT_EQ(with_jitter(1h, 0, EventId("evt_1"), 1), Duration(1h));
  EXPECT_GE(fails(after(0), {.http_status = 429, .retry_after = 60s}, 0.1).next_attempt_at, kNow + 60s);
}

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse_retry_after("0", kNow), Duration(0s));
  EXPECT_EQ(parse_retry_after("120", kNow), Duration(120s));
  EXPECT_EQ(parse_retry_after("3601", kNow), kLongestRetryAfter);
  EXPECT_EQ(parse_retry_after("99999999999999999999999999999999999999999999999999", kNow), kLongestRetryAfter);
}

TEST(RetryAfter, ReadsTheThreeFormsOfADate) {
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:14:20 GMT", kNow), Duration(60s));
  EXPECT_EQ(parse_retry_after("Tuesday, 14-Nov-23 22:14:20 GMT", kNow), Duration(60s));
  EXPECT_EQ(parse_retry_after("Tue Nov 14 22:14:20 2023", kNow), Duration(60s));
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", kNow), Duration(0s)) << "in the past";
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", kNow), Duration(0s));
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2034 22:14:20 GMT", kNow), kLongestRetryAfter);
}

TEST(RetryAfter, TakesNothingElse) {
  for (const char* text :
       {"", " ", "-1", "+5", "1.5", "5s", "soon", "Tue, 14 Nov 2023 22:14:20", "Tue, 14 Nov 2023",
        "Tue, 32 Nov 2023 22:14:20 GMT", "Tue, 14 Foo 2023 22:14:20 GMT", "Tue, 14 Nov 2023 24:14:20 GMT",
        "Tue, 14 Nov 2023 22:14:20 GMT and more", "Tue, -4 Nov 2023 22:-4:20 GMT"}) {
    EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
  }
}

}  // namespace
}  // namespace doorward
