#include "crypto/stable_certificate.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <stdexcept>

#include "crypto/hash.h"
#include "crypto/key_handle.h"

namespace doorward::crypto {
namespace {

using OwnedCertificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using OwnedName = std::unique_ptr<X509_NAME, FreeBy<X509_NAME_free>>;

constexpr std::size_t kSerialBytes = 16;

std::string der_of(const auto& encode) {
  unsigned char* raw = nullptr;
  const int size = encode(&raw);
  require(size > 0, "i2d");
  std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return der;
}

OwnedName common_name(std::string_view text) {
  OwnedName name(X509_NAME_new());
  require(name != nullptr && X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_ASC, bytes_of(text),
                                                        static_cast<int>(text.size()), -1, 0) == 1,
          "X509_NAME_add_entry_by_txt");
  return name;
}

// Of the key, so that two keys never share one under the same issuer (RFC 5280 section 4.1.2.2).
void set_serial(X509& certificate, EVP_PKEY* key) {
  const std::string spki = der_of([&](unsigned char** out) { return i2d_PUBKEY(key, out); });
  std::string digest = sha256(spki).substr(0, kSerialBytes);
  digest.front() = static_cast<char>((digest.front() & 0x7f) | 0x40);
  const OwnedNumber number = number_from(digest);
  require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr, "BN_to_ASN1_INTEGER");
}

void set_time(ASN1_TIME* field, Timestamp at) {
  require(ASN1_TIME_set(field, static_cast<std::time_t>(to_unix_seconds(at))) != nullptr, "ASN1_TIME_set");
}

}  // namespace

std::string make_stable_certificate(const Secret<std::string>& key_pkcs8, const Secret<std::string>& issuer_seed,
                                    const StableCertificate& certificate) {
  const KeyHandle key = private_key_from_pkcs8("EC", key_pkcs8);
  if (key == nullptr) throw std::invalid_argument("no elliptic-curve key");
  if (issuer_seed.reveal().size() != kIssuerSeedBytes) throw std::invalid_argument("no seed of an issuer");
  const KeyHandle issuer =
      share(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(issuer_seed.reveal()), kIssuerSeedBytes));
  const OwnedCertificate made(X509_new());
  constexpr long kVersion3 = 2;
  require(issuer != nullptr && made != nullptr && X509_set_version(made.get(), kVersion3) == 1, "X509_new");
  set_serial(*made, key.get());
  set_time(X509_getm_notBefore(made.get()), certificate.not_before);
  set_time(X509_getm_notAfter(made.get()), certificate.not_after);
  require(X509_set_subject_name(made.get(), common_name(certificate.subject).get()) == 1 &&
              X509_set_issuer_name(made.get(), common_name(certificate.issuer).get()) == 1 &&
              X509_set_pubkey(made.get(), key.get()) == 1,
          "X509_set_pubkey");
  // Ed25519 hashes by itself.
  require(X509_sign(made.get(), issuer.get(), nullptr) > 0, "X509_sign");
  return der_of([&](unsigned char** out) { return i2d_X509(made.get(), out); });
}

}  // namespace doorward::crypto
