#include "crypto/openssl.h"

#include <openssl/err.h>

#include <stdexcept>

namespace doorward::crypto {

void require(bool ok, const char* call) {
  if (ok) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("OpenSSL failed in ") + call);
}

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(algorithm != nullptr, "EVP_MD_fetch");
  return algorithm;
}

}  // namespace doorward::crypto
