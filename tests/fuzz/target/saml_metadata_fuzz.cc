// What an administrator uploads or a URL serves: metadata of a provider, and certificates.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "crypto/test_certificates.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/idp_metadata.h"

using namespace doorward;

namespace {

constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};

void require(bool holds) {
  if (!holds) std::abort();
}

void read_metadata(std::string_view text) {
  const auto described = saml::read_idp_metadata(text, {.now = kNow});
  if (!described) {
    require(!described.error().message.empty());
    return;
  }
  require(!described->entity_id.empty() && described->sso_url.starts_with("https://"));
  require(described->slo_url.empty() || described->slo_url.starts_with("https://"));
  require(!described->certificates.empty() && described->certificates.size() <= kMostPinnedCertificates);
  require(!saml::diff_of(*described, *described).any());
  const auto named = saml::read_idp_metadata(text, {.entity_id = described->entity_id, .now = kNow});
  require(named.has_value() && !saml::diff_of(*described, *named).any());
}

// Nobody who writes inputs has this key.
void read_signed_metadata(std::string_view text) {
  static const std::string signer = *base64_decode(crypto::test::kP521);
  require(!saml::read_idp_metadata(text, {.signer_certificate_der = signer, .now = kNow}));
}

void read_certificate(std::string_view text) {
  const auto certificate = saml::read_certificate(text, kNow);
  if (!certificate) return;
  const auto again = saml::read_certificate(saml::to_pem(certificate->der), kNow);
  require(again && again->id == certificate->id && is_valid_utf8(certificate->subject));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_metadata(text);
  read_signed_metadata(text);
  read_certificate(text);
  return 0;
}
