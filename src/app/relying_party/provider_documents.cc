#include "app/relying_party/provider_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/oidc/mismatch.h"

namespace doorward {
namespace {

// Two connections to one provider share nothing: neither may use up what the other is owed.
std::string cache_key(const Connection& connection, std::string_view url) {
  return fmt::format("{} {}", connection.id.str(), url);
}

bool follows_discovery(const Connection& connection) {
  const OidcSettings& oidc = connection.oidc;
  if (connection.configuration == ConfigurationType::kManual) return false;
  if (connection.configuration == ConfigurationType::kDiscovery) return true;
  return oidc.authorize_uri.empty() || oidc.token_uri.empty() || oidc.jwks_uri.empty();
}

ProviderEndpoints held_by(const Connection& connection) {
  const OidcSettings& oidc = connection.oidc;
  return {.issuer = oidc.issuer,
          .authorization = oidc.authorize_uri,
          .token = oidc.token_uri,
          .jwks = oidc.jwks_uri,
          .userinfo = oidc.user_info_uri,
          .end_session = oidc.end_session_uri,
          .issuer_in_response = oidc.issuer_in_response};
}

bool is_complete(const ProviderEndpoints& endpoints, oidc::PlainHttp plain_http) {
  const auto usable = [&](const std::string& url) { return oidc::is_provider_url(url, plain_http); };
  return !endpoints.issuer.empty() && usable(endpoints.authorization) && usable(endpoints.token) &&
         usable(endpoints.jwks) && (endpoints.userinfo.empty() || usable(endpoints.userinfo));
}

ProviderEndpoints told_by(const oidc::ProviderMetadata& metadata, const Connection& connection) {
  return {.issuer = metadata.issuer,
          .authorization = metadata.authorization_endpoint,
          .token = metadata.token_endpoint,
          .jwks = metadata.jwks_uri,
          .userinfo = metadata.userinfo_endpoint,
          .end_session = metadata.end_session_endpoint,
          .issuer_in_response =
              metadata.authorization_response_iss_parameter_supported || connection.oidc.issuer_in_response,
          .token_auth_methods = metadata.token_endpoint_auth_methods_supported,
          .token_auth_algorithms = metadata.token_endpoint_auth_signing_alg_values_supported,
          .knows_prompt_create = std::ranges::count(metadata.prompt_values_supported, "create") > 0};
}

Result<ProviderEndpoints> complete(ProviderEndpoints endpoints, oidc::PlainHttp plain_http) {
  if (is_complete(endpoints, plain_http)) return endpoints;
  return failure(Reason::kConnectionIncomplete,
                 "The connection lacks an address of its identity provider, or has one that is not https.");
}

HttpRequest document_request(std::string url, std::size_t most_bytes) {
  return {.url = std::move(url),
          .headers = {{"accept", "application/json"}},
          // One byte more than is taken, so that a longer document is refused and not cut.
          .max_response_bytes = most_bytes + 1};
}

tl::unexpected<Error> bad_status(Reason reason, std::string_view what, int status) {
  return failure(
      make_error(reason, fmt::format("The provider's {} could not be read.", what), fmt::format("status {}", status)));
}

}  // namespace

ProviderDocuments::ProviderDocuments(HttpClient& http, const Clock& clock, Offload& offload)
    : http_(http), clock_(clock), offload_(offload), metadata_(ProviderCacheRules()), key_sets_(ProviderCacheRules()) {}

task<Result<ProviderDocuments::Metadata::Fetched>> ProviderDocuments::fetch_metadata(oidc::DiscoveryLocation location,
                                                                                     oidc::PlainHttp plain_http,
                                                                                     SteadyTime deadline) {
  constexpr std::string_view kWhat = "discovery document";
  DOORWARD_CO_TRY(const HttpResponse response,
                  co_await ask_provider(http_, {.http = document_request(location.url, oidc::kMostMetadataBytes),
                                                .failure = Reason::kDiscoveryFailed,
                                                .what = kWhat,
                                                .deadline = deadline}));
  if (response.status != 200) co_return bad_status(Reason::kDiscoveryFailed, kWhat, response.status);
  DOORWARD_CO_TRY(Result<oidc::ProviderMetadata> metadata, co_await offload_.run([&] {
    return oidc::read_provider_metadata(response.body, location, plain_http);
  }));
  DOORWARD_CO_CHECK(metadata);
  co_return Metadata::Fetched{.value = std::make_shared<const oidc::ProviderMetadata>(*std::move(metadata)),
                              .bytes = response.body.size()};
}

task<Result<ProviderDocuments::KeySets::Fetched>> ProviderDocuments::fetch_keys(std::string jwks_uri) {
  constexpr std::string_view kWhat = "key set";
  DOORWARD_CO_TRY(const HttpResponse response,
                  co_await ask_provider(http_, {.http = document_request(std::move(jwks_uri), jose::kMostKeySetBytes),
                                                .failure = Reason::kJwksFailed,
                                                .what = kWhat}));
  if (response.status != 200) co_return bad_status(Reason::kJwksFailed, kWhat, response.status);
  DOORWARD_CO_TRY(Result<jose::ForeignKeySet> keys,
                  co_await offload_.run([&] { return jose::ForeignKeySet::read(response.body); }));
  if (!keys) {
    co_return failure(
        make_error(Reason::kJwksFailed, "The provider's key set is not usable.", std::move(keys).error().detail));
  }
  co_return KeySets::Fetched{.value = std::make_shared<const jose::ForeignKeySet>(*std::move(keys)),
                             .bytes = response.body.size()};
}

task<Result<oidc::ProviderMetadata>> ProviderDocuments::discover(std::string_view given, oidc::PlainHttp plain_http,
                                                                 SteadyTime deadline) {
  DOORWARD_CO_TRY(oidc::DiscoveryLocation location, oidc::discovery_location(given, plain_http));
  DOORWARD_CO_TRY(const Metadata::Fetched fetched, co_await fetch_metadata(std::move(location), plain_http, deadline));
  co_return *fetched.value;
}

task<Result<ProviderEndpoints>> ProviderDocuments::endpoints(const Connection& connection) {
  ProviderEndpoints held = held_by(connection);
  const oidc::PlainHttp plain_http = plain_http_of(connection);
  if (!follows_discovery(connection)) co_return complete(std::move(held), plain_http);
  const OidcSettings& oidc = connection.oidc;
  const std::string& given = oidc.discovery_endpoint.empty() ? oidc.issuer : oidc.discovery_endpoint;
  if (given.empty()) co_return complete(std::move(held), plain_http);
  DOORWARD_CO_TRY(const oidc::DiscoveryLocation location, oidc::discovery_location(given, plain_http));
  const auto metadata = co_await metadata_.get(
      cache_key(connection, location.url), clock_.now(),
      [this, location, plain_http] { return fetch_metadata(location, plain_http, SteadyTime::max()); });
  if (!metadata) {
    // A provider whose document cannot be had for a while still signs people in.
    if (is_complete(held, plain_http) && metadata.error().reason == Reason::kDiscoveryFailed) co_return held;
    co_return failure(metadata.error());
  }
  if (!oidc.issuer.empty() && !oidc::names_issuer(oidc.issuer, (*metadata)->issuer) &&
      !oidc.issuer.ends_with("/.well-known/openid-configuration")) {
    co_return failure(make_error(Reason::kDiscoveryFailed, "The provider's discovery document names another issuer.",
                                 oidc::mismatch(oidc.issuer, (*metadata)->issuer)));
  }
  co_return complete(told_by(**metadata, connection), plain_http);
}

task<Result<std::shared_ptr<const jose::ForeignKeySet>>> ProviderDocuments::keys(const Connection& connection,
                                                                                 const std::string& jwks_uri) {
  std::string key = cache_key(connection, jwks_uri);
  return key_sets_.get(std::move(key), clock_.now(), [this, jwks_uri] { return fetch_keys(jwks_uri); });
}

task<Result<std::shared_ptr<const jose::ForeignKeySet>>> ProviderDocuments::newer_keys(
    const Connection& connection, const std::string& jwks_uri, std::shared_ptr<const jose::ForeignKeySet> unsuitable,
    KeyUse use) {
  std::string key = cache_key(connection, jwks_uri);
  return key_sets_.get_newer(
      std::move(key), clock_.now(), [this, jwks_uri] { return fetch_keys(jwks_uri); }, std::move(unsuitable),
      static_cast<std::size_t>(use));
}

}  // namespace doorward
