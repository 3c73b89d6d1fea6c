#include "saml/generator/check.h"

#include <stdexcept>
#include <utility>

#include "protocol/saml/signature_check.h"
#include "protocol/saml/xml_nodes.h"
#include "saml/generator/answer.h"
#include "saml/generator/canonical.h"
#include "saml/generator/encryption.h"
#include "saml/generator/oracle.h"

namespace doorward::saml::test {
namespace {

std::string disagreement_about(const XmlDocument& document, xmlNode& element, std::string_view xml,
                               const SignatureTrust& trust) {
  if (signature_of(element) == nullptr) return {};
  const std::string id = attribute(element, "ID").value_or("");
  const auto checked = check_signature(document, element, trust, {.allow_comments = true});
  const auto octets = signed_octets(xml, id, trust.certificates);
  if (checked) {
    if (!octets) return "accepted, but not by the oracle: " + id;
    xmlDoc* believed = checked->document().doc();
    const bool same = canonical(believed, xmlDocGetRootElement(believed), nullptr, {.inclusive = true}) == *octets;
    return same ? std::string() : "other octets than those of the oracle: " + id;
  }
  const Reason reason = checked.error().reason;
  const bool judged = reason == Reason::kSignatureInvalid || reason == Reason::kC14nFailed;
  return judged && octets ? "refused, but not by the oracle: " + id : std::string();
}

}  // namespace

std::string disagreement(std::string_view xml, const SamlSettings& settings, Timestamp now) {
  const auto document = XmlDocument::parse(xml, {.allow_comments = true});
  if (!document || !check_signature_places(*document)) return {};
  const SignatureTrust trust{.certificates = settings.provider.certificates,
                             .allow_sha1 = settings.allow_sha1,
                             .allow_expired_certificates = true,
                             .now = now};
  xmlNode& root = *document->root();
  std::string words = disagreement_about(*document, root, xml, trust);
  for (xmlNode& child : elements_of(root)) {
    if (local_name(child) == "Assertion") words += disagreement_about(*document, child, xml, trust);
    if (local_name(child) != "EncryptedAssertion") continue;
    for (const int number : {0, 1}) {
      if (const auto plaintext = decrypted(xml, own_key(number))) words += disagreement(*plaintext, settings, now);
    }
    break;  // there is one, or the message is refused
  }
  return words;
}

SamlSettings settings() {
  SamlSettings made;
  made.provider.entity_id = kProviderId;
  made.provider.certificates = {provider_key().pin};
  return made;
}

ServiceProvider service_provider() {
  return {.entity_id = std::string(kOwnId),
          .acs_urls = {std::string(kAcs), std::string(kAcsAlias)},
          .received_at = std::string(kAcs),
          .decryption_keys = {Secret<std::string>(own_key(0).pkcs8)}};
}

SentAuthnRequest sent_request() {
  return {.id = std::string(kRequestId),
          .sent_at = kNow - std::chrono::seconds(90),
          .force_authn = false,
          .authn_context_class_refs = {}};
}

Result<UnusedAssertion> Check::operator()(std::string_view xml) {
  facts.clear();
  if (std::string words = disagreement(xml, settings, now); !words.empty()) throw std::logic_error(words);
  return check_response(xml, {.settings = settings,
                              .service_provider = service_provider,
                              .sent = sent,
                              .now = now,
                              .on_fact = [this](CheckedFact fact) { facts.push_back(std::move(fact)); }});
}

std::string Check::reason(std::string_view xml) { return reason_of((*this)(xml)); }

}  // namespace doorward::saml::test
