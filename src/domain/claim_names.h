// Names of claims that a profile may not bring along, because tokens give them a meaning of their own.
#pragma once

#include <string_view>

namespace doorward {

// What ID and access tokens say of themselves, of the session and of the organization, and what authorization rests on:
// no identity provider, mapping, custom attribute or custom claim of a client may set these.
bool is_reserved_claim(std::string_view name);

// What every profile has as far as the provider tells: a connection may map these, but a custom attribute may not take
// their names.
bool is_standard_claim(std::string_view name);

}  // namespace doorward
