#include "app/auth_log/attempt.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

constexpr Timestamp kStart = from_micros(1'800'000'000'000'000);
constexpr Duration kSecond = std::chrono::seconds(1);

TEST(Attempt, GrowsByStepsAndMovesOn) {
  AuthRequest attempt;
  add_step(attempt, auth_step::kAuthorize, kStart, {.expected = "a registered redirect URI", .received = "one"});
  set_status(attempt, AuthRequestStatus::kPending, kStart + kSecond);
  ASSERT_EQ(attempt.steps.size(), 1U);
  EXPECT_EQ(attempt.steps[0].name, "authorize");
  EXPECT_TRUE(attempt.steps[0].ok);
  EXPECT_EQ(attempt.steps[0].expected, "a registered redirect URI");
  EXPECT_EQ(attempt.steps[0].received, "one");
  EXPECT_EQ(attempt.status, AuthRequestStatus::kPending);
  EXPECT_EQ(attempt.update_time, kStart + kSecond);
}

TEST(Attempt, AFailureEndsItWithItsReasonAndSide) {
  AuthRequest attempt;
  add_failure(attempt, auth_step::kIdToken, kStart, Reason::kAudience, {.expected = "us", .received = "them"});
  EXPECT_EQ(attempt.status, AuthRequestStatus::kFailure);
  EXPECT_EQ(attempt.reason, "audience");
  EXPECT_EQ(attempt.side, ResponsibleSide::kIdentityProvider);
  ASSERT_EQ(attempt.steps.size(), 1U);
  EXPECT_FALSE(attempt.steps[0].ok);
  EXPECT_EQ(attempt.steps[0].reason, "audience");

  set_status(attempt, AuthRequestStatus::kSuccess, kStart + kSecond);
  EXPECT_EQ(attempt.status, AuthRequestStatus::kFailure) << "what failed stays failed";
  add_failure(attempt, auth_step::kCodeExchange, kStart + kSecond, Reason::kCodeReuse, ResponsibleSide::kPerson);
  EXPECT_EQ(attempt.reason, "code_reuse");
  EXPECT_EQ(attempt.side, ResponsibleSide::kPerson) << "whoever knows better says so";
}

TEST(Attempt, TakesStepsAsOthersTellThem) {
  AuthRequest attempt;
  add_steps(attempt, {{.name = "callback", .at = kStart},
                      {.name = "token_exchange", .at = kStart + kSecond, .ok = false, .reason = "token_exchange"}});
  EXPECT_EQ(attempt.steps.size(), 2U);
  EXPECT_EQ(attempt.status, AuthRequestStatus::kFailure);
  EXPECT_EQ(attempt.reason, "token_exchange");
  EXPECT_EQ(attempt.side, ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(attempt.update_time, kStart + kSecond);
}

TEST(Attempt, EverySideIsPointedAt) {
  EXPECT_EQ(side_of(Reason::kInvalidRedirectUri), ResponsibleSide::kApplication);
  EXPECT_EQ(side_of(Reason::kUnsigned), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kDestination), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kInResponseTo), ResponsibleSide::kPerson);
  EXPECT_EQ(side_of(Reason::kNonce), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kMalformedRequest), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kPayloadTooLarge), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kDuplicateParam), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kTargetCertificateExpired), ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(side_of(Reason::kNoActiveConnections), ResponsibleSide::kDoorward);
  EXPECT_EQ(side_of(Reason::kStoreUnavailable), ResponsibleSide::kDoorward);
  EXPECT_EQ(side_of(Reason::kState), ResponsibleSide::kPerson);
  EXPECT_EQ(side_of(Reason::kBrowserBinding), ResponsibleSide::kPerson);
}

TEST(Attempt, WhatCameFromOutsideIsBounded) {
  AuthRequest attempt;
  // The bound falls into the middle of a character.
  add_step(attempt, auth_step::kCallback, kStart,
           {.expected = "\xff not UTF-8", .received = std::string(kMostShownBytes - 1, 'x') + "\xc3\xa4 and more"});
  EXPECT_EQ(attempt.steps[0].expected, "");
  EXPECT_EQ(attempt.steps[0].received, std::string(kMostShownBytes - 1, 'x') + "…");
  for (std::size_t i = 0; i < 2 * kMostAuthSteps; ++i) add_step(attempt, auth_step::kCallback, kStart);
  EXPECT_EQ(attempt.steps.size(), kMostAuthSteps);
}

TEST(Attempt, ABetterAnswerTakesARefusedOneUpAgain) {
  AuthRequest attempt;
  add_failure(attempt, auth_step::kResponse, kStart, Reason::kUnsigned);
  take_up_again(attempt);
  set_status(attempt, AuthRequestStatus::kPending, kStart);
  EXPECT_EQ(attempt.status, AuthRequestStatus::kPending);
  EXPECT_EQ(attempt.reason, "");
  EXPECT_EQ(attempt.side, ResponsibleSide::kNobody);
  EXPECT_EQ(attempt.steps.size(), 1U) << "what happened stays";
}

}  // namespace
}  // namespace doorward
