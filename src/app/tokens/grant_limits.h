// How often secrets may be guessed and tokens bought at a token endpoint. In memory and per process; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "ports/clock.h"

namespace doorward {

// Wrong secrets that one source may offer for one client: then even the right one is refused, to that source only, so
// that guessing does not go on and nobody can lock a client out from elsewhere.
inline constexpr FailureLimiter::Limits kGuessLimits{.burst = 20, .refill_per_second = 1};
// Wrong secrets that one source may offer for all clients together; beyond it wrong ones are told to wait, right ones
// are served: sources are shared, and one application's stale secret must not stop its neighbours.
inline constexpr FailureLimiter::Limits kSourceFailureLimits{.burst = 100, .refill_per_second = 10};
// Tokens that one client may buy: each costs an RSA signature and lives for hours, so honest clients need a few.
// Counted for right secrets only, else an attacker could use a client's share up.
inline constexpr FailureLimiter::Limits kIssueLimits{.burst = 30'000, .refill_per_second = 100};

class GrantLimits {
 public:
  struct Limits {
    FailureLimiter::Limits guesses = kGuessLimits;
    FailureLimiter::Limits source_failures = kSourceFailureLimits;
    FailureLimiter::Limits issues = kIssueLimits;
  };

  GrantLimits(const Clock& clock, Limits limits)
      : guesses_(clock, limits.guesses),
        source_failures_(clock, limits.source_failures),
        issues_(clock, limits.issues) {}

  // Before the secret is looked at. kRateLimited: this source failed too often for this client.
  Result<void> check_guess(std::string_view source, std::string_view client);
  // Counts a wrong secret; how it is refused: kInvalidClient, or kRateLimited.
  Error refuse_guess(std::string_view source, std::string_view client);
  // Counts a token, before it is signed. kRateLimited: the client buys too many.
  Result<void> take_token(std::string_view client);

 private:
  FailureLimiter guesses_;          // by client and source
  FailureLimiter source_failures_;  // by source
  FailureLimiter issues_;           // by client: what it counts are tokens
};

}  // namespace doorward
