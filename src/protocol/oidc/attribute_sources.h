// Which claim of a provider fills which attribute of the profile: what connections map, and what each provider is known
// to send.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/connection.h"

namespace doorward::oidc {

// What a value must be to count; kPrinted takes a number too and makes a text of it.
enum class AttributeForm : std::uint8_t { kText, kPrinted, kNumber, kFlag, kArray, kObject };

struct StandardAttribute {
  std::string_view name;
  AttributeForm form;
};

// The attributes that every profile has where the provider tells them (OpenID Connect Core section 5.1), `email` and
// `email_verified` apart; `groups` only where the connection maps it.
std::span<const StandardAttribute> standard_attributes();

// Claims to try, best first: the connection's mapping alone where it has one, else the defaults of its provider, else
// `fallback` (empty: nothing).
std::vector<std::string_view> sources_of(const Connection& connection, std::string_view attribute,
                                         std::string_view fallback);

// The claim at `path`: a member of exactly this name, else "a.b" as member b of object a. nullptr when there is none or
// it is null.
const boost::json::value* claim_at(const boost::json::object& claims, std::string_view path);

}  // namespace doorward::oidc
