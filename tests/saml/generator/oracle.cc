#include "saml/generator/oracle.h"

#include <algorithm>

#include "base/encoding.h"
#include "saml/generator/canonical.h"
#include "saml/generator/openssl_keys.h"

namespace doorward::saml::test {
namespace {

std::optional<std::string> decoded(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return base64_decode(text);
}

// Of the canonicalization that `method` (a Transform, a CanonicalizationMethod) names.
Canonicalization canonicalization_of(const xmlNode* method) {
  const xmlNode* list = child_named(method, "InclusiveNamespaces");
  return Canonicalization::named(attribute_of(method, "Algorithm"),
                                 list == nullptr ? "" : attribute_of(list, "PrefixList"));
}

const xmlNode* last_transform(const xmlNode* reference) {
  const xmlNode* found = nullptr;
  const xmlNode* transforms = child_named(reference, "Transforms");
  for (const xmlNode* node = transforms == nullptr ? nullptr : transforms->children; node != nullptr;
       node = node->next) {
    if (node->type == XML_ELEMENT_NODE) found = node;
  }
  return found;
}

}  // namespace

std::optional<std::string> signed_octets(std::string_view xml, std::string_view id,
                                         std::span<const PinnedCertificate> certificates) {
  const Document document = parsed(xml);
  xmlNode* element = document == nullptr ? nullptr : element_with_id(xmlDocGetRootElement(document.get()), id);
  xmlNode* signature = child_named(element, "Signature");
  xmlNode* info = child_named(signature, "SignedInfo");
  const xmlNode* reference = child_named(info, "Reference");
  const xmlNode* value = child_named(reference, "DigestValue");
  const xmlNode* transform = last_transform(reference);
  if (value == nullptr || transform == nullptr || attribute_of(reference, "URI") != "#" + std::string(id)) {
    return std::nullopt;
  }
  std::string octets = canonical(document.get(), element, signature, canonicalization_of(transform));
  const std::string digest = digest_octets(attribute_of(child_named(reference, "DigestMethod"), "Algorithm"), octets);
  if (octets.empty() || decoded(content_of(value)) != digest) return std::nullopt;

  const std::string info_octets =
      canonical(document.get(), info, nullptr, canonicalization_of(child_named(info, "CanonicalizationMethod")));
  const std::string algorithm = attribute_of(child_named(info, "SignatureMethod"), "Algorithm");
  const auto bytes = decoded(content_of(child_named(signature, "SignatureValue")));
  const bool fits = bytes && std::ranges::any_of(certificates, [&](const PinnedCertificate& certificate) {
                      return verify_octets(certificate.der, algorithm, info_octets, *bytes);
                    });
  if (!fits) return std::nullopt;
  return octets;
}

std::string canonical_text(std::string_view xml) {
  const Document document = parsed(xml);
  if (document == nullptr) return {};
  return canonical(document.get(), xmlDocGetRootElement(document.get()), nullptr, {});
}

}  // namespace doorward::saml::test
