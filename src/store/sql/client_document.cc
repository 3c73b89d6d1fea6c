#include "store/sql/client_document.h"

#include <boost/json.hpp>
#include <vector>

namespace doorward::store {
namespace {

template <class T>
void read(const boost::json::object& document, std::string_view name, T& into) {
  if (const boost::json::value* value = document.if_contains(name)) into = boost::json::value_to<T>(*value);
}

template <class T>
void read(const boost::json::object& document, std::string_view name, Id<T>& into) {
  if (const boost::json::value* value = document.if_contains(name)) into = Id<T>(std::string(value->as_string()));
}

}  // namespace

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
  read(document, "api_access", client.api_access);
  read(document, "enforce_pkce", client.enforce_pkce);
  read(document, "redirect_uris", client.redirect_uris);
  read(document, "post_logout_redirect_uris", client.post_logout_redirect_uris);
  read(document, "back_channel_logout_uris", client.back_channel_logout_uris);
  read(document, "initiate_login_uri", client.initiate_login_uri);
  read(document, "grant_types", client.grant_types);
  read(document, "scopes", client.scopes);
  read(document, "custom_claims", client.custom_claims);
  read(document, "id_token_signed_response_alg", client.id_token_signed_response_alg);
  read(document, "jwks", client.jwks);
  read(document, "default_connection_id", client.default_connection_id);
  read(document, "default_organization_id", client.default_organization_id);
  if (const boost::json::value* life = document.if_contains("access_token_life")) {
    client.access_token_life = std::chrono::seconds(life->to_number<std::int64_t>());
  }
}

}  // namespace doorward::store
