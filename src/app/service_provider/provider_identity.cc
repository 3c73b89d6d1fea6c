#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/service_provider/saml_service_provider.h"
#include "protocol/saml/names.h"
#include "protocol/saml/profile.h"

namespace doorward {
namespace {

// Attributes that are made to stay the same for a person, best first: SAML subject identifiers 1.0, Entra's object id,
// eduPerson's principal name and unique id.
constexpr auto kStableNames = std::to_array<std::string_view>({
    "urn:oasis:names:tc:SAML:attribute:subject-id",
    "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.13",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
});
constexpr std::string_view kSubject = "sub";

std::string value_of(const saml::SamlAssertion& assertion, std::string_view name) {
  const auto found = std::ranges::find_if(assertion.attributes, [&](const saml::SamlAttribute& attribute) {
    return attribute.name == name || attribute.friendly_name == name;
  });
  if (found == assertion.attributes.end() || found->values.size() != 1) return {};
  const std::string& value = found->values.front();
  return value.size() <= saml::kMostNameIdCharacters ? value : std::string();
}

std::string staying_name(const Connection& connection, const saml::SamlAssertion& assertion) {
  const auto mapped = connection.attribute_mapping.find(std::string(kSubject));
  if (mapped != connection.attribute_mapping.end()) return value_of(assertion, mapped->second);
  for (const std::string_view name : kStableNames) {
    if (std::string value = value_of(assertion, name); !value.empty()) return value;
  }
  return {};
}

}  // namespace

Result<ProviderIdentity> identity_of(const Connection& connection, const saml::SamlAssertion& assertion,
                                     std::span<const SsoUserAttribute> attributes) {
  const bool transient = assertion.name_id.format == saml::kNameIdTransient;
  std::string subject = transient ? staying_name(connection, assertion) : assertion.name_id.value;
  if (subject.empty()) {
    return failure(make_error(Reason::kNameIdInvalid,
                              "The identity provider names the person by a transient name id, which is another at each "
                              "sign-in. Send a persistent one, or map an attribute that stays to `sub`.",
                              "transient"));
  }
  DOORWARD_TRY(profile::Profile profile, saml::make_profile(connection, assertion, attributes));
  const SamlLogoutName name{.name_id = assertion.name_id, .session_index = assertion.session_index};
  return ProviderIdentity{.issuer = assertion.issuer,
                          .subject = std::move(subject),
                          .logout_subject = assertion.name_id.value,
                          .session = assertion.session_index,
                          .logout_hint = name.to_text(),
                          .auth_time = assertion.authn_instant,
                          .session_end = assertion.session_not_on_or_after,
                          .acr = assertion.authn_context_class_ref,
                          .profile = std::move(profile)};
}

}  // namespace doorward
