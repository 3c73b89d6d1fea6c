// Whether an access token of a login opens anything at this moment: what it says, and what became of its grant.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string_view>

#include "app/tokens/api_authentication.h"
#include "app/tokens/client_states.h"
#include "app/tokens/failure_limiter.h"
#include "app/tokens/token_verifier.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/sign_in.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

struct LiveLogin {
  LoginClaims claims;
  Grant grant;
};

// Thread-safe. Everything borrowed must outlive it.
class LoginAccess {
 public:
  LoginAccess(Store& store, const Clock& clock, const TokenVerifier& verifier, ClientStates& clients)
      : store_(store),
        clock_(clock),
        verifier_(verifier),
        clients_(clients),
        forgeries_(clock, ApiAuthentication::kForgeryLimits) {}

  // kInvalidToken, kTokenExpired, kWrongTokenClass: the token itself. kTokenRevoked: its grant is over, or its client
  // is gone. kClientDisabled. kRateLimited: too many forged tokens from this source. And the errors of the store.
  task<Result<LiveLogin>> find(BearerToken token);

  // What a client may know of the person with this token (OpenID Connect Core section 5.3): `sub` and what the scope
  // holds. As find(); kAccessDenied: the token lacks the scope openid.
  task<Result<boost::json::object>> user_info(BearerToken token);

 private:
  Store& store_;
  const Clock& clock_;
  const TokenVerifier& verifier_;
  ClientStates& clients_;
  FailureLimiter forgeries_;
};

}  // namespace doorward
