#include "protocol/profile/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "domain/claim_names.h"
#include "domain/connection_snapshot.h"

namespace doorward::profile {
namespace {

namespace json = boost::json;

constexpr auto kStandard = std::to_array<StandardAttribute>({
    {"name", AttributeForm::kText},
    {"given_name", AttributeForm::kText},
    {"family_name", AttributeForm::kText},
    {"preferred_username", AttributeForm::kText},
    {"picture", AttributeForm::kText},
    {"profile", AttributeForm::kText},
    {"locale", AttributeForm::kText},
    {"zoneinfo", AttributeForm::kText},
    {"gender", AttributeForm::kText},
    {"birthdate", AttributeForm::kText},
    {"phone_number", AttributeForm::kText},
    {"phone_number_verified", AttributeForm::kFlag},
    {"updated_at",
     AttributeForm::kPrinted},  // a number at providers; a text in our tokens, as the published SDKs read it
    {"groups", AttributeForm::kArray},
});

std::string_view text_view(const json::string& text) { return {text.data(), text.size()}; }

// Empty when absent or no string.
std::string_view text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? text_view(value->get_string()) : std::string_view();
}

std::size_t text_bytes(const json::value& value) {
  return value.is_string() ? value.get_string().size() : json::serialize(value).size();
}

// RFC 5321 section 4.5.3.1; what matters is that it is one address that a person can have and a log can show.
bool is_usable_email(std::string_view email) {
  const std::size_t at = email.rfind('@');
  return email.size() <= kMostEmailBytes && at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
         std::ranges::all_of(email, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
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
    case AttributeForm::kEmail:
      return value.is_string() && is_usable_email(text_view(value.get_string()));
  }
  return false;
}

void complete_name(json::object& claims) {
  if (claims.contains("name")) return;
  const std::string_view given = text_in(claims, "given_name");
  const std::string_view family = text_in(claims, "family_name");
  if (given.empty() && family.empty()) return;
  claims["name"] = fmt::format("{}{}{}", given, given.empty() || family.empty() ? "" : " ", family);
}

json::object within_bounds(json::object said) {
  json::object raw;
  std::size_t bytes = 0;
  for (auto& [key, value] : said) {
    const std::size_t added = key.size() + text_bytes(value);
    // A member that does not fit is left out whole: half a list of groups would be a lie.
    if (bytes + added > kMostRawAttributesBytes) continue;
    bytes += added;
    raw.emplace(key, std::move(value));
  }
  return raw;
}

// What the published documentation shows for a provider without a name of its own.
std::string_view provider_name(const Connection& connection) {
  const std::string_view name = connection_provider_name(connection.provider);
  return name.empty() ? connection_provider_name(ConnectionProvider::kCustom) : name;
}

}  // namespace

std::span<const StandardAttribute> standard_attributes() { return kStandard; }

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

std::optional<json::value> in_form(const json::value& value, AttributeForm form) {
  if (!has_form(value, form) || text_bytes(value) > kMostAttributeBytes) return std::nullopt;
  if (form == AttributeForm::kPrinted && value.is_number()) return json::value(json::serialize(value));
  return value;
}

std::vector<std::string_view> sources_of(const Connection& connection, std::string_view attribute,
                                         std::string_view fallback, std::span<const AttributeAlias> aliases) {
  const auto mapped = connection.attribute_mapping.find(std::string(attribute));
  if (mapped != connection.attribute_mapping.end() && !mapped->second.empty()) return {mapped->second};
  if (!fallback.empty()) return {fallback};
  return default_sources(connection.provider, attribute, aliases);
}

std::vector<std::string_view> default_sources(ConnectionProvider provider, std::string_view attribute,
                                              std::span<const AttributeAlias> aliases) {
  if (attribute == "groups") return {};
  std::vector<std::string_view> sources{attribute};
  for (const ConnectionProvider row_of : {provider, ConnectionProvider::kUnspecified}) {
    for (const AttributeAlias& alias : aliases) {
      if (alias.provider == row_of && alias.attribute == attribute) sources.push_back(alias.source);
    }
    if (row_of == ConnectionProvider::kUnspecified) break;
  }
  return sources;
}

Result<Profile> make_profile(const Connection& connection, const ProviderAttributes& said,
                             std::span<const SsoUserAttribute> attributes) {
  Profile profile;
  const auto email = said.find("email", {}, AttributeForm::kEmail);
  if (!email) {
    return failure(Reason::kMandatoryAttributeMissing, "The identity provider sent no usable e-mail address.");
  }
  profile.email = text_view(email->get_string());
  for (const StandardAttribute& attribute : standard_attributes()) {
    if (auto value = said.find(attribute.name, {}, attribute.form)) {
      profile.claims[attribute.name] = *std::move(value);
    }
  }
  complete_name(profile.claims);
  for (const SsoUserAttribute& attribute : attributes) {
    if (!attribute.enabled || is_reserved_claim(attribute.key)) continue;
    // Without a mapping it comes from what bears its own name.
    const std::string_view source = said.default_source(attribute);
    auto value =
        said.find(attribute.key, source.empty() ? std::string_view(attribute.key) : source, form_of(attribute));
    if (value) {
      profile.claims[attribute.key] = *std::move(value);
    } else if (attribute.required) {
      return failure(Reason::kMandatoryAttributeMissing,
                     "The identity provider sent no usable value for the required attribute " + attribute.key + ".");
    }
  }
  profile.raw_attributes = within_bounds(said.raw());
  profile.claims["identities"] = json::array{identity_claim(connection, profile.raw_attributes)};
  return profile;
}

json::object identity_claim(const Connection& connection, const json::object& raw_attributes) {
  return {{"connection_id", connection.id.str()},
          {"organization_id", connection.organization_id.str()},
          {"connection_type", connection_type_name(connection.type)},
          {"provider_name", provider_name(connection)},
          {"social", false},
          {"provider_raw_attributes", json::serialize(raw_attributes)}};
}

}  // namespace doorward::profile
