// How often answers may fail to be decrypted, so that nobody learns a text from what a block cipher without
// authentication lets through (S-60).
#pragma once

#include <string_view>

#include "app/tokens/failure_limiter.h"
#include "base/id.h"
#include "base/result.h"
#include "ports/clock.h"

namespace doorward {

// Of one source at one connection; and, since one who asks may have many addresses, of the connection. The second is
// wide, lest a stranger lock a customer's people out (H-11).
inline constexpr FailureLimiter::Limits kDecryptFailureLimits{.burst = 10, .refill_per_second = 10.0 / 60};
inline constexpr FailureLimiter::Limits kConnectionDecryptFailureLimits{.burst = 200, .refill_per_second = 200.0 / 60};

// Thread-safe.
class DecryptionLimiter {
 public:
  explicit DecryptionLimiter(const Clock& clock)
      : pairs_(clock, kDecryptFailureLimits), connections_(clock, kConnectionDecryptFailureLimits) {}

  // Before an answer is decrypted: it counts as a failure until it is given back, so that many at a time are no more
  // than one after the other. `source`: peer address. kRateLimited.
  Result<void> take(const ConnectionId& connection, std::string_view source);
  void give_back(const ConnectionId& connection, std::string_view source);

 private:
  FailureLimiter pairs_;
  FailureLimiter connections_;
};

}  // namespace doorward
