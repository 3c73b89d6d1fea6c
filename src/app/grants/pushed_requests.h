// Pushed authorization requests (RFC 9126): a client sends the parameters itself, and the browser carries only their
// name.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/tokens/client_authentication.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/environment.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/store.h"
#include "protocol/oauth/form.h"

namespace doorward {

inline constexpr std::chrono::seconds kPushedRequestLife{60};

struct PushedReference {
  std::string request_uri;
  std::chrono::seconds expires_in = kPushedRequestLife;
};

// Thread-safe. Everything borrowed must outlive it.
class PushedRequests {
 public:
  // Each is kept for a while. Of a public client, whose name anybody knows, counted for each source.
  static constexpr FailureLimiter::Limits kPushLimits{.burst = 600, .refill_per_second = 50};

  struct Ports {
    Store& store;
    const Clock& clock;
    Random& random;
    const Mac& mac;
  };

  PushedRequests(Ports ports, EnvironmentKind kind) : ports_(ports), kind_(kind), pushed_(ports.clock, kPushLimits) {}

  // `form`: what was sent, the client's proof included, which is not kept. What can be judged without the person's
  // organization is refused here: kInvalidRequest (a request_uri among the parameters, or no redirect_uri), the reasons
  // of check_authorization() but kLoginRequired, kInvalidRedirectUri, kRateLimited.
  task<Result<PushedReference>> push(const AuthenticatedClient& client, oauth::Form form, std::string_view source,
                                     std::chrono::steady_clock::time_point deadline);

  // The parameters, once; they are judged as if the browser had brought them. kInvalidRequestUri: not one of ours, of
  // another client, used or expired.
  task<Result<oauth::Form>> take(const EnvironmentId& environment, const std::string& request_uri,
                                 const ApiClientId& client, std::chrono::steady_clock::time_point deadline);

 private:
  const Ports ports_;
  const EnvironmentKind kind_;
  FailureLimiter pushed_;
};

}  // namespace doorward
