#include "protocol/jose/jws.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "base/encoding.h"
#include "protocol/jose/strict_json.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

constexpr const char* kRefused = "The token is not well-formed.";

tl::unexpected<Error> malformed(const char* detail) {
  return tl::unexpected(make_error(Reason::kJwtMalformed, kRefused, detail));
}

tl::unexpected<Error> forbidden() {
  return failure(Reason::kAlgForbidden, "The token's signature algorithm is not accepted.");
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

Result<JwsHeader> read_header(std::string_view encoded) {
  const auto text = base64url_decode(encoded);
  if (!text) return malformed("header: base64url");
  DOORWARD_TRY(const json::object members, parse_strict_object(*text, JsonLimits{.bytes = kMostHeaderBytes}));
  if (members.contains("crit") || members.contains("b64")) return malformed("header: extension");
  if (members.contains("enc") || members.contains("zip")) return malformed("header: encryption");

  JwsHeader header;
  const json::value* algorithm = members.if_contains("alg");
  const auto known =
      algorithm != nullptr && algorithm->is_string() ? find_algorithm(view(algorithm->get_string())) : std::nullopt;
  if (!known) return forbidden();
  header.algorithm = *known;

  if (const json::value* key_id = members.if_contains("kid")) {
    if (!key_id->is_string()) return malformed("header: kid");
    header.key_id = view(key_id->get_string());
    if (header.key_id.empty() || header.key_id.size() > kMostKeyIdBytes) return malformed("header: kid length");
  }

  if (const json::value* type = members.if_contains("typ")) {
    if (!type->is_string()) return malformed("header: typ");
    header.type = view(type->get_string());
  }
  return header;
}

}  // namespace

Result<UnverifiedJws> parse_compact(std::string_view token, std::size_t most_bytes) {
  if (token.size() > most_bytes) return malformed("token: too long");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return malformed("token: not three parts");
  }
  UnverifiedJws jws;
  DOORWARD_TRY(jws.header, read_header(token.substr(0, first)));
  auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(token.substr(second + 1));
  if (!payload) return malformed("payload: base64url");
  if (!signature) return malformed("signature: base64url");
  jws.signing_input = token.substr(0, second);
  jws.payload = std::move(*payload);
  jws.signature = std::move(*signature);
  return jws;
}

Result<VerifiedJws> verify_compact(std::string_view token, const FindKey& find_key, std::string_view expected_type) {
  DOORWARD_TRY(UnverifiedJws jws, parse_compact(token));
  if (jws.header.key_id.empty()) return malformed("header: kid absent");
  if (!is_type(jws.header, expected_type)) return failure(Reason::kTypeMismatch, "The token is of another type.");
  const VerificationKey* key = find_key(jws.header.key_id);
  if (key == nullptr) return failure(Reason::kUnknownKid, "The token's key is not known.");
  if (!may_verify(*key, jws.header.algorithm)) return forbidden();
  if (!signature_is_genuine(*key, jws.header.algorithm, jws.signing_input, jws.signature)) {
    return failure(Reason::kSignatureInvalid, "The token's signature is not valid.");
  }
  return VerifiedJws(std::move(jws.header), std::move(jws.payload));
}

bool is_type(const JwsHeader& header, std::string_view expected) {
  constexpr std::string_view kOmissiblePrefix = "application/";
  const std::string lower = ascii_lower(header.type);
  std::string_view type = lower;
  if (type.starts_with(kOmissiblePrefix)) type.remove_prefix(kOmissiblePrefix.size());
  return type == ascii_lower(expected);
}

std::string signing_input(const JwsHeader& header, std::string_view payload) {
  json::object members;
  members["alg"] = algorithm_name(header.algorithm);
  if (!header.type.empty()) members["typ"] = header.type;
  if (!header.key_id.empty()) members["kid"] = header.key_id;
  return base64url_encode(json::serialize(members)) + '.' + base64url_encode(payload);
}

std::string append_signature(std::string signing_input, std::string_view signature) {
  return std::move(signing_input) + '.' + base64url_encode(signature);
}

}  // namespace doorward::jose
