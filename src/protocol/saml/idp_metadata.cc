#include "protocol/saml/idp_metadata.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "protocol/oidc/mismatch.h"
#include "protocol/oidc/provider_url.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/names.h"
#include "protocol/saml/saml_time.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

tl::unexpected<Error> invalid(std::string message) { return failure(Reason::kMetadataInvalid, std::move(message)); }

bool is_metadata(const _xmlNode& element, std::string_view name) { return is_element(element, kMetadataNs, name); }

// SAML metadata 2.3.1: what is over says nothing any more.
Result<void> check_valid_until(const _xmlNode& element, Timestamp now) {
  const std::optional<std::string> text = attribute(element, "validUntil");
  if (!text) return {};
  const std::optional<Timestamp> end = parse_saml_time(*text);
  if (!end) return invalid("The metadata's validUntil is not a time: " + oidc::shortened(*text) + ".");
  if (now >= *end) return invalid("The metadata is out of date since " + to_rfc3339(*end) + ".");
  return {};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trimmed(text); !text.empty();) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    words.push_back(text.substr(0, end));
    text = trimmed(text.substr(end));
  }
  return words;
}

// The role of an identity provider of SAML 2.0; nullptr: the entity has none.
const _xmlNode* find_role(const _xmlNode& entity) {
  for (const _xmlNode& role : elements_of(entity)) {
    if (!is_metadata(role, "IDPSSODescriptor")) continue;
    const std::string protocols = attribute(role, "protocolSupportEnumeration").value_or("");
    if (std::ranges::count(words_of(protocols), kProtocolNs) != 0) return &role;
  }
  return nullptr;
}

// An entity with the groups that it stands in, whose validUntil and signature are also its own.
struct Entity {
  _xmlNode* element = nullptr;
  std::vector<_xmlNode*> groups;
};

void collect(_xmlNode& element, std::vector<_xmlNode*>& groups, std::vector<Entity>& found) {
  if (is_metadata(element, "EntityDescriptor")) found.push_back({.element = &element, .groups = groups});
  if (!is_metadata(element, "EntitiesDescriptor")) return;
  groups.push_back(&element);
  for (_xmlNode& child : elements_of(element)) collect(child, groups, found);  // as deep as the gate lets it
  groups.pop_back();
}

Result<Entity> select_entity(const XmlDocument& document, const std::string& wanted) {
  std::vector<_xmlNode*> groups;
  std::vector<Entity> entities;
  collect(*document.root(), groups, entities);
  std::erase_if(entities, [&](const Entity& entity) {
    return wanted.empty() ? find_role(*entity.element) == nullptr : attribute(*entity.element, "entityID") != wanted;
  });
  if (entities.size() == 1) return std::move(entities.front());
  if (!wanted.empty()) {
    return invalid(entities.empty() ? "The metadata does not describe " + oidc::shortened(wanted) + "."
                                    : "The metadata describes " + oidc::shortened(wanted) + " more than once.");
  }
  return invalid(entities.empty() ? "The metadata describes no identity provider that speaks SAML 2.0."
                                  : "The metadata describes several identity providers. Name the entity id of yours.");
}

Result<void> check_root(const XmlDocument& document) {
  const _xmlNode& root = *document.root();
  if (is_metadata(root, "EntityDescriptor") || is_metadata(root, "EntitiesDescriptor")) return {};
  return failure(make_error(Reason::kWrongRoot, "That is not SAML 2.0 metadata.", oidc::shortened(local_name(root))));
}

// What the configured signer signed: the whole document, or the group or entity that is wanted.
Result<SignedElement> check_signer(const XmlDocument& document, const MetadataRules& rules, const XmlRules& xml_rules) {
  DOORWARD_TRY(const PinnedCertificate signer, read_certificate_der(rules.signer_certificate_der, rules.now));
  DOORWARD_CHECK(check_signature_places(document));
  _xmlNode* part = document.root();
  if (signature_of(*part) == nullptr) {
    DOORWARD_TRY(const Entity entity, select_entity(document, rules.entity_id));
    for (_xmlNode* group : entity.groups) DOORWARD_CHECK(check_valid_until(*group, rules.now));
    part = entity.element;
    const auto signed_group = std::ranges::find_if(entity.groups, [](_xmlNode* group) { return signature_of(*group); });
    if (signed_group != entity.groups.end()) part = *signed_group;
  }
  // Its dates are not asked about: like a pinned key of a provider's federation it is in force until it is replaced.
  const SignatureTrust trust{
      .certificates = {&signer, 1}, .allow_sha1 = false, .allow_expired_certificates = true, .now = rules.now};
  return check_signature(document, *part, trust, xml_rules);
}

// Of a KeyDescriptor. The first certificate of each X509Data holds the key; others would be its issuers (XML Signature
// 4.4.4), which may not speak for the provider.
std::vector<std::string> certificate_texts(const _xmlNode& descriptor) {
  std::vector<std::string> texts;
  const _xmlNode* info = find_child(descriptor, kSignatureNs, "KeyInfo");
  if (info == nullptr) return texts;
  for (const _xmlNode& data : elements_of(*info)) {
    if (!is_element(data, kSignatureNs, "X509Data")) continue;
    const _xmlNode* certificate = find_child(data, kSignatureNs, "X509Certificate");
    if (certificate != nullptr) texts.push_back(text_of(*certificate).value_or(""));
  }
  return texts;
}

Result<std::vector<PinnedCertificate>> signing_certificates(const _xmlNode& role, Timestamp now) {
  std::vector<PinnedCertificate> certificates;
  std::string refusal = "The metadata has no certificate for signing.";
  for (const _xmlNode& descriptor : elements_of(role)) {
    if (!is_metadata(descriptor, "KeyDescriptor") || attribute(descriptor, "use") == "encryption") continue;
    for (const std::string& text : certificate_texts(descriptor)) {
      auto certificate = read_certificate(text, now);
      if (!certificate) {
        refusal = "The metadata has no usable certificate for signing. " + certificate.error().message;
      } else if (std::ranges::count(certificates, certificate->id, &PinnedCertificate::id) == 0) {
        certificates.push_back(*std::move(certificate));
      }
    }
  }
  if (certificates.empty()) return invalid(std::move(refusal));
  std::vector<PinnedCertificate> chosen;
  for (const bool in_force : {true, false}) {
    for (const PinnedCertificate& certificate : certificates) {
      if ((now < certificate.not_after) != in_force || chosen.size() == kMostPinnedCertificates) continue;
      chosen.push_back(certificate);
    }
  }
  return chosen;
}

struct Endpoint {
  std::string url;
  std::string response_url;
  SamlBinding binding = SamlBinding::kUnspecified;
};

SamlBinding binding_of(const _xmlNode& service) {
  const std::string uri = attribute(service, "Binding").value_or("");
  if (uri == kHttpRedirectBinding) return SamlBinding::kHttpRedirect;
  return uri == kHttpPostBinding ? SamlBinding::kHttpPost : SamlBinding::kUnspecified;
}

// By the preferred binding where it is offered, else by redirect, else by form. nullopt: neither is.
std::optional<Endpoint> find_endpoint(const _xmlNode& role, std::string_view name, SamlBinding preferred) {
  const _xmlNode* found = nullptr;
  for (const SamlBinding binding : {preferred, SamlBinding::kHttpRedirect, SamlBinding::kHttpPost}) {
    for (const _xmlNode& service : elements_of(role)) {
      if (found != nullptr || binding == SamlBinding::kUnspecified || !is_metadata(service, name)) continue;
      if (binding_of(service) == binding) found = &service;
    }
  }
  if (found == nullptr) return std::nullopt;
  return Endpoint{.url = std::string(trimmed(attribute(*found, "Location").value_or(""))),
                  .response_url = std::string(trimmed(attribute(*found, "ResponseLocation").value_or(""))),
                  .binding = binding_of(*found)};
}

Result<void> check_url(std::string_view url, const MetadataRules& rules) {
  const auto plain_http = rules.allow_http ? oidc::PlainHttp::kAllowed : oidc::PlainHttp::kForbidden;
  if (oidc::is_provider_url(url, plain_http)) return {};
  return invalid("An endpoint in the metadata is no absolute https URL: " + oidc::shortened(url) + ".");
}

Result<SamlProviderDescription> describe(const Entity& entity, const MetadataRules& rules) {
  for (const _xmlNode* group : entity.groups) DOORWARD_CHECK(check_valid_until(*group, rules.now));
  DOORWARD_CHECK(check_valid_until(*entity.element, rules.now));
  const _xmlNode* role = find_role(*entity.element);
  if (role == nullptr) return invalid("The metadata describes no identity provider that speaks SAML 2.0.");
  DOORWARD_CHECK(check_valid_until(*role, rules.now));

  SamlProviderDescription description;
  description.entity_id = attribute(*entity.element, "entityID").value_or("");
  if (description.entity_id.empty() || description.entity_id.size() > kMostSamlEntityIdBytes) {
    return invalid("The metadata's entityID is missing or too long.");
  }
  const auto sign_on = find_endpoint(*role, "SingleSignOnService", rules.sso_binding);
  if (!sign_on) return invalid("The metadata has no SingleSignOnService by HTTP-Redirect or HTTP-POST.");
  DOORWARD_CHECK(check_url(sign_on->url, rules));
  description.sso_url = sign_on->url;
  description.sso_binding = sign_on->binding;
  if (const auto logout = find_endpoint(*role, "SingleLogoutService", rules.slo_binding)) {
    DOORWARD_CHECK(check_url(logout->url, rules));
    if (!logout->response_url.empty()) DOORWARD_CHECK(check_url(logout->response_url, rules));
    description.slo_url = logout->url;
    description.slo_response_url = logout->response_url;
    description.slo_binding = logout->binding;
  }
  DOORWARD_TRY(description.certificates, signing_certificates(*role, rules.now));
  const std::string want_signed = attribute(*role, "WantAuthnRequestsSigned").value_or("");
  description.want_requests_signed = want_signed == "true" || want_signed == "1";
  return description;
}

}  // namespace

Result<SamlProviderDescription> read_idp_metadata(std::string_view xml, const MetadataRules& rules) {
  if (xml.starts_with(kByteOrderMark)) xml.remove_prefix(kByteOrderMark.size());
  // Comments are common in files that people edit, and canonical form has none.
  // An administrator named their address, and a federation's have as many elements as fit.
  const XmlRules xml_rules{.allow_comments = true, .most_bytes = kMostMetadataBytes, .most_nodes = kMostMetadataBytes};
  DOORWARD_TRY(const XmlDocument document, XmlDocument::parse(xml, xml_rules));
  DOORWARD_CHECK(check_root(document));
  if (rules.signer_certificate_der.empty()) {
    DOORWARD_TRY(const Entity entity, select_entity(document, rules.entity_id));
    return describe(entity, rules);
  }
  DOORWARD_TRY(const SignedElement signed_part, check_signer(document, rules, xml_rules));
  DOORWARD_TRY(const Entity entity, select_entity(signed_part.document(), rules.entity_id));
  return describe(entity, rules);
}

bool DescriptionDiff::any() const { return needs_confirmation() || want_requests_signed; }

bool DescriptionDiff::needs_confirmation() const {
  return entity_id || endpoints || !certificates_added.empty() || !certificates_removed.empty();
}

DescriptionDiff diff_of(const SamlProviderDescription& before, const SamlProviderDescription& after) {
  const auto ids_only_in = [](const SamlProviderDescription& one, const SamlProviderDescription& other) {
    std::vector<std::string> ids;
    for (const PinnedCertificate& certificate : one.certificates) {
      if (std::ranges::count(other.certificates, certificate.id, &PinnedCertificate::id) == 0) {
        ids.push_back(certificate.id);
      }
    }
    return ids;
  };
  const auto endpoints_of = [](const SamlProviderDescription& one) {
    return std::tie(one.sso_url, one.sso_binding, one.slo_url, one.slo_response_url, one.slo_binding);
  };
  return {.entity_id = before.entity_id != after.entity_id,
          .endpoints = endpoints_of(before) != endpoints_of(after),
          .want_requests_signed = before.want_requests_signed != after.want_requests_signed,
          .certificates_added = ids_only_in(after, before),
          .certificates_removed = ids_only_in(before, after)};
}

}  // namespace doorward::saml
