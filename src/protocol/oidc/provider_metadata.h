// What an OpenID provider says about itself (OpenID Connect Discovery 1.0, RFC 8414), read and judged. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/oidc/provider_url.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostMetadataBytes = std::size_t{256} * 1024;

struct ProviderMetadata {
  std::string issuer;  // for Entra's shared endpoints a template with {tenantid}: see issuer.h
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;     // empty: none
  std::string end_session_endpoint;  // empty: none
  std::vector<std::string> scopes_supported;
  std::vector<std::string> token_endpoint_auth_methods_supported;  // empty: not said
  std::vector<std::string> token_endpoint_auth_signing_alg_values_supported;
  std::vector<std::string> id_token_signing_alg_values_supported;
  std::vector<std::string> code_challenge_methods_supported;
  std::vector<std::string> prompt_values_supported;  // empty: not said
  bool authorization_response_iss_parameter_supported = false;
  bool backchannel_logout_supported = false;

  bool operator==(const ProviderMetadata&) const = default;
};

struct DiscoveryLocation {
  std::string url;     // of the document
  std::string issuer;  // that it must name: see names_issuer()
};

// Whether a document found at `expected`'s well-known address may name `named`: the same issuer, where a '/' at the end
// does not count because the address cannot tell it (Discovery 1.0 section 4.1), or, for Entra's shared addresses
// (common, organizations, consumers), the template with {tenantid} in the place of that word.
bool names_issuer(std::string_view expected, std::string_view named);

// `given` is an issuer or the whole address of its discovery document. kDiscoveryFailed: no absolute https URL (or http
// where allowed), with user information or fragment, a query on an issuer, or over
// kMostUrlBytes.
Result<DiscoveryLocation> discovery_location(std::string_view given, PlainHttp plain_http);

// The document of `location`. kDiscoveryFailed: no strict JSON object, another issuer, a required endpoint absent, an
// address that is no absolute https URL. Members that are not used here may hold anything.
Result<ProviderMetadata> read_provider_metadata(std::string_view document, const DiscoveryLocation& location,
                                                PlainHttp plain_http);

}  // namespace doorward::oidc
