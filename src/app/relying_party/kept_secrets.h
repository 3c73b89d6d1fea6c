// What the provider's answer will be checked against. The caller keeps it sealed, with the login transaction.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace doorward {

struct KeptSecrets {
  std::string nonce;
  std::string code_verifier;  // empty: the connection does without PKCE
  std::string issuer;         // that the person was sent to (RFC 9700 section 4.4.2)
  Timestamp started_at;
  std::optional<std::chrono::seconds> max_age;  // asked for, 0 with prompt=login
  std::vector<std::string> acr_values;          // one of which must come back; empty: any

  // One text to seal, and back. nullopt for a text that to_text() did not write.
  Secret<std::string> to_text() const;
  static std::optional<KeptSecrets> from_text(const Secret<std::string>& text);
};

}  // namespace doorward
