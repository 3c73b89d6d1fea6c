#include "store/ids/id_sequence.h"

#include <algorithm>

namespace doorward::store {

std::uint64_t IdSequence::next(std::string_view prefix, Timestamp now) {
  const std::lock_guard lock(mutex_);
  auto found = std::find_if(prefixes_.begin(), prefixes_.end(), [&](const Prefix& p) { return p.text == prefix; });
  if (found == prefixes_.end()) found = prefixes_.insert(found, Prefix{std::string(prefix), 0});
  const std::int64_t tick = std::max(id_tick(now), first_tick_);
  found->place = std::max(found->place + 1, tick << kIdSequenceBits);
  const std::int64_t used = found->place >> kIdSequenceBits;
  if (used > used_tick_.load(std::memory_order_relaxed)) used_tick_.store(used, std::memory_order_release);
  return (static_cast<std::uint64_t>(found->place) << kIdMachineBits) | machine_;
}

void IdSequence::restart(std::int64_t first_tick, std::uint16_t machine) {
  const std::lock_guard lock(mutex_);
  first_tick_ = std::max(first_tick, used_tick_.load(std::memory_order_relaxed) + 1);
  machine_ = machine;
}

}  // namespace doorward::store
