#include "protocol/oidc/profile.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "protocol/oidc/attribute_sources.h"
#include "protocol/oidc/issuer.h"
#include "protocol/oidc/json_member.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;
using profile::AttributeForm;

// What the protocol needs and nobody else: no news of the person.
bool is_protocol_claim(std::string_view name) {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash",
                                       "s_hash", "auth_time", "sid", "session_state"});
  return std::ranges::count(kNames, name) != 0;
}

class ClaimAttributes final : public profile::ProviderAttributes {
 public:
  ClaimAttributes(const Connection& connection, const json::object& claims)
      : connection_(connection), claims_(claims) {}

  std::optional<json::value> find(std::string_view attribute, std::string_view fallback,
                                  AttributeForm form) const override {
    for (const std::string_view source : profile::sources_of(connection_, attribute, fallback, claim_aliases())) {
      const json::value* claim = claim_at(claims_, source);
      if (claim == nullptr) continue;
      if (auto value = profile::in_form(*claim, form)) return value;
    }
    return std::nullopt;
  }

  std::string_view default_source(const SsoUserAttribute& attribute) const override {
    return attribute.default_oidc_mapping;
  }

  json::object raw() const override {
    json::object raw;
    for (const auto& [name, value] : claims_) {
      if (!is_protocol_claim(text_view(name))) raw.emplace(name, value);
    }
    return raw;
  }

 private:
  const Connection& connection_;
  const json::object& claims_;
};

}  // namespace

bool claims_email_verified(const json::object& provider_claims, std::string_view email) {
  // The claim speaks of the address in `email`, and of no other that a mapping may have chosen.
  if (text_member(provider_claims, "email") != email) return false;
  if (is_entra_issuer(text_member(provider_claims, "iss"))) return flag_member(provider_claims, "xms_edov");
  return flag_member(provider_claims, "email_verified");
}

Result<profile::Profile> make_profile(const Connection& connection, const json::object& provider_claims,
                                      std::span<const SsoUserAttribute> attributes) {
  DOORWARD_TRY(auto made, profile::make_profile(connection, ClaimAttributes(connection, provider_claims), attributes));
  made.email_verified = claims_email_verified(provider_claims, made.email);
  return made;
}

bool needs_userinfo(const Connection& connection, const json::object& id_token_claims,
                    std::span<const SsoUserAttribute> attributes) {
  const ClaimAttributes said(connection, id_token_claims);
  const auto lacks = [&](std::string_view attribute, std::string_view fallback, AttributeForm form) {
    return !said.find(attribute, fallback, form);
  };
  if (lacks("email", {}, AttributeForm::kEmail)) return true;
  if (lacks("name", {}, AttributeForm::kText) && lacks("given_name", {}, AttributeForm::kText)) return true;
  const bool mapped_lacks =
      std::ranges::any_of(profile::standard_attributes(), [&](const profile::StandardAttribute& attribute) {
        return connection.attribute_mapping.contains(std::string(attribute.name)) &&
               lacks(attribute.name, {}, attribute.form);
      });
  return mapped_lacks || std::ranges::any_of(attributes, [&](const SsoUserAttribute& attribute) {
           const std::string_view source = said.default_source(attribute);
           return attribute.enabled && lacks(attribute.key, source.empty() ? std::string_view(attribute.key) : source,
                                             profile::form_of(attribute));
         });
}

}  // namespace doorward::oidc
