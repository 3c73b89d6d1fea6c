#include "protocol/jose/foreign_jws.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "protocol/jose/jwk.h"
#include "protocol/jose/strict_json.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

tl::unexpected<Error> invalid(const char* detail) {
  return tl::unexpected(make_error(Reason::kJwkInvalid, "The key set is not usable.", detail));
}

tl::unexpected<Error> forbidden(const char* detail) {
  return tl::unexpected(make_error(Reason::kAlgForbidden, "The token's signature algorithm is not accepted.", detail));
}

tl::unexpected<Error> unknown_key(const char* detail) {
  return tl::unexpected(make_error(Reason::kUnknownKid, "The token's key is not known.", detail));
}

bool has_signed(const VerificationKey& key, const UnverifiedJws& jws) {
  return signature_is_genuine(key, jws.header.algorithm, jws.signing_input, jws.signature);
}

// One key may stand in a set twice, e.g. once for each algorithm.
bool same_key(const VerificationKey& a, const VerificationKey& b) {
  return to_jwk({{}, {}, a.key}) == to_jwk({{}, {}, b.key});
}

// Some algorithm that both may verify.
bool compete(const VerificationKey& a, const VerificationKey& b) {
  return std::ranges::any_of(kAlgorithms, [&](const AlgorithmRow& row) {
    return may_verify(a, row.algorithm) && may_verify(b, row.algorithm);
  });
}

}  // namespace

Result<ForeignKeySet> ForeignKeySet::read(std::string_view text) {
  auto set = parse_strict_object(text, JsonLimits{.bytes = kMostKeySetBytes, .members = kMostKeysInSet * 32});
  if (!set) return invalid("set: json");
  const json::value* list = set->if_contains("keys");
  if (list == nullptr || !list->is_array()) return invalid("set: keys");
  if (list->get_array().size() > kMostKeysInSet) return invalid("set: too many keys");
  ForeignKeySet result;
  for (const json::value& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    auto key = from_jwk(entry.get_object());
    if (!key) {
      const json::value* key_id = entry.get_object().if_contains("kid");
      if (key_id != nullptr && key_id->is_string()) result.unusable_key_ids_.emplace_back(key_id->get_string());
      continue;
    }
    bool repeated = false;
    for (const VerificationKey& other : result.keys_) {
      if (key->key_id.empty() || other.key_id != key->key_id || !compete(other, *key)) continue;
      if (!same_key(other, *key)) return invalid("set: kid twice");
      repeated = repeated || other.algorithm == key->algorithm;
    }
    if (!repeated) result.keys_.push_back(*std::move(key));
  }
  return result;
}

std::vector<const VerificationKey*> ForeignKeySet::fitting(const JwsHeader& header) const {
  std::vector<const VerificationKey*> found;
  for (const VerificationKey& key : keys_) {
    const bool meant = header.key_id.empty() || key.key_id == header.key_id;
    if (meant && may_verify(key, header.algorithm)) found.push_back(&key);
  }
  return found;
}

bool ForeignKeySet::names(std::string_view key_id) const {
  return std::ranges::find(keys_, key_id, &VerificationKey::key_id) != keys_.end() ||
         std::ranges::find(unusable_key_ids_, key_id) != unusable_key_ids_.end();
}

Result<VerifiedJws> verify_foreign(std::string_view token, const ForeignKeySet& keys, const ForeignRules& rules) {
  DOORWARD_TRY(UnverifiedJws jws, parse_compact(token, kMostForeignTokenBytes));
  const JwsHeader& header = jws.header;
  if (rules.pinned && *rules.pinned != header.algorithm) return forbidden("not the algorithm that was agreed");
  const bool type_accepted =
      header.type.empty() || rules.types.empty() ||
      std::ranges::any_of(rules.types, [&](std::string_view type) { return is_type(header, type); });
  if (!type_accepted) return failure(Reason::kTypeMismatch, "The token is of another type.");

  const auto fitting = keys.fitting(header);
  if (header.key_id.empty()) {
    if (fitting.size() > kMostKeysTried) return unknown_key("no kid, and too many keys fit");
    if (!std::ranges::any_of(fitting, [&](const VerificationKey* key) { return has_signed(*key, jws); })) {
      return unknown_key("no kid, and no key of the set has signed it");
    }
  } else {
    if (!keys.names(header.key_id)) return unknown_key("");
    if (fitting.empty()) return forbidden("the key is not for this algorithm");
    if (!has_signed(*fitting.front(), jws)) {
      return failure(Reason::kSignatureInvalid, "The token's signature is not valid.");
    }
  }
  return VerifiedJws(std::move(jws.header), std::move(jws.payload));
}

}  // namespace doorward::jose
