// Metadata of an identity provider (SAML metadata 2.4.3), for the simulated one.
#pragma once

#include <string>
#include <string_view>

namespace doorward::saml {

// Its endpoints are below its entity id: /sso by redirect and by form, /slo by redirect. With XML declaration,
// unsigned, without a date of expiry.
std::string write_idp_metadata(const std::string& entity_id, std::string_view certificate_der);

}  // namespace doorward::saml
