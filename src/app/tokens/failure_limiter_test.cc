#include "app/tokens/failure_limiter.h"

#include <gtest/gtest.h>

#include "ports/test_doubles.h"

namespace doorward {
namespace {

constexpr FailureLimiter::Limits kThree{.burst = 3, .refill_per_second = 0.5, .sources_at_least = 4};

TEST(FailureLimiter, RefusesAfterTheBurstAndSaysWhenToRetry) {
  test::ManualClock clock;
  FailureLimiter limiter(clock, kThree);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(limiter.check("192.0.2.1")) << i;
    limiter.record_failure("192.0.2.1");
  }
  const auto refused = limiter.check("192.0.2.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kRateLimited);
  EXPECT_EQ(refused.error().retry_after_seconds, 2U);
  EXPECT_TRUE(limiter.check("192.0.2.2")) << "another source";
}

TEST(FailureLimiter, RefillsWithTime) {
  test::ManualClock clock;
  FailureLimiter limiter(clock, kThree);
  for (int i = 0; i < 9; ++i) limiter.record_failure("192.0.2.1");
  clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(limiter.check("192.0.2.1"));
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(limiter.check("192.0.2.1"));
  limiter.record_failure("192.0.2.1");
  EXPECT_FALSE(limiter.check("192.0.2.1"));
}

TEST(FailureLimiter, AnAttemptThatIsTakenCountsUntilItIsGivenBack) {
  test::ManualClock clock;
  FailureLimiter limiter(clock, kThree);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("192.0.2.1")) << i;
  const auto refused = limiter.take("192.0.2.1");
  ASSERT_FALSE(refused) << "though none has failed yet";
  EXPECT_EQ(refused.error().reason, Reason::kRateLimited);
  EXPECT_EQ(refused.error().retry_after_seconds, 2U);
  limiter.give_back("192.0.2.1");
  EXPECT_TRUE(limiter.take("192.0.2.1"));
  for (int i = 0; i < 9; ++i) limiter.give_back("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("192.0.2.1")) << i;
  EXPECT_FALSE(limiter.take("192.0.2.1")) << "never more than the burst";
}

TEST(FailureLimiter, AClockThatStepsBackNeitherRefillsNorFails) {
  test::ManualClock clock;
  FailureLimiter limiter(clock, kThree);
  for (int i = 0; i < 3; ++i) limiter.record_failure("192.0.2.1");
  clock.advance(-std::chrono::hours(1));
  const auto refused = limiter.check("192.0.2.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kRateLimited);
}

TEST(FailureLimiter, CountsANetworkOfIpv6AsOneSource) {
  EXPECT_EQ(failure_source("2001:db8:1:2::1"), failure_source("2001:db8:1:2:ffff::9"));
  EXPECT_NE(failure_source("2001:db8:1:2::1"), failure_source("2001:db8:1:3::1"));
  EXPECT_EQ(failure_source("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_NE(failure_source("192.0.2.1"), failure_source("192.0.2.2"));
  EXPECT_EQ(failure_source("no address"), "no address");
  EXPECT_EQ(failure_source(""), "");
}

TEST(GenerationCache, StaysWithinTwoGenerationsAndKeepsWhatIsUsed) {
  GenerationCache<int> cache(4);
  cache.put("kept", 7);
  for (int i = 0; i < 1000; ++i) {
    cache.put("other" + std::to_string(i), i);
    ASSERT_NE(cache.find("kept"), nullptr) << i;
    ASSERT_LE(cache.size(), 8U);
  }
  EXPECT_EQ(*cache.find("kept"), 7);
  EXPECT_EQ(cache.find("other1"), nullptr);
}

TEST(GenerationCache, ReplacesAndErasesInBothGenerations) {
  GenerationCache<int> cache(1);
  cache.put("a", 1);
  cache.put("b", 2);
  cache.put("a", 3);
  EXPECT_EQ(*cache.find("a"), 3);
  cache.erase("a");
  cache.erase("b");
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

}  // namespace
}  // namespace doorward
