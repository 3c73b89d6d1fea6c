#include "app/sign_in/failed_attempt.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

constexpr Timestamp kStart = Timestamp(std::chrono::seconds(1'700'000'000));

TEST(FailedAttempt, ARefusalIsToldOnce) {
  const Error error = make_error(Reason::kAudience, "For somebody else.");
  AuthRequest told;
  add_refusal(told, {{.name = "audience", .at = kStart, .ok = false, .reason = "audience"}}, error, kStart);
  EXPECT_EQ(told.steps.size(), 1U);
  AuthRequest untold;
  add_refusal(untold, {{.name = "signature", .at = kStart}}, error, kStart);
  ASSERT_EQ(untold.steps.size(), 2U);
  EXPECT_EQ(untold.steps[1].name, "callback");
  EXPECT_EQ(untold.steps[1].expected, "For somebody else.");
  AuthRequest profile;
  add_refusal(profile, {}, make_error(Reason::kMandatoryAttributeMissing, "No address."), kStart);
  EXPECT_EQ(profile.steps.at(0).name, "profile");
}

}  // namespace
}  // namespace doorward
