#include "app/jobs/run_loop.h"

#include <gtest/gtest.h>

#include <thread>

namespace doorward {
namespace {

constexpr auto kForever = RunLoop::SteadyTime::max();

TEST(RunLoop, RunsWhatIsPostedOnTheDrivingThreadInOrder) {
  RunLoop loop;
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  std::thread poster([&] {
    for (int i = 0; i < 3; ++i) {
      loop.post([&, i] {
        order.push_back(i);
        threads.push_back(std::this_thread::get_id());
      });
    }
  });
  while (order.size() < 3) EXPECT_FALSE(loop.wait_and_run(kForever));
  poster.join();
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
  EXPECT_EQ(threads, std::vector(3, std::this_thread::get_id()));
}

TEST(RunLoop, TellsAWakeOnceEvenWhenNobodyWaitedYet) {
  RunLoop loop;
  loop.wake();
  loop.wake();
  EXPECT_TRUE(loop.wait_and_run(kForever));
  EXPECT_FALSE(loop.wait_and_run(std::chrono::steady_clock::now()));
}

TEST(RunLoop, WorkMayPostWork) {
  RunLoop loop;
  int ran = 0;
  loop.post([&] { loop.post([&] { ++ran; }); });
  loop.wait_and_run(kForever);
  EXPECT_EQ(ran, 0);
  loop.wait_and_run(kForever);
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace doorward
