// Which claim of a provider fills which attribute of the profile, as each provider is known to send them.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "protocol/profile/profile.h"

namespace doorward::oidc {

std::span<const profile::AttributeAlias> claim_aliases();

// The claim at `path`: a member of exactly this name, else "a.b" as member b of object a. nullptr when there is none or
// it is null.
const boost::json::value* claim_at(const boost::json::object& claims, std::string_view path);

}  // namespace doorward::oidc
