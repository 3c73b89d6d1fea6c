#include "crypto/openssl.h"

#include <openssl/err.h>

#include <stdexcept>

namespace doorward::crypto {

void require(bool ok, const char* call) {
  if (ok) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("OpenSSL failed in ") + call);
}

namespace {

const EVP_MD* fetch(const char* name) {
  const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  require(algorithm != nullptr, "EVP_MD_fetch");
  return algorithm;
}

}  // namespace

const EVP_MD* digest_algorithm(Digest digest) {
  static const EVP_MD* const sha256 = fetch("SHA256");
  static const EVP_MD* const sha384 = fetch("SHA384");
  static const EVP_MD* const sha512 = fetch("SHA512");
  static const EVP_MD* const sha1 = fetch("SHA1");
  switch (digest) {
    case Digest::kSha256:
      return sha256;
    case Digest::kSha384:
      return sha384;
    case Digest::kSha512:
      return sha512;
    case Digest::kSha1:
      return sha1;
  }
  throw std::invalid_argument("no such digest");
}

}  // namespace doorward::crypto
