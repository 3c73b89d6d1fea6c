#include "store/sql/client_document.h"

#include <boost/json.hpp>
#include <utility>

#include "store/sql/document.h"

namespace doorward::store {

std::string client_document(const ApiClient& client) {
  const auto list = [](const auto& values) { return boost::json::value_from(values); };
  boost::json::object document{
      {"api_access", client.api_access},
      {"enforce_pkce", client.enforce_pkce},
      {"redirect_uris", list(client.redirect_uris)},
      {"post_logout_redirect_uris", list(client.post_logout_redirect_uris)},
      {"back_channel_logout_uris", list(client.back_channel_logout_uris)},
      {"initiate_login_uri", client.initiate_login_uri},
      {"grant_types", list(client.grant_types)},
      {"scopes", list(client.scopes)},
      {"custom_claims", list(client.custom_claims)},
      {"id_token_signed_response_alg", client.id_token_signed_response_alg},
      {"jwks", client.jwks},
      {"default_connection_id", client.default_connection_id.str()},
      {"default_organization_id", client.default_organization_id.str()},
  };
  if (client.access_token_life) document["access_token_life"] = client.access_token_life->count();
  return boost::json::serialize(document);
}

void read_client_document(const boost::json::object& document, ApiClient& client) {
  client.api_access = flag_in(document, "api_access", client.api_access);
  client.enforce_pkce = flag_in(document, "enforce_pkce");
  client.redirect_uris = texts_in(document, "redirect_uris");
  client.post_logout_redirect_uris = texts_in(document, "post_logout_redirect_uris");
  client.back_channel_logout_uris = texts_in(document, "back_channel_logout_uris");
  client.initiate_login_uri = text_in(document, "initiate_login_uri");
  client.grant_types = texts_in(document, "grant_types");
  client.scopes = texts_in(document, "scopes");
  client.custom_claims = text_map_in(document, "custom_claims");
  client.id_token_signed_response_alg =
      member_or(document, "id_token_signed_response_alg", std::move(client.id_token_signed_response_alg));
  client.jwks = text_in(document, "jwks");
  client.default_connection_id = ConnectionId(text_in(document, "default_connection_id"));
  client.default_organization_id = OrganizationId(text_in(document, "default_organization_id"));
  if (document.contains("access_token_life")) {
    client.access_token_life = std::chrono::seconds(number_in(document, "access_token_life"));
  }
}

}  // namespace doorward::store
