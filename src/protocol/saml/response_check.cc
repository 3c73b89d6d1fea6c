#include "protocol/saml/response_check.h"

#include <libxml/tree.h>

#include <algorithm>
#include <memory>
#include <span>

#include "base/encoding.h"
#include "protocol/saml/assertion_rules.h"
#include "protocol/saml/assertion_subject.h"
#include "protocol/saml/check_log.h"
#include "protocol/saml/decryption.h"
#include "protocol/saml/names.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/signature_shape.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

// What may be believed, and what it was found in. Nodes belong to the documents beside them.
struct Believed {
  std::optional<SignedElement> signed_response;
  std::optional<XmlDocument> plaintext;
  std::optional<SignedElement> signed_assertion;
  const _xmlNode* response = nullptr;  // as signed; as received where only the assertion is
  const _xmlNode* assertion = nullptr;

  bool response_is_signed() const { return signed_response.has_value(); }
  const std::string& certificate_id() const {
    return signed_assertion ? signed_assertion->certificate_id() : signed_response->certificate_id();
  }
};

struct Found {
  _xmlNode* first = nullptr;
  std::size_t count = 0;
};

// Of whatever namespace: what another reader could take for an assertion counts as one.
Found find_assertions(const XmlDocument& document, bool allow_advice) {
  Found found;
  _xmlNode& root = *document.root();
  for (_xmlNode* node = &root; node != nullptr;) {
    const std::string_view name = local_name(*node);
    if (name == "Assertion" || name == "EncryptedAssertion") {
      if (found.count++ == 0) found.first = node;
    }
    const bool skipped = allow_advice && node != &root && is_element(*node, kAssertionNs, "Advice") &&
                         is_element(*node->parent, kAssertionNs, "Assertion");
    if (!skipped) {
      node = next_in_document(*node, root);
      continue;
    }
    while (node != &root && next_element(*node) == nullptr) node = node->parent;
    node = node == &root ? nullptr : next_element(*node);
  }
  return found;
}

tl::unexpected<Error> not_one_assertion(std::string detail) {
  return tl::unexpected(make_error(Reason::kAssertionCount,
                                   "The provider's answer does not hold exactly one assertion.", std::move(detail)));
}

std::string trimmed_text(const _xmlNode* element) {
  return element == nullptr ? std::string() : std::string(trimmed(text_of(*element).value_or("")));
}

Result<void> check_version(const _xmlNode& element) {
  const std::string version = attribute(element, "Version").value_or("");
  if (version == kVersion) return {};
  return tl::unexpected(make_error(Reason::kBadVersion, "The provider's answer is not one of SAML 2.0.",
                                   oidc::mismatch(kVersion, version)));
}

std::string certificate_ids(std::span<const PinnedCertificate> certificates) {
  std::string ids;
  for (const PinnedCertificate& certificate : certificates) ids += (ids.empty() ? "" : " ") + certificate.id;
  return ids;
}

}  // namespace

class ResponseCheck {
 public:
  explicit ResponseCheck(const ResponseCheckInput& input)
      : input_(input), settings_(input.settings), log_(input.on_fact) {}

  Result<UnusedAssertion> run(std::string_view xml) {
    DOORWARD_TRY(const XmlDocument document, XmlDocument::parse(xml, rules()));
    DOORWARD_CHECK(check_structure(document));
    DOORWARD_TRY(const Believed believed, believe(document));
    DOORWARD_CHECK(check_envelope(believed));
    return check_assertion(believed);
  }

 private:
  XmlRules rules() const { return {.allow_comments = settings_.allow_comments}; }

  Result<void> check_structure(const XmlDocument& document) const {
    const _xmlNode& root = *document.root();
    if (!is_element(root, kProtocolNs, "Response")) {
      return tl::unexpected(make_error(Reason::kWrongRoot, "What arrived is not a SAML 2.0 Response.",
                                       oidc::mismatch("samlp:Response", local_name(root))));
    }
    DOORWARD_CHECK(check_version(root));
    DOORWARD_CHECK(check_unique_ids(document));
    const Found found = find_assertions(document, settings_.allow_advice);
    if (found.count == 0) DOORWARD_CHECK(check_status(root));  // a provider that refuses sends no assertion
    if (found.count != 1) return not_one_assertion(std::to_string(found.count) + " assertions");
    if (found.first->parent != &root || namespace_of(*found.first) != kAssertionNs) {
      return not_one_assertion("not a child of the Response");
    }
    return check_signature_places(document);
  }

  bool wants_response_signed() const {
    return settings_.signing_option == SamlSigningOption::kResponse ||
           settings_.signing_option == SamlSigningOption::kResponseAndAssertion;
  }
  bool wants_assertion_signed() const {
    return settings_.signing_option == SamlSigningOption::kAssertion ||
           settings_.signing_option == SamlSigningOption::kResponseAndAssertion;
  }

  tl::unexpected<Error> not_signed(const char* what, const CheckLog& log) const {
    return log.refuse(Reason::kUnsigned, "The provider's answer is not signed where it must be.", "signature", what,
                      "");
  }

  Result<SignedElement> check_signed(const XmlDocument& document, _xmlNode& element, std::string_view fact,
                                     const CheckLog& log) const {
    const SignatureTrust trust{.certificates = settings_.provider.certificates,
                               .allow_sha1 = settings_.allow_sha1,
                               .allow_expired_certificates = settings_.allow_expired_certificates,
                               .now = input_.now};
    auto checked = check_signature(document, element, trust, rules());
    const std::string expected = certificate_ids(trust.certificates);
    if (checked) {
      log.holds(fact, expected, checked->certificate_id());
      return checked;
    }
    Error error = std::move(checked).error();
    // For the log: which certificate the provider says it used. Trust never follows from it.
    log.refuse(error.reason, "", fact, expected, named_certificate_id(element));
    return tl::unexpected(std::move(error));
  }

  // Both signatures are over the message as it came: an inner one need not survive the canonical form of the outer.
  Result<Believed> believe(const XmlDocument& document) const {
    Believed believed;
    _xmlNode& root = *document.root();
    if (signature_of(root) != nullptr) {
      DOORWARD_TRY(believed.signed_response, check_signed(document, root, "response_signature", log_));
      believed.response = believed.signed_response->document().root();
    } else {
      if (wants_response_signed()) return not_signed("Response", log_);
      believed.response = &root;
    }
    if (const _xmlNode* encrypted = find_child(*believed.response, kAssertionNs, "EncryptedAssertion")) {
      DOORWARD_CHECK(open(*encrypted, believed));
      return believed;
    }
    _xmlNode* assertion = find_child(root, kAssertionNs, "Assertion");
    DOORWARD_CHECK(believe_assertion(document, *assertion, believed, log_));
    if (settings_.assertion_encrypted) {
      return failure(Reason::kNotEncrypted, "The provider's assertion is not encrypted, though it must be.");
    }
    if (!believed.signed_assertion) {
      believed.assertion = find_child(*believed.response, kAssertionNs, "Assertion");
    }
    return believed;
  }

  Result<void> believe_assertion(const XmlDocument& document, _xmlNode& assertion, Believed& believed,
                                 const CheckLog& log) const {
    if (signature_of(assertion) != nullptr) {
      DOORWARD_TRY(believed.signed_assertion, check_signed(document, assertion, "assertion_signature", log));
      believed.assertion = believed.signed_assertion->document().root();
    } else if (wants_assertion_signed() || !believed.response_is_signed()) {
      return not_signed(wants_assertion_signed() ? "Assertion" : "Response or Assertion", log);
    }
    return {};
  }

  Result<void> open(const _xmlNode& encrypted, Believed& believed) const {
    DOORWARD_TRY(const DecryptedAssertion decrypted,
                 decrypt_assertion(encrypted, input_.service_provider.decryption_keys, settings_.allow_cbc));
    std::vector<CheckedFact> found;
    const std::function<void(CheckedFact)> keep = [&](CheckedFact fact) { found.push_back(std::move(fact)); };
    const auto read = read_decrypted(decrypted.xml, believed, CheckLog(keep));
    // Where anybody may have changed the ciphertext, a reason, a detail or a fact would answer the attacker's question
    // about the plaintext, wherever somebody reads it (S-60).
    const bool is_told = decrypted.authenticated || believed.response_is_signed();
    if (!decrypted.padding_fits || (!read && !is_told)) return decryption_failed();
    for (CheckedFact& fact : found) log_.tell(std::move(fact));
    return read;
  }

  Result<void> read_decrypted(std::string_view xml, Believed& believed, const CheckLog& log) const {
    auto parsed = XmlDocument::parse(xml, rules());
    if (!parsed) {
      if (parsed.error().reason != Reason::kNotWellformed) return tl::unexpected(std::move(parsed).error());
      return not_one_assertion(parsed.error().detail);
    }
    XmlDocument& document = believed.plaintext.emplace(*std::move(parsed));
    _xmlNode& root = *document.root();
    if (local_name(root) == "EncryptedAssertion" || local_name(root) == "EncryptedData") {
      return failure(Reason::kEncShape, "The provider's assertion is encrypted twice.");
    }
    if (!is_element(root, kAssertionNs, "Assertion")) return not_one_assertion("something else was encrypted");
    DOORWARD_CHECK(check_unique_ids(document));
    const Found found = find_assertions(document, settings_.allow_advice);
    if (found.count != 1) return not_one_assertion(std::to_string(found.count) + " assertions");
    DOORWARD_CHECK(check_signature_places(document));
    DOORWARD_CHECK(believe_assertion(document, root, believed, log));
    if (!believed.signed_assertion) believed.assertion = &root;
    return {};
  }

  Result<void> check_status(const _xmlNode& response) const {
    const _xmlNode* status = find_child(response, kProtocolNs, "Status");
    const _xmlNode* code = status == nullptr ? nullptr : find_child(*status, kProtocolNs, "StatusCode");
    const std::string value = code == nullptr ? std::string() : attribute(*code, "Value").value_or("");
    if (value == kStatusSuccess) return {};
    std::string said = value;
    if (code != nullptr) {
      if (const _xmlNode* nested = find_child(*code, kProtocolNs, "StatusCode")) {
        said += " " + attribute(*nested, "Value").value_or("");
      }
      said += " " + trimmed_text(find_child(*status, kProtocolNs, "StatusMessage"));
    }
    return log_.refuse(Reason::kStatusNotSuccess, "The identity provider did not sign the person in.", "status",
                       kStatusSuccess, said);
  }

  Result<void> check_issuer(const _xmlNode& element, bool demanded) const {
    const _xmlNode* issuer = find_child(element, kAssertionNs, "Issuer");
    if (issuer == nullptr && !demanded) return {};
    const std::string name = trimmed_text(issuer);
    if (!name.empty() && name == settings_.provider.entity_id) {
      log_.holds("issuer", settings_.provider.entity_id, name);
      return {};
    }
    return log_.refuse(Reason::kIssuerMismatch, "The answer comes from another identity provider.", "issuer",
                       settings_.provider.entity_id, name);
  }

  // What the Response says of itself. Unsigned it can only refuse.
  Result<void> check_envelope(const Believed& believed) const {
    const _xmlNode& response = *believed.response;
    DOORWARD_CHECK(check_status(response));
    DOORWARD_CHECK(check_issuer(response, false));
    DOORWARD_CHECK(check_issuer(*believed.assertion, true));
    DOORWARD_CHECK(check_issue_instant(response, input_, log_));

    // SAML bindings 3.5.5.2. Absent, it is made up for by the Recipient, which is always signed.
    const std::optional<std::string> destination = attribute(response, "Destination");
    const std::vector<std::string>& own = input_.service_provider.acs_urls;
    if (destination && std::ranges::count(own, *destination) == 0) {
      return log_.refuse(Reason::kDestination, "The provider sent its answer to another address.", "destination",
                         input_.service_provider.received_at, *destination);
    }
    if (destination) log_.holds("destination", input_.service_provider.received_at, *destination);

    const std::optional<std::string> in_response_to = attribute(response, "InResponseTo");
    const std::optional<std::string> expected = input_.sent ? std::optional(input_.sent->id) : std::nullopt;
    if (in_response_to != expected) {
      return log_.refuse(Reason::kInResponseTo, "The provider's answer is to another request.", "in_response_to",
                         expected.value_or(""), in_response_to.value_or(""));
    }
    log_.holds("in_response_to", expected.value_or(""), in_response_to.value_or(""));
    return {};
  }

  Result<UnusedAssertion> check_assertion(const Believed& believed) const {
    const _xmlNode& element = *believed.assertion;
    DOORWARD_CHECK(check_version(element));
    const std::string id = attribute(element, "ID").value_or("");
    if (id.empty() || id.size() > kMostXmlIdBytes) {
      return failure(Reason::kSamlShape, "The provider's assertion has no ID, or one that is too long.");
    }
    DOORWARD_CHECK(check_issue_instant(element, input_, log_));
    DOORWARD_TRY(const auto end, check_conditions(element, input_, log_));
    DOORWARD_TRY(Timestamp latest, check_subject_confirmation(element, input_, believed.response_is_signed(), log_));
    if (end) latest = std::min(latest, *end);
    DOORWARD_TRY(Authentication authentication, check_authentication(element, input_, log_));
    DOORWARD_TRY(SamlNameId name_id, read_name_id(element, settings_, input_.service_provider));
    DOORWARD_TRY(std::vector<SamlAttribute> attributes, read_attributes(element));
    SamlAssertion said;
    said.id = id;
    said.response_id = attribute(*believed.response, "ID").value_or("");
    said.issuer = settings_.provider.entity_id;
    if (input_.sent) said.in_response_to = input_.sent->id;
    said.name_id = std::move(name_id);
    said.session_index = std::move(authentication.session_index);
    said.authn_instant = authentication.authn_instant;
    said.session_not_on_or_after = authentication.session_not_on_or_after;
    said.authn_context_class_ref = std::move(authentication.authn_context_class_ref);
    said.attributes = std::move(attributes);
    said.certificate_id = believed.certificate_id();
    // With the widest skew: the connection's may be widened while the assertion is remembered.
    return UnusedAssertion(std::move(said), latest + kMostSamlClockSkew);
  }

  const ResponseCheckInput& input_;
  const SamlSettings& settings_;
  CheckLog log_;
};

Result<SamlAssertion> UnusedAssertion::accept(bool first) const {
  if (first) return assertion_;
  return failure(Reason::kReplay, "The provider's answer was used before.");
}

Result<UnusedAssertion> check_response(std::string_view xml, const ResponseCheckInput& input) {
  return ResponseCheck(input).run(xml);
}

std::optional<std::string> unchecked_in_response_to(std::string_view xml) {
  // Comments are for the check to refuse, with its reason.
  const auto document = XmlDocument::parse(xml, {.allow_comments = true});
  if (!document) return std::nullopt;
  return attribute(*document->root(), "InResponseTo");
}

Result<std::string> decode_post_message(std::string_view field) {
  // Lines of 76 characters with two for their end, as MIME has them, and to spare.
  constexpr std::size_t kMostFieldBytes = kMostXmlBytes / 3 * 4 + kMostXmlBytes / 16;
  if (field.size() > kMostFieldBytes) return failure(Reason::kTooLarge, "The message is too large.");
  std::string text;
  if (std::ranges::any_of(std::string_view(" \t\r\n"), [&](char space) { return field.contains(space); })) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    text.resize(field.size());
    text.erase(std::ranges::remove_copy_if(field, text.begin(), is_space).out, text.end());
    field = text;
  }
  std::optional<std::string> message = base64_decode(field);
  if (!message || message->empty()) return failure(Reason::kBadBase64, "The message is not encoded in base64.");
  if (message->size() > kMostXmlBytes) return failure(Reason::kTooLarge, "The message is too large.");
  return *std::move(message);
}

}  // namespace doorward::saml
