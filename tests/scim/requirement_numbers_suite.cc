// Every number of requirements.tsv has a test in this program, and no test names a number that is not there.
#include <fstream>
#include <regex>
#include <set>

#include "requirements.h"

namespace doorward::test {
namespace {

std::set<std::string> known_numbers() {
  std::set<std::string> numbers;
  std::ifstream file(DOORWARD_REQUIREMENTS);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) numbers.insert(line.substr(0, line.find('\t')));
  }
  return numbers;
}

// The numbers that names of tests begin with; requirements.h says how.
std::set<std::string> tested_numbers() {
  static const std::regex kNumbered("([A-Z][0-9]+)_.+");
  std::set<std::string> numbers;
  const testing::UnitTest& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *program.GetTestSuite(i);
    if (std::string_view(suite.name()).find("Requirements") == std::string_view::npos) continue;
    for (int k = 0; k < suite.total_test_count(); ++k) {
      const std::string name = suite.GetTestInfo(k)->name();
      std::smatch found;
      EXPECT_TRUE(std::regex_match(name, found, kNumbered)) << suite.name() << "." << name << " names no requirement";
      if (!found.empty()) numbers.insert(found[1]);
    }
  }
  return numbers;
}

TEST(RequirementNumbers, EachHasATestAndNoOtherIsUsed) {
  const std::set<std::string> known = known_numbers();
  EXPECT_GT(known.size(), 100U);
  EXPECT_THAT(tested_numbers(), testing::ElementsAreArray(known));
}

}  // namespace
}  // namespace doorward::test
