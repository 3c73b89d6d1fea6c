#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "base/when_all.h"

namespace doorward {
namespace {

TEST(Base64, RoundTripsEveryRemainder) {
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_decode("Zg=="), "f");
  EXPECT_EQ(base64_decode("Zm8="), "fo");
  EXPECT_EQ(base64_decode("Zm9v"), "foo");
}

TEST(Base64, RefusesSecondSpellingsOfTheSameBytes) {
  EXPECT_FALSE(base64_decode("Zh=="));  // left-over bits
  EXPECT_FALSE(base64_decode("Zg"));    // padding missing
  EXPECT_FALSE(base64_decode("Z==="));
  EXPECT_FALSE(base64url_decode("Zg=="));
  EXPECT_FALSE(base64url_decode("Zm8+"));
  EXPECT_EQ(base64url_decode("Zg"), "f");
}

TEST(Base64, EveryOctetOfEveryLengthCounts) {
  std::string bytes;
  for (int i = 0; i < 20; ++i) {
    bytes += static_cast<char>(251 * i + 7);
    const std::string text = base64_encode(bytes);
    EXPECT_EQ(base64_decode(text), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    for (std::size_t at = 0; at < text.size() && text[at] != '='; ++at) {
      std::string dirty = text;
      dirty[at] = '*';
      EXPECT_FALSE(base64_decode(dirty)) << dirty;
    }
  }
}

TEST(PercentDecoding, RefusesBrokenEscapes) {
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_FALSE(percent_decode("%4", false));
  EXPECT_FALSE(percent_decode("%zz", false));
}

TEST(Utf8, RefusesOverlongSurrogateAndTruncated) {
  EXPECT_TRUE(is_valid_utf8("h\xC3\xA9 \xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
}

TEST(Utf8, RefusesWhatIsNoneWhereverItStands) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'a');
    text[at] = '\x80';
    EXPECT_FALSE(is_valid_utf8(text)) << at;
    EXPECT_TRUE(is_valid_utf8(std::string(at, 'a') + "\xC3\xA9" + std::string(20 - at, 'a'))) << at;
  }
}

TEST(Rfc3339, RoundTripsAndNormalisesOffsets) {
  const auto t = parse_rfc3339("2026-11-22T08:50:26.125+02:00");
  ASSERT_TRUE(t);
  EXPECT_EQ(to_rfc3339(*t), "2026-11-22T06:50:26.125Z");
  EXPECT_EQ(to_rfc3339(from_micros(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(from_micros(1)), "1970-01-01T00:00:00.000001Z");
}

TEST(Rfc3339, RefusesImpossibleDates) {
  EXPECT_FALSE(parse_rfc3339("2026-02-30T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2026-02-03"));
  EXPECT_FALSE(parse_rfc3339("2026-02-03T00:00:00"));
  EXPECT_FALSE(parse_rfc3339("2026-02-03T00:00:00.Z"));
  EXPECT_FALSE(parse_rfc3339("2026-02-03T00:00:00+01"));
}

TEST(Errors, CodeFollowsTheReason) {
  EXPECT_EQ(make_error(Reason::kOrganizationNotFound, "x").code(), Code::kNotFound);
  EXPECT_EQ(reason_name(Reason::kRateLimited), "rate_limited");
  EXPECT_EQ(find_reason("rate_limited"), Reason::kRateLimited);
  EXPECT_FALSE(find_reason("no_such_reason"));
  EXPECT_EQ(code_name(Code::kUnauthenticated), "UNAUTHENTICATED");
}

task<int> answer() { co_return 42; }
task<int> twice() { co_return co_await answer() * 2; }
task<Result<int>> delivered_from_another_thread(std::thread& worker) {
  const int value = co_await Completion<int>([&](Completion<int>::Deliver deliver) {
    worker = std::thread([deliver = std::move(deliver)]() mutable { deliver(7); });
  });
  co_return value;
}
task<int> throws() {
  throw std::runtime_error("bug");
  co_return 0;
}

TEST(Task, AwaitsAndRethrows) {
  EXPECT_EQ(sync_wait(twice()), 84);
  EXPECT_THROW(sync_wait(throws()), std::runtime_error);
}

TEST(Task, CompletionDeliversAcrossThreads) {
  std::thread worker;
  EXPECT_EQ(sync_wait(delivered_from_another_thread(worker)).value(), 7);
  worker.join();
}

task<int> number(int value) {
  if (value < 0) throw std::runtime_error("negative");
  co_return value;
}

task<int> from_another_thread(int value) {
  co_return co_await Completion<int>([value](Completion<int>::Deliver deliver) {
    std::thread([value, deliver = std::move(deliver)]() mutable { deliver(value); }).detach();
  });
}

TEST(Task, WhenAllWaitsForTheLastAndKeepsTheOrder) {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(i % 2 == 0 ? number(i) : from_another_thread(i));
  const auto values = sync_wait(when_all(std::move(tasks)));
  ASSERT_EQ(values.size(), 8U);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(sync_wait(when_all(std::vector<task<int>>())).empty());
}

TEST(Task, WhenAllLosesOneThatFailsAndNoOther) {
  std::vector<task<int>> tasks;
  tasks.push_back(number(1));
  tasks.push_back(number(-1));
  tasks.push_back(from_another_thread(3));
  const auto values = sync_wait(when_all(std::move(tasks)));
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], std::nullopt);
  EXPECT_EQ(values[2], 3);
}

}  // namespace
}  // namespace doorward
