#include "edge/api/connection_conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "domain/connection_snapshot.h"
#include "domain/connection_status.h"
#include "domain/saml_addresses.h"
#include "edge/api/conversion.h"
#include "edge/api/domain_conversion.h"
#include "edge/api/saml_conversion.h"
#include "edge/api/wrapped_values.h"

namespace doorward::api {
namespace {

constexpr std::array kTokenAuthTypes{TokenAuthType::kClientSecretPost, TokenAuthType::kClientSecretBasic,
                                     TokenAuthType::kPrivateKeyJwt, TokenAuthType::kClientSecretJwt,
                                     TokenAuthType::kNone};

// An address of the connection at this server.
std::string address_of(const Connection& connection, std::string_view base_url, std::string_view end) {
  return fmt::format("{}/sso/v1/oidc/{}/{}", base_url, connection.id.str(), end);
}

void set_text(const std::string& text, google::protobuf::StringValue& (*field)(connections_v1::OIDCConnectionConfig&),
              connections_v1::OIDCConnectionConfig& out) {
  if (!text.empty()) field(out).set_value(text);
}

// Scopes in the order of the connection; those without a public name are shown by doorward.v1.
void add_scopes(const std::vector<std::string>& scopes, connections_v1::OIDCConnectionConfig& out) {
  if (scopes.empty()) {
    out.add_scopes(connections_v1::openid);
    out.add_scopes(connections_v1::profile);
    out.add_scopes(connections_v1::email);
    return;
  }
  for (const std::string& scope : scopes) {
    connections_v1::OIDCScope named = connections_v1::OIDC_SCOPE_UNSPECIFIED;
    if (connections_v1::OIDCScope_Parse(scope, &named)) out.add_scopes(named);
  }
}

connections_v1::TokenAuthType public_token_auth_type(TokenAuthType type) {
  switch (type) {
    case TokenAuthType::kClientSecretPost:
      return connections_v1::URL_PARAMS;
    case TokenAuthType::kClientSecretBasic:
      return connections_v1::BASIC_AUTH;
    default:
      return connections_v1::TOKEN_AUTH_TYPE_UNSPECIFIED;
  }
}

void to_proto(const Connection& connection, std::string_view base_url, connections_v1::OIDCConnectionConfig& out) {
  using Config = connections_v1::OIDCConnectionConfig;
  using Text = google::protobuf::StringValue;
  const OidcSettings& oidc = connection.oidc;
  set_text(oidc.issuer, [](Config& c) -> Text& { return *c.mutable_issuer(); }, out);
  set_text(oidc.discovery_endpoint, [](Config& c) -> Text& { return *c.mutable_discovery_endpoint(); }, out);
  set_text(oidc.authorize_uri, [](Config& c) -> Text& { return *c.mutable_authorize_uri(); }, out);
  set_text(oidc.token_uri, [](Config& c) -> Text& { return *c.mutable_token_uri(); }, out);
  set_text(oidc.user_info_uri, [](Config& c) -> Text& { return *c.mutable_user_info_uri(); }, out);
  set_text(oidc.jwks_uri, [](Config& c) -> Text& { return *c.mutable_jwks_uri(); }, out);
  set_text(oidc.client_id, [](Config& c) -> Text& { return *c.mutable_client_id(); }, out);
  add_scopes(oidc.scopes, out);
  out.set_token_auth_type(public_token_auth_type(oidc.token_auth_type));
  out.set_redirect_uri(address_of(connection, base_url, "callback"));
  out.mutable_pkce_enabled()->set_value(oidc.pkce_enabled);
  out.mutable_idp_logout_required()->set_value(oidc.idp_logout_required);
  out.mutable_post_logout_redirect_uri()->set_value(address_of(connection, base_url, "logout/callback"));
  out.mutable_backchannel_logout_redirect_uri()->set_value(address_of(connection, base_url, "backchannel-logout"));
  out.mutable_sync_user_profile_on_login()->set_value(connection.sync_user_profile_on_login);
  out.mutable_jit_provisioning_with_sso_enabled()->set_value(connection.jit_provisioning);
}

OidcPatch from_proto(const connections_v1::OIDCConnectionConfig& input) {
  OidcPatch out;
  out.issuer = text_of(input.has_issuer(), input.issuer());
  out.discovery_endpoint = text_of(input.has_discovery_endpoint(), input.discovery_endpoint());
  out.authorize_uri = text_of(input.has_authorize_uri(), input.authorize_uri());
  out.token_uri = text_of(input.has_token_uri(), input.token_uri());
  out.user_info_uri = text_of(input.has_user_info_uri(), input.user_info_uri());
  out.jwks_uri = text_of(input.has_jwks_uri(), input.jwks_uri());
  out.client_id = text_of(input.has_client_id(), input.client_id());
  if (input.has_client_secret()) out.client_secret = Secret<std::string>(input.client_secret().value());
  if (input.scopes_size() > 0) {
    std::vector<std::string> scopes;
    for (const int scope : input.scopes()) {
      if (scope == connections_v1::OIDC_SCOPE_UNSPECIFIED || !connections_v1::OIDCScope_IsValid(scope)) continue;
      scopes.push_back(connections_v1::OIDCScope_Name(static_cast<connections_v1::OIDCScope>(scope)));
    }
    out.standard_scopes = std::move(scopes);
  }
  if (input.token_auth_type() == connections_v1::URL_PARAMS) out.token_auth_type = TokenAuthType::kClientSecretPost;
  if (input.token_auth_type() == connections_v1::BASIC_AUTH) out.token_auth_type = TokenAuthType::kClientSecretBasic;
  out.pkce_enabled = flag_of(input.has_pkce_enabled(), input.pkce_enabled());
  out.idp_logout_required = flag_of(input.has_idp_logout_required(), input.idp_logout_required());
  return out;
}

// What the settings of every kind of connection say of its logins.
template <class Config>
void take_login_flags(const Config& input, ConnectionPatch& out) {
  out.sync_user_profile_on_login = flag_of(input.has_sync_user_profile_on_login(), input.sync_user_profile_on_login());
  out.jit_provisioning =
      flag_of(input.has_jit_provisioning_with_sso_enabled(), input.jit_provisioning_with_sso_enabled());
}

std::map<std::string, std::string> map_of(const google::protobuf::Map<std::string, std::string>& input) {
  return {input.begin(), input.end()};
}

TokenAuthType token_auth_type(std::string_view name) {
  const auto* found = std::ranges::find(kTokenAuthTypes, name, token_auth_type_name);
  return found == kTokenAuthTypes.end() ? TokenAuthType::kUnspecified : *found;
}

bool has_oidc_settings(const ::doorward::v1::UpdateConnectionSettings& input) {
  return input.has_token_auth_method() || input.has_assertion_to_issuer() || input.has_id_token_signed_response_alg() ||
         input.has_issuer_in_response() || input.scopes_size() > 0 || input.has_end_session_uri();
}

}  // namespace

void to_proto(const ConnectionView& view, std::string_view base_url, connections_v1::Connection& out) {
  const Connection& connection = view.connection;
  out.set_id(connection.id.str());
  out.set_provider(static_cast<connections_v1::ConnectionProvider>(connection.provider));
  out.set_type(static_cast<connections_v1::ConnectionType>(connection.type));
  out.set_status(static_cast<connections_v1::ConnectionStatus>(connection.status));
  out.set_enabled(connection.enabled);
  out.set_debug_enabled(connection.debug_enabled);
  out.set_organization_id(connection.organization_id.str());
  out.set_ui_button_title(connection.ui_button_title);
  out.set_configuration_type(static_cast<connections_v1::ConfigurationType>(connection.configuration));
  const bool is_saml = connection.type == ConnectionType::kSaml;
  out.set_test_connection_uri(is_saml ? saml_addresses(base_url, connection).test_url
                                      : address_of(connection, base_url, "test"));
  out.mutable_attribute_mapping()->insert(connection.attribute_mapping.begin(), connection.attribute_mapping.end());
  to_proto(connection.create_time, *out.mutable_create_time());
  to_proto(connection.update_time, *out.mutable_update_time());
  if (is_saml) {
    to_proto(connection, base_url, *out.mutable_saml_config());
  } else {
    to_proto(connection, base_url, *out.mutable_oidc_config());
  }
  if (!connection.key_id.empty()) out.set_key_id(connection.key_id);
  out.set_provider_key(connection.provider_key);
  for (const OrganizationDomain& domain : view.domains) to_proto(domain, *out.add_domains());
}

void to_proto(const ConnectionView& view, connections_v1::ListConnection& out) {
  const Connection& connection = view.connection;
  out.set_id(connection.id.str());
  out.set_provider(static_cast<connections_v1::ConnectionProvider>(connection.provider));
  out.set_type(static_cast<connections_v1::ConnectionType>(connection.type));
  out.set_status(static_cast<connections_v1::ConnectionStatus>(connection.status));
  out.set_enabled(connection.enabled);
  out.set_organization_id(connection.organization_id.str());
  out.set_ui_button_title(connection.ui_button_title);
  for (const OrganizationDomain& domain : view.domains) out.add_domains(domain.name);
  out.set_organization_name(view.organization_name);
  out.set_provider_key(connection.provider_key);
  out.set_key_id(connection.key_id);
  to_proto(connection.create_time, *out.mutable_created_at());
}

void to_proto(const ConnectionView& view, std::string_view base_url, ::doorward::v1::ConnectionSettings& out) {
  const Connection& connection = view.connection;
  out.set_allow_idp_initiated_login(connection.allow_idp_initiated_login);
  out.set_trust_email(connection.trust_email);
  out.mutable_attribute_mapping()->insert(connection.attribute_mapping.begin(), connection.attribute_mapping.end());
  for (std::string& name : missing_settings(connection)) out.add_missing(std::move(name));
  out.set_tested(view.tested);
  if (connection.type == ConnectionType::kSaml) {
    to_proto(connection, *out.mutable_saml());
    return;
  }
  const OidcSettings& oidc = connection.oidc;
  out.set_token_auth_method(std::string(token_auth_type_name(oidc.token_auth_type)));
  out.set_assertion_to_issuer(oidc.assertion_to_issuer);
  out.set_id_token_signed_response_alg(oidc.id_token_signed_response_alg);
  out.set_issuer_in_response(oidc.issuer_in_response);
  for (const std::string& scope : oidc.scopes) out.add_scopes(scope);
  out.set_end_session_uri(oidc.end_session_uri);
  if (oidc.client_secret_time) to_proto(*oidc.client_secret_time, *out.mutable_client_secret_set_time());
  out.set_keys_uri(fmt::format("{}/keys", base_url));
  out.set_initiate_login_uri(address_of(connection, base_url, "initiate"));
  out.set_accepted_issuer(connection.accepted_issuer);
}

connections_v1::GetConnectionTestResultResponse to_proto(const ConnectionTest& test) {
  connections_v1::GetConnectionTestResultResponse out;
  out.set_status(static_cast<connections_v1::TestResultStatus>(test.status));
  if (!test.user_info.empty()) out.set_user_info(test.user_info);
  if (!test.error.empty()) out.set_error(test.error);
  if (!test.error_description.empty()) out.set_error_description(test.error_description);
  if (!test.error_details.empty()) out.set_error_details(test.error_details);
  return out;
}

NewConnection from_proto(const connections_v1::CreateConnection& input) {
  return {.type = static_cast<ConnectionType>(input.type()),
          .provider = static_cast<ConnectionProvider>(input.provider()),
          .provider_key = input.provider_key(),
          .key_id = input.key_id()};
}

Result<ConnectionPatch> from_proto(const connections_v1::UpdateConnection& input, const ConnectionId& id,
                                   std::string_view base_url) {
  using Settings = connections_v1::UpdateConnection::SettingsCase;
  if (input.settings_case() != Settings::SETTINGS_NOT_SET && !input.has_oidc_config() && !input.has_saml_config()) {
    return failure(Reason::kConnectionTypeNotSupported,
                   "connection.settings: give oidc_config or saml_config, whichever the connection is.");
  }
  ConnectionPatch out;
  out.type = static_cast<ConnectionType>(input.type());
  if (input.provider() != connections_v1::CONNECTION_PROVIDER_UNSPECIFIED) {
    out.provider = static_cast<ConnectionProvider>(input.provider());
  }
  if (!input.provider_key().empty()) out.provider_key = input.provider_key();
  if (input.has_key_id()) out.key_id = input.key_id();
  out.debug_enabled = flag_of(input.has_debug_enabled(), input.debug_enabled());
  out.ui_button_title = text_of(input.has_ui_button_title(), input.ui_button_title());
  if (input.configuration_type() == connections_v1::DISCOVERY) out.configuration = ConfigurationType::kDiscovery;
  if (input.configuration_type() == connections_v1::MANUAL) out.configuration = ConfigurationType::kManual;
  if (!input.attribute_mapping().empty()) out.attribute_mapping = map_of(input.attribute_mapping());
  if (input.has_saml_config()) {
    const auto& saml = input.saml_config();
    out.settings_type = ConnectionType::kSaml;
    out.saml = from_proto(saml, id, base_url);
    if (!out.ui_button_title) out.ui_button_title = text_of(saml.has_ui_button_title(), saml.ui_button_title());
    take_login_flags(saml, out);
  }
  if (input.has_oidc_config()) {
    out.settings_type = ConnectionType::kOidc;
    out.oidc = from_proto(input.oidc_config());
    take_login_flags(input.oidc_config(), out);
  }
  return out;
}

Result<ListConnections> from_proto(const connections_v1::ListConnectionsRequest& request) {
  ListConnections out;
  if (request.has_organization_id()) out.organization = OrganizationId(request.organization_id());
  if (request.has_domain()) out.domain = request.domain();
  if (request.include() == "all") {
    out.scope = ConnectionScope::kAll;
  } else if (!request.include().empty()) {
    return failure(invalid_field("include", "Write \"all\", or leave it out.", "string.in"));
  }
  return out;
}

SearchConnections from_proto(const connections_v1::ListOrganizationConnectionsRequest& request) {
  return {.filter = {}, .page_size = request.page_size(), .page_token = request.page_token()};
}

Result<SearchConnections> from_proto(const connections_v1::SearchOrganizationConnectionsRequest& request) {
  SearchConnections out{.filter = {}, .page_size = request.page_size(), .page_token = request.page_token()};
  out.filter.query = request.query();
  if (!request.provider().empty()) {
    connections_v1::ConnectionProvider provider = connections_v1::CONNECTION_PROVIDER_UNSPECIFIED;
    if (!connections_v1::ConnectionProvider_Parse(request.provider(), &provider)) {
      return failure(invalid_field("provider", "Write the name of a ConnectionProvider, as \"OKTA\".", "string.in"));
    }
    out.filter.provider = static_cast<ConnectionProvider>(provider);
  }
  if (request.status() != connections_v1::CONNECTION_STATUS_UNSPECIFIED) {
    out.filter.status = static_cast<ConnectionStatus>(request.status());
  }
  if (request.connection_type() != connections_v1::INVALID) {
    out.filter.type = static_cast<ConnectionType>(request.connection_type());
  }
  if (request.has_enabled()) out.filter.enabled = request.enabled();
  return out;
}

Result<ConnectionPatch> from_proto(const ::doorward::v1::UpdateConnectionSettings& input) {
  ConnectionPatch out;
  if (has_oidc_settings(input)) out.settings_type = ConnectionType::kOidc;
  if (input.has_saml()) {
    if (out.settings_type) {
      return failure(invalid_field("settings.saml", "Give settings of one type of connection.", "oneof"));
    }
    out.settings_type = ConnectionType::kSaml;
    DOORWARD_TRY(out.saml, from_proto(input.saml()));
  }
  if (input.has_allow_idp_initiated_login()) out.allow_idp_initiated_login = input.allow_idp_initiated_login();
  if (input.has_attribute_mapping()) out.attribute_mapping = map_of(input.attribute_mapping().claims());
  if (input.has_accepted_issuer()) out.accepted_issuer = input.accepted_issuer();
  OidcPatch& oidc = out.oidc;
  if (input.has_token_auth_method()) oidc.token_auth_type = token_auth_type(input.token_auth_method());
  if (input.has_assertion_to_issuer()) oidc.assertion_to_issuer = input.assertion_to_issuer();
  if (input.has_id_token_signed_response_alg()) {
    oidc.id_token_signed_response_alg = input.id_token_signed_response_alg();
  }
  if (input.has_issuer_in_response()) oidc.issuer_in_response = input.issuer_in_response();
  if (input.has_trust_email()) out.trust_email = input.trust_email();
  if (input.scopes_size() > 0) oidc.scopes.emplace(input.scopes().begin(), input.scopes().end());
  if (input.has_end_session_uri()) oidc.end_session_uri = input.end_session_uri();
  return out;
}

}  // namespace doorward::api
