// Signing out (OpenID Connect RP-Initiated Logout 1.0): an application sends the browser here to end a login.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/grants/grants.h"
#include "app/tokens/client_states.h"
#include "app/tokens/failure_limiter.h"
#include "app/tokens/token_verifier.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/connection.h"
#include "domain/environment.h"
#include "ports/clock.h"
#include "protocol/saml/outgoing_message.h"

namespace doorward {

struct SignOutRequest {
  std::string id_token_hint;
  std::string client_id;
  std::string post_logout_redirect_uri;
  std::string state;
  std::string source;  // peer address
};

struct SignedOut {
  bool ended = false;                // a hint named a login, and it is over now
  std::string redirect_to;           // where the browser goes at once; empty: a page says what happened
  std::optional<saml::PostTo> form;  // what it posts at once, instead
  std::string offer;                 // where that page may lead; empty: nowhere
};

// Thread-safe. Everything borrowed must outlive it.
class SignOut {
 public:
  // How long a person may take to sign out at the identity provider and still come back.
  static constexpr std::chrono::minutes kReturnLife{10};
  // What one source may ask without naming a client: every client of the environment is read for it.
  static constexpr FailureLimiter::Limits kNamelessLimits{.burst = 600, .refill_per_second = 10};

  // An OpenID provider's own logout page for this browser, or "" when it has none.
  using ProviderLogout = std::function<std::string(const Connection& connection, const Secret<std::string>& id_token,
                                                   std::string_view post_logout_redirect_uri, std::string_view state)>;
  // A SAML provider's, which comes back by itself; nullopt when there is none. Empty: there never is.
  using SamlLogout = std::function<task<Result<std::optional<saml::OutgoingMessage>>>(
      const Connection& connection, const Secret<std::string>& logout_hint, std::string_view return_address,
      std::chrono::steady_clock::time_point deadline)>;

  struct Ports {
    Store& store;
    const Clock& clock;
    const Mac& mac;
  };

  // `issuer` is the base URL.
  SignOut(Ports ports, EnvironmentId environment, EnvironmentKind kind, const Grants& grants,
          const TokenVerifier& verifier, ProviderLogout provider_logout, SamlLogout saml_logout, std::string issuer)
      : ports_(ports),
        environment_(std::move(environment)),
        kind_(kind),
        grants_(grants),
        verifier_(verifier),
        provider_logout_(std::move(provider_logout)),
        saml_logout_(std::move(saml_logout)),
        issuer_(std::move(issuer)),
        nameless_(ports.clock, kNamelessLimits) {}

  // A hint is an ID token of ours, which may have expired; what is none is as good as no hint: without one no login is
  // named, none is ended, and nobody is sent anywhere unasked. kInvalidRequest: client_id is not the hint's.
  // kInvalidPostLogoutUri: not registered for the client; then nothing is ended either. kRateLimited.
  task<Result<SignedOut>> sign_out(const SignOutRequest& request, std::chrono::steady_clock::time_point deadline);

  // Where a browser goes that comes back from the provider of `connection` with this `state`; nullopt when it is not
  // one that sign_out() gave the provider, or too old. Empty: a page says that it is done.
  std::optional<std::string> return_address(const ConnectionId& connection, std::string_view state) const;

 private:
  struct Plan;
  Result<void> count_nameless(const SignOutRequest& request);
  // Ends the login of the hint.
  Result<Plan> end(WriteTx& tx, const SignOutRequest& request, const IdentityHint& hint) const;
  // Where to go on to, with the state; empty when nothing was asked for. `client` empty: any client's address will do.
  Result<std::string> way_back(const ClientRepository& clients, const OrganizationRepository& organizations,
                               const SignOutRequest& request, const ApiClientId& client,
                               const OrganizationId& organization) const;
  // On to the provider's logout, where it has one.
  task<void> go_by_provider(Plan& plan, std::chrono::steady_clock::time_point deadline) const;

  const Ports ports_;
  const EnvironmentId environment_;
  const EnvironmentKind kind_;
  const Grants& grants_;
  const TokenVerifier& verifier_;
  const ProviderLogout provider_logout_;
  const SamlLogout saml_logout_;
  const std::string issuer_;
  FailureLimiter nameless_;
};

}  // namespace doorward
