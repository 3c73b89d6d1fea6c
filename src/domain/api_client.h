// A client in the sense of OAuth 2.0 (RFC 6749 section 2): an application that signs people in, calls the API with
// client credentials, or both.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/directory.h"

namespace doorward {

// The wire says "ENV", "WEB_APP", "SPA", "NTV".
enum class ClientType : std::uint8_t {
  kEnvironment = 1,    // the one that the first start makes: it signs people in and calls the API
  kWebApp = 2,         // confidential
  kSinglePageApp = 3,  // public: no secret, PKCE is required
  kNative = 4,         // public; loopback redirects on any port (RFC 8252 section 7.3)
};

constexpr bool is_public(ClientType type) { return type == ClientType::kSinglePageApp || type == ClientType::kNative; }

// A confidential client proves itself by what it has (OpenID Connect Core section 9): a secret, by Basic or in the
// body, or keys, by private_key_jwt.
struct ApiClient {
  EnvironmentId environment_id;
  ApiClientId id;
  std::string name;
  ClientType type = ClientType::kWebApp;
  bool enabled = true;
  bool api_access = true;  // false: its tokens are no API tokens
  bool enforce_pkce = false;
  std::vector<std::string>
      redirect_uris;  // "post_login_uris" on the wire: as registered, with wildcard or placeholders
  std::vector<std::string> post_logout_redirect_uris;
  std::vector<std::string> back_channel_logout_uris;
  std::string initiate_login_uri;        // empty: none
  std::vector<std::string> grant_types;  // empty: all that its type may use
  std::vector<std::string> scopes;       // beyond openid, profile, email, offline_access
  std::map<std::string, std::string> custom_claims;
  std::optional<std::chrono::seconds> access_token_life;
  std::string id_token_signed_response_alg = "RS256";  // or ES256 (OpenID Connect Registration section 2)
  std::string jwks;                                    // public keys for private_key_jwt; empty: none
  ConnectionId default_connection_id;                  // where a request without any selector goes; empty: nowhere
  OrganizationId default_organization_id;              // the same; looked at after default_connection_id
  Timestamp create_time;
  Timestamp update_time;

  friend bool operator==(const ApiClient&, const ApiClient&) = default;
};

struct ClientSecret {
  EnvironmentId environment_id;
  ApiClientId client_id;
  ClientSecretId id;
  std::string lookup_hash;  // 32 bytes, HMAC-SHA-256 under the environment's lookup key
  std::string secret_suffix;
  SecretStatus status = SecretStatus::kActive;
  Timestamp create_time;
  Timestamp update_time;
  std::optional<Timestamp> expire_time;
  std::optional<Timestamp> last_used_time;

  bool is_live(Timestamp now) const { return status == SecretStatus::kActive && (!expire_time || *expire_time > now); }

  friend bool operator==(const ClientSecret&, const ClientSecret&) = default;
};

}  // namespace doorward
