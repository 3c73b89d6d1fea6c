#include "protocol/saml/received_request.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "protocol/saml/names.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

Error shape(const char* what) { return make_error(Reason::kSamlShape, "The request is not as SAML has it.", what); }

// Of an attribute or an element that may be absent.
Result<std::string> bounded(std::optional<std::string> text) {
  if (!text) return std::string();
  if (text->size() > kMostReadRequestText) return failure(shape("a text is too long"));
  return *std::move(text);
}

Result<std::string> child_text(const _xmlNode& parent, std::string_view ns, std::string_view local) {
  const _xmlNode* child = find_child(parent, ns, local);
  if (child == nullptr) return std::string();
  auto text = text_of(*child);
  if (!text) return failure(shape("an element is where a text belongs"));
  return bounded(std::string(trimmed(*text)));
}

bool is_true(const std::optional<std::string>& value) { return value == "true" || value == "1"; }

Result<std::vector<std::string>> context_classes(const _xmlNode& root) {
  std::vector<std::string> classes;
  const _xmlNode* requested = find_child(root, kProtocolNs, "RequestedAuthnContext");
  if (requested == nullptr) return classes;
  for (const _xmlNode& one : elements_of(*requested)) {
    if (!is_element(one, kAssertionNs, "AuthnContextClassRef")) continue;
    if (classes.size() == kMostReadContextClasses) return failure(shape("too many AuthnContextClassRef"));
    DOORWARD_TRY(std::string name, bounded(text_of(one)));
    classes.emplace_back(trimmed(name));
  }
  return classes;
}

// What every request begins with.
Result<ReceivedLogoutRequest> read_start(const _xmlNode& root, std::string_view local) {
  if (!is_element(root, kProtocolNs, local)) {
    return failure(make_error(Reason::kWrongRoot, "This is not the message that belongs here.",
                              fmt::format("not samlp:{}", local)));
  }
  if (attribute(root, "Version") != kVersion) {
    return failure(Reason::kBadVersion, "This is not version 2.0 of SAML.");
  }
  ReceivedLogoutRequest start;
  DOORWARD_TRY(start.id, bounded(attribute(root, "ID")));
  DOORWARD_TRY(start.issuer, child_text(root, kAssertionNs, "Issuer"));
  if (start.id.empty() || start.issuer.empty()) return failure(shape("ID or Issuer is missing"));
  return start;
}

}  // namespace

Result<ReceivedAuthnRequest> read_authn_request(std::string_view xml) {
  DOORWARD_TRY(const XmlDocument document, XmlDocument::parse(xml));
  const _xmlNode& root = *document.root();
  DOORWARD_TRY(ReceivedLogoutRequest start, read_start(root, "AuthnRequest"));
  ReceivedAuthnRequest request;
  request.id = std::move(start.id);
  request.issuer = std::move(start.issuer);
  DOORWARD_TRY(request.destination, bounded(attribute(root, "Destination")));
  DOORWARD_TRY(request.acs_url, bounded(attribute(root, "AssertionConsumerServiceURL")));
  request.force_authn = is_true(attribute(root, "ForceAuthn"));
  request.is_passive = is_true(attribute(root, "IsPassive"));
  if (const _xmlNode* policy = find_child(root, kProtocolNs, "NameIDPolicy")) {
    DOORWARD_TRY(request.name_id_format, bounded(attribute(*policy, "Format")));
  }
  if (const _xmlNode* subject = find_child(root, kAssertionNs, "Subject")) {
    DOORWARD_TRY(request.subject, child_text(*subject, kAssertionNs, "NameID"));
  }
  DOORWARD_TRY(request.authn_context_class_refs, context_classes(root));
  return request;
}

Result<ReceivedLogoutRequest> read_logout_request(std::string_view xml) {
  DOORWARD_TRY(const XmlDocument document, XmlDocument::parse(xml));
  return read_start(*document.root(), "LogoutRequest");
}

}  // namespace doorward::saml
