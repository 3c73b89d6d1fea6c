#include "domain/certificate_id.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {

std::string certificate_id(std::string_view der) {
  constexpr std::size_t kBytes = 8;
  return der.empty() ? std::string() : hex_encode(crypto::sha256(der).substr(0, kBytes));
}

}  // namespace doorward
