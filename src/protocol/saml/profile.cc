#include "protocol/saml/profile.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/encoding.h"
#include "protocol/saml/attribute_aliases.h"
#include "protocol/saml/names.h"

namespace doorward::saml {
namespace {

namespace json = boost::json;
using profile::AttributeForm;

std::optional<json::value> number_of(std::string_view text) {
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole); error == std::errc() && stop == end) {
    return json::value(whole);
  }
  double fraction = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, fraction, std::chars_format::fixed);
  if (error != std::errc() || stop != end || !std::isfinite(fraction)) return std::nullopt;
  return json::value(fraction);
}

// xs:boolean, and the spelling of .NET.
std::optional<json::value> flag_of(std::string_view text) {
  const std::string lower = ascii_lower(text);
  if (lower == "true" || lower == "1") return json::value(true);
  if (lower == "false" || lower == "0") return json::value(false);
  return std::nullopt;
}

// SAML's values are texts; the form says what they mean.
std::optional<json::value> value_of(const std::vector<std::string>& values, AttributeForm form) {
  if (form == AttributeForm::kArray) {
    json::array all(values.begin(), values.end());
    return profile::in_form(json::value(std::move(all)), form);
  }
  for (const std::string& text : values) {
    std::optional<json::value> value = json::value(text);
    if (form == AttributeForm::kNumber) value = number_of(text);
    if (form == AttributeForm::kFlag) value = flag_of(text);
    if (value) value = profile::in_form(*value, form);
    if (value) return value;
  }
  return std::nullopt;
}

class AssertionAttributes final : public profile::ProviderAttributes {
 public:
  AssertionAttributes(const Connection& connection, const SamlAssertion& assertion)
      : connection_(connection), assertion_(assertion) {}

  std::optional<json::value> find(std::string_view attribute, std::string_view fallback,
                                  AttributeForm form) const override {
    for (const std::string_view source : profile::sources_of(connection_, attribute, fallback, attribute_aliases())) {
      if (auto value = at(source, form)) return value;
    }
    return form == AttributeForm::kEmail && !connection_.attribute_mapping.contains(std::string(attribute))
               ? email_in_name_id()
               : std::nullopt;
  }

  std::string_view default_source(const SsoUserAttribute& attribute) const override {
    return attribute.default_saml_mapping;
  }

  json::object raw() const override {
    json::object raw;
    raw.emplace(kNameIdSource, assertion_.name_id.value);
    for (const SamlAttribute& attribute : assertion_.attributes) {
      if (attribute.values.size() == 1) {
        raw.emplace(attribute.name, attribute.values.front());
      } else {
        raw.emplace(attribute.name, json::array(attribute.values.begin(), attribute.values.end()));
      }
    }
    return raw;
  }

 private:
  // By Name, by FriendlyName, and by Name whatever the letter case: in this order, so that what an administrator maps
  // is what counts.
  std::optional<json::value> at(std::string_view source, AttributeForm form) const {
    const auto by_name = [&](const SamlAttribute& one) { return one.name == source; };
    const auto by_friendly_name = [&](const SamlAttribute& one) { return one.friendly_name == source; };
    const auto by_letters = [&, lower = ascii_lower(source)](const SamlAttribute& one) {
      return ascii_lower(one.name) == lower;
    };
    if (auto value = first_of(by_name, form)) return value;
    if (source == kNameIdSource) return value_of({assertion_.name_id.value}, form);
    if (auto value = first_of(by_friendly_name, form)) return value;
    return first_of(by_letters, form);
  }

  template <class Matches>
  std::optional<json::value> first_of(const Matches& matches, AttributeForm form) const {
    for (const SamlAttribute& attribute : assertion_.attributes) {
      if (!matches(attribute)) continue;
      if (auto value = value_of(attribute.values, form)) return value;
    }
    return std::nullopt;
  }

  // A persistent name may look like an address and be none; these two formats are where providers put one.
  std::optional<json::value> email_in_name_id() const {
    const std::string& format = assertion_.name_id.format;
    if (format != kNameIdEmail && format != kNameIdUnspecified) return std::nullopt;
    return value_of({assertion_.name_id.value}, AttributeForm::kEmail);
  }

  const Connection& connection_;
  const SamlAssertion& assertion_;
};

}  // namespace

Result<profile::Profile> make_profile(const Connection& connection, const SamlAssertion& assertion,
                                      std::span<const SsoUserAttribute> attributes) {
  const AssertionAttributes said(connection, assertion);
  DOORWARD_TRY(auto made, profile::make_profile(connection, said, attributes));
  // Of an address that a mapping chose the provider's verdict does not speak.
  const bool chosen = connection.attribute_mapping.contains("email");
  const auto verified = said.find("email_verified", {}, AttributeForm::kFlag);
  made.email_verified = !chosen && verified && verified->get_bool();
  return made;
}

std::vector<std::string_view> default_sources(ConnectionProvider provider, std::string_view attribute) {
  return profile::default_sources(provider, attribute, attribute_aliases());
}

}  // namespace doorward::saml
