#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "domain/saml_settings.h"

namespace doorward {

// The settings as change records show them, by their public names: idp_entity_id, idp_sso_url, …; idp_certificates with
// id, subject, not_after and expiry_announced_at; metadata_certificate_id, of the same form; every switch that weakens
// a check; and `pending_metadata`, the description that waits for an administrator. When and how well metadata was
// fetched is no change and is not here.
boost::json::object saml_snapshot(const SamlSettings& settings);

std::string_view saml_binding_name(SamlBinding binding);    // "HTTP_POST"; "" when unspecified
std::string_view name_id_format_name(NameIdFormat format);  // "EMAIL"; "" for kNil
std::string_view saml_signing_option_name(
    SamlSigningOption option);  // "SAML_ONLY_RESPONSE_SIGNING"; "" when unspecified

}  // namespace doorward
