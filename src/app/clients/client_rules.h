// Which values a client takes, and what a client that the server cannot do without keeps.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/changes/record.h"
#include "base/result.h"
#include "domain/api_client.h"
#include "domain/environment.h"
#include "domain/key_rotation.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxClientNameLength = 128;  // code points
inline constexpr std::size_t kMaxClientUris = 50;         // of each kind
inline constexpr std::size_t kMaxClientScopes = 100;
inline constexpr std::size_t kMaxScopeLength = 128;
inline constexpr std::size_t kMaxCustomClaims = 20;
inline constexpr std::size_t kMaxCustomClaimBytes = 1024;
inline constexpr std::size_t kMaxClientKeys = 10;
inline constexpr std::size_t kMaxClientKeySetBytes = std::size_t{16} * 1024;
inline constexpr std::chrono::seconds kLeastAccessTokenLife = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMostAccessTokenLife = kLongestTokenLife;

// Absent fields keep their value; an empty text, list or id, and a life of 0, clear it.
struct ClientPatch {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> redirect_uris;
  std::optional<std::vector<std::string>> post_logout_redirect_uris;
  std::optional<std::vector<std::string>> back_channel_logout_uris;
  std::optional<std::string> initiate_login_uri;
  std::optional<std::vector<std::string>> grant_types;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::map<std::string, std::string>> custom_claims;
  std::optional<std::chrono::seconds> access_token_life;
  std::optional<bool> api_access;
  std::optional<bool> enforce_pkce;

  // Doorward's own settings.
  std::optional<bool> enabled;
  std::optional<std::string> id_token_signed_response_alg;
  std::optional<std::string> jwks;
  std::optional<ConnectionId> default_connection_id;
  std::optional<OrganizationId> default_organization_id;
};

// kInvalidArgument at the field ("client.post_login_uris[1]", "settings.jwks") for a value that a client of the type
// does not take. kClientInUse for what would lock everybody out of the API: the environment's own client stays enabled
// and keeps its access.
Result<void> check_client_patch(const ClientPatch& patch, ClientType type, EnvironmentKind environment);

void apply_client_patch(const ClientPatch& patch, ApiClient& client);

// kConnectionNotFound, kOrganizationNotFound for a default that the environment does not have.
Result<void> check_client_defaults(WriteTx& tx, const ApiClient& client, const ClientPatch& patch);

// kClientNotFound for what the environment does not have.
Result<ApiClient> find_client(const ReadTx& tx, const EnvironmentId& environment, const ApiClientId& id);

ChangeSubject subject_of(const ApiClient& client);
ChangeSubject subject_of(const ApiClient& client, const ClientSecret& secret);

}  // namespace doorward
