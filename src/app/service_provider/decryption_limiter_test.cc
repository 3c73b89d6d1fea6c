#include "app/service_provider/decryption_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "ports/test_doubles.h"

namespace doorward {
namespace {

const ConnectionId kFirst("conn_1");
const ConnectionId kSecond("conn_2");

// How many turns there are before the refusal, which is asserted.
int turns(DecryptionLimiter& limiter, const ConnectionId& connection, const std::string& source) {
  for (int taken = 0; taken < 1'000; ++taken) {
    const auto turn = limiter.take(connection, source);
    if (turn) continue;
    EXPECT_EQ(turn.error().reason, Reason::kRateLimited);
    EXPECT_GT(turn.error().retry_after_seconds.value_or(0), 0U);
    return taken;
  }
  return -1;
}

TEST(DecryptionLimiter, H11_AStrangerLocksNobodyElseOut) {
  test::ManualClock clock;
  DecryptionLimiter limiter(clock);
  EXPECT_EQ(turns(limiter, kFirst, "192.0.2.1"), 10);
  EXPECT_EQ(turns(limiter, kFirst, "192.0.2.2"), 10) << "another source";
  EXPECT_EQ(turns(limiter, kSecond, "192.0.2.1"), 10) << "another connection";
  clock.advance(std::chrono::seconds(7));
  EXPECT_EQ(turns(limiter, kFirst, "192.0.2.1"), 1) << "ten a minute";
}

TEST(DecryptionLimiter, S60_ManyAddressesAreNoWayRoundIt) {
  test::ManualClock clock;
  DecryptionLimiter limiter(clock);
  int taken = 0;
  for (int i = 0; i < 40; ++i) taken += turns(limiter, kFirst, "198.51.100." + std::to_string(i));
  EXPECT_EQ(taken, 200);
  EXPECT_EQ(turns(limiter, kSecond, "198.51.100.1"), 10);
  clock.advance(std::chrono::seconds(4));
  EXPECT_EQ(turns(limiter, kFirst, "198.51.100.30"), 10) << "what the connection refuses is no failure of the source";
}

TEST(DecryptionLimiter, WhatIsGivenBackWasNoFailure) {
  test::ManualClock clock;
  DecryptionLimiter limiter(clock);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(limiter.take(kFirst, "192.0.2.1")) << i;
    limiter.give_back(kFirst, "192.0.2.1");
  }
  EXPECT_EQ(turns(limiter, kFirst, "192.0.2.1"), 10);
}

}  // namespace
}  // namespace doorward
