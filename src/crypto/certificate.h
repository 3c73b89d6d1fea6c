// X.509 certificates (RFC 5280) as carriers of a public key: whoever pins one trusts its key, not its issuer, so
// chains, extensions and revocation play no part. A certificate is parsed once and held; copies share it; every
// operation is const and may run on many threads at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "base/secret.h"
#include "base/time.h"
#include "crypto/hash.h"

struct evp_pkey_st;

namespace doorward::crypto {

// Beyond it nothing is parsed. Certificates of identity providers have 1 to 2 KiB.
inline constexpr std::size_t kMostCertificateBytes = std::size_t{16} * 1024;

enum class CertificateFault : std::uint8_t {
  kUnreadable,  // not exactly one certificate in DER
  kKeyKind,     // neither RSA nor EC (RSA-PSS keys, DSA, EdDSA)
  kRsaSize,     // outside kRsaLeastBits..kRsaMostBits
  kRsaExponent,
  kCurve,  // not P-256, P-384 or P-521 by name, or no point of it
};

class Certificate {
 public:
  enum class KeyKind : std::uint8_t { kRsa, kEc };

  static tl::expected<Certificate, CertificateFault> parse(std::string_view der);

  const std::string& der() const { return der_; }
  KeyKind key_kind() const { return key_kind_; }
  // RFC 4514 text in UTF-8, control characters escaped.
  const std::string& subject() const { return subject_; }
  const std::string& issuer() const { return issuer_; }
  Timestamp not_before() const { return not_before_; }
  Timestamp not_after() const { return not_after_; }

  // Under the certificate's key: RSASSA-PKCS1-v1_5, or ECDSA with r and s side by side (RFC 9231 section 2.3.6) or in
  // DER. Dates are not looked at.
  bool verify(Digest digest, std::string_view message, std::string_view signature) const;

 private:
  Certificate() = default;

  std::string der_;
  std::string subject_;
  std::string issuer_;
  Timestamp not_before_;
  Timestamp not_after_;
  KeyKind key_kind_ = KeyKind::kRsa;
  std::size_t coordinate_bytes_ = 0;  // of an EC key
  std::shared_ptr<evp_pkey_st> key_;
};

// Whether the bytes are a private key of any common form, unencrypted: somebody pasted the wrong file.
bool is_private_key(std::string_view der);

inline constexpr std::size_t kCertificateSerialBytes = 16;

// A certificate that a key issues for itself: X.509 version 3, SHA-256, subject and issuer CN=`common_name`, no
// extensions but that it is no authority.
struct SelfSigned {
  std::string common_name;  // at most 64 characters (RFC 5280 appendix A.1, ub-common-name)
  std::string serial;       // kCertificateSerialBytes random bytes
  Timestamp not_before;     // whole seconds count
  Timestamp not_after;
};

// DER. `private_key`: PKCS #8, RSA or EC. Throws std::invalid_argument when it is not, or a value is out of bounds.
std::string self_signed_certificate(const Secret<std::string>& private_key, const SelfSigned& values);

}  // namespace doorward::crypto
