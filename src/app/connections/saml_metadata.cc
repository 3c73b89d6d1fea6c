#include "app/connections/saml_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/saml/idp_metadata.h"

namespace doorward {
namespace {

constexpr std::string_view kWhat = "metadata";
// One byte more than is taken, so that a longer document is refused and not cut.
constexpr std::size_t kMostFetchedBytes = std::min(saml::kMostMetadataBytes + 1, kMaxHttpResponseBytes);

Error refusal(const Error& error) {
  if (error.reason == Reason::kMetadataInvalid) return error;
  return make_error(Reason::kMetadataInvalid, fmt::format("{}: {}", reason_name(error.reason), error.message),
                    error.detail);
}

tl::unexpected<Error> bad_answer(const HttpResponse& response) {
  if (response.status >= 300 && response.status < 400) {
    return failure(make_error(Reason::kMetadataFailed,
                              "The metadata's address answers with a redirect, which is not followed. Give the address "
                              "that the document itself is at.",
                              std::string(header_of(response, "location").substr(0, 200))));
  }
  return failure(Reason::kMetadataFailed,
                 fmt::format("The provider's metadata could not be read: status {}.", response.status));
}

}  // namespace

MetadataSource metadata_source(const SamlSettings& settings, bool allow_http) {
  return {.url = settings.metadata_url,
          .xml = {},
          .entity_id = settings.provider.entity_id,
          .signer_certificate_der = settings.metadata_certificate_der,
          .sso_binding = settings.provider.sso_binding,
          .slo_binding = settings.provider.slo_binding,
          .allow_http = allow_http};
}

task<Result<std::string>> SamlMetadata::fetch(std::string url, SteadyTime deadline) {
  DOORWARD_CO_TRY(
      HttpResponse response,
      co_await ask_provider(
          http_, {.http = {.url = std::move(url),
                           .headers = {{"accept", "application/samlmetadata+xml, application/xml, text/xml, */*"}},
                           .max_response_bytes = kMostFetchedBytes},
                  .failure = Reason::kMetadataFailed,
                  .what = kWhat,
                  .deadline = deadline}));
  if (response.status != 200) co_return bad_answer(response);
  if (response.body.size() >= kMostFetchedBytes) {
    co_return failure(Reason::kMetadataInvalid, fmt::format("{}: The provider's metadata has more than {} bytes.",
                                                            reason_name(Reason::kTooLarge), kMostFetchedBytes - 1));
  }
  co_return std::move(response.body);
}

task<Result<SamlProviderDescription>> SamlMetadata::parse(const std::string& xml, const MetadataSource& source) {
  const saml::MetadataRules rules{.entity_id = source.entity_id,
                                  .signer_certificate_der = source.signer_certificate_der,
                                  .allow_http = source.allow_http,
                                  .sso_binding = source.sso_binding,
                                  .slo_binding = source.slo_binding,
                                  .now = clock_.now()};
  DOORWARD_CO_TRY(auto description,
                  co_await offload_.run([&xml, &rules] { return saml::read_idp_metadata(xml, rules); }));
  if (!description) co_return failure(refusal(description.error()));
  co_return *std::move(description);
}

task<Result<SamlProviderDescription>> SamlMetadata::read(MetadataSource source, SteadyTime deadline) {
  if (source.url.empty()) co_return co_await parse(source.xml, source);
  DOORWARD_CO_TRY(const std::string xml, co_await fetch(source.url, deadline));
  co_return co_await parse(xml, source);
}

task<Result<SamlProviderDescription>> SamlMetadata::read_again(MetadataSource source, SteadyTime deadline) {
  DOORWARD_CO_TRY(const std::string xml, co_await fetch(source.url, deadline));
  auto described = co_await parse(xml, source);
  if (described || source.entity_id.empty()) co_return described;
  source.entity_id.clear();
  auto renamed = co_await parse(xml, source);
  co_return renamed ? std::move(renamed) : std::move(described);
}

}  // namespace doorward
