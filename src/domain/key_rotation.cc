#include "domain/key_rotation.h"

#include <algorithm>

namespace doorward {
namespace {

const SigningKey* find_next(std::span<const SigningKey> keys, const std::string& algorithm) {
  const auto found = std::ranges::find_if(
      keys, [&](const SigningKey& key) { return key.algorithm == algorithm && key.state == SigningKeyState::kNext; });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace

Timestamp useful_until(const SigningKey& key) {
  if (key.state != SigningKeyState::kRetired) return Timestamp::max();
  return key.retire_time.value_or(key.create_time) + kLongestTokenLife;
}

std::optional<Timestamp> signs_from(const SigningKey& next, Duration every) {
  std::optional<Timestamp> from = next.activate_time;
  if (every > Duration(0)) from = std::min(from.value_or(Timestamp::max()), next.create_time + every);
  if (from) from = std::max(*from, next.create_time + kPublishedAhead);
  return from;
}

RotationSteps rotation_steps(std::span<const SigningKey> keys, const RotationSchedule& schedule, Timestamp now) {
  RotationSteps steps;
  for (const std::string& algorithm : schedule.algorithms) {
    const SigningKey* next = find_next(keys, algorithm);
    const auto due = next == nullptr ? std::nullopt : signs_from(*next, schedule.every);
    const bool promoted = due && now >= *due;
    if (promoted) steps.promote.push_back(next->id);
    if (next == nullptr || promoted) steps.publish.push_back(algorithm);
  }
  for (const SigningKey& key : keys) {
    if (now >= useful_until(key)) steps.forget.push_back(key.id);
  }
  return steps;
}

}  // namespace doorward
