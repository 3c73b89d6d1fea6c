// What the provider's answer will be checked against. The caller keeps it sealed, with the login transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace doorward {

struct KeptAuthnRequest {
  Timestamp sent_at;
  bool force_authn = false;
  std::vector<std::string> authn_context_class_refs;  // one of which must come back; empty: any

  // One text to seal, and back. nullopt for a text that to_text() did not write.
  Secret<std::string> to_text() const;
  static std::optional<KeptAuthnRequest> from_text(const Secret<std::string>& text);
};

}  // namespace doorward
