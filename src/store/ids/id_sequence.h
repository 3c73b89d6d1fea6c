// The number behind an id: 10 ms ticks since 2024-01-01T00:00:00Z, 8 bits of sequence, 16 bits of machine, so that ids
// of one prefix rise with time and two machines never make the same one. Every prefix has a sequence of its own.
//
// A sequence never waits: when its 256 places in a tick are used, or the clock steps back, it goes on in ticks ahead
// of the clock. Pure but for its lock; thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace doorward::store {

inline constexpr Duration kIdTick{10'000};
inline constexpr std::int64_t kIdTicksPerSecond = 100;
inline constexpr Timestamp kIdEpoch{Duration{1'704'067'200'000'000}};  // 2024-01-01T00:00:00Z
inline constexpr int kIdSequenceBits = 8;
inline constexpr int kIdMachineBits = 16;

constexpr std::int64_t id_tick(Timestamp time) { return (time - kIdEpoch) / kIdTick; }

class IdSequence {
 public:
  // Numbers begin at `first_tick` at the earliest.
  IdSequence(std::int64_t first_tick, std::uint16_t machine) : first_tick_(first_tick), machine_(machine) {}

  // The next number of this prefix; greater than every number it gave for the prefix before.
  std::uint64_t next(std::string_view prefix, Timestamp now);

  // The highest tick that a number was made of; first_tick - 1 before the first.
  std::int64_t used_tick() const { return used_tick_.load(std::memory_order_acquire); }

  // Goes on under another machine part, from `first_tick` at the earliest.
  void restart(std::int64_t first_tick, std::uint16_t machine);

 private:
  struct Prefix {
    std::string text;
    std::int64_t place = 0;  // tick << kIdSequenceBits | sequence of the last number
  };

  std::mutex mutex_;
  std::int64_t first_tick_;
  std::uint16_t machine_;
  std::vector<Prefix> prefixes_;
  std::atomic<std::int64_t> used_tick_{first_tick_ - 1};
};

}  // namespace doorward::store
