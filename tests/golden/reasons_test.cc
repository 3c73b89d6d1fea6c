// The texts and codes of reasons are public interface: this program compares them with the golden file.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/error.h"

namespace doorward {
namespace {

constexpr Reason kAll[] = {
#define DOORWARD_REASON(id, text, code) Reason::id,
#include "base/reasons.def"
#undef DOORWARD_REASON
};

TEST(Reasons, AreThoseOfTheGoldenFile) {
  std::set<std::string> lines;  // in the order of their texts, so that moving a row changes nothing
  for (const Reason reason : kAll) {
    lines.insert(std::string(reason_name(reason)) + " " + std::string(code_name(reason_code(reason))) + "\n");
  }
  std::string golden;
  for (const std::string& line : lines) golden += line;
  const std::string path = DOORWARD_SOURCE_DIR "/tests/golden/reasons.txt";
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << golden;
  std::ifstream in(path);
  std::stringstream kept;
  kept << in.rdbuf();
  EXPECT_EQ(kept.str(), golden) << "a reason changed; tools/update-golden writes the file anew";
}

TEST(Reasons, NoTwoShareAText) {
  std::set<std::string_view> seen;
  for (const Reason reason : kAll) EXPECT_TRUE(seen.insert(reason_name(reason)).second) << reason_name(reason);
}

}  // namespace
}  // namespace doorward
