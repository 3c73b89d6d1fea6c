#include "server/logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

namespace doorward::server {
namespace {

using ::testing::EndsWith;

const Timestamp kNow = from_micros(1'795'330'226'125'000);

std::string text(log::Fields fields) {
  return format_line(LogFormat::kText, kNow, log::Level::kInfo, "http.request", fields);
}
std::string json(log::Fields fields) {
  return format_line(LogFormat::kJson, kNow, log::Level::kError, "http.request", fields);
}

TEST(Logger, TextShowsTimeLevelEventAndFields) {
  EXPECT_EQ(text({{"method", "GET"}, {"status", 200}, {"tls", true}, {"seconds", 0.25}}),
            "2026-11-22T06:50:26.125Z info    http.request method=GET status=200 tls=true seconds=0.25\n");
}

TEST(Logger, TextQuotesWhatCouldBeMisread) {
  EXPECT_THAT(text({{"path", "/a b"}, {"empty", ""}, {"assignment", "x=y"}}),
              EndsWith("path=\"/a b\" empty=\"\" assignment=\"x=y\"\n"));
}

TEST(Logger, NoValueCanBreakALineOrMoveTheCursor) {
  const std::string line = text({{"path", "a\n2026 error forged\r\x1b[2J\x7f\xc2\x9b!"}});
  EXPECT_THAT(line, EndsWith("path=\"a\\n2026 error forged\\u000d\\u001b[2J\\u007f\\u009b!\"\n"));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(Logger, JsonIsAnObjectALineWhateverTheBytes) {
  const std::string bytes = std::string("q\"\\\n\0", 5) + "\xff\xc3\xa9\xe2\x82";
  const std::string line = json({{"path", std::string_view(bytes)},
                                 {"request_id", "req_1"},
                                 {"status", 500},
                                 {"seconds", std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto value = boost::json::parse(line).as_object();
  EXPECT_EQ(value.at("time").as_string(), "2026-11-22T06:50:26.125Z");
  EXPECT_EQ(value.at("level").as_string(), "error");
  EXPECT_EQ(value.at("event").as_string(), "http.request");
  EXPECT_EQ(value.at("request_id").as_string(), "req_1");
  EXPECT_EQ(value.at("status").as_int64(), 500);
  EXPECT_TRUE(value.at("seconds").is_null());
  EXPECT_EQ(value.at("path").as_string(),
            boost::json::string(std::string("q\"\\\n\0", 5) + "\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD"));
}

TEST(Logger, AnEndlessValueIsCut) {
  const std::string line = json({{"detail", std::string(kMaxLogValueBytes * 4, 'x')}});
  EXPECT_LT(line.size(), kMaxLogValueBytes + 200);
  EXPECT_THAT(line, EndsWith("\xE2\x80\xA6\"}\n"));
}

}  // namespace
}  // namespace doorward::server
