#include "server/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "base/completion.h"

namespace doorward::server {
namespace {

constexpr std::chrono::milliseconds kNoGap{0};

Timestamp long_ago() { return from_micros(0); }

TEST(Worker, RunsAtStartAndWhenWoken) {
  std::counting_semaphore<> rounds{0};
  Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
    rounds.release();
    co_return std::nullopt;
  });
  rounds.acquire();
  worker.wake();
  rounds.acquire();
}

TEST(Worker, ComesAgainWhenTheRoundSaidSo) {
  std::counting_semaphore<> rounds{0};
  std::atomic<int> left = 3;
  Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
    rounds.release();
    if (left.fetch_sub(1) > 1) co_return long_ago();
    co_return std::nullopt;
  });
  for (int i = 0; i < 3; ++i) rounds.acquire();
}

TEST(Worker, AWakeDuringARoundIsNotLost) {
  std::binary_semaphore entered{0};
  std::counting_semaphore<> go_on{0};
  std::counting_semaphore<> rounds{0};
  Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
    entered.release();
    go_on.acquire();
    rounds.release();
    co_return std::nullopt;
  });
  entered.acquire();
  worker.wake();
  go_on.release(2);
  rounds.acquire();
  rounds.acquire();
}

TEST(Worker, ARoundGoesOnOnItsOwnThreadAfterAWait) {
  std::promise<bool> same;
  std::thread deliverer;
  {
    Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
      const auto before = std::this_thread::get_id();
      co_await Completion<int>([&](Completion<int>::Deliver deliver) {
        deliverer = std::thread([deliver = std::move(deliver)]() mutable { deliver(1); });
      });
      same.set_value(before == std::this_thread::get_id());
      co_return std::nullopt;
    });
    EXPECT_TRUE(same.get_future().get());
  }
  deliverer.join();
}

TEST(Worker, StopWaitsForTheRoundInProgress) {
  std::binary_semaphore entered{0};
  std::atomic<bool> finished = false;
  Completion<int>::Deliver deliver_later;
  Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
    co_await Completion<int>([&](Completion<int>::Deliver deliver) {
      deliver_later = std::move(deliver);
      entered.release();
    });
    finished = true;
    co_return std::nullopt;
  });
  entered.acquire();
  std::thread stopper([&] { worker.stop(); });
  deliver_later(1);
  stopper.join();
  EXPECT_TRUE(finished);
}

TEST(Worker, AnExceptionCostsOneRound) {
  std::counting_semaphore<> rounds{0};
  std::atomic<bool> first = true;
  Worker worker("test", kNoGap, [&]() -> task<std::optional<Timestamp>> {
    rounds.release();
    if (first.exchange(false)) throw std::runtime_error("a bug");
    co_return std::nullopt;
  });
  rounds.acquire();
  worker.wake();
  rounds.acquire();
}

TEST(Worker, ManyWakesMakeFewRounds) {
  std::atomic<int> rounds = 0;
  std::binary_semaphore began{0};
  {
    Worker worker("test", std::chrono::hours(1), [&]() -> task<std::optional<Timestamp>> {
      if (rounds.fetch_add(1) == 0) began.release();
      co_return std::nullopt;
    });
    began.acquire();
    for (int i = 0; i < 100; ++i) worker.wake();
  }
  EXPECT_EQ(rounds, 1);
}

}  // namespace
}  // namespace doorward::server
