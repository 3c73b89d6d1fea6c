#include "protocol/oidc/provider_metadata.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <utility>

#include "protocol/jose/strict_json.h"
#include "protocol/oidc/issuer.h"
#include "protocol/oidc/json_member.h"
#include "protocol/oidc/mismatch.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;

constexpr std::string_view kWellKnown = "/.well-known/openid-configuration";
constexpr jose::JsonLimits kDocumentLimits{.bytes = kMostMetadataBytes, .depth = 16, .members = 4096};

tl::unexpected<Error> failed(std::string message) { return failure(Reason::kDiscoveryFailed, std::move(message)); }

std::string_view without_final_slash(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return issuer;
}

// The endpoint `name`: empty when absent and not required.
Result<std::string> endpoint(const json::object& document, std::string_view name, bool required, PlainHttp plain_http) {
  const json::value* value = document.if_contains(name);
  if (value == nullptr || value->is_null()) {
    if (required) return failed("The provider's discovery document lacks " + std::string(name) + ".");
    return std::string();
  }
  const std::string_view url = text_member(document, name);
  if (!is_provider_url(url, plain_http)) {
    return failed("The provider's discovery document names an address that is not https: " + std::string(name) + ".");
  }
  return std::string(url);
}

}  // namespace

bool names_issuer(std::string_view expected, std::string_view named) {
  if (without_final_slash(expected) == without_final_slash(named)) return true;
  static constexpr auto kShared = std::to_array<std::string_view>({"common", "organizations", "consumers"});
  if (!is_issuer_template(named)) return false;
  return std::ranges::any_of(kShared, [&](std::string_view word) {
    std::string filled(named);
    filled.replace(filled.find(kTenantPlaceholder), kTenantPlaceholder.size(), word);
    return without_final_slash(filled) == without_final_slash(expected);
  });
}

Result<DiscoveryLocation> discovery_location(std::string_view given, PlainHttp plain_http) {
  if (!is_provider_url(given, plain_http)) {
    return failed("The issuer is not an absolute https address without user name and fragment.");
  }
  const std::string_view path = given.substr(0, given.find('?'));
  if (path.ends_with(kWellKnown)) {
    return DiscoveryLocation{.url = std::string(given),
                             .issuer = std::string(path.substr(0, path.size() - kWellKnown.size()))};
  }
  if (path.size() != given.size()) return failed("An issuer has no query.");
  return DiscoveryLocation{.url = std::string(without_final_slash(given)).append(kWellKnown),
                           .issuer = std::string(given)};
}

Result<ProviderMetadata> read_provider_metadata(std::string_view text, const DiscoveryLocation& location,
                                                PlainHttp plain_http) {
  const auto document = jose::parse_strict_object(text, kDocumentLimits);
  if (!document) return failed("The provider's discovery document is not a JSON object.");
  ProviderMetadata metadata;
  metadata.issuer = text_member(*document, "issuer");
  if (!names_issuer(location.issuer, metadata.issuer)) {
    return tl::unexpected(make_error(Reason::kDiscoveryFailed,
                                     "The provider's discovery document names another issuer than the configured one.",
                                     mismatch(location.issuer, metadata.issuer)));
  }
  DOORWARD_TRY(metadata.authorization_endpoint, endpoint(*document, "authorization_endpoint", true, plain_http));
  DOORWARD_TRY(metadata.token_endpoint, endpoint(*document, "token_endpoint", true, plain_http));
  DOORWARD_TRY(metadata.jwks_uri, endpoint(*document, "jwks_uri", true, plain_http));
  DOORWARD_TRY(metadata.userinfo_endpoint, endpoint(*document, "userinfo_endpoint", false, plain_http));
  DOORWARD_TRY(metadata.end_session_endpoint, endpoint(*document, "end_session_endpoint", false, plain_http));
  metadata.scopes_supported = texts_member(*document, "scopes_supported");
  metadata.token_endpoint_auth_methods_supported = texts_member(*document, "token_endpoint_auth_methods_supported");
  metadata.token_endpoint_auth_signing_alg_values_supported =
      texts_member(*document, "token_endpoint_auth_signing_alg_values_supported");
  metadata.id_token_signing_alg_values_supported = texts_member(*document, "id_token_signing_alg_values_supported");
  metadata.code_challenge_methods_supported = texts_member(*document, "code_challenge_methods_supported");
  metadata.prompt_values_supported = texts_member(*document, "prompt_values_supported");
  metadata.authorization_response_iss_parameter_supported =
      flag_member(*document, "authorization_response_iss_parameter_supported");
  metadata.backchannel_logout_supported = flag_member(*document, "backchannel_logout_supported");
  return metadata;
}

}  // namespace doorward::oidc
