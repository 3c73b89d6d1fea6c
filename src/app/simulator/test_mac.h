// A keyed hash for tests: of another root it is another one.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "crypto/hash.h"
#include "ports/mac.h"

namespace doorward::test {

class TestMac final : public Mac {
 public:
  explicit TestMac(std::string root = "root") : root_(std::move(root)) {}
  std::string lookup_hash(std::string_view secret) const override { return mac("lookup", secret); }
  std::string mac(std::string_view purpose, std::string_view bytes) const override {
    return crypto::hmac_sha256(root_ + std::string(purpose), bytes);
  }

 private:
  std::string root_;
};

}  // namespace doorward::test
