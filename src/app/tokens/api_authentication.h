// Who the bearer of an API token is at this moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "app/tokens/client_states.h"
#include "app/tokens/failure_limiter.h"
#include "app/tokens/generation_cache.h"
#include "app/tokens/token_verifier.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "ports/clock.h"

namespace doorward {

struct BearerToken {
  std::string_view text;
  std::string_view source;      // peer address, for the limit on forged tokens
  std::string_view request_id;  // into the caller
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // into the caller
};

// Thread-safe. Everything borrowed must outlive it.
class ApiAuthentication {
 public:
  static constexpr std::size_t kRememberedTokens = 4096;  // twice as many at most

  // Forging is not what honest clients do by accident, but a fleet behind one address may hold stale tokens after a
  // restore: generous.
  static constexpr FailureLimiter::Limits kForgeryLimits{.burst = 100, .refill_per_second = 10};

  ApiAuthentication(const Clock& clock, const TokenVerifier& verifier, ClientStates& clients)
      : clock_(clock),
        verifier_(verifier),
        clients_(clients),
        forgeries_(clock, kForgeryLimits),
        remembered_(kRememberedTokens) {}

  // kInvalidToken, kTokenExpired, kWrongTokenClass: the token itself. kClientDisabled, kApiAccessDenied (the client may
  // not call the API), kTokenRevoked (what bought it no longer works or the client is gone): at most a second after the
  // fact. These are Unauthenticated and say that another token is needed. kRateLimited: too many forged tokens from
  // this source. Otherwise the errors of the store, never Unauthenticated.
  task<Result<Caller>> authenticate(BearerToken token);

 private:
  // What was verified and never changes for one text as long as the keys are the same.
  struct Verified {
    ApiClientId client_id;
    ClientSecretId secret_id;
    std::string keys_name;  // when no secret bought it
    Timestamp expires_at;
    std::uint64_t keys_generation = 0;
  };
  static bool still_good(const Verified& verified, const ClientState* state, Timestamp now);
  Result<Verified> verify(const BearerToken& token, Timestamp now);

  const Clock& clock_;
  const TokenVerifier& verifier_;
  ClientStates& clients_;
  FailureLimiter forgeries_;
  std::mutex mutex_;
  GenerationCache<Verified> remembered_;  // by SHA-256 of the text
};

}  // namespace doorward
