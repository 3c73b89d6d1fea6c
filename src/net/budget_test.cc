#include "net/budget.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

TEST(Budget, SpendsItsBurstAndGrowsWithTimeAndEarnings) {
  const Budget::Clock::time_point start{};
  Budget budget(3, 2, start);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.spend(start));
  EXPECT_FALSE(budget.spend(start));
  EXPECT_TRUE(budget.spend(start + std::chrono::milliseconds(500)));
  EXPECT_FALSE(budget.spend(start + std::chrono::milliseconds(500)));
  budget.earn(100);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.spend(start + std::chrono::milliseconds(500)));
  EXPECT_FALSE(budget.spend(start + std::chrono::milliseconds(500))) << "never more than the burst";
}

}  // namespace
}  // namespace doorward::net
