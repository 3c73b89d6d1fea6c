// An AuthnRequest as an identity provider reads it (SAML core 3.4.1), for the simulated one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorward::saml {

inline constexpr std::size_t kMostReadRequestText = 1024;  // bytes of each text in it
inline constexpr std::size_t kMostReadContextClasses = 16;

struct ReceivedAuthnRequest {
  std::string id;
  std::string issuer;
  std::string destination;  // empty: not said, as the others below
  std::string acs_url;
  std::string name_id_format;
  bool force_authn = false;
  bool is_passive = false;
  std::string subject;                                // of NameID
  std::vector<std::string> authn_context_class_refs;  // of RequestedAuthnContext, in order
};

// Whoever sent it: its signature is not looked at. Refusals: those of XmlDocument::parse; kWrongRoot; kBadVersion;
// kSamlShape: no ID or no Issuer, or a text or a list beyond its bound.
Result<ReceivedAuthnRequest> read_authn_request(std::string_view xml);

}  // namespace doorward::saml
