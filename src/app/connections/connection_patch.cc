#include "app/connections/connection_patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/connections/patch_fields.h"
#include "app/relying_party/provider_documents.h"
#include "base/encoding.h"
#include "domain/claim_names.h"
#include "protocol/jose/algorithm.h"
#include "protocol/oidc/provider_url.h"

namespace doorward {
namespace {

constexpr std::string_view kDocumentPath = "/.well-known/openid-configuration";

// The addresses of a provider that its document tells too.
struct Address {
  const char* name;
  std::string OidcSettings::* setting;
  std::optional<std::string> OidcPatch::* given;
};
constexpr std::array kAddresses{
    Address{"authorize_uri", &OidcSettings::authorize_uri, &OidcPatch::authorize_uri},
    Address{"token_uri", &OidcSettings::token_uri, &OidcPatch::token_uri},
    Address{"user_info_uri", &OidcSettings::user_info_uri, &OidcPatch::user_info_uri},
    Address{"jwks_uri", &OidcSettings::jwks_uri, &OidcPatch::jwks_uri},
    Address{"end_session_uri", &OidcSettings::end_session_uri, &OidcPatch::end_session_uri},
};

// A document's address may stand where the issuer is asked for.
OidcPatch with_issuer_sorted_out(OidcPatch patch, ConfigurationType configuration) {
  if (!given(patch.issuer) || !patch.issuer->ends_with(kDocumentPath)) return patch;
  if (configuration == ConfigurationType::kManual) {
    patch.issuer->erase(patch.issuer->size() - kDocumentPath.size());
  } else {
    if (!given(patch.discovery_endpoint)) patch.discovery_endpoint = std::move(patch.issuer);
    patch.issuer.reset();
  }
  return patch;
}

ConfigurationType configuration_of(const Connection& before, const ConnectionPatch& patch) {
  if (patch.configuration) return *patch.configuration;
  if (before.configuration != ConfigurationType::kUnspecified) return before.configuration;
  const OidcPatch& oidc = patch.oidc;
  if (given(oidc.authorize_uri) && given(oidc.token_uri) && given(oidc.jwks_uri)) return ConfigurationType::kManual;
  if (given(oidc.issuer) || given(oidc.discovery_endpoint)) return ConfigurationType::kDiscovery;
  const bool any = given(oidc.authorize_uri) || given(oidc.token_uri) || given(oidc.jwks_uri);
  return any ? ConfigurationType::kManual : ConfigurationType::kUnspecified;
}

bool same_issuer(std::string_view one, std::string_view other) {
  if (one.ends_with('/')) one.remove_suffix(1);
  if (other.ends_with('/')) other.remove_suffix(1);
  return one == other;
}

void take_metadata(const DiscoveredProvider& found, OidcSettings& oidc) {
  const oidc::ProviderMetadata& metadata = found.metadata;
  const auto location = oidc::discovery_location(found.target.given, found.target.plain_http);
  oidc.issuer = metadata.issuer;
  oidc.discovery_endpoint = location ? location->url : found.target.given;
  oidc.authorize_uri = metadata.authorization_endpoint;
  oidc.token_uri = metadata.token_endpoint;
  oidc.user_info_uri = metadata.userinfo_endpoint;
  oidc.jwks_uri = metadata.jwks_uri;
  oidc.end_session_uri = metadata.end_session_endpoint;
  oidc.issuer_in_response = metadata.authorization_response_iss_parameter_supported;
}

void take_addresses_by_hand(const OidcPatch& patch, OidcSettings& oidc) {
  take(patch.issuer, oidc.issuer);
  take(patch.discovery_endpoint, oidc.discovery_endpoint);
  for (const Address& address : kAddresses) take(patch.*address.given, oidc.*address.setting);
}

void forget_addresses(OidcSettings& oidc) {
  oidc.issuer.clear();
  oidc.discovery_endpoint.clear();
  for (const Address& address : kAddresses) (oidc.*address.setting).clear();
}

// `openid` is what makes it an OpenID request.
std::vector<std::string> with_openid(std::vector<std::string> scopes) {
  if (!scopes.empty() && std::ranges::find(scopes, "openid") == scopes.end()) scopes.insert(scopes.begin(), "openid");
  return scopes;
}

void replace_standard_scopes(const std::vector<std::string>& standard, std::vector<std::string>& scopes) {
  std::vector<std::string> changed = standard;
  for (std::string& scope : scopes) {
    if (std::ranges::find(kStandardScopes, scope) == kStandardScopes.end()) changed.push_back(std::move(scope));
  }
  scopes = with_openid(std::move(changed));
}

// RFC 6749 section 3.3.
bool is_scope(std::string_view scope) {
  return !scope.empty() && scope.size() <= kMaxProviderScope &&
         std::ranges::all_of(scope, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

Result<void> check_scopes(const std::vector<std::string>& scopes) {
  if (scopes.size() > kMaxProviderScopes) {
    return failure(
        invalid_field("scopes", fmt::format("Name {} scopes at most.", kMaxProviderScopes), "repeated.max_items"));
  }
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (is_scope(scopes[i])) continue;
    return failure(invalid_field(fmt::format("scopes[{}]", i),
                                 "A scope is printable ASCII without spaces, quotes and backslashes.", "string.scope"));
  }
  return {};
}

// The subject of SAML's people may be an attribute: the name id of a transient one names a session.
bool is_forbidden(std::string_view attribute, ConnectionType type) {
  return is_reserved_claim(attribute) && !(type == ConnectionType::kSaml && attribute == "sub");
}

Result<void> check_mapping(const std::map<std::string, std::string>& mapping, ConnectionType type) {
  if (mapping.size() > kMaxMappedAttributes) {
    return failure(invalid_field("attribute_mapping", fmt::format("Map {} attributes at most.", kMaxMappedAttributes),
                                 "map.max_pairs"));
  }
  for (const auto& [attribute, claim] : mapping) {
    const std::string field = fmt::format("attribute_mapping[{}]", attribute);
    if (is_forbidden(attribute, type)) {
      return failure(invalid_field(
          field, "Only Doorward says this in a token: no provider's claim can be mapped onto it.", "string.not_in"));
    }
    DOORWARD_CHECK(check_text(field.c_str(), std::string_view(attribute), kMaxMappedName));
    DOORWARD_CHECK(check_text(field.c_str(), std::string_view(claim), kMaxMappedName));
  }
  return {};
}

// An issuer is a name: nothing is sent to it.
Result<void> check_issuer(const char* field, const std::string& issuer, oidc::PlainHttp plain_http) {
  if (issuer.empty() || (oidc::is_provider_url(issuer, plain_http) && !issuer.contains('?'))) return {};
  return failure(
      invalid_field(field, "An issuer is an absolute https address without query and fragment.", "string.uri"));
}

}  // namespace

std::optional<DiscoveryTarget> discovery_target(const Connection& before, const ConnectionPatch& patch) {
  const ConfigurationType configuration = configuration_of(before, patch);
  if (configuration != ConfigurationType::kDiscovery) return std::nullopt;
  const OidcPatch oidc = with_issuer_sorted_out(patch.oidc, configuration);
  const bool debug = patch.debug_enabled.value_or(before.debug_enabled);
  DiscoveryTarget target{.plain_http = debug ? oidc::PlainHttp::kAllowed : oidc::PlainHttp::kForbidden};
  if (given(oidc.discovery_endpoint)) {
    target.given = *oidc.discovery_endpoint;
    target.issuer = oidc.issuer.value_or("");
  } else if (given(oidc.issuer)) {
    target.given = *oidc.issuer;
  } else if (before.configuration != ConfigurationType::kDiscovery) {
    target.given = before.oidc.discovery_endpoint.empty() ? before.oidc.issuer : before.oidc.discovery_endpoint;
  }
  if (target.given.empty()) return std::nullopt;
  return target;
}

void take_common(const ConnectionPatch& patch, Connection& after) {
  take(patch.provider, after.provider);
  take(patch.provider_key, after.provider_key);
  take(patch.key_id, after.key_id);
  take(patch.debug_enabled, after.debug_enabled);
  take(patch.ui_button_title, after.ui_button_title);
  take(patch.attribute_mapping, after.attribute_mapping);
  take(patch.allow_idp_initiated_login, after.allow_idp_initiated_login);
  take(patch.accepted_issuer, after.accepted_issuer);
  take(patch.sync_user_profile_on_login, after.sync_user_profile_on_login);
  take(patch.jit_provisioning, after.jit_provisioning);
  take(patch.trust_email, after.trust_email);
}

Result<Connection> patched(const Connection& before, const ConnectionPatch& patch,
                           const std::optional<DiscoveredProvider>& found) {
  Connection after = before;
  take_common(patch, after);
  after.configuration = configuration_of(before, patch);

  const OidcPatch given_oidc = with_issuer_sorted_out(patch.oidc, after.configuration);
  OidcSettings& oidc = after.oidc;
  take(given_oidc.client_id, oidc.client_id);
  take(given_oidc.token_auth_type, oidc.token_auth_type);
  take(given_oidc.assertion_to_issuer, oidc.assertion_to_issuer);
  take(given_oidc.id_token_signed_response_alg, oidc.id_token_signed_response_alg);
  take(given_oidc.pkce_enabled, oidc.pkce_enabled);
  take(given_oidc.idp_logout_required, oidc.idp_logout_required);
  if (given_oidc.scopes) oidc.scopes = with_openid(*given_oidc.scopes);
  if (given_oidc.standard_scopes) replace_standard_scopes(*given_oidc.standard_scopes, oidc.scopes);

  if (after.configuration != ConfigurationType::kDiscovery) {
    take_addresses_by_hand(given_oidc, oidc);
  } else if (found) {
    if (!found->target.issuer.empty() && !same_issuer(found->target.issuer, found->metadata.issuer)) {
      return failure(
          Reason::kDiscoveryFailed,
          fmt::format("The provider's document names the issuer \"{}\" and not \"{}\", the one that was given.",
                      found->metadata.issuer, found->target.issuer));
    }
    take_metadata(*found, oidc);
  } else if (given_oidc.issuer && given_oidc.issuer->empty()) {
    forget_addresses(oidc);
  }
  take(given_oidc.issuer_in_response, oidc.issuer_in_response);
  if (after.configuration == ConfigurationType::kDiscovery) {
    for (const Address& address : kAddresses) {
      const auto& wanted = given_oidc.*address.given;
      if (!given(wanted) || *wanted == oidc.*address.setting) continue;
      return failure(invalid_field(address.name,
                                   fmt::format("The provider's document says \"{}\". Leave it out, or set "
                                               "configuration_type to MANUAL.",
                                               oidc.*address.setting),
                                   "string.const"));
    }
  }
  return after;
}

Result<void> check_new_connection(const NewConnection& input) {
  if (input.provider == ConnectionProvider::kUnspecified && input.provider_key.empty()) {
    return failure(invalid_field("provider", "Name a provider, or give a provider_key.", "required"));
  }
  DOORWARD_CHECK(check_text("provider_key", std::string_view(input.provider_key), kMaxProviderKey));
  return check_text("key_id", std::string_view(input.key_id), kMaxKeyId);
}

Result<void> check_patch(const ConnectionPatch& patch, ConnectionType type) {
  DOORWARD_CHECK(check_text("ui_button_title", patch.ui_button_title, kMaxButtonTitle));
  DOORWARD_CHECK(check_text("provider_key", patch.provider_key, kMaxProviderKey));
  DOORWARD_CHECK(check_text("key_id", patch.key_id, kMaxKeyId));
  if (patch.attribute_mapping) DOORWARD_CHECK(check_mapping(*patch.attribute_mapping, type));
  // That of an OIDC connection is an address, which may be http where debugging is on: check_addresses() judges it.
  if (type == ConnectionType::kSaml) DOORWARD_CHECK(check_entity_id("accepted_issuer", patch.accepted_issuer));
  const OidcPatch& oidc = patch.oidc;
  DOORWARD_CHECK(check_text("client_id", oidc.client_id, kMaxProviderClientId));
  if (oidc.client_secret) {
    DOORWARD_CHECK(
        check_text("client_secret", std::string_view(oidc.client_secret->reveal()), kMaxProviderClientSecret));
  }
  if (oidc.scopes) DOORWARD_CHECK(check_scopes(*oidc.scopes));
  if (given(oidc.id_token_signed_response_alg) && !jose::find_algorithm(*oidc.id_token_signed_response_alg)) {
    return failure(invalid_field("id_token_signed_response_alg",
                                 "Name RS256, RS384, RS512, ES256 or ES384, or leave it empty for any that the "
                                 "provider's key is made for.",
                                 "string.in"));
  }
  return {};
}

Result<void> take_issuer(const Connection& before, Connection& after) {
  const std::string& issuer = issuer_of(after);
  if (issuer == issuer_of(before)) return {};
  const bool accepted = !issuer.empty() && issuer == after.accepted_issuer;
  if (accepted) after.accepted_issuer.clear();
  if (accepted || !before.first_login_time) return {};
  return failure(invalid_field(
      after.type == ConnectionType::kSaml ? "idp_entity_id" : "issuer",
      fmt::format("People have signed in through this connection, and are known by the subjects that \"{}\" gave them: "
                  "another issuer's subjects are other people. Make a new connection. If both issuers name the same "
                  "people by the same subjects, set accepted_issuer in the connection's settings to \"{}\" first.",
                  issuer_of(before), issuer),
      "string.const"));
}

Result<void> check_addresses(const HttpClient& http, const Connection& before, const Connection& after) {
  const oidc::PlainHttp plain_http = plain_http_of(after);
  const OidcSettings& oidc = after.oidc;
  DOORWARD_CHECK(check_issuer("issuer", oidc.issuer, plain_http));
  DOORWARD_CHECK(check_issuer("accepted_issuer", after.accepted_issuer, plain_http));
  const auto check = [&](const char* name, const std::string& url, const std::string& was) -> Result<void> {
    return url.empty() ? Result<void>() : check_address(http, name, url, plain_http, url != was);
  };
  DOORWARD_CHECK(check("discovery_endpoint", oidc.discovery_endpoint, before.oidc.discovery_endpoint));
  for (const Address& address : kAddresses) {
    DOORWARD_CHECK(check(address.name, oidc.*address.setting, before.oidc.*address.setting));
  }
  return {};
}

}  // namespace doorward
