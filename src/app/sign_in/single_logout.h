// Single logout (SAML profiles 4.4), both ways: the provider says that somebody has logged out there; or somebody has
// signed out here, and the browser goes by the provider before it is back at the application.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "app/grants/grants.h"
#include "app/service_provider/saml_service_provider.h"
#include "app/sign_in/sign_in.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// Requests of one source that are refused in a row, and then each second: each refusal is signed.
inline constexpr FailureLimiter::Limits kLogoutFailureLimits{.burst = 60, .refill_per_second = 1};

// What the provider is answered; nothing where it has no address for answers: then a page says that it is done.
using LogoutAnswer = std::optional<saml::OutgoingMessage>;

// Thread-safe. Everything borrowed must outlive it; arguments must live until the task has ended.
class SingleLogout {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Random& random;
    const Mac& mac;
    SecretBox& box;
  };

  SingleLogout(Ports ports, SamlServiceProvider& service_provider, const Grants& grants, EnvironmentId environment)
      : ports_(ports),
        service_provider_(service_provider),
        grants_(grants),
        environment_(std::move(environment)),
        failures_(ports.clock, kLogoutFailureLimits) {}

  // A LogoutRequest of the connection's provider. Ends the sessions that it means, of this connection only: those of
  // the person with one of the session indexes, or all of the person where it names none. Nothing that they granted
  // works any longer.
  //
  // What is wrong with a request is answered by a signed status, and ends nothing: UnknownPrincipal where nobody by
  // this name (and index) is signed in, RequestDenied for the reasons of SamlServiceProvider::check_logout_request and
  // for kReplay. Refused without an answer: kConnectionNotFound, kRateLimited, and what has no id that could be
  // answered.
  task<Result<LogoutAnswer>> end_sessions(ConnectionId connection, saml::ReceivedMessage message, BrowserCall call);

  // The way to the provider for a login that is over here, and back to `return_address` (empty: to a page) within
  // kLoginLife. nullopt: the connection does without (slo_required), the provider has no address for it, or what it
  // knows the login by was not kept.
  task<Result<LogoutAnswer>> leave(const Connection& connection, const Secret<std::string>& logout_hint,
                                   std::string_view return_address, std::chrono::steady_clock::time_point deadline);

  // The provider's LogoutResponse: where the browser goes then, whatever its status says; nobody is signed in here any
  // more. kConnectionNotFound; kInResponseTo: to no request that is under way; the reasons of
  // SamlServiceProvider::check_logout_response.
  task<Result<std::string>> come_back(ConnectionId connection, saml::ReceivedMessage message, BrowserCall call);

  // What came to the connection's address holds no message of a logout, for the reason of `error`. Counted and in the
  // server's log like every refusal here: no attempt to sign in, it is not in the authentication log. `error` again, or
  // kRateLimited.
  Error refuse_message(const ConnectionId& connection, Error error, const BrowserCall& call);

 private:
  void record_refusal(const ConnectionId& connection, const Error& error, const BrowserCall& call);
  task<Result<Connection>> find(const ConnectionId& id, const BrowserCall& call);
  task<Result<saml::LogoutStatus>> end_those_of(const Connection& connection, const saml::LogoutRequest& request,
                                                const BrowserCall& call);

  const Ports ports_;
  SamlServiceProvider& service_provider_;
  const Grants& grants_;
  const EnvironmentId environment_;
  FailureLimiter failures_;
};

}  // namespace doorward
