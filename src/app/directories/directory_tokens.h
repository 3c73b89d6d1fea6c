// The client credentials grant (RFC 6749 section 4.4) for the OAuth clients of a directory: short-lived bearer tokens
// that open the SCIM endpoint of this directory and nothing else.
//
// A token is signed like every other one and names the secret that bought it; it dies with that secret. It carries no
// state of its own, so issuing one writes nothing, and revocation is the same look-up that a bearer secret costs.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/keys/signing_keys.h"
#include "app/tokens/client_credentials.h"
#include "app/tokens/grant_limits.h"
#include "app/tokens/token_verifier.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/offload.h"
#include "ports/store.h"

namespace doorward {

// The one scope of such tokens.
inline constexpr std::string_view kDirectoryTokenScope = "scim";

struct DirectoryTokenRequest {
  DirectoryId directory;
  DirectoryOauthClientId client_id;
  Secret<std::string> client_secret;
  std::string source;  // peer address, for the limit on failures
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

// What a token says, once its signature, time, class and audience were found good.
struct DirectoryToken {
  DirectoryOauthClientId client_id;
  DirectorySecretId secret_id;
  Timestamp expires_at;
};

// Thread-safe. Everything borrowed must outlive it.
class DirectoryTokens {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    const Mac& mac;
    Offload& offload;
  };

  // `issuer` is the base URL.
  DirectoryTokens(Ports ports, const SigningKeys& keys, EnvironmentId environment, std::string issuer,
                  GrantLimits::Limits limits = {})
      : ports_(ports),
        keys_(keys),
        verifier_(keys, issuer),
        environment_(std::move(environment)),
        issuer_(std::move(issuer)),
        limits_(ports.clock, limits) {}

  // kInvalidClient, not told apart: unknown directory or client, wrong, revoked or expired secret. kRateLimited: this
  // source failed too often, or the client buys too many. kOverloaded, and the errors of the store. A disabled
  // directory issues: its endpoint says why it refuses.
  task<Result<IssuedToken>> issue(const DirectoryTokenRequest& request);

  // Whether a bearer token can be one of these rather than a secret.
  static bool looks_signed(std::string_view token);
  // kWrongTokenClass: a genuine token that opens something else. kTokenExpired. kInvalidToken: anything else, also a
  // token of another directory. Whether its secret is still live is for the caller to look up.
  Result<DirectoryToken> verify(const DirectoryId& directory, std::string_view token, Timestamp now) const;

 private:
  struct Bought {
    DirectoryOauthClient client;
    DirectorySecret secret;
  };
  task<Result<Bought>> authenticate(const DirectoryTokenRequest& request, Timestamp now);
  std::string audience_of(const DirectoryId& directory) const;
  std::string claims_of(const Bought& bought, Timestamp now) const;

  const Ports ports_;
  const SigningKeys& keys_;
  const TokenVerifier verifier_;
  const EnvironmentId environment_;
  const std::string issuer_;
  GrantLimits limits_;
};

}  // namespace doorward
