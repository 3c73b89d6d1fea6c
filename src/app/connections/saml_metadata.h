// Metadata of SAML identity providers: fetched from where they publish it, or as an administrator gave it.
#pragma once

#include <cstddef>
#include <string>

#include "app/relying_party/provider_requests.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/saml_settings.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/offload.h"

namespace doorward {

struct MetadataSource {
  std::string url;  // empty: `xml` is the document
  std::string xml;
  std::string entity_id;                                // the one to take of several; empty: the only one
  std::string signer_certificate_der;                   // that must have signed it; empty: it need not be signed
  SamlBinding sso_binding = SamlBinding::kUnspecified;  // preferred where the provider offers it
  SamlBinding slo_binding = SamlBinding::kUnspecified;
  bool allow_http = false;

  bool operator==(const MetadataSource&) const = default;
};

// As the connection describes its provider; for one with a metadata_url.
MetadataSource metadata_source(const SamlSettings& settings, bool allow_http);

// Thread-safe. Borrows its ports.
class SamlMetadata {
 public:
  SamlMetadata(HttpClient& http, const Clock& clock, Offload& offload)
      : http_(http), clock_(clock), offload_(offload) {}

  // kMetadataFailed: it cannot be had; a redirect is not followed. kMetadataInvalid: it is refused; the message begins
  // with the reason of the refusal, as "dtd_forbidden: …". kDeadlineExceeded, kOverloaded, kCancelled: ours.
  task<Result<SamlProviderDescription>> read(MetadataSource source, SteadyTime deadline);

  // The same of a connection that follows metadata_url. One that names another entity is read too: who the provider is
  // has changed, and that is for an administrator to judge.
  task<Result<SamlProviderDescription>> read_again(MetadataSource source, SteadyTime deadline);

 private:
  task<Result<std::string>> fetch(std::string url, SteadyTime deadline);
  task<Result<SamlProviderDescription>> parse(const std::string& xml, const MetadataSource& source);

  HttpClient& http_;
  const Clock& clock_;
  Offload& offload_;
};

}  // namespace doorward
