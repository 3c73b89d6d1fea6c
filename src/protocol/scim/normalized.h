// From what an identity provider sent to one set of attribute names whatever the provider: what the API and events
// show of a directory user.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace doorward::scim {

// The document's `active`; absent counts as true.
bool is_active(const boost::json::object& document);

// The address to know the user by: the primary one, else the one of type work, else the first, else a userName that
// looks like an address; empty when there is none.
std::string chosen_email(const boost::json::object& document);

// Attributes of a User document (resource.h) under their normalised names: preferred_username, email, name, given_name,
// family_name, nickname, picture, phone_number, address, title, department, division, cost_center, organization,
// employee_id, user_type, language, locale, zoneinfo, profile. What the provider did not send is absent. `address` has
// formatted, street_address, locality, region, postal_code, country. Among several values the rule is that of
// chosen_email; `picture` prefers type photo.
boost::json::object normalized_user(const boost::json::object& document);

}  // namespace doorward::scim
