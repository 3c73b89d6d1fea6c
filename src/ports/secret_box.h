#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace doorward {

// Where a sealed value lives; bound into the seal, so that a value moved to another place does not open.
struct SealedPlace {
  std::string_view table;
  std::string_view row_id;
  std::string_view column;
};

// Encrypts what must be read again (AES-256-GCM with key ids). Thread-safe, does not block.
class SecretBox {
 public:
  virtual ~SecretBox() = default;
  virtual std::string seal(const SealedPlace& place, const Secret<std::string>& value) = 0;
  // kSecretUnreadable when the key is unknown, the text is damaged or the place is not where it was sealed.
  virtual Result<Secret<std::string>> open(const SealedPlace& place, std::string_view sealed) const = 0;
};

}  // namespace doorward
