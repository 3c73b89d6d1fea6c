// The provider-independent profile of a person that a SAML assertion speaks of. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/connection.h"
#include "protocol/profile/profile.h"
#include "protocol/saml/response_check.h"

namespace doorward::saml {

// Each normalised attribute comes from the attribute that the connection's attribute_mapping names (by Name or by
// FriendlyName; "NameID" is the name id), else from the default of its provider; without a mapping the e-mail address
// also from a name id that is one. `attributes`: the environment's custom ones; disabled ones are left out. The address
// is claimed as verified by an attribute `email_verified` alone.
//
// kMandatoryAttributeMissing: no usable e-mail address, or a required custom attribute is absent.
Result<profile::Profile> make_profile(const Connection& connection, const SamlAssertion& assertion,
                                      std::span<const SsoUserAttribute> attributes);

// What `mapping` may name for an attribute, as shown to administrators: the default sources of the connection's
// provider, best first.
std::vector<std::string_view> default_sources(ConnectionProvider provider, std::string_view attribute);

}  // namespace doorward::saml
