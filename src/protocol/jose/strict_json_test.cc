#include "protocol/jose/strict_json.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::jose {
namespace {

void expect_refused(std::string_view text, const JsonLimits& limits = {}) {
  const auto object = parse_strict_object(text, limits);
  ASSERT_FALSE(object) << text;
  EXPECT_EQ(object.error().reason, Reason::kJwtMalformed) << text;
}

TEST(StrictJson, ReadsOneObject) {
  const auto object = parse_strict_object(R"( {"a":{"x":1},"b":{"x":2},"c":[{"x":3},{"x":4}]} )");
  ASSERT_TRUE(object) << object.error().detail;
  EXPECT_EQ(object->size(), 3U);
}

TEST(StrictJson, RefusesWhatIsNotOneObject) {
  for (const char* text : {"", " ", "{", "[]", "1", "{}{}", "{} x", "{\"a\":1,}", "{'a':1}", "{a:1}", "// c\n{}",
                           "\xEF\xBB\xBF{}", "{\"a\":\"\xC0\x80\"}", R"({"a":"\ud800"})", R"({"a":01})"}) {
    expect_refused(text);
  }
  expect_refused(std::string_view("{}\0", 3));
}

TEST(StrictJson, RefusesNumbersBeyondDouble) {
  expect_refused(R"({"a":1e400})");
  expect_refused(R"({"a":-1e34386734})");
  EXPECT_TRUE(parse_strict_object(R"({"a":1e-400})"));
}

TEST(StrictJson, RefusesNamesThatComeTwice) {
  expect_refused(R"({"a":1,"a":1})");
  expect_refused(R"({"a":{"b":[{"c":1,"c":2}]}})");
  expect_refused(R"({"a":1,"\u0061":1})");
  EXPECT_TRUE(parse_strict_object(R"({"a":1,"A":1})"));
}

TEST(StrictJson, HoldsItsLimits) {
  EXPECT_TRUE(parse_strict_object(R"({"a":[[1]]})", {.depth = 3}));
  expect_refused(R"({"a":[[1]]})", {.depth = 2});
  EXPECT_TRUE(parse_strict_object(R"({"a":{"b":1}})", {.members = 2}));
  expect_refused(R"({"a":{"b":1}})", {.members = 1});
  EXPECT_TRUE(parse_strict_object("{}", {.bytes = 2}));
  expect_refused("{} ", {.bytes = 2});
}

}  // namespace
}  // namespace doorward::jose
