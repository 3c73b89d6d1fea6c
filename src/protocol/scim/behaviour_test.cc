#include "protocol/scim/behaviour.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "protocol/scim/switches.h"

namespace doorward::scim {
namespace {

TEST(Behaviour, ProfilesAndQuirksHaveNamesOfTheirOwn) {
  std::set<std::string_view> profiles;
  for (std::size_t i = 0; i < kProfileCount; ++i) {
    const auto profile = static_cast<Profile>(i);
    EXPECT_EQ(profile_named(profile_name(profile)), profile);
    EXPECT_TRUE(profiles.insert(profile_name(profile)).second);
  }
  EXPECT_EQ(profile_named("STRICT"), Profile::kStrict);
  EXPECT_EQ(profile_named("nobody"), std::nullopt);
  std::set<std::string_view> quirks;
  for (std::size_t i = 0; i < kQuirkCount; ++i) {
    EXPECT_FALSE(quirk_name(static_cast<Quirk>(i)).empty());
    EXPECT_TRUE(quirks.insert(quirk_name(static_cast<Quirk>(i))).second);
  }
}

TEST(Behaviour, QuirksAreASet) {
  Dialect dialect;
  EXPECT_TRUE(dialect.quirks.empty());
  dialect.note(Quirk::kEmptyPatch);
  dialect.note(Quirk::kEmptyPatch);
  EXPECT_TRUE(dialect.quirks.contains(Quirk::kEmptyPatch));
  EXPECT_FALSE(dialect.quirks.contains(Quirk::kAdopted));
}

// Entra reports nothing that it cannot act on: what would hold back a user for one attribute is forgiven.
TEST(Behaviour, EntraIsForgivenWhatItCannotHandle) {
  const Behaviour& b = behaviour_of(Profile::kEntra);
  EXPECT_EQ(b.unmatched_replace, Behaviour::UnmatchedReplace::kCreate);
  EXPECT_EQ(b.unmatched_add, Behaviour::UnmatchedAdd::kCreate);
  EXPECT_EQ(b.unknown_paths, Behaviour::UnknownPath::kIgnore);
  EXPECT_EQ(b.unknown_attributes, Behaviour::Unknown::kIgnore);
  EXPECT_EQ(b.loose_values, Behaviour::Loose::kAccept);
  EXPECT_EQ(b.empty_patch, Behaviour::Loose::kAccept);
  EXPECT_EQ(b.references, Behaviour::References::kWait);
  EXPECT_EQ(b.group_patch_answer, Behaviour::PatchAnswer::kNoContent);
}

TEST(Switches, EveryOneSaysWhatItIsAndTakesItsWords) {
  std::set<std::string_view> names;
  for (const Switch* one : switches()) {
    EXPECT_TRUE(names.insert(one->name()).second) << one->name();
    EXPECT_EQ(find_switch(one->name()), one);
    ASSERT_GE(one->values().size(), 2U);
    for (const std::string_view value : one->values()) {
      Behaviour behaviour;
      EXPECT_TRUE(one->set(behaviour, value));
      EXPECT_EQ(one->get(behaviour), value) << one->name();
    }
    Behaviour behaviour;
    EXPECT_FALSE(one->set(behaviour, "perhaps"));
    EXPECT_EQ(behaviour, Behaviour());
  }
  EXPECT_EQ(find_switch("nothing"), nullptr);
}

// A switch without a name could not be set: every member of Behaviour that strict, entra or jumpcloud moves is here.
TEST(Switches, TogetherTheySayAllOfABehaviour) {
  for (std::size_t i = 0; i < kProfileCount; ++i) {
    const Behaviour& wanted = behaviour_of(static_cast<Profile>(i));
    Behaviour built;
    for (const Switch* one : switches()) EXPECT_TRUE(one->set(built, one->get(wanted)));
    EXPECT_EQ(built, wanted);
  }
}

}  // namespace
}  // namespace doorward::scim
