#include "protocol/saml/certificate_text.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "crypto/certificate.h"
#include "domain/certificate_id.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kPemLineCharacters = 64;

tl::unexpected<Error> invalid(const char* message) { return failure(Reason::kCertificateInvalid, message); }

// RFC 7468: one block, its label and what stands between its lines.
struct Block {
  std::string_view label;
  std::string_view base64;
};

std::optional<Block> first_block(std::string_view text) {
  const std::size_t begin = text.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const std::size_t label_end = text.find(kDashes);
  const std::size_t end = text.find(kEnd);
  if (label_end == std::string_view::npos || end == std::string_view::npos || end < label_end) return std::nullopt;
  const std::size_t body = label_end + kDashes.size();
  return Block{.label = text.substr(0, label_end), .base64 = text.substr(body, end - body)};
}

const char* sentence_of(crypto::CertificateFault fault) {
  switch (fault) {
    case crypto::CertificateFault::kUnreadable:
      return "That is not an X.509 certificate.";
    case crypto::CertificateFault::kKeyKind:
      return "The certificate's key is neither RSA (for PKCS #1 v1.5 signatures) nor on an elliptic curve.";
    case crypto::CertificateFault::kRsaSize:
      return "The certificate's RSA key must have 2,048 to 4,096 bits.";
    case crypto::CertificateFault::kRsaExponent:
      return "The certificate's RSA key has an exponent that protects nothing.";
    case crypto::CertificateFault::kCurve:
      return "The certificate's elliptic curve must be P-256, P-384 or P-521.";
  }
  return "That is not an X.509 certificate.";
}

Result<std::string_view> base64_of(std::string_view text) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return invalid("That is a private key. Keep it secret, and give the certificate instead.");
  }
  if (text.find(kBegin) == std::string_view::npos) return text;
  const std::optional<Block> block = first_block(text);
  if (!block) return invalid("The certificate's END line is missing.");
  if (text.find(kBegin, static_cast<std::size_t>(block->base64.data() - text.data())) != std::string_view::npos) {
    return invalid("Give one certificate at a time: there is more than one.");
  }
  if (block->label == "CERTIFICATE REQUEST" || block->label == "NEW CERTIFICATE REQUEST") {
    return invalid("That is a request for a certificate. Give the certificate itself.");
  }
  if (block->label.ends_with("PUBLIC KEY")) return invalid("That is a public key. Give the certificate that holds it.");
  if (block->label != "CERTIFICATE" && block->label != "X509 CERTIFICATE") {
    return invalid("That is not an X.509 certificate.");
  }
  return block->base64;
}

}  // namespace

Result<PinnedCertificate> read_certificate(std::string_view text, Timestamp create_time) {
  if (text.size() > kMostCertificateTextBytes) return invalid("That is too long for a certificate.");
  DOORWARD_TRY(const std::string_view base64, base64_of(text));
  std::string compact;
  std::ranges::copy_if(base64, std::back_inserter(compact),
                       [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  if (compact.empty()) return invalid("There is no certificate.");
  const std::optional<std::string> der = base64_decode(compact);
  if (!der) return invalid("The certificate is not in PEM: it must be base64 between its BEGIN and END lines.");
  return read_certificate_der(*der, create_time);
}

Result<PinnedCertificate> read_certificate_der(std::string_view der, Timestamp create_time) {
  const auto parsed = crypto::Certificate::parse(der);
  if (!parsed) {
    if (crypto::is_private_key(der)) {
      return invalid("That is a private key. Keep it secret, and give the certificate instead.");
    }
    return invalid(sentence_of(parsed.error()));
  }
  return PinnedCertificate{.id = certificate_id(der),
                           .der = std::string(der),
                           .subject = parsed->subject(),
                           .issuer = parsed->issuer(),
                           .not_before = parsed->not_before(),
                           .not_after = parsed->not_after(),
                           .create_time = create_time,
                           .warn_time = std::nullopt};
}

std::string to_pem(std::string_view certificate_der) {
  const std::string base64 = base64_encode(certificate_der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += kPemLineCharacters) {
    pem.append(base64, at, kPemLineCharacters).append(1, '\n');
  }
  return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace doorward::saml
