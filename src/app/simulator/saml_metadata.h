// Metadata of the simulated SAML provider (SAML metadata 2.4.3).
#pragma once

#include <string>
#include <string_view>

namespace doorward {

// Its endpoints are below its entity id: /sso by redirect and by form, /slo by redirect.
std::string saml_simulator_metadata(const std::string& entity_id, std::string_view certificate_der);

}  // namespace doorward
