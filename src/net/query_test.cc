#include "net/query.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

TEST(Query, KeepsOrderAndDuplicates) {
  const auto parsed = parse_parameters("b=two+words&a=%C3%A9&&flag&b=%26");
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->all().size(), 4U);
  EXPECT_EQ(*parsed->find("b"), "two words");
  EXPECT_EQ(*parsed->find("a"), "\xC3\xA9");
  EXPECT_EQ(*parsed->find("flag"), "");
  EXPECT_EQ(parsed->find("c"), nullptr);
  EXPECT_EQ(parsed->count("b"), 2U);
  EXPECT_TRUE(parse_parameters("")->empty());
}

TEST(Query, RefusesWhatItCannotDecode) {
  for (const char* text : {"a=%4", "a=%zz", "%=1", "a=%FF", "a=%00"}) {
    const auto parsed = parse_parameters(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::kMalformedRequest) << text;
  }
}

TEST(Query, H09RefusesMoreThanAHundredParameters) {
  std::string text;
  for (std::size_t i = 0; i < kMaxParameters; ++i) text += "a=1&";
  EXPECT_TRUE(parse_parameters(text));
  const auto parsed = parse_parameters(text + "a=1");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().reason, Reason::kMalformedRequest);
}

TEST(Query, KnowsAForm) {
  EXPECT_TRUE(is_form("application/x-www-form-urlencoded"));
  EXPECT_TRUE(is_form("Application/X-WWW-Form-Urlencoded ; charset=UTF-8"));
  EXPECT_FALSE(is_form("application/json"));
  EXPECT_FALSE(is_form(""));
}

}  // namespace
}  // namespace doorward::net
