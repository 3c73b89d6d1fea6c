#include "store/ids/id_sequence.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace doorward::store {
namespace {

constexpr Timestamp kNow = kIdEpoch + std::chrono::hours(24 * 1'000);

TEST(IdSequence, PutsTicksSequenceAndMachineInTheirPlaces) {
  IdSequence sequence(0, 7);
  const std::uint64_t first = sequence.next("org_", kNow);
  EXPECT_EQ(first & 0xffff, 7U);
  EXPECT_EQ((first >> 16) & 0xff, 0U);
  EXPECT_EQ(static_cast<std::int64_t>(first >> 24), id_tick(kNow));
  EXPECT_EQ((sequence.next("org_", kNow) >> 16) & 0xff, 1U);
}

TEST(IdSequence, GivesEachPrefixASequenceOfItsOwn) {
  IdSequence sequence(0, 0);
  EXPECT_EQ(sequence.next("org_", kNow), sequence.next("dir_", kNow));
}

TEST(IdSequence, RunsAheadWhenATickIsFullAndWhenTheClockStepsBack) {
  IdSequence sequence(0, 0);
  std::uint64_t last = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Timestamp now = kNow - std::chrono::seconds(i % 3);
    const std::uint64_t next = sequence.next("org_", now);
    ASSERT_GT(next, last);
    last = next;
  }
  EXPECT_EQ(sequence.used_tick(), id_tick(kNow) + 10'000 / 256);
}

TEST(IdSequence, K09_TenMillionIdsOfFourThreadsAreDifferent) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 2'500'000;
  IdSequence sequence(id_tick(kNow), 0);
  const std::uint64_t before = sequence.next("org_", kNow) >> kIdMachineBits;
  std::vector<std::vector<std::uint64_t>> given(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : given) {
      mine.reserve(kEach);
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < kEach; ++i) mine.push_back(sequence.next("org_", kNow));
      });
    }
  }
  // While the clock stands, numbers follow each other without a gap: each is at its place, and no place has two.
  std::vector<bool> seen(kThreads * kEach);
  std::size_t wrong = 0;
  for (const auto& mine : given) {
    for (const std::uint64_t number : mine) {
      const std::uint64_t place = (number >> kIdMachineBits) - before - 1;
      if (place >= seen.size() || seen[place]) {
        ++wrong;
      } else {
        seen[place] = true;
      }
    }
  }
  EXPECT_EQ(wrong, 0U);
}

TEST(IdSequence, BeginsBehindTheMarkAndNeverGoesBackOnRestart) {
  IdSequence sequence(id_tick(kNow) + 500, 0);
  EXPECT_EQ(static_cast<std::int64_t>(sequence.next("org_", kNow) >> 24), id_tick(kNow) + 500);
  sequence.restart(0, 3);
  const std::uint64_t next = sequence.next("org_", kNow);
  EXPECT_EQ(next & 0xffff, 3U);
  EXPECT_EQ(static_cast<std::int64_t>(next >> 24), id_tick(kNow) + 501);
}

}  // namespace
}  // namespace doorward::store
