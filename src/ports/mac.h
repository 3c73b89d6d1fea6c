#pragma once

#include <string>
#include <string_view>

namespace doorward {

// Keyed hashes under protected keys. Thread-safe, does not block.
class Mac {
 public:
  virtual ~Mac() = default;

  // HMAC-SHA-256 (32 bytes) of a high-entropy secret: what the database holds instead of it.
  virtual std::string lookup_hash(std::string_view secret) const = 0;

  // HMAC-SHA-256 (32 bytes) of `bytes` for one purpose (e.g. "page_token"); different purposes never agree.
  virtual std::string mac(std::string_view purpose, std::string_view bytes) const = 0;
};

}  // namespace doorward
