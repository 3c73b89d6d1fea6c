#include "protocol/oidc/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "domain/claim_names.h"
#include "domain/connection_snapshot.h"
#include "protocol/oidc/attribute_sources.h"
#include "protocol/oidc/issuer.h"
#include "protocol/oidc/json_member.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;

std::size_t text_bytes(const json::value& value) {
  return value.is_string() ? value.get_string().size() : json::serialize(value).size();
}

// RFC 5321 section 4.5.3.1; what matters is that it is one address that a person can have and a log can show.
bool is_usable_email(std::string_view email) {
  const std::size_t at = email.rfind('@');
  return email.size() <= kMostEmailBytes && at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
         std::ranges::all_of(email, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

std::string email_of(const Connection& connection, const json::object& claims) {
  for (const std::string_view source : sources_of(connection, "email", {})) {
    const json::value* claim = claim_at(claims, source);
    if (claim != nullptr && claim->is_string() && is_usable_email(text_view(claim->get_string()))) {
      return std::string(text_view(claim->get_string()));
    }
  }
  return {};
}

bool has_form(const json::value& value, AttributeForm form) {
  switch (form) {
    case AttributeForm::kText:
      return value.is_string() && !value.get_string().empty();
    case AttributeForm::kPrinted:
      return value.is_number() || (value.is_string() && !value.get_string().empty());
    case AttributeForm::kNumber:
      return value.is_number();
    case AttributeForm::kFlag:
      return value.is_bool();
    case AttributeForm::kArray:
      return value.is_array();
    case AttributeForm::kObject:
      return value.is_object();
  }
  return false;
}

// nullopt where the value has another form or is beyond bounds.
std::optional<json::value> in_form(const json::value& value, AttributeForm form) {
  if (!has_form(value, form) || text_bytes(value) > kMostAttributeBytes) return std::nullopt;
  if (form == AttributeForm::kPrinted && value.is_number()) return json::value(json::serialize(value));
  return value;
}

AttributeForm form_of(const SsoUserAttribute& attribute) {
  // The numbers of scalekit.v1.user_attributes.UserAttributeDatatype.
  switch (attribute.datatype) {
    case 2:
      return AttributeForm::kNumber;
    case 3:
      return AttributeForm::kFlag;
    case 4:
      return AttributeForm::kArray;
    case 5:
      return AttributeForm::kObject;
    default:
      return AttributeForm::kText;
  }
}

std::optional<json::value> find(const Connection& connection, const json::object& claims, std::string_view attribute,
                                std::string_view fallback, AttributeForm form) {
  for (const std::string_view source : sources_of(connection, attribute, fallback)) {
    const json::value* claim = claim_at(claims, source);
    if (claim == nullptr) continue;
    if (auto value = in_form(*claim, form)) return value;
  }
  return std::nullopt;
}

// A custom attribute without a mapping comes from the claim of its own name.
std::string_view default_source(const SsoUserAttribute& attribute) {
  return attribute.default_oidc_mapping.empty() ? std::string_view(attribute.key)
                                                : std::string_view(attribute.default_oidc_mapping);
}

void complete_name(json::object& claims) {
  if (claims.contains("name")) return;
  const std::string_view given = text_member(claims, "given_name");
  const std::string_view family = text_member(claims, "family_name");
  if (given.empty() && family.empty()) return;
  claims["name"] = fmt::format("{}{}{}", given, given.empty() || family.empty() ? "" : " ", family);
}

// What the protocol needs and nobody else: no news of the person.
bool is_protocol_claim(std::string_view name) {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash",
                                       "s_hash", "auth_time", "sid", "session_state"});
  return std::ranges::count(kNames, name) != 0;
}

json::object raw_attributes_of(const json::object& claims) {
  json::object raw;
  std::size_t bytes = 0;
  for (const auto& [key, value] : claims) {
    const std::string_view name = text_view(key);
    if (is_protocol_claim(name)) continue;
    const std::size_t added = name.size() + text_bytes(value);
    // A member that does not fit is left out whole: half a list of groups would be a lie.
    if (bytes + added > kMostRawAttributesBytes) continue;
    bytes += added;
    raw.emplace(name, value);
  }
  return raw;
}

// What the published documentation shows for a provider without a name of its own.
std::string_view provider_name(const Connection& connection) {
  const std::string_view name = connection_provider_name(connection.provider);
  return name.empty() ? connection_provider_name(ConnectionProvider::kCustom) : name;
}

}  // namespace

bool claims_email_verified(const json::object& provider_claims, std::string_view email) {
  // The claim speaks of the address in `email`, and of no other that a mapping may have chosen.
  if (text_member(provider_claims, "email") != email) return false;
  if (is_entra_issuer(text_member(provider_claims, "iss"))) return flag_member(provider_claims, "xms_edov");
  return flag_member(provider_claims, "email_verified");
}

json::object identity_claim(const Connection& connection, const json::object& raw_attributes) {
  return {{"connection_id", connection.id.str()},
          {"organization_id", connection.organization_id.str()},
          {"connection_type", connection_type_name(connection.type)},
          {"provider_name", provider_name(connection)},
          {"social", false},
          {"provider_raw_attributes", json::serialize(raw_attributes)}};
}

Result<Profile> make_profile(const Connection& connection, const json::object& provider_claims,
                             std::span<const SsoUserAttribute> attributes) {
  Profile profile;
  profile.email = email_of(connection, provider_claims);
  if (profile.email.empty()) {
    return failure(Reason::kMandatoryAttributeMissing, "The identity provider sent no usable e-mail address.");
  }
  profile.email_verified = claims_email_verified(provider_claims, profile.email);
  for (const StandardAttribute& attribute : standard_attributes()) {
    if (auto value = find(connection, provider_claims, attribute.name, {}, attribute.form)) {
      profile.claims[attribute.name] = *std::move(value);
    }
  }
  complete_name(profile.claims);
  for (const SsoUserAttribute& attribute : attributes) {
    if (!attribute.enabled || is_reserved_claim(attribute.key)) continue;
    auto value = find(connection, provider_claims, attribute.key, default_source(attribute), form_of(attribute));
    if (value) {
      profile.claims[attribute.key] = *std::move(value);
    } else if (attribute.required) {
      return failure(Reason::kMandatoryAttributeMissing,
                     "The identity provider sent no usable value for the required attribute " + attribute.key + ".");
    }
  }
  profile.raw_attributes = raw_attributes_of(provider_claims);
  profile.claims["identities"] = json::array{identity_claim(connection, profile.raw_attributes)};
  return profile;
}

bool needs_userinfo(const Connection& connection, const json::object& id_token_claims,
                    std::span<const SsoUserAttribute> attributes) {
  const auto lacks = [&](std::string_view attribute, std::string_view fallback, AttributeForm form) {
    return !find(connection, id_token_claims, attribute, fallback, form);
  };
  if (email_of(connection, id_token_claims).empty()) return true;
  if (lacks("name", {}, AttributeForm::kText) && lacks("given_name", {}, AttributeForm::kText)) return true;
  const bool mapped_lacks = std::ranges::any_of(standard_attributes(), [&](const StandardAttribute& attribute) {
    return connection.attribute_mapping.contains(std::string(attribute.name)) &&
           lacks(attribute.name, {}, attribute.form);
  });
  return mapped_lacks || std::ranges::any_of(attributes, [&](const SsoUserAttribute& attribute) {
           return attribute.enabled && lacks(attribute.key, default_source(attribute), form_of(attribute));
         });
}

}  // namespace doorward::oidc
