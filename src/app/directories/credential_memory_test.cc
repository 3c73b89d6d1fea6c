#include "app/directories/credential_memory.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow = from_micros(1'800'000'000'000'000);

class CredentialMemoryTest : public testing::Test {
 protected:
  void remember(const DirectoryId& directory, const std::string& key, std::optional<Timestamp> ends_at = {}) {
    CredentialMemory::Entry entry;
    entry.caller.id = key;
    entry.checked_at = kNow;
    entry.ends_at = ends_at;
    memory_.remember(directory, key, entry, memory_.epoch());
  }

  CredentialMemory memory_;
  const DirectoryId one_{"dir_1"};
  const DirectoryId other_{"dir_2"};
};

TEST_F(CredentialMemoryTest, KeepsAnAnswerForItsTimeOnly) {
  remember(one_, "a");
  EXPECT_EQ(memory_.recall(one_, "a", kNow)->caller.id, "a");
  EXPECT_FALSE(memory_.recall(one_, "b", kNow));
  EXPECT_FALSE(memory_.recall(other_, "a", kNow)) << "a secret of another directory";
  EXPECT_TRUE(memory_.recall(one_, "a", kNow + CredentialMemory::kMaxAge));
  EXPECT_FALSE(memory_.recall(one_, "a", kNow + CredentialMemory::kMaxAge + 1us));
  remember(one_, "a");
  EXPECT_FALSE(memory_.recall(one_, "a", kNow - 1us)) << "the clock stepped back";
}

TEST_F(CredentialMemoryTest, KnowsNoCredentialBeyondItsEnd) {
  remember(one_, "a", kNow + 1ms);
  EXPECT_TRUE(memory_.recall(one_, "a", kNow));
  EXPECT_FALSE(memory_.recall(one_, "a", kNow + 1ms));
}

TEST_F(CredentialMemoryTest, ForgetsADirectoryAndNoOther) {
  remember(one_, "a");
  remember(one_, "b");
  remember(other_, "c");
  memory_.forget(one_);
  EXPECT_FALSE(memory_.recall(one_, "a", kNow));
  EXPECT_FALSE(memory_.recall(one_, "b", kNow));
  EXPECT_TRUE(memory_.recall(other_, "c", kNow));
}

TEST_F(CredentialMemoryTest, TakesNoAnswerThatWasReadBeforeSomebodyForgot) {
  const std::uint64_t epoch = memory_.epoch();
  memory_.forget(one_);
  memory_.remember(one_, "a", {.caller = {}, .enabled = true, .checked_at = kNow, .ends_at = {}}, epoch);
  EXPECT_FALSE(memory_.recall(one_, "a", kNow));
}

TEST_F(CredentialMemoryTest, IsBounded) {
  for (std::size_t i = 0; i < CredentialMemory::kMaxRemembered; ++i) remember(one_, std::to_string(i));
  EXPECT_TRUE(memory_.recall(one_, "0", kNow));
  remember(one_, "0");
  remember(other_, "one too many");
  EXPECT_FALSE(memory_.recall(one_, "0", kNow));
  EXPECT_TRUE(memory_.recall(other_, "one too many", kNow));
}

}  // namespace
}  // namespace doorward
