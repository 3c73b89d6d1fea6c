#include "server/data_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace doorward::server {
namespace {

namespace fs = std::filesystem;

class DataDirTest : public ::testing::Test {
 protected:
  DataDirTest() {
    std::string pattern = (fs::temp_directory_path() / "doorward-data-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~DataDirTest() override { fs::remove_all(root_); }

  std::string path(const std::string& name) const { return (root_ / name).string(); }
  static std::string read(const std::string& name) {
    std::ifstream in(name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static unsigned mode(const std::string& name) {
    struct stat status{};
    ::stat(name.c_str(), &status);
    return status.st_mode & 0777;
  }

  fs::path root_;
};

TEST_F(DataDirTest, MakesAFolderThatOnlyItsOwnerReads) {
  const auto folder = DataDir::acquire(path("deep/data"));
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(mode(path("deep/data")), 0700U);
  EXPECT_EQ(folder->file("credentials.json"), path("deep/data/credentials.json"));
}

TEST_F(DataDirTest, OneProcessAtATime) {
  {
    const auto first = DataDir::acquire(path("data"));
    ASSERT_TRUE(first);
    const auto second = DataDir::acquire(path("data"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason, Reason::kDataFolderInUse);
    EXPECT_THAT(second.error().message, ::testing::HasSubstr(path("data")));
  }
  EXPECT_TRUE(DataDir::acquire(path("data")));
}

TEST_F(DataDirTest, AFolderThatCannotBeMadeIsASentence) {
  std::ofstream(path("file")) << "x";
  const auto folder = DataDir::acquire(path("file/data"));
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().reason, Reason::kInvalidArgument);
}

TEST_F(DataDirTest, ReadyFileSaysWhoListensWhereAndGoesAgain) {
  const auto folder = DataDir::acquire(path("data"));
  ASSERT_TRUE(folder);
  ASSERT_TRUE(folder->write_ready("127.0.0.1:8080", ""));
  const auto ready = boost::json::parse(read(path("data/ready.json"))).as_object();
  EXPECT_EQ(ready.at("pid").as_int64(), ::getpid());
  EXPECT_EQ(ready.at("http").as_string(), "127.0.0.1:8080");
  EXPECT_FALSE(ready.contains("https"));
  folder->remove_ready();
  EXPECT_FALSE(fs::exists(path("data/ready.json")));
  folder->remove_ready();  // not there: nothing to do
}

TEST_F(DataDirTest, AFileIsReplacedWholeWithItsMode) {
  ASSERT_TRUE(write_file_atomically(path("file"), "first and long", 0600));
  ASSERT_TRUE(write_file_atomically(path("file"), "second", 0600));
  EXPECT_EQ(read(path("file")), "second");
  EXPECT_EQ(mode(path("file")), 0600U);
  EXPECT_FALSE(fs::exists(path("file.new")));
  EXPECT_FALSE(write_file_atomically(path("nowhere/file"), "x", 0600));
}

}  // namespace
}  // namespace doorward::server
