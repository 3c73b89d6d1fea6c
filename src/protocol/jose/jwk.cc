#include "protocol/jose/jwk.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "protocol/jose/jws.h"

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
bool is_for_verifying(const json::object& jwk) {
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() && std::ranges::any_of(operations->get_array(), [](const json::value& operation) {
           return operation.is_string() && operation.get_string() == "verify";
         });
}

std::string decoded_member(const json::object& jwk, std::string_view name) {
  return base64url_decode(text_member(jwk, name).value_or("=")).value_or("");
}

Result<PublicKey> rsa_key(const json::object& jwk) {
  auto key = crypto::RsaPublicKey::from_components(decoded_member(jwk, "n"), decoded_member(jwk, "e"));
  if (!key) return invalid("n or e");
  return PublicKey(*std::move(key));
}

Result<PublicKey> ec_key(const json::object& jwk) {
  const auto curve = text_member(jwk, "crv");
  if (curve != "P-256" && curve != "P-384") return invalid("crv");
  auto key = crypto::EcPublicKey::from_coordinates(curve == "P-256" ? crypto::Curve::kP256 : crypto::Curve::kP384,
                                                   decoded_member(jwk, "x"), decoded_member(jwk, "y"));
  if (!key) return invalid("x or y");
  return PublicKey(*std::move(key));
}

Result<std::string> key_id_of(const json::object& jwk) {
  if (!jwk.contains("kid")) return std::string();
  const auto key_id = text_member(jwk, "kid");
  if (!key_id || key_id->empty() || key_id->size() > kMostKeyIdBytes) return invalid("kid");
  return std::string(*key_id);
}

}  // namespace

json::object to_jwk(const VerificationKey& key) {
  json::object jwk;
  const auto* ec = std::get_if<crypto::EcPublicKey>(&key.key);
  jwk["kty"] = ec != nullptr ? "EC" : "RSA";
  jwk["use"] = "sig";
  if (key.algorithm) jwk["alg"] = algorithm_name(*key.algorithm);
  if (!key.key_id.empty()) jwk["kid"] = key.key_id;
  if (ec != nullptr) {
    jwk["crv"] = ec->curve() == crypto::Curve::kP256 ? "P-256" : "P-384";
    jwk["x"] = base64url_encode(ec->x());
    jwk["y"] = base64url_encode(ec->y());
    return jwk;
  }
  const auto& rsa = std::get<crypto::RsaPublicKey>(key.key);
  jwk["n"] = base64url_encode(rsa.modulus());
  jwk["e"] = base64url_encode(rsa.exponent());
  return jwk;
}

std::string to_key_set(std::span<const VerificationKey> keys) {
  json::array list;
  for (const VerificationKey& key : keys) list.emplace_back(to_jwk(key));
  return json::serialize(json::object{{"keys", std::move(list)}});
}

Result<VerificationKey> from_jwk(const json::object& jwk) {
  const auto key_type = text_member(jwk, "kty");
  if (key_type != "RSA" && key_type != "EC") return invalid("kty");
  if (!absent_or(jwk, "use", "sig") || !is_for_verifying(jwk)) return invalid("use or key_ops");
  std::optional<Algorithm> algorithm;
  if (jwk.contains("alg")) {
    algorithm = find_algorithm(text_member(jwk, "alg").value_or(""));
    if (!algorithm) return invalid("alg");
  }
  DOORWARD_TRY(std::string key_id, key_id_of(jwk));
  DOORWARD_TRY(PublicKey key, key_type == "RSA" ? rsa_key(jwk) : ec_key(jwk));
  VerificationKey verification{std::move(key_id), algorithm, std::move(key)};
  if (algorithm && !may_verify(verification, *algorithm)) return invalid("alg of another type of keys");
  return verification;
}

}  // namespace doorward::jose
