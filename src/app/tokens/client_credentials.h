// The client credentials grant (RFC 6749 section 4.4): an application proves its secret and receives an API token.
#pragma once

#include <chrono>
#include <string>

#include "app/keys/signing_keys.h"
#include "app/tokens/client_states.h"
#include "app/tokens/grant_limits.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/offload.h"

namespace doorward {

// One second less than a day, as the published SDKs' documentation shows it.
inline constexpr std::chrono::seconds kApiTokenLife{86399};

// The claim that names the secret a token was bought with; the token dies with it.
inline constexpr std::string_view kClientSecretIdClaim = "client_secret_id";

struct ClientCredentialsRequest {
  ApiClientId client_id;
  Secret<std::string> client_secret;
  std::string scope;   // space-separated; empty when not asked for
  std::string source;  // peer address, for the limit on failures
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

struct IssuedToken {
  Secret<std::string> access_token;
  std::chrono::seconds expires_in = kApiTokenLife;
  std::string scope;  // granted
};

// Thread-safe. Everything borrowed must outlive it.
class ClientCredentials {
 public:
  struct Ports {
    const Clock& clock;
    Ids& ids;
    const Mac& mac;
    Offload& offload;
  };

  using Limits = GrantLimits::Limits;

  // `issuer` is the base URL; it is also the audience, since the API is what such a token opens.
  ClientCredentials(Ports ports, ClientStates& clients, const SigningKeys& keys, std::string issuer)
      : ClientCredentials(ports, clients, keys, std::move(issuer), Limits()) {}
  ClientCredentials(Ports ports, ClientStates& clients, const SigningKeys& keys, std::string issuer, Limits limits)
      : ports_(ports), clients_(clients), limits_(ports.clock, limits), keys_(keys), issuer_(std::move(issuer)) {}

  // All cheap checks come before the signature. kRateLimited: this source failed too often, or the client buys too many
  // tokens. kInvalidClient: unknown client or wrong secret, not told apart.
  // kClientDisabled: the secret is right. kInvalidScope: asked for more than openid, profile and email. kOverloaded,
  // and the errors of the store.
  task<Result<IssuedToken>> issue(const ClientCredentialsRequest& request);

 private:
  task<Result<ClientSecretId>> authenticate(const ClientCredentialsRequest& request, Timestamp now);
  std::string claims_of(const ClientCredentialsRequest& request, const ClientSecretId& secret_id,
                        const std::string& scope, Timestamp now) const;

  const Ports ports_;
  ClientStates& clients_;
  GrantLimits limits_;
  const SigningKeys& keys_;
  const std::string issuer_;
};

}  // namespace doorward
