// The client credentials grant (RFC 6749 section 4.4): an application receives a token of its own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/keys/signing_keys.h"
#include "app/tokens/client_authentication.h"
#include "app/tokens/grant_limits.h"
#include "app/tokens/issued_token.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"

namespace doorward {

// One second less than a day, as the published SDKs' documentation shows it.
inline constexpr std::chrono::seconds kApiTokenLife{86399};

// The claim that names the secret a token was bought with; the token dies with it.
inline constexpr std::string_view kClientSecretIdClaim = "client_secret_id";
// In its place when the client proved itself by its keys: client_keys_name() of them.
inline constexpr std::string_view kClientKeysClaim = "client_keys";

// Thread-safe. Everything borrowed must outlive it.
class ClientCredentials {
 public:
  struct Ports {
    const Clock& clock;
    Ids& ids;
    Offload& offload;
  };

  // `issuer` is the base URL; it is also the audience, since the API is what such a token opens.
  ClientCredentials(Ports ports, const SigningKeys& keys, std::string issuer, GrantLimits::Limits limits = {})
      : ports_(ports), limits_(ports.clock, limits), keys_(keys), issuer_(std::move(issuer)) {}

  // `scope`: space-separated; empty when not asked for. All cheap checks come before the signature.
  // kUnauthorizedClient: the client may not use this grant. kInvalidScope: asked for more than openid, profile, email
  // and what the client was given. kRateLimited: the client buys too many tokens. kOverloaded.
  task<Result<IssuedToken>> issue(const AuthenticatedClient& client, const std::string& scope);

 private:
  std::string claims_of(const AuthenticatedClient& client, const std::string& scope, std::chrono::seconds life,
                        Timestamp now) const;

  const Ports ports_;
  GrantLimits limits_;
  const SigningKeys& keys_;
  const std::string issuer_;
};

}  // namespace doorward
