#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "domain/saml_settings.h"

namespace doorward {

// A key pair of our own as change records show it: id, state, certificate_sha256, expire_time, create_time; retire_time
// and decrypt_until where it has them. Never its private half.
boost::json::object saml_key_snapshot(const SamlKey& key);

std::string_view saml_key_state_name(SamlKeyState state);  // "CURRENT", "RETIRED"

}  // namespace doorward
