// A login that begins at the identity provider (OpenID Connect Core section 4, Initiating Login from a Third Party;
// SAML profiles 4.1.5, unsolicited responses). It is never itself a login: the browser goes to the application's
// initiate-login URL with a signed token that names the connection, and the application begins a sign-in of its own.
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

// Whether an application may be handed this RelayState of a provider though it is none of its addresses: a name or a
// path, of 80 bytes at most (SAML bindings 3.4.3). Whatever could lead a browser elsewhere is none.
bool is_plain_relay_state(std::string_view relay_state);

// Thread-safe. Everything borrowed must outlive it.
class IdpInitiatedLogin {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Offload& offload;
    SecretBox& box;
  };

  IdpInitiatedLogin(Ports ports, const SigningKeys& keys, SamlServiceProvider& service_provider, AuthLog& log,
                    SignIn::Home home, FailureLimiter::Limits starts = kInitiationLimits)
      : ports_(ports),
        keys_(keys),
        service_provider_(service_provider),
        log_(log),
        home_(std::move(home)),
        starts_(ports.clock, starts) {}

  // Where the browser goes. `parameters`: a query or a form with `iss` (at SAML the provider's entity id), `login_hint`
  // and `target_link_uri`. Refused without a location: kInvalidConnectionId, those of oidc::read_initiation,
  // kInvalidRequest (a parameter is too long), kInvalidRedirectUri (no application takes it). With one:
  // kUnsolicitedDisabled (the connection says no; without one where no application would take it either),
  // kConnectionInactive. kRateLimited, kOverloaded, and the errors of the store.
  task<SignInResult<std::string>> begin(ConnectionId connection, std::string parameters, BrowserCall call);

  // The same by a Response that answers nothing. It is judged in full and good once; the person's e-mail address
  // becomes the login hint. A RelayState that is an address of an application chooses it; one that
  // is_plain_relay_state() is handed on; any other is dropped. Where no application has an initiate-login URL, the
  // connection's default_redirect_uri serves if an application has registered it. Refused without a location:
  // kConnectionNotFound, those of SamlServiceProvider::check, kInvalidRedirectUri, kReplay, and kUnsolicitedDisabled of
  // an answer that is encrypted, since that is not opened then. With one: kUnsolicitedDisabled as above,
  // kConnectionInactive and those of identity_of.
  task<SignInResult<std::string>> begin(ConnectionId connection, SamlAnswer answer, BrowserCall call);

 private:
  struct Place;   // a connection with what a login there needs
  struct Asked;   // what the application is to learn
  struct Target;  // an application
  task<Result<Place>> find_place(const ConnectionId& id, const BrowserCall& call);
  Result<void> count_start(const std::string& source);
  Result<Target> find_target(const Place& place, std::string_view target) const;
  Result<Target> find_target_of(const Place& place, std::string& relay_state) const;
  static SignInResult<Target> admit(const Connection& connection, Result<Target> target, AuthRequest& attempt);
  task<SignInResult<std::string>> ask(const ConnectionId& id, const std::string& parameters, const BrowserCall& call,
                                      AuthRequest& attempt);
  task<SignInResult<std::string>> judge(const ConnectionId& id, const SamlAnswer& answer, const BrowserCall& call,
                                        AuthRequest& attempt, std::vector<AuthRequestStep>& steps);
  task<Result<std::string>> hand_over(const Place& place, const Target& target, const Asked& asked);

  const Ports ports_;
  const SigningKeys& keys_;
  SamlServiceProvider& service_provider_;
  AuthLog& log_;
  const SignIn::Home home_;
  FailureLimiter starts_;
};

}  // namespace doorward
