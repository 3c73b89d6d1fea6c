#include "app/logout_tokens/logout_outcome.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

TEST(LogoutOutcome, SuccessIs200Or204) {
  EXPECT_EQ(judge_logout(200, 1), LogoutResult::kDelivered);
  EXPECT_EQ(judge_logout(204, 6), LogoutResult::kDelivered);
}

TEST(LogoutOutcome, ABadRequestIsARefusalAtOnce) { EXPECT_EQ(judge_logout(400, 1), LogoutResult::kRefused); }

TEST(LogoutOutcome, EverythingElseIsTriedAgainUntilTheScheduleIsOver) {
  const int attempts = static_cast<int>(logout_schedule().attempts());
  for (const int status : {0, 101, 201, 302, 401, 404, 410, 429, 500, 501, 503}) {
    for (int made = 1; made < attempts; ++made) EXPECT_EQ(judge_logout(status, made), LogoutResult::kRetried) << status;
    EXPECT_EQ(judge_logout(status, attempts), LogoutResult::kGivenUp) << status;
    EXPECT_EQ(judge_logout(status, attempts + 1), LogoutResult::kGivenUp) << status;
  }
}

TEST(LogoutOutcome, TheWaitsGrowAndEndWellWithinADay) {
  const int attempts = static_cast<int>(logout_schedule().attempts());
  EXPECT_GE(attempts, 3);
  Duration all{};
  for (int made = 1; made < attempts; ++made) {
    if (made > 1) EXPECT_GT(logout_wait(made), logout_wait(made - 1));
    all += logout_wait(made);
  }
  EXPECT_LT(all, std::chrono::minutes(15));
  EXPECT_LT(all, kLogoutOwed);
}

TEST(LogoutOutcome, EachHasAName) {
  EXPECT_EQ(logout_result_name(LogoutResult::kDelivered), "delivered");
  EXPECT_EQ(logout_result_name(LogoutResult::kRefused), "refused");
  EXPECT_EQ(logout_result_name(LogoutResult::kRetried), "retried");
  EXPECT_EQ(logout_result_name(LogoutResult::kGivenUp), "given_up");
  EXPECT_EQ(logout_result_name(LogoutResult::kCancelled), "cancelled");
}

}  // namespace
}  // namespace doorward
