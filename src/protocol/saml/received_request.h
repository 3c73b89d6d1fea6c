// Requests of a service provider as an identity provider reads them (SAML core 3.4.1 and 3.7.1), for the simulated one.
// Whoever sent them: signatures are not looked at.
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

// As much of a LogoutRequest as its answer needs.
struct ReceivedLogoutRequest {
  std::string id;
  std::string issuer;
};

// Refusals: those of XmlDocument::parse; kWrongRoot; kBadVersion; kSamlShape: no ID or no Issuer, or a text or a list
// beyond its bound.
Result<ReceivedAuthnRequest> read_authn_request(std::string_view xml);
Result<ReceivedLogoutRequest> read_logout_request(std::string_view xml);

}  // namespace doorward::saml
