// The provider-independent profile (protocol/profile) of what an ID token and userinfo claim. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

#include "base/result.h"
#include "domain/connection.h"
#include "protocol/profile/profile.h"

namespace doorward::oidc {

// `provider_claims`: those of the ID token, with those of userinfo where it lacks them. Each normalised attribute comes
// from the claim that the connection's attribute_mapping names ("a.b" reaches into an object), else from the default of
// its provider. `attributes`: the environment's custom ones; disabled ones are left out.
//
// kMandatoryAttributeMissing: no usable e-mail address, or a required custom attribute is absent.
Result<profile::Profile> make_profile(const Connection& connection, const boost::json::object& provider_claims,
                                      std::span<const SsoUserAttribute> attributes);

// Whether the provider says that `email` was verified: JSON's true, nothing like it. Entra's tenants can claim any
// address, so there only `xms_edov` counts, its own verdict on the domain's owner.
bool claims_email_verified(const boost::json::object& provider_claims, std::string_view email);

// Whether userinfo must be asked because these claims of the ID token do not fill the profile.
bool needs_userinfo(const Connection& connection, const boost::json::object& id_token_claims,
                    std::span<const SsoUserAttribute> attributes);

}  // namespace doorward::oidc
