#include "app/clients/client_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "domain/claim_names.h"
#include "domain/client_grants.h"
#include "domain/redirect_uri.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/strict_json.h"

namespace doorward {
namespace {

constexpr std::size_t kMaxCustomClaimNameLength = 128;

constexpr std::array<std::string_view, 8> kPrivateKeyMembers{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

Result<void> check_name(const std::string& name) {
  if (name.empty() || code_points(name) > kMaxClientNameLength || std::ranges::any_of(name, is_control)) {
    return failure(invalid_field(
        "client.name", fmt::format("Write 1 to {} characters without control characters.", kMaxClientNameLength),
        "string.max_len"));
  }
  return {};
}

Result<void> check_uris(const std::optional<std::vector<std::string>>& uris, std::string_view field, UriUse use,
                        const RedirectRules& rules) {
  if (!uris) return {};
  if (uris->size() > kMaxClientUris) {
    return failure(invalid_field(fmt::format("client.{}", field),
                                 fmt::format("Register {} URIs at most.", kMaxClientUris), "repeated.max_items"));
  }
  for (std::size_t i = 0; i < uris->size(); ++i) {
    if (auto fault = registration_fault((*uris)[i], use, rules)) {
      return failure(invalid_field(fmt::format("client.{}[{}]", field, i), *std::move(fault), "string.uri"));
    }
  }
  return {};
}

Result<void> check_all_uris(const ClientPatch& patch, const RedirectRules& rules) {
  DOORWARD_CHECK(check_uris(patch.redirect_uris, "post_login_uris", UriUse::kRedirect, rules));
  DOORWARD_CHECK(check_uris(patch.post_logout_redirect_uris, "post_logout_redirect_uris", UriUse::kPostLogout, rules));
  DOORWARD_CHECK(
      check_uris(patch.back_channel_logout_uris, "back_channel_logout_uris", UriUse::kBackChannelLogout, rules));
  if (!patch.initiate_login_uri || patch.initiate_login_uri->empty()) return {};
  auto fault = registration_fault(*patch.initiate_login_uri, UriUse::kInitiateLogin, rules);
  if (fault) return failure(invalid_field("client.initiate_login_uri", *std::move(fault), "string.uri"));
  return {};
}

Result<void> check_grant_types(const std::vector<std::string>& grants, ClientType type) {
  for (std::size_t i = 0; i < grants.size(); ++i) {
    if (may_have_grant(type, grants[i])) continue;
    return failure(invalid_field(fmt::format("client.grant_types[{}]", i),
                                 is_public(type) ? "Write authorization_code or refresh_token."
                                                 : "Write authorization_code, refresh_token or client_credentials.",
                                 "string.in"));
  }
  const bool keeps_api = grants.empty() || std::ranges::find(grants, kClientCredentialsGrant) != grants.end();
  if (type == ClientType::kEnvironment && !keeps_api) {
    return failure(Reason::kClientInUse, "The environment's own client keeps the grant client_credentials.");
  }
  return {};
}

// RFC 6749 section 3.3: printable ASCII without blank, quote and backslash.
Result<void> check_scopes(const std::vector<std::string>& scopes) {
  if (scopes.size() > kMaxClientScopes) {
    return failure(
        invalid_field("client.scopes", fmt::format("Name {} scopes at most.", kMaxClientScopes), "repeated.max_items"));
  }
  const auto is_scope_character = [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; };
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!scopes[i].empty() && scopes[i].size() <= kMaxScopeLength &&
        std::ranges::all_of(scopes[i], is_scope_character)) {
      continue;
    }
    return failure(invalid_field(fmt::format("client.scopes[{}]", i),
                                 fmt::format("Write 1 to {} printable ASCII characters without blanks, quotes and "
                                             "backslashes.",
                                             kMaxScopeLength),
                                 "string.pattern"));
  }
  return {};
}

Result<void> check_custom_claims(const std::map<std::string, std::string>& claims) {
  const auto refused = [](std::string sentence, std::string constraint) {
    return failure(invalid_field("client.custom_claims", std::move(sentence), std::move(constraint)));
  };
  if (claims.size() > kMaxCustomClaims) {
    return refused(fmt::format("Name {} claims at most.", kMaxCustomClaims), "repeated.max_items");
  }
  for (const auto& [name, value] : claims) {
    if (name.empty() || code_points(name) > kMaxCustomClaimNameLength || std::ranges::any_of(name, is_control)) {
      return refused(fmt::format("The name of a claim has 1 to {} characters.", kMaxCustomClaimNameLength),
                     "string.max_len");
    }
    if (is_reserved_claim(name)) {
      return refused(fmt::format("The claim \"{}\" is the server's own. Choose another name.", name), "string.not_in");
    }
    if (value.size() > kMaxCustomClaimBytes) {
      return refused(fmt::format("The value of a claim has {} bytes at most.", kMaxCustomClaimBytes),
                     "string.max_bytes");
    }
  }
  return {};
}

Result<void> check_access_token_life(std::chrono::seconds life) {
  if (life == std::chrono::seconds(0) || (life >= kLeastAccessTokenLife && life <= kMostAccessTokenLife)) return {};
  return failure(invalid_field("client.access_token_expiry",
                               fmt::format("Give {} to {} seconds, or 0 for the default.",
                                           kLeastAccessTokenLife.count(), kMostAccessTokenLife.count()),
                               "int64.range"));
}

Result<void> check_jwks(const std::string& jwks, ClientType type) {
  const auto refused = [](std::string sentence) {
    return failure(invalid_field("settings.jwks", std::move(sentence), "string.jwks"));
  };
  if (jwks.empty()) return {};
  if (is_public(type)) return refused("A public client has nothing to prove itself with, so no keys.");
  const auto set = jose::parse_strict_object(jwks, {.bytes = kMaxClientKeySetBytes});
  const boost::json::value* keys = set ? set->if_contains("keys") : nullptr;
  if (keys == nullptr || !keys->is_array() || keys->get_array().empty() || keys->get_array().size() > kMaxClientKeys) {
    return refused(fmt::format("Write a JSON Web Key Set of {} bytes at most: {{\"keys\": [...]}} with 1 to {} keys.",
                               kMaxClientKeySetBytes, kMaxClientKeys));
  }
  for (const boost::json::value& key : keys->get_array()) {
    if (!key.is_object()) return refused("Every key is an object.");
    for (const std::string_view member : kPrivateKeyMembers) {
      if (!key.get_object().contains(member)) continue;
      return refused("This is a private key. Give public keys only, and take this one out of use.");
    }
  }
  const auto usable = jose::ForeignKeySet::read(jwks);
  if (!usable || usable->keys().size() != keys->get_array().size()) {
    return refused(
        "Give keys to verify signatures with, RSA of 2048 bits at least or on the curves P-256 and P-384, each "
        "with a \"kid\" of its own.");
  }
  return {};
}

Result<void> check_settings(const ClientPatch& patch, ClientType type) {
  const auto& algorithm = patch.id_token_signed_response_alg;
  if (algorithm && *algorithm != "RS256" && *algorithm != "ES256") {
    return failure(invalid_field("settings.id_token_signed_response_alg", "Write RS256 or ES256.", "string.in"));
  }
  if (patch.jwks) DOORWARD_CHECK(check_jwks(*patch.jwks, type));
  return {};
}

Result<void> check_stays_open(const ClientPatch& patch, ClientType type) {
  if (type == ClientType::kEnvironment && (patch.enabled == false || patch.api_access == false)) {
    return failure(Reason::kClientInUse, "The environment's own client stays enabled and keeps its access to the API.");
  }
  return {};
}

}  // namespace

Result<void> check_client_patch(const ClientPatch& patch, ClientType type, EnvironmentKind environment) {
  if (patch.name) DOORWARD_CHECK(check_name(*patch.name));
  DOORWARD_CHECK(check_all_uris(patch, {.client = type, .environment = environment}));
  if (patch.grant_types) DOORWARD_CHECK(check_grant_types(*patch.grant_types, type));
  if (patch.scopes) DOORWARD_CHECK(check_scopes(*patch.scopes));
  if (patch.custom_claims) DOORWARD_CHECK(check_custom_claims(*patch.custom_claims));
  if (patch.access_token_life) DOORWARD_CHECK(check_access_token_life(*patch.access_token_life));
  if (is_public(type) && patch.enforce_pkce == false) {
    return failure(invalid_field("client.enforce_pkce", "A public client always proves itself by PKCE.", "bool.const"));
  }
  DOORWARD_CHECK(check_settings(patch, type));
  return check_stays_open(patch, type);
}

void apply_client_patch(const ClientPatch& patch, ApiClient& client) {
  const auto set = [](auto& field, const auto& value) {
    if (value) field = *value;
  };
  set(client.name, patch.name);
  set(client.redirect_uris, patch.redirect_uris);
  set(client.post_logout_redirect_uris, patch.post_logout_redirect_uris);
  set(client.back_channel_logout_uris, patch.back_channel_logout_uris);
  set(client.initiate_login_uri, patch.initiate_login_uri);
  set(client.grant_types, patch.grant_types);
  set(client.scopes, patch.scopes);
  set(client.custom_claims, patch.custom_claims);
  if (patch.access_token_life) client.access_token_life = patch.access_token_life;
  if (client.access_token_life == std::chrono::seconds::zero()) client.access_token_life.reset();
  set(client.api_access, patch.api_access);
  set(client.enforce_pkce, patch.enforce_pkce);
  set(client.enabled, patch.enabled);
  set(client.id_token_signed_response_alg, patch.id_token_signed_response_alg);
  set(client.jwks, patch.jwks);
  set(client.default_connection_id, patch.default_connection_id);
  set(client.default_organization_id, patch.default_organization_id);
}

Result<void> check_client_defaults(WriteTx& tx, const ApiClient& client, const ClientPatch& patch) {
  if (patch.default_connection_id && !patch.default_connection_id->empty()) {
    DOORWARD_TRY(const auto connection, tx.connections().find(client.environment_id, *patch.default_connection_id));
    if (!connection) return failure(Reason::kConnectionNotFound, "connection not found");
  }
  if (patch.default_organization_id && !patch.default_organization_id->empty()) {
    DOORWARD_TRY(const auto organization,
                 tx.organizations().find(client.environment_id, *patch.default_organization_id));
    if (!organization) return failure(Reason::kOrganizationNotFound, "organization not found");
  }
  return {};
}

Result<ApiClient> find_client(const ReadTx& tx, const EnvironmentId& environment, const ApiClientId& id) {
  DOORWARD_TRY(auto client, tx.clients().find(id));
  if (!client || client->environment_id != environment) {
    return failure(Reason::kClientNotFound, "client not found");
  }
  return *std::move(client);
}

ChangeSubject subject_of(const ApiClient& client) {
  return {.object = ObjectKind::kClient, .object_id = client.id.str(), .display_name = client.name};
}

ChangeSubject subject_of(const ApiClient& client, const ClientSecret& secret) {
  return {.object = ObjectKind::kClientSecret, .object_id = secret.id.str(), .display_name = client.name};
}

}  // namespace doorward
