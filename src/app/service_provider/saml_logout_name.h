// By what a provider knows a login that we end: the name id of its assertion, to the letter, and its session.
#pragma once

#include <optional>
#include <string>

#include "base/secret.h"
#include "protocol/saml/response_check.h"

namespace doorward {

struct SamlLogoutName {
  saml::SamlNameId name_id;
  std::string session_index;  // empty: not said

  // One text to seal with the grant, and back. nullopt for a text that to_text() did not write.
  Secret<std::string> to_text() const;
  static std::optional<SamlLogoutName> from_text(const Secret<std::string>& text);
};

}  // namespace doorward
