#include "domain/client_snapshot.h"

#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <utility>
#include <vector>

namespace doorward {
namespace {

constexpr std::array<std::pair<ClientType, std::string_view>, 4> kTypeNames{{{ClientType::kEnvironment, "ENV"},
                                                                             {ClientType::kWebApp, "WEB_APP"},
                                                                             {ClientType::kSinglePageApp, "SPA"},
                                                                             {ClientType::kNative, "NTV"}}};

boost::json::array list_of(const std::vector<std::string>& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

}  // namespace

std::string_view client_type_name(ClientType type) {
  for (const auto& [known, name] : kTypeNames) {
    if (known == type) return name;
  }
  return "";
}

std::optional<ClientType> find_client_type(std::string_view name) {
  for (const auto& [type, known] : kTypeNames) {
    if (known == name) return type;
  }
  return std::nullopt;
}

boost::json::object client_snapshot(const ApiClient& client) {
  boost::json::object snapshot;
  snapshot["id"] = client.id.str();
  snapshot["name"] = client.name;
  snapshot["client_type"] = client_type_name(client.type);
  snapshot["enabled"] = client.enabled;
  snapshot["disallow_scalekit_api_access"] = !client.api_access;
  snapshot["enforce_pkce"] = client.enforce_pkce;
  snapshot["post_login_uris"] = list_of(client.redirect_uris);
  snapshot["post_logout_redirect_uris"] = list_of(client.post_logout_redirect_uris);
  snapshot["back_channel_logout_uris"] = list_of(client.back_channel_logout_uris);
  snapshot["initiate_login_uri"] = client.initiate_login_uri;
  snapshot["grant_types"] = list_of(client.grant_types);
  snapshot["scopes"] = list_of(client.scopes);
  boost::json::object claims;
  for (const auto& [name, value] : client.custom_claims) claims[name] = value;
  snapshot["custom_claims"] = std::move(claims);
  if (client.access_token_life) snapshot["access_token_expiry"] = client.access_token_life->count();
  snapshot["id_token_signed_response_alg"] = client.id_token_signed_response_alg;
  if (!client.jwks.empty()) snapshot["jwks"] = client.jwks;
  if (!client.default_connection_id.empty()) snapshot["default_connection_id"] = client.default_connection_id.str();
  if (!client.default_organization_id.empty()) {
    snapshot["default_organization_id"] = client.default_organization_id.str();
  }
  snapshot["create_time"] = to_rfc3339(client.create_time);
  snapshot["update_time"] = to_rfc3339(client.update_time);
  return snapshot;
}

boost::json::object client_secret_snapshot(const ClientSecret& secret) {
  boost::json::object snapshot;
  snapshot["id"] = secret.id.str();
  snapshot["client_id"] = secret.client_id.str();
  snapshot["status"] = secret.status == SecretStatus::kActive ? "ACTIVE" : "INACTIVE";
  snapshot["create_time"] = to_rfc3339(secret.create_time);
  if (secret.expire_time) snapshot["expire_time"] = to_rfc3339(*secret.expire_time);
  return snapshot;
}

}  // namespace doorward
