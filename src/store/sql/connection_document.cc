#include "store/sql/connection_document.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "store/sql/document.h"
#include "store/sql/saml_document.h"

namespace doorward::store {
namespace {

template <class Enum>
std::int64_t number_of(Enum value) {
  return static_cast<std::int64_t>(value);
}

boost::json::object oidc_document(const OidcSettings& oidc) {
  boost::json::object document{{"issuer", oidc.issuer},
                               {"discovery_endpoint", oidc.discovery_endpoint},
                               {"authorize_uri", oidc.authorize_uri},
                               {"token_uri", oidc.token_uri},
                               {"user_info_uri", oidc.user_info_uri},
                               {"jwks_uri", oidc.jwks_uri},
                               {"end_session_uri", oidc.end_session_uri},
                               {"client_id", oidc.client_id},
                               {"sealed_client_secret", oidc.sealed_client_secret},
                               {"scopes", boost::json::value_from(oidc.scopes)},
                               {"token_auth_type", number_of(oidc.token_auth_type)},
                               {"assertion_to_issuer", oidc.assertion_to_issuer},
                               {"id_token_signed_response_alg", oidc.id_token_signed_response_alg},
                               {"pkce_enabled", oidc.pkce_enabled},
                               {"issuer_in_response", oidc.issuer_in_response},
                               {"idp_logout_required", oidc.idp_logout_required}};
  if (oidc.client_secret_time) document["client_secret_time"] = to_micros(*oidc.client_secret_time);
  return document;
}

OidcSettings oidc_of(const boost::json::object& document) {
  const OidcSettings otherwise;
  std::optional<Timestamp> secret_time;
  if (document.contains("client_secret_time")) secret_time = from_micros(number_in(document, "client_secret_time"));
  return {.issuer = text_in(document, "issuer"),
          .discovery_endpoint = text_in(document, "discovery_endpoint"),
          .authorize_uri = text_in(document, "authorize_uri"),
          .token_uri = text_in(document, "token_uri"),
          .user_info_uri = text_in(document, "user_info_uri"),
          .jwks_uri = text_in(document, "jwks_uri"),
          .end_session_uri = text_in(document, "end_session_uri"),
          .client_id = text_in(document, "client_id"),
          .sealed_client_secret = text_in(document, "sealed_client_secret"),
          .client_secret_time = secret_time,
          .scopes = texts_in(document, "scopes"),
          .token_auth_type = enum_in(document, "token_auth_type", otherwise.token_auth_type),
          .assertion_to_issuer = flag_in(document, "assertion_to_issuer"),
          .id_token_signed_response_alg = text_in(document, "id_token_signed_response_alg"),
          .pkce_enabled = flag_in(document, "pkce_enabled", otherwise.pkce_enabled),
          .issuer_in_response = flag_in(document, "issuer_in_response"),
          .idp_logout_required = flag_in(document, "idp_logout_required")};
}

}  // namespace

std::string connection_document(const doorward::Connection& connection) {
  boost::json::object document{{"provider_key", connection.provider_key},
                               {"key_id", connection.key_id},
                               {"debug_enabled", connection.debug_enabled},
                               {"ui_button_title", connection.ui_button_title},
                               {"configuration", number_of(connection.configuration)},
                               {"attribute_mapping", boost::json::value_from(connection.attribute_mapping)},
                               {"allow_idp_initiated_login", connection.allow_idp_initiated_login},
                               {"accepted_issuer", connection.accepted_issuer},
                               {"sync_user_profile_on_login", connection.sync_user_profile_on_login},
                               {"jit_provisioning", connection.jit_provisioning},
                               {"trust_email", connection.trust_email},
                               {"configure_time", to_micros(connection.configure_time)}};
  if (connection.first_login_time) document["first_login_time"] = to_micros(*connection.first_login_time);
  if (connection.type == ConnectionType::kSaml) {
    document["saml"] = saml_document(connection.saml);
  } else {
    document["oidc"] = oidc_document(connection.oidc);
  }
  return boost::json::serialize(document);
}

void read_document(const boost::json::object& document, doorward::Connection& connection) {
  connection.provider_key = text_in(document, "provider_key");
  connection.key_id = text_in(document, "key_id");
  connection.debug_enabled = flag_in(document, "debug_enabled");
  connection.ui_button_title = text_in(document, "ui_button_title");
  connection.configuration = enum_in(document, "configuration", ConfigurationType::kUnspecified);
  connection.attribute_mapping = text_map_in(document, "attribute_mapping");
  connection.allow_idp_initiated_login = flag_in(document, "allow_idp_initiated_login", true);
  connection.accepted_issuer = text_in(document, "accepted_issuer");
  connection.sync_user_profile_on_login = flag_in(document, "sync_user_profile_on_login");
  connection.jit_provisioning = flag_in(document, "jit_provisioning", true);
  connection.trust_email = flag_in(document, "trust_email");
  connection.configure_time = from_micros(number_in(document, "configure_time"));
  if (document.contains("first_login_time")) {
    connection.first_login_time = from_micros(number_in(document, "first_login_time"));
  }
  if (const auto* oidc = document.if_contains("oidc")) connection.oidc = oidc_of(oidc->as_object());
  if (const auto* saml = document.if_contains("saml")) connection.saml = saml_of(saml->as_object());
}

std::string test_document(const ConnectionTest& test) {
  return boost::json::serialize(boost::json::object{{"user_info", test.user_info},
                                                    {"error", test.error},
                                                    {"error_description", test.error_description},
                                                    {"error_details", test.error_details}});
}

void read_document(const boost::json::object& document, ConnectionTest& test) {
  test.user_info = text_in(document, "user_info");
  test.error = text_in(document, "error");
  test.error_description = text_in(document, "error_description");
  test.error_details = text_in(document, "error_details");
}

std::string user_attribute_document(const SsoUserAttribute& attribute) {
  return boost::json::serialize(boost::json::object{{"label", attribute.label},
                                                    {"datatype", number_of(attribute.datatype)},
                                                    {"enabled", attribute.enabled},
                                                    {"required", attribute.required},
                                                    {"default_saml_mapping", attribute.default_saml_mapping},
                                                    {"default_oidc_mapping", attribute.default_oidc_mapping}});
}

void read_document(const boost::json::object& document, SsoUserAttribute& attribute) {
  attribute.label = text_in(document, "label");
  attribute.datatype = static_cast<std::uint8_t>(number_in(document, "datatype", 1));
  attribute.enabled = flag_in(document, "enabled", true);
  attribute.required = flag_in(document, "required");
  attribute.default_saml_mapping = text_in(document, "default_saml_mapping");
  attribute.default_oidc_mapping = text_in(document, "default_oidc_mapping");
}

}  // namespace doorward::store
