// When a signing key is published, begins to sign, and is forgotten. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/key.h"

namespace doorward {

// No token lives longer than this after it was signed.
inline constexpr std::chrono::hours kLongestTokenLife{7 * 24};

// A key is published for so long before it signs, at the least: longer than what obeys the caching rules of the key set
// keeps it.
inline constexpr std::chrono::hours kPublishedAhead{24};

// When the last token that a key can have signed has expired; the end of time for a key that is not retired.
Timestamp useful_until(const SigningKey& key);

struct RotationSchedule {
  std::vector<std::string> algorithms;
  Duration every{0};  // how long a key signs; 0: until somebody asks for the next
};

struct RotationSteps {
  std::vector<std::string> publish;   // algorithms without a next key, after the promotions
  std::vector<SigningKeyId> promote;  // next keys whose time has come
  std::vector<SigningKeyId> forget;   // retired keys that verify nothing any more

  bool empty() const { return publish.empty() && promote.empty() && forget.empty(); }
};

// When a next key signs: at the time that was asked for, or `every` after it was published, and never before it was
// published for kPublishedAhead. nullopt: when somebody asks for it.
std::optional<Timestamp> signs_from(const SigningKey& next, Duration every);

// What is due now. `keys`: all of the environment. The next key is published as soon as the one before it signs, so
// that also a relying party that fetches the key set once in its life knows it when its turn comes.
RotationSteps rotation_steps(std::span<const SigningKey> keys, const RotationSchedule& schedule, Timestamp now);

}  // namespace doorward
