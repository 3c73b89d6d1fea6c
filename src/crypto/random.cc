#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/openssl.h"

namespace doorward::crypto {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  require(RAND_bytes_ex(nullptr, mutable_bytes(bytes), count, 0) == 1, "RAND_bytes_ex");
  return bytes;
}

}  // namespace doorward::crypto
