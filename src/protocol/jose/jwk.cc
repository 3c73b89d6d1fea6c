#include "protocol/jose/jwk.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "protocol/jose/strict_json.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

tl::unexpected<Error> invalid(const char* detail) {
  return tl::unexpected(make_error(Reason::kJwkInvalid, "The key is not usable for signatures.", detail));
}

// The member when it is a string; nullopt when it is absent or something else.
std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string().data(), value->get_string().size());
}

bool absent_or(const json::object& object, std::string_view name, std::string_view wanted) {
  return !object.contains(name) || text_member(object, name) == wanted;
}

// RFC 7517 section 4.3: when the operations are listed, verifying must be one of them.
bool may_verify(const json::object& jwk) {
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() && std::ranges::any_of(operations->get_array(), [](const json::value& operation) {
           return operation.is_string() && operation.get_string() == "verify";
         });
}

}  // namespace

json::object to_jwk(const VerificationKey& key) {
  json::object jwk;
  jwk["kty"] = kAlgorithms[static_cast<std::size_t>(key.algorithm)].key_type;
  jwk["use"] = "sig";
  jwk["alg"] = algorithm_name(key.algorithm);
  jwk["kid"] = key.key_id;
  jwk["n"] = base64url_encode(key.key.modulus());
  jwk["e"] = base64url_encode(key.key.exponent());
  return jwk;
}

std::string to_key_set(std::span<const VerificationKey> keys) {
  json::array list;
  for (const VerificationKey& key : keys) list.emplace_back(to_jwk(key));
  return json::serialize(json::object{{"keys", std::move(list)}});
}

Result<VerificationKey> from_jwk(const json::object& jwk) {
  if (text_member(jwk, "kty") != "RSA") return invalid("kty");
  if (!absent_or(jwk, "use", "sig") || !may_verify(jwk)) return invalid("use or key_ops");
  if (!absent_or(jwk, "alg", algorithm_name(Algorithm::kRs256))) return invalid("alg");
  const auto key_id = text_member(jwk, "kid");
  if (!key_id || key_id->empty() || key_id->size() > kMostKeyIdBytes) return invalid("kid");
  const auto modulus = base64url_decode(text_member(jwk, "n").value_or("="));
  const auto exponent = base64url_decode(text_member(jwk, "e").value_or("="));
  if (!modulus || !exponent) return invalid("n or e: base64url");
  auto key = crypto::RsaPublicKey::from_components(*modulus, *exponent);
  if (!key) return invalid("n or e: size");
  return VerificationKey{std::string(*key_id), Algorithm::kRs256, *std::move(key)};
}

Result<std::vector<VerificationKey>> from_key_set(std::string_view text) {
  auto set = parse_strict_object(text, JsonLimits{.bytes = kMostKeySetBytes, .members = kMostKeysInSet * 32});
  if (!set) return invalid("set: json");
  const json::value* list = set->if_contains("keys");
  if (list == nullptr || !list->is_array()) return invalid("set: keys");
  if (list->get_array().size() > kMostKeysInSet) return invalid("set: too many keys");
  std::vector<VerificationKey> keys;
  for (const json::value& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    auto key = from_jwk(entry.get_object());
    if (!key) continue;
    if (std::ranges::count(keys, key->key_id, &VerificationKey::key_id) != 0) return invalid("set: kid twice");
    keys.push_back(*std::move(key));
  }
  return keys;
}

}  // namespace doorward::jose
