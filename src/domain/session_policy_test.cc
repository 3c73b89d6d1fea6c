#include "domain/session_policy.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

constexpr ApplicationSessionPolicy kApplication{};
constexpr auto kCustom = SessionPolicySource::kCustom;

// The field and rule of a refusal; "accepted" without one.
std::string outcome(const SessionPolicyPatch& patch, const SessionPolicy& before = {},
                    const ApplicationSessionPolicy& application = kApplication) {
  const auto changed = change_session_policy(before, patch, application);
  if (changed) return "accepted";
  EXPECT_EQ(changed.error().reason, Reason::kInvalidArgument);
  return changed.error().violations.at(0).field + " " + changed.error().violations.at(0).constraint;
}

TEST(SessionPolicy, ACustomPolicyKeepsWhatAPatchLeavesOut) {
  const auto first = change_session_policy({}, {.source = kCustom, .absolute_timeout = Minutes(360)}, kApplication);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, (SessionPolicy{.source = kCustom, .absolute_timeout = Minutes(360)}));
  const auto second =
      change_session_policy(*first, {.idle_timeout_enabled = true, .idle_timeout = Minutes(60)}, kApplication);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, (SessionPolicy{.source = kCustom,
                                    .absolute_timeout = Minutes(360),
                                    .idle_timeout_enabled = true,
                                    .idle_timeout = Minutes(60)}));
}

TEST(SessionPolicy, GoingBackToTheApplicationForgetsEverything) {
  const SessionPolicy custom{.source = kCustom, .absolute_timeout = Minutes(360), .idle_timeout_enabled = false};
  const auto back = change_session_policy(
      custom, {.source = SessionPolicySource::kApplication, .absolute_timeout = Minutes(0)}, kApplication);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, SessionPolicy{});
  const auto still = change_session_policy({}, {.absolute_timeout = Minutes(100)}, kApplication);
  ASSERT_TRUE(still);
  EXPECT_EQ(*still, SessionPolicy{}) << "without a source, an organization stays with the application";
}

TEST(SessionPolicy, TimeoutsHaveABoundOnEitherSide) {
  for (const int minutes : {-1, 0, 525'601}) {
    EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(minutes)}),
              "absolute_session_timeout session_policy.range");
  }
  for (const int minutes : {-1, 0, 10'081}) {
    EXPECT_EQ(outcome({.source = kCustom, .idle_timeout = Minutes(minutes)}),
              "idle_session_timeout session_policy.range");
  }
  EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(525'600), .idle_timeout = Minutes(10'080)}),
            "accepted");
}

TEST(SessionPolicy, AbsoluteIsLongerThanIdleAndBothThanAnAccessToken) {
  EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(15)}),
            "absolute_session_timeout session_policy.order");
  EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(16)}), "accepted");
  EXPECT_EQ(outcome({.source = kCustom, .idle_timeout_enabled = true, .idle_timeout = Minutes(15)}),
            "idle_session_timeout session_policy.order");
  EXPECT_EQ(outcome({.source = kCustom,
                     .absolute_timeout = Minutes(60),
                     .idle_timeout_enabled = true,
                     .idle_timeout = Minutes(60)}),
            "absolute_session_timeout session_policy.order");
  EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(60), .idle_timeout = Minutes(90)}), "accepted")
      << "an idle timeout that is not enabled is no matter";
  EXPECT_EQ(outcome({.idle_timeout_enabled = true},
                    {.source = kCustom, .absolute_timeout = Minutes(60), .idle_timeout = Minutes(90)}),
            "absolute_session_timeout session_policy.order");
  EXPECT_EQ(outcome({.source = kCustom, .absolute_timeout = Minutes(60), .idle_timeout_enabled = true}),
            "absolute_session_timeout session_policy.order")
      << "the application's idle timeout stands in for the one that was never given";
}

TEST(SessionPolicy, TheStricterOfBothApplies) {
  const ApplicationSessionPolicy idle_too{
      .absolute_timeout = Minutes(600), .idle_timeout_enabled = true, .idle_timeout = Minutes(60)};
  EXPECT_EQ(session_limits({}, kApplication), (SessionLimits{.absolute_timeout = Minutes(43'200)}));
  EXPECT_EQ(session_limits({}, idle_too),
            (SessionLimits{.absolute_timeout = Minutes(600), .idle_timeout = Minutes(60)}));

  const SessionPolicy shorter{
      .source = kCustom, .absolute_timeout = Minutes(300), .idle_timeout_enabled = true, .idle_timeout = Minutes(30)};
  EXPECT_EQ(session_limits(shorter, kApplication),
            (SessionLimits{.absolute_timeout = Minutes(300), .idle_timeout = Minutes(30)}));
  EXPECT_EQ(session_limits(shorter, idle_too),
            (SessionLimits{.absolute_timeout = Minutes(300), .idle_timeout = Minutes(30)}));

  const SessionPolicy longer{
      .source = kCustom, .absolute_timeout = Minutes(900), .idle_timeout_enabled = false, .idle_timeout = Minutes(600)};
  EXPECT_EQ(session_limits(longer, idle_too),
            (SessionLimits{.absolute_timeout = Minutes(600), .idle_timeout = Minutes(60)}));
  EXPECT_EQ(session_limits({.source = kCustom, .idle_timeout_enabled = true}, kApplication),
            (SessionLimits{.absolute_timeout = Minutes(43'200), .idle_timeout = Minutes(10'080)}));
}

}  // namespace
}  // namespace doorward
