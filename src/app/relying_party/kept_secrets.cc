#include "app/relying_party/kept_secrets.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>

#include "protocol/jose/strict_json.h"
#include "protocol/oidc/json_member.h"

namespace doorward {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> number_member(const json::object& members, std::string_view name) {
  const json::value* value = members.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

}  // namespace

Secret<std::string> KeptSecrets::to_text() const {
  json::object members{{"nonce", nonce},
                       {"code_verifier", code_verifier},
                       {"issuer", issuer},
                       {"started_at", to_micros(started_at)},
                       {"acr_values", json::array(acr_values.begin(), acr_values.end())}};
  if (max_age) members["max_age"] = max_age->count();
  return Secret<std::string>(json::serialize(members));
}

std::optional<KeptSecrets> KeptSecrets::from_text(const Secret<std::string>& text) {
  const auto members = jose::parse_strict_object(text.reveal());
  if (!members) return std::nullopt;
  KeptSecrets kept{.nonce = std::string(oidc::text_member(*members, "nonce")),
                   .code_verifier = std::string(oidc::text_member(*members, "code_verifier")),
                   .issuer = std::string(oidc::text_member(*members, "issuer")),
                   .acr_values = oidc::texts_member(*members, "acr_values")};
  const auto started_at = number_member(*members, "started_at");
  if (kept.nonce.empty() || kept.issuer.empty() || !started_at) return std::nullopt;
  kept.started_at = from_micros(*started_at);
  if (const auto max_age = number_member(*members, "max_age")) kept.max_age = std::chrono::seconds(*max_age);
  return kept;
}

}  // namespace doorward
