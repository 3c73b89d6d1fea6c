#include "domain/saml_key_snapshot.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {

boost::json::object saml_key_snapshot(const SamlKey& key) {
  boost::json::object snapshot;
  snapshot["id"] = key.id.str();
  snapshot["state"] = saml_key_state_name(key.state);
  snapshot["certificate_sha256"] = hex_encode(crypto::sha256(key.certificate_der));
  snapshot["expire_time"] = to_rfc3339(key.not_after);
  snapshot["create_time"] = to_rfc3339(key.create_time);
  if (key.retire_time) snapshot["retire_time"] = to_rfc3339(*key.retire_time);
  if (key.decrypt_until) snapshot["decrypt_until"] = to_rfc3339(*key.decrypt_until);
  return snapshot;
}

std::string_view saml_key_state_name(SamlKeyState state) {
  return state == SamlKeyState::kCurrent ? "CURRENT" : "RETIRED";
}

}  // namespace doorward
