// AuthnRequest (SAML core 3.4.1, profiles 4.1.4.1).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/saml_settings.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

inline constexpr std::size_t kMostLoginHintBytes = 320;

struct AuthnRequest {
  std::string id;
  Timestamp issue_instant;
  std::string destination;  // the provider's sso_url
  std::string issuer;       // our entity id
  std::string acs_url;
  NameIdFormat name_id_format = NameIdFormat::kNil;  // kNil: no NameIDPolicy
  bool force_authn = false;
  bool is_passive = false;
  std::string login_hint;                             // as Subject; empty or longer than the most: none
  std::vector<std::string> authn_context_class_refs;  // asked for exactly; empty: any
};

// Unsigned; send_message() signs it.
XmlElement to_element(const AuthnRequest& request);

}  // namespace doorward::saml
