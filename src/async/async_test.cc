#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "async/io_threads.h"
#include "async/offload.h"
#include "async/timer.h"
#include "base/completion.h"

namespace doorward::async {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(IoThreads, EachThreadHasItsExecutor) {
  IoThreads threads(2);
  ASSERT_EQ(threads.size(), 2U);
  for (std::size_t i = 0; i < threads.size(); ++i) {
    Executor* seen = nullptr;
    threads.run_on(i, [&] { seen = Executor::current(); });
    EXPECT_EQ(seen, &threads.executor(i));
  }
}

TEST(OffloadPool, ReturnsValuesErrorsAndExceptions) {
  OffloadPool pool(2);
  EXPECT_EQ(sync_wait(pool.offload([] { return 6 * 7; })).value(), 42);
  EXPECT_TRUE(sync_wait(pool.offload([] {})).has_value());
  const auto failed = sync_wait(pool.offload([]() -> Result<int> { return failure(Reason::kInvalidToken, "no"); }));
  EXPECT_EQ(failed.error().reason, Reason::kInvalidToken);
  EXPECT_THROW((void)sync_wait(pool.offload([]() -> int { throw std::runtime_error("bug"); })), std::runtime_error);
}

// Awaits on an I/O thread and says where it ran and where it went on.
task<void> note_threads(OffloadPool& pool, std::thread::id& ran, std::thread::id& resumed,
                        std::binary_semaphore& done) {
  ran = (co_await pool.offload([] { return std::this_thread::get_id(); })).value();
  resumed = std::this_thread::get_id();
  done.release();
}

TEST(OffloadPool, GoesOnWhereTheCallerWas) {
  IoThreads threads(1);
  OffloadPool pool(1);
  std::thread::id io, ran, resumed;
  std::binary_semaphore done{0};
  threads.run_on(0, [&] {
    io = std::this_thread::get_id();
    start_task(note_threads(pool, ran, resumed, done), [](std::exception_ptr) {});
  });
  done.acquire();
  EXPECT_EQ(resumed, io);
  EXPECT_NE(ran, io);
}

TEST(OffloadPool, RefusesWhenItsQueueIsFull) {
  std::binary_semaphore started{0}, gate{0};
  std::optional<Result<void>> first, second;
  {
    OffloadPool pool(1, 1);
    start_task(pool.offload([&] {
      started.release();
      gate.acquire();
    }),
               [&](std::exception_ptr, std::optional<Result<void>> r) { first = std::move(r); });
    started.acquire();  // the thread is busy, the queue empty
    start_task(pool.offload([] {}), [&](std::exception_ptr, std::optional<Result<void>> r) { second = std::move(r); });
    EXPECT_EQ(pool.queued(), 1U);
    const auto third = sync_wait(pool.offload([] {}));
    ASSERT_FALSE(third.has_value());
    EXPECT_EQ(third.error().reason, Reason::kOverloaded);
    EXPECT_EQ(third.error().retry_after_seconds, OffloadPool::kRetryAfterSeconds);
    gate.release();
  }
  EXPECT_TRUE(first.value().has_value());
  EXPECT_TRUE(second.value().has_value());
}

TEST(Timer, EndsByItselfOrByCancel) {
  IoThreads threads(1);
  Timer timer(threads);
  EXPECT_TRUE(sync_wait(timer.sleep_for(milliseconds(1))));
  timer.cancel();
  EXPECT_FALSE(sync_wait(timer.sleep_for(hours(1)))) << "a cancel between two waits ends the next one";

  std::binary_semaphore done{0};
  std::optional<bool> elapsed;
  start_task(timer.sleep_for(hours(1)), [&](std::exception_ptr, std::optional<bool> e) {
    elapsed = e;
    done.release();
  });
  threads.run_on(0, [] {});  // the wait has begun
  timer.cancel();
  done.acquire();
  EXPECT_EQ(elapsed, false);
  sync_wait(sleep_for(threads, milliseconds(1)));
}

// A cancel that comes while the expiry is on its way must end the next wait: a loop would go on for ever otherwise.
TEST(Timer, ACancelIsNeverLostToAnExpiry) {
  IoThreads threads(1);
  const auto wait_again_and_again = [](Timer& timer) -> task<void> {
    while (co_await timer.sleep_for(std::chrono::nanoseconds(1))) {
    }
  };
  for (int round = 0; round < 500; ++round) {
    Timer timer(threads);
    std::binary_semaphore ended{0};
    start_task(wait_again_and_again(timer), [&](const std::exception_ptr&) { ended.release(); });
    timer.cancel();
    ended.acquire();
  }
}

}  // namespace
}  // namespace doorward::async
