#include "server/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "server/adapters.h"

namespace doorward::server {
namespace {

namespace fs = std::filesystem;

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    std::string pattern = (fs::temp_directory_path() / "doorward-key-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = (folder_ / "key").string();
  }
  ~KeyFileTest() override { fs::remove_all(folder_); }

  fs::path folder_;
  std::string file_;
  SystemRandom random_;
};

TEST_F(KeyFileTest, K13_IsMadeOnceAndOnlyItsOwnerReadsIt) {
  const auto made = read_or_make_key_encryption_key(file_, random_);
  ASSERT_TRUE(made) << made.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto again = read_or_make_key_encryption_key(file_, random_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id(), made->id());
  EXPECT_EQ(read_key_encryption_key(file_)->id(), made->id());
}

TEST_F(KeyFileTest, AMissingOrBrokenFileIsASentenceAndNeverReplaced) {
  const auto missing = read_key_encryption_key(file_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::kKeyEncryptionKeyInvalid);
  std::ofstream(file_) << "not a key";
  const auto broken = read_or_make_key_encryption_key(file_, random_);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().reason, Reason::kKeyEncryptionKeyInvalid);
  EXPECT_THAT(broken.error().message, ::testing::HasSubstr(file_));
  EXPECT_FALSE(read_key_encryption_key(folder_.string()));
}

}  // namespace
}  // namespace doorward::server
