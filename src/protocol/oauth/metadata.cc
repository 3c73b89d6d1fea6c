#include "protocol/oauth/metadata.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/client_grants.h"

namespace doorward::oauth {
namespace {

namespace json = boost::json;

std::string at(std::string_view issuer, std::string_view path) { return std::string(issuer).append(path); }

}  // namespace

std::string token_endpoint(std::string_view issuer) { return at(issuer, "/oauth/token"); }
std::string user_info_endpoint(std::string_view issuer) { return at(issuer, "/userinfo"); }
std::string revocation_endpoint(std::string_view issuer) { return at(issuer, "/oauth/revoke"); }
std::string introspection_endpoint(std::string_view issuer) { return at(issuer, "/oauth/introspect"); }
std::string pushed_request_endpoint(std::string_view issuer) { return at(issuer, "/oauth/par"); }
std::string end_session_endpoint(std::string_view issuer) { return at(issuer, "/oidc/logout"); }

std::string metadata_document(std::string_view issuer) {
  const json::array proofs{"client_secret_post", "client_secret_basic", "private_key_jwt"};
  const json::array proof_algorithms{"RS256", "RS384", "RS512", "ES256", "ES384"};
  json::array client_methods = proofs;
  client_methods.emplace_back("none");
  return json::serialize(json::object{
      {"issuer", issuer},
      {"authorization_endpoint", at(issuer, "/oauth/authorize")},
      {"token_endpoint", token_endpoint(issuer)},
      {"userinfo_endpoint", user_info_endpoint(issuer)},
      {"jwks_uri", at(issuer, "/keys")},
      {"revocation_endpoint", revocation_endpoint(issuer)},
      {"introspection_endpoint", introspection_endpoint(issuer)},
      {"pushed_authorization_request_endpoint", pushed_request_endpoint(issuer)},
      {"end_session_endpoint", end_session_endpoint(issuer)},
      {"scopes_supported", json::array{"openid", "profile", "email", "offline_access"}},
      {"response_types_supported", json::array{"code"}},
      {"response_modes_supported", json::array{"query"}},
      {"grant_types_supported", json::array{kAuthorizationCodeGrant, kRefreshTokenGrant, kClientCredentialsGrant}},
      {"subject_types_supported", json::array{"public"}},
      {"id_token_signing_alg_values_supported", json::array{"RS256", "ES256"}},
      {"code_challenge_methods_supported", json::array{"S256"}},
      {"token_endpoint_auth_methods_supported", client_methods},
      {"token_endpoint_auth_signing_alg_values_supported", proof_algorithms},
      {"revocation_endpoint_auth_methods_supported", client_methods},
      {"revocation_endpoint_auth_signing_alg_values_supported", proof_algorithms},
      {"introspection_endpoint_auth_methods_supported", proofs},
      {"introspection_endpoint_auth_signing_alg_values_supported", proof_algorithms},
      {"prompt_values_supported", json::array{"none", "login", "select_account", "consent", "create"}},
      {"claims_supported", json::array{"iss",          "sub",
                                       "aud",          "exp",
                                       "iat",          "azp",
                                       "auth_time",    "nonce",
                                       "acr",          "amr",
                                       "at_hash",      "c_hash",
                                       "sid",          "oid",
                                       "xoid",         "client_id",
                                       "email",        "email_verified",
                                       "name",         "given_name",
                                       "family_name",  "preferred_username",
                                       "picture",      "locale",
                                       "phone_number", "identities"}},
      {"backchannel_logout_supported", true},
      {"backchannel_logout_session_supported", true},
      {"authorization_response_iss_parameter_supported", true},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},  // but for what was pushed here
      {"claims_parameter_supported", false},
  });
}

}  // namespace doorward::oauth
