#include "rpc/field_rules.h"

#include <gtest/gtest.h>

#include "echo.pb.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using testing::Rules;

class FieldRules : public ::testing::Test {
 protected:
  FieldRules() {
    message_.add_needed("x");
    EXPECT_EQ(broken(), "");
  }

  // "field constraint" of each violation.
  std::string broken() {
    RuleSet set;
    std::string out;
    for (const auto& violation : check_rules(message_, *set.compile(Rules::descriptor()).value())) {
      if (!out.empty()) out += ", ";
      out += violation.field + " " + violation.constraint;
      EXPECT_FALSE(violation.description.empty());
    }
    return out;
  }

  Rules message_;
};

TEST_F(FieldRules, TextLengthIsInCharacters) {
  message_.set_short_text("\u00fc\u00fc\u00fc\u00fc");
  EXPECT_EQ(broken(), "");
  message_.set_short_text("abcde");
  EXPECT_EQ(broken(), "short_text string.max_len");
  message_.set_short_text("\u00fc");
  EXPECT_EQ(broken(), "short_text string.min_len");
}

TEST_F(FieldRules, TextMayHoldNoNul) {
  message_.set_short_text(std::string("a\0b", 3));
  EXPECT_EQ(broken(), "short_text string.no_nul");
}

TEST_F(FieldRules, PatternAndChoice) {
  message_.set_slug("abc");
  message_.set_choice("b");
  EXPECT_EQ(broken(), "");
  message_.set_slug("ab-c");
  message_.set_choice("c");
  EXPECT_EQ(broken(), "slug string.pattern, choice string.in");
}

TEST_F(FieldRules, AUriHasASchemeAndCharactersOfUris) {
  for (const char* uri : {"https://app.example.com/a?b#c", "urn:x:y", "com.example.app:/cb"}) {
    message_.set_link(uri);
    EXPECT_EQ(broken(), "") << uri;
  }
  for (const char* other : {"", "app.example.com", "/path", ":x", "1a:x", "a b:x", "https://a b", "https://\xc3\xbc"}) {
    message_.set_link(other);
    EXPECT_EQ(broken(), "link string.uri") << other;
  }
}

TEST_F(FieldRules, APatternNeverSeesUnboundedText) {
  message_.set_slug(std::string(kMaxPatternBytes + 1, 'a'));
  EXPECT_EQ(broken(), "slug string.pattern");
}

TEST_F(FieldRules, Numbers) {
  message_.set_number(10);
  message_.set_least(5);
  EXPECT_EQ(broken(), "");
  message_.set_number(11);
  message_.set_least(4);
  EXPECT_EQ(broken(), "number int32.lte, least uint32.gte");
  message_.set_number(0);
  message_.clear_least();
  EXPECT_EQ(broken(), "number int32.gt");
}

TEST_F(FieldRules, Enums) {
  message_.set_color(testing::GREEN);
  EXPECT_EQ(broken(), "color enum.not_in");
  message_.set_color(static_cast<testing::Color>(9));
  EXPECT_EQ(broken(), "color enum.defined_only");
}

TEST_F(FieldRules, Lists) {
  message_.add_items("a");
  message_.add_items("a");
  EXPECT_EQ(broken(), "items repeated.unique");
  message_.set_items(1, "");
  EXPECT_EQ(broken(), "items[1] string.min_len");
  message_.add_items("b");
  EXPECT_EQ(broken(), "items repeated.max_items");
  message_.clear_items();
  message_.clear_needed();
  EXPECT_EQ(broken(), "needed repeated.min_items");
}

TEST_F(FieldRules, Maps) {
  (*message_.mutable_metadata())["key"] = "long value";
  EXPECT_EQ(broken(), "metadata[\"key\"] map.values.string.max_len");
  message_.clear_metadata();
  (*message_.mutable_metadata())["k"] = "v";
  EXPECT_EQ(broken(), "metadata[\"k\"] map.keys.string.min_len");
  (*message_.mutable_metadata())["key2"] = "v";
  (*message_.mutable_metadata())["key3"] = "v";
  EXPECT_EQ(broken(), "metadata map.max_pairs");
}

TEST_F(FieldRules, ReachInsideListsAndMaps) {
  message_.add_nested()->add_needed("x");
  message_.add_nested()->set_slug("A");
  (*message_.mutable_named())["n"].add_needed("x");
  (*message_.mutable_named())["n"].set_number(99);
  EXPECT_EQ(broken(),
            "nested[1].slug string.pattern, nested[1].needed repeated.min_items, named[\"n\"].number int32.lte");
}

TEST_F(FieldRules, CollectOnlySoMany) {
  for (int i = 0; i < 100; ++i) message_.add_nested();
  RuleSet set;
  EXPECT_EQ(check_rules(message_, *set.compile(Rules::descriptor()).value()).size(), kMaxViolations);
}

TEST(ViolationsError, QuotesTheFirst) {
  const Error error = violations_error({{"a", "is required", "required"}, {"b", "is required", "required"}});
  EXPECT_EQ(error.message, "a: is required (and 1 more)");
  EXPECT_EQ(error.violations.size(), 2u);
}

}  // namespace
}  // namespace doorward::rpc
