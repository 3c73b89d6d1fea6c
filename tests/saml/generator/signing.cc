#include "saml/generator/signing.h"

#include <stdexcept>

#include "base/encoding.h"
#include "saml/generator/answer.h"
#include "saml/generator/canonical.h"

namespace doorward::saml::test {
namespace {

constexpr std::string_view kValuePlace = "{signature value}";

std::string method(const Signing& signing, std::string_view name, std::string_view algorithm,
                   std::string_view content) {
  return "<" + signing.prefix + ":" + std::string(name) + " Algorithm=\"" + std::string(algorithm) + "\">" +
         std::string(content) + "</" + signing.prefix + ":" + std::string(name) + ">";
}

// kTransforms are written with the prefix ds.
std::string transforms_of(const Signing& signing) {
  std::string text = signing.transforms;
  if (!signing.prefixes.empty()) {
    text = replaced(text, R"(<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>)",
                    R"(<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces)"
                    R"( xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList=")" +
                        signing.prefixes + R"("/></ds:Transform>)");
  }
  return replaced_all(text, "ds:Transform", signing.prefix + ":Transform");
}

std::string signature_text(const Signing& signing, std::string_view id, std::string_view digest) {
  const std::string& p = signing.prefix;
  const std::string uri = signing.reference_uri.value_or("\"#" + std::string(id) + "\"");
  std::string reference = "<" + p + ":Reference" + (uri.empty() ? "" : " URI=" + uri) + ">" + transforms_of(signing) +
                          method(signing, "DigestMethod", signing.digest, "") + "<" + p + ":DigestValue>" +
                          base64_encode(digest) + "</" + p + ":DigestValue></" + p + ":Reference>";
  return "<" + p + ":Signature xmlns:" + p + "=\"http://www.w3.org/2000/09/xmldsig#\">" + signing.before_signed_info +
         "<" + p + ":SignedInfo>" +
         method(signing, "CanonicalizationMethod", signing.canonicalization, signing.in_canonicalization_method) +
         method(signing, "SignatureMethod", signing.algorithm, signing.in_signature_method) + reference +
         signing.more_references + "</" + p + ":SignedInfo><" + p + ":SignatureValue>" + std::string(kValuePlace) +
         "</" + p + ":SignatureValue>" + signing.after_signature + "</" + p + ":Signature>";
}

// Behind the Issuer that follows the element's own tag, else behind the tag.
std::size_t place_in(std::string_view xml, std::string_view id) {
  const std::size_t at = xml.find("ID=\"" + std::string(id) + "\"");
  if (at == std::string_view::npos) throw std::logic_error("no element of this ID");
  const std::size_t behind_tag = xml.find('>', at) + 1;
  constexpr std::string_view kIssuer = "<saml:Issuer";
  constexpr std::string_view kIssuerEnd = "</saml:Issuer>";
  if (!xml.substr(behind_tag).starts_with(kIssuer)) return behind_tag;
  return xml.find(kIssuerEnd, behind_tag) + kIssuerEnd.size();
}

xmlNode* found(const Document& document, std::string_view id) {
  xmlNode* element = document == nullptr ? nullptr : element_with_id(xmlDocGetRootElement(document.get()), id);
  if (element == nullptr) throw std::logic_error("no element of this ID in what libxml2 reads");
  return element;
}

}  // namespace

std::string sign(std::string_view xml, std::string_view id, const Signing& signing) {
  const Document before = parsed(xml);
  const std::string_view digested = signing.digested_id.empty() ? id : std::string_view(signing.digested_id);
  const std::string octets = canonical(before.get(), found(before, digested), nullptr, {.prefixes = signing.prefixes});
  const std::size_t place = place_in(xml, id);
  std::string made(xml);
  made.insert(place, signature_text(signing, id, digest_octets(signing.digest, octets)));

  const Document after = parsed(made);
  xmlNode* signature = child_named(found(after, id), "Signature");
  const std::string info = canonical(after.get(), child_named(signature, "SignedInfo"), nullptr,
                                     Canonicalization::named(signing.canonicalization, ""));
  const std::string value = sign_octets(*signing.key, signing.algorithm, info, signing.hmac_key);
  return replaced(made, kValuePlace, base64_encode(value));
}

std::string signed_assertion(std::string_view answer, const Signing& signing) {
  return sign(answer, kAssertionId, signing);
}

std::string signed_response(std::string_view answer, const Signing& signing) {
  return sign(answer, kResponseId, signing);
}

std::string signed_both(std::string_view answer) { return signed_response(signed_assertion(answer)); }

std::string key_info(std::string_view certificate_der) {
  return "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" + base64_encode(certificate_der) +
         "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>";
}

}  // namespace doorward::saml::test
