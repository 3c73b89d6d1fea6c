#include "server/claimant.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/adapters.h"

namespace doorward::server {
namespace {

namespace fs = std::filesystem;

class ClaimantTest : public ::testing::Test {
 protected:
  ClaimantTest() {
    std::string pattern = (fs::temp_directory_path() / "doorward-claimant-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~ClaimantTest() override { fs::remove_all(root_); }

  // Of a process that holds the folder for a moment.
  Claimant next() { return next_claimant(DataDir::acquire(root_.string()).value(), random_).value(); }

  fs::path root_;
  SystemRandom random_;
};

TEST_F(ClaimantTest, KnowsTheProcessBeforeAndNeverTakesItsName) {
  const Claimant first = next();
  EXPECT_EQ(first.before, "");
  const Claimant second = next();
  EXPECT_EQ(second.before, first.name);
  EXPECT_NE(second.name, first.name);
  EXPECT_EQ(next().before, second.name);
}

TEST_F(ClaimantTest, TakesAFileThatHoldsNoNameForNone) {
  const std::string name = next().name;
  for (const std::string& damaged : {std::string(), name.substr(1), name + "0", std::string(32, 'g')}) {
    std::ofstream(root_ / "claimant", std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_EQ(next().before, "") << damaged;
  }
}

}  // namespace
}  // namespace doorward::server
