#include "protocol/scim/entity_tag.h"

#include <gtest/gtest.h>

#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

bool matches(std::string_view field, std::string_view tag) { return EntityTags::parse(field).match(tag); }

TEST(EntityTag, IsComparedWeakly) {
  EXPECT_EQ(weak_tag("7"), "W/\"7\"");
  for (const std::string_view field : {"W/\"7\"", "\"7\"", "  W/\"7\"\t", "\"6\", W/\"7\"", "\"6\",W/\"7\",\"8\"",
                                       ",\"7\",", "\"6\" , , \"7\"", "*"}) {
    EXPECT_TRUE(matches(field, weak_tag("7"))) << field;
  }
  for (const std::string_view field : {"W/\"8\"", "\"\"", "", " ", ",", "\"77\""}) {
    EXPECT_FALSE(matches(field, weak_tag("7"))) << field;
  }
  EXPECT_FALSE(EntityTags().match(weak_tag("7")));
}

TEST(EntityTag, MalformedMatchesNothingNotEvenItsGoodPart) {
  for (const std::string_view field : {"7", "W/7", "w/\"7\"", "W/ \"7\"", "\"7", "7\"", "\"7\" \"7\"", "\"7\";x",
                                       "W/\"7\" x", "\"7\", x", "\"a b\", \"7\"", "'7'", "**", "* \"7\""}) {
    EXPECT_FALSE(matches(field, weak_tag("7"))) << field;
  }
}

TEST(EntityTag, ListsAreBounded) {
  std::string field;
  for (std::size_t i = 0; i < limits::kEntityTags - 1; ++i) field += "\"x\",";
  EXPECT_TRUE(matches(field + "\"7\"", weak_tag("7")));
  EXPECT_FALSE(matches(field + "\"x\",\"7\"", weak_tag("7")));
}

}  // namespace
}  // namespace doorward::scim
