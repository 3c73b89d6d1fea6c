#include "protocol/saml/authn_request.h"

#include <utility>

#include "protocol/saml/message_head.h"
#include "protocol/saml/names.h"

namespace doorward::saml {
namespace {

XmlElement subject_of(std::string_view login_hint) {
  XmlElement name_id = text_element("saml:NameID", login_hint);
  // Providers look the hint up as a sign-in name; an address is the one format that they all tell apart.
  const bool is_email = login_hint.find('@') != std::string_view::npos;
  name_id.set("Format", is_email ? kNameIdEmail : kNameIdUnspecified);
  XmlElement subject("saml:Subject");
  subject.add(std::move(name_id));
  return subject;
}

XmlElement policy_of(NameIdFormat format) {
  XmlElement policy("samlp:NameIDPolicy");
  policy.set("Format", name_id_format_uri(format));
  // A transient name is always a new one (SAML core 3.4.1.1, as corrected by errata E14).
  if (format != NameIdFormat::kTransient) policy.set("AllowCreate", "true");
  return policy;
}

XmlElement context_of(const std::vector<std::string>& class_refs) {
  XmlElement context("samlp:RequestedAuthnContext");
  context.set("Comparison", "exact");
  for (const std::string& class_ref : class_refs) context.add(text_element("saml:AuthnContextClassRef", class_ref));
  return context;
}

}  // namespace

XmlElement to_element(const AuthnRequest& request) {
  XmlElement element = message_head("samlp:AuthnRequest", request);
  element.set("AssertionConsumerServiceURL", request.acs_url).set("ProtocolBinding", kHttpPostBinding);
  if (request.force_authn) element.set("ForceAuthn", "true");
  if (request.is_passive) element.set("IsPassive", "true");
  if (!request.login_hint.empty() && request.login_hint.size() <= kMostLoginHintBytes) {
    element.add(subject_of(request.login_hint));
  }
  if (request.name_id_format != NameIdFormat::kNil) element.add(policy_of(request.name_id_format));
  if (!request.authn_context_class_refs.empty()) element.add(context_of(request.authn_context_class_refs));
  return element;
}

}  // namespace doorward::saml
