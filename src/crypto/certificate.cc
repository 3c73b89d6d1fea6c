#include "crypto/certificate.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <stdexcept>

#include "crypto/key_handle.h"
#include "crypto/rsa_key.h"

namespace doorward::crypto {
namespace {

using OwnedCertificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using OwnedBio = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using OwnedExtension = std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>>;

constexpr BN_ULONG kLeastExponent = 3;

std::string text_of(const X509_NAME* name) {
  // UTF-8 stays as it is: a name is shown to people.
  constexpr unsigned long kFlags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr, "BIO_new");
  if (X509_NAME_print_ex(bio.get(), name, 0, kFlags) < 0) {
    ERR_clear_error();
    return {};
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return size <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
}

std::optional<Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  using namespace std::chrono;
  const year_month_day day{year{parts.tm_year + 1900}, month{static_cast<unsigned>(parts.tm_mon + 1)},
                           std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!day.ok()) return std::nullopt;
  return Timestamp{sys_days{day} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec}};
}

std::optional<CertificateFault> fault_of_rsa(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kRsaLeastBits || bits > kRsaMostBits) return CertificateFault::kRsaSize;
  const OwnedNumber exponent = number_from(component(key, OSSL_PKEY_PARAM_RSA_E));
  if (!BN_is_odd(exponent.get()) || BN_get_word(exponent.get()) < kLeastExponent) return CertificateFault::kRsaExponent;
  return std::nullopt;
}

// 0 for a curve that is not accepted.
std::size_t coordinate_bytes_of(const EVP_PKEY* key) {
  constexpr std::size_t kLongestName = 80;
  char name[kLongestName] = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) return 0;
  const std::string_view curve(name, size);
  if (curve == "prime256v1") return 32;
  if (curve == "secp384r1") return 48;
  return curve == "secp521r1" ? 66 : 0;
}

}  // namespace

tl::expected<Certificate, CertificateFault> Certificate::parse(std::string_view der) {
  const auto refuse = [](CertificateFault fault) {
    ERR_clear_error();
    return tl::unexpected(fault);
  };
  if (der.size() > kMostCertificateBytes) return refuse(CertificateFault::kUnreadable);
  const unsigned char* position = bytes_of(der);
  const OwnedCertificate parsed(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (parsed == nullptr || position != bytes_of(der) + der.size()) return refuse(CertificateFault::kUnreadable);
  const auto not_before = time_of(X509_get0_notBefore(parsed.get()));
  const auto not_after = time_of(X509_get0_notAfter(parsed.get()));
  if (!not_before || !not_after) return refuse(CertificateFault::kUnreadable);
  KeyHandle key = share(X509_get_pubkey(parsed.get()));
  if (key == nullptr) return refuse(CertificateFault::kKeyKind);

  Certificate certificate;
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    if (const auto fault = fault_of_rsa(key.get())) return refuse(*fault);
  } else if (EVP_PKEY_is_a(key.get(), "EC") == 1) {
    certificate.key_kind_ = KeyKind::kEc;
    certificate.coordinate_bytes_ = coordinate_bytes_of(key.get());
    if (certificate.coordinate_bytes_ == 0 || !is_valid_point(key.get())) return refuse(CertificateFault::kCurve);
  } else {
    return refuse(CertificateFault::kKeyKind);
  }
  certificate.der_ = der;
  certificate.subject_ = text_of(X509_get_subject_name(parsed.get()));
  certificate.issuer_ = text_of(X509_get_issuer_name(parsed.get()));
  certificate.not_before_ = *not_before;
  certificate.not_after_ = *not_after;
  certificate.key_ = std::move(key);
  return certificate;
}

bool Certificate::verify(Digest digest, std::string_view message, std::string_view signature) const {
  if (key_kind_ == KeyKind::kEc && signature.size() == 2 * coordinate_bytes_) {
    return crypto::verify(key_.get(), digest, message, ecdsa_to_der(signature));
  }
  return crypto::verify(key_.get(), digest, message, signature);
}

bool is_private_key(std::string_view der) {
  if (der.size() > kMostCertificateBytes) return false;
  const unsigned char* position = bytes_of(der);
  const KeyHandle key = share(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(der.size())));
  ERR_clear_error();
  return key != nullptr;
}

std::string self_signed_certificate(const Secret<std::string>& private_key, const SelfSigned& values) {
  KeyHandle key = private_key_from_pkcs8("RSA", private_key);
  if (key == nullptr) key = private_key_from_pkcs8("EC", private_key);
  if (key == nullptr || values.common_name.empty() || values.serial.size() != kCertificateSerialBytes ||
      values.not_after <= values.not_before) {
    throw std::invalid_argument("no certificate can be made of these values");
  }
  const OwnedCertificate made(X509_new());
  require(made != nullptr && X509_set_version(made.get(), X509_VERSION_3) == 1, "X509_new");
  // Positive, and never shorter than it looks (RFC 5280 section 4.1.2.2).
  std::string serial = values.serial;
  serial.front() = static_cast<char>((static_cast<unsigned char>(serial.front()) & 0x3FU) | 0x40U);
  require(BN_to_ASN1_INTEGER(number_from(serial).get(), X509_get_serialNumber(made.get())) != nullptr,
          "BN_to_ASN1_INTEGER");
  X509_NAME* const name = X509_get_subject_name(made.get());
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes_of(values.common_name),
                                 static_cast<int>(values.common_name.size()), -1, 0) != 1) {
    ERR_clear_error();
    throw std::invalid_argument("no common name: " + values.common_name);
  }
  require(X509_set_issuer_name(made.get(), name) == 1, "X509_set_issuer_name");
  require(ASN1_TIME_set(X509_getm_notBefore(made.get()), to_unix_seconds(values.not_before)) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(made.get()), to_unix_seconds(values.not_after)) != nullptr,
          "ASN1_TIME_set");
  require(X509_set_pubkey(made.get(), key.get()) == 1, "X509_set_pubkey");
  const OwnedExtension no_authority(X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:FALSE"));
  require(no_authority != nullptr && X509_add_ext(made.get(), no_authority.get(), -1) == 1, "X509_add_ext");
  require(X509_sign(made.get(), key.get(), digest_algorithm(Digest::kSha256)) > 0, "X509_sign");
  unsigned char* raw = nullptr;
  const int size = i2d_X509(made.get(), &raw);
  require(size > 0, "i2d_X509");
  std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return der;
}

}  // namespace doorward::crypto
