#include "domain/retry_schedule.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

using namespace std::chrono_literals;

std::string refusal(std::string_view text) {
  const auto parsed = RetrySchedule::parse(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().reason, Reason::kInvalidArgument);
  EXPECT_EQ(parsed.error().violations.at(0).field, "retry_schedule");
  return parsed.error().violations.at(0).constraint;
}

TEST(RetrySchedule, TheStandardOneIsThatOfTheSeedDocuments) {
  EXPECT_EQ(RetrySchedule::standard().delays, (std::vector<Duration>{0s, 5s, 5min, 30min, 2h, 5h, 10h, 10h}));
  EXPECT_EQ(RetrySchedule::parse("").value(), RetrySchedule::standard());
  EXPECT_EQ(RetrySchedule::parse("standard").value(), RetrySchedule::standard());
}

TEST(RetrySchedule, PresetsHaveNamesAndKeepTheBounds) {
  for (const RetrySchedule& preset : retry_presets()) {
    EXPECT_EQ(RetrySchedule::parse(preset.text()).value(), preset);
    RetrySchedule own = preset;
    own.preset.clear();
    EXPECT_EQ(RetrySchedule::parse(own.text()).value(), own) << preset.preset;
  }
}

TEST(RetrySchedule, OwnSchedulesAreSecondsAndComeBack) {
  const auto parsed = RetrySchedule::parse("0,1,86400").value();
  EXPECT_EQ(parsed.delays, (std::vector<Duration>{0s, 1s, 24h}));
  EXPECT_EQ(parsed.text(), "0,1,86400");
  EXPECT_EQ(RetrySchedule::parse("0").value().attempts(), 1u);
}

TEST(RetrySchedule, RefusesWhatIsOutOfBounds) {
  for (const char* text : {"slow", ",", "0,", ",0", "0,,5", "0, 5", "0,5s", "0,-5", "-0", "+0", "0,1e3", "0,5.5", " ",
                           "0,99999999999999999999"}) {
    EXPECT_EQ(refusal(text), "retry_schedule.text") << text;
  }
  EXPECT_EQ(refusal("5,5"), "retry_schedule.first");
  EXPECT_EQ(refusal("0,0"), "retry_schedule.wait");
  EXPECT_EQ(refusal("0,86401"), "retry_schedule.wait");
  EXPECT_EQ(refusal("0,86400,86400,86400,86400,86400,86400,86400,1"), "retry_schedule.total");
  std::string many = "0";
  for (std::size_t i = 1; i < kMaxScheduledAttempts; ++i) many += ",1";
  EXPECT_EQ(refusal(many), "");
  EXPECT_EQ(refusal(many + ",1"), "retry_schedule.attempts");
}

}  // namespace
}  // namespace doorward
