#include "domain/key_rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp kStart{seconds(1'800'000'000)};

SigningKey key(std::string id, SigningKeyState state, Timestamp made, std::string algorithm = "RS256") {
  SigningKey made_key;
  made_key.id = SigningKeyId(std::move(id));
  made_key.algorithm = std::move(algorithm);
  made_key.state = state;
  made_key.create_time = made;
  return made_key;
}

RotationSteps steps(const std::vector<SigningKey>& keys, Timestamp now, Duration every = days(90)) {
  return rotation_steps(keys, {.algorithms = {"RS256", "ES256"}, .every = every}, now);
}

TEST(KeyRotation, P31_TheNextKeyIsPublishedAsSoonAsTheOneBeforeItSigns) {
  std::vector keys{key("snk_1", SigningKeyState::kCurrent, kStart),
                   key("snk_2", SigningKeyState::kCurrent, kStart, "ES256")};
  EXPECT_THAT(steps(keys, kStart).publish, ElementsAre("RS256", "ES256"));
  keys.push_back(key("snk_3", SigningKeyState::kNext, kStart));
  EXPECT_THAT(steps(keys, kStart).publish, ElementsAre("ES256"));
  EXPECT_THAT(steps(keys, kStart, Duration(0)).publish, ElementsAre("ES256")) << "also where nothing is scheduled";
}

TEST(KeyRotation, P31_ANextKeySignsAfterItWasPublishedForTheWholePeriodAndADayAtLeast) {
  const std::vector keys{key("snk_1", SigningKeyState::kCurrent, kStart), key("snk_2", SigningKeyState::kNext, kStart)};
  EXPECT_GE(kPublishedAhead, hours(24));
  EXPECT_THAT(steps(keys, kStart + days(90) - seconds(1)).promote, IsEmpty());
  const RotationSteps due = steps(keys, kStart + days(90));
  EXPECT_THAT(due.promote, ElementsAre(SigningKeyId("snk_2")));
  EXPECT_THAT(due.publish, testing::Contains("RS256")) << "its successor comes at once";
  EXPECT_THAT(steps(keys, kStart + hours(24) - seconds(1), hours(1)).promote, IsEmpty());
  EXPECT_THAT(steps(keys, kStart + hours(24), hours(1)).promote, ElementsAre(SigningKeyId("snk_2")));
  EXPECT_THAT(steps(keys, kStart + days(10'000), Duration(0)).promote, IsEmpty()) << "until somebody asks for it";
}

TEST(KeyRotation, WhatWasAskedForComesWhenTheKeyWasPublishedForADay) {
  std::vector keys{key("snk_1", SigningKeyState::kNext, kStart)};
  keys[0].activate_time = kStart + hours(2);
  for (const Duration every : {Duration(0), Duration(days(90))}) {
    EXPECT_EQ(signs_from(keys[0], every), kStart + kPublishedAhead);
    EXPECT_THAT(steps(keys, kStart + kPublishedAhead - seconds(1), every).promote, IsEmpty());
    EXPECT_THAT(steps(keys, kStart + kPublishedAhead, every).promote, ElementsAre(SigningKeyId("snk_1")));
  }
  keys[0].activate_time = kStart + days(100);
  EXPECT_EQ(signs_from(keys[0], days(90)), kStart + days(90)) << "the schedule does not wait for it";
  EXPECT_EQ(signs_from(keys[0], Duration(0)), kStart + days(100));
}

TEST(KeyRotation, P31_ARetiredKeyIsForgottenWhenItsLastTokenHasExpired) {
  std::vector keys{key("snk_1", SigningKeyState::kRetired, kStart), key("snk_2", SigningKeyState::kCurrent, kStart)};
  keys[0].retire_time = kStart + days(1);
  EXPECT_EQ(useful_until(keys[0]), kStart + days(8));
  EXPECT_EQ(useful_until(keys[1]), Timestamp::max());
  EXPECT_THAT(steps(keys, kStart + days(8) - seconds(1)).forget, IsEmpty());
  EXPECT_THAT(steps(keys, kStart + days(8)).forget, ElementsAre(SigningKeyId("snk_1")));
}

}  // namespace
}  // namespace doorward
