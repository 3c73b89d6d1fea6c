// A login that begins at the identity provider (OpenID Connect Core section 4, Initiating Login from a Third Party). It
// is never itself a login: the browser goes to the application's initiate-login URL with a signed token that names the
// connection, and the application begins a sign-in of its own.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "app/auth_log/auth_log.h"
#include "app/keys/signing_keys.h"
#include "app/sign_in/browser_call.h"
#include "app/sign_in/sign_in.h"
#include "app/tokens/failure_limiter.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/offload.h"
#include "ports/store.h"

namespace doorward {

// Of the `idp_initiated_login` token, which the application uses at once.
inline constexpr std::chrono::seconds kInitiationLife{300};

// What one source may begin in a row, and then each second: each costs a signature, and nobody had to sign in for it.
inline constexpr FailureLimiter::Limits kInitiationLimits{.burst = 1000, .refill_per_second = 20};

// The application that such a login is for, of those of the environment, oldest first: it is enabled, signs people in,
// has an initiate-login URL, and `target`, unless empty, is that URL or one of its redirect URIs. Of several the one
// whose default is the connection, then the one whose default is the organization, then the oldest without a default.
// nullptr: none.
const ApiClient* application_for(std::span<const ApiClient> clients, const Connection& connection,
                                 const Organization& organization, std::string_view target,
                                 EnvironmentKind environment);

// Thread-safe. Everything borrowed must outlive it.
class IdpInitiatedLogin {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Offload& offload;
  };

  IdpInitiatedLogin(Ports ports, const SigningKeys& keys, AuthLog& log, SignIn::Home home,
                    FailureLimiter::Limits starts = kInitiationLimits)
      : ports_(ports), keys_(keys), log_(log), home_(std::move(home)), starts_(ports.clock, starts) {}

  // Where the browser goes. `parameters`: a query or a form with `iss`, `login_hint` and `target_link_uri`. Refused
  // without a location: kInvalidConnectionId, those of oidc::read_initiation, kInvalidRequest (a parameter is too
  // long), kUnsolicitedDisabled (the connection says no), kInvalidRedirectUri (no application takes it). With one:
  // kConnectionInactive. kRateLimited, kOverloaded, and the errors of the store.
  task<SignInResult<std::string>> begin(ConnectionId connection, std::string parameters, BrowserCall call);

 private:
  struct Target;
  Result<Target> find_target(const ReadTx& tx, const ConnectionId& id, const std::string& parameters,
                             AuthRequest& attempt) const;

  const Ports ports_;
  const SigningKeys& keys_;
  AuthLog& log_;
  const SignIn::Home home_;
  FailureLimiter starts_;
};

}  // namespace doorward
