// The provider-independent profile: the same fields whoever the provider is, made of what its ID token and userinfo
// claim. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/connection.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostEmailBytes = 254;
// An attribute beyond this is taken as absent: our tokens travel in headers.
inline constexpr std::size_t kMostAttributeBytes = std::size_t{2} * 1024;
// Of all raw attributes together; those that do not fit are left out.
inline constexpr std::size_t kMostRawAttributesBytes = std::size_t{4} * 1024;

struct Profile {
  std::string email;
  bool email_verified = false;  // the provider says so and may be believed; see claims_email_verified()
  // Further claims of our ID token: name, given_name, family_name, preferred_username, picture, locale, phone_number,
  // …, `groups` where a connection maps them, custom attributes, and `identities`. Neither `sub`, `email` nor
  // `email_verified`.
  boost::json::object claims;
  boost::json::object raw_attributes;  // all that the provider said of the person, without the claims of the protocol
};

// `provider_claims`: those of the ID token, with those of userinfo where it lacks them. Each normalised attribute comes
// from the claim that the connection's attribute_mapping names ("a.b" reaches into an object), else from the default of
// its provider. `attributes`: the environment's custom ones; disabled ones are left out.
//
// kMandatoryAttributeMissing: no usable e-mail address, or a required custom attribute is absent.
Result<Profile> make_profile(const Connection& connection, const boost::json::object& provider_claims,
                             std::span<const SsoUserAttribute> attributes);

// Whether the provider says that `email` was verified: JSON's true, nothing like it. Entra's tenants can claim any
// address, so there only `xms_edov` counts, its own verdict on the domain's owner.
bool claims_email_verified(const boost::json::object& provider_claims, std::string_view email);

// The entry of the claim `identities`. The raw attributes are JSON in a text: what the published SDKs read.
boost::json::object identity_claim(const Connection& connection, const boost::json::object& raw_attributes);

// Whether userinfo must be asked because these claims of the ID token do not fill the profile.
bool needs_userinfo(const Connection& connection, const boost::json::object& id_token_claims,
                    std::span<const SsoUserAttribute> attributes);

}  // namespace doorward::oidc
