#include "protocol/saml/response_write.h"

#include <utility>

#include "protocol/saml/names.h"
#include "protocol/saml/text_element.h"

namespace doorward::saml {
namespace {

XmlElement name_id_element(const SamlNameId& name_id) {
  XmlElement element("saml:NameID");
  element.set_if("Format", name_id.format)
      .set_if("NameQualifier", name_id.name_qualifier)
      .set_if("SPNameQualifier", name_id.sp_name_qualifier);
  if (!name_id.value.empty()) element.text(name_id.value);
  return element;
}

XmlElement subject_element(const WrittenAssertion& assertion) {
  XmlElement subject("saml:Subject");
  subject.add(name_id_element(assertion.name_id));
  for (const WrittenConfirmation& one : assertion.confirmations) {
    XmlElement confirmation("saml:SubjectConfirmation");
    confirmation.set("Method", one.method);
    if (one.has_data) {
      XmlElement data("saml:SubjectConfirmationData");
      data.set_if("InResponseTo", one.in_response_to)
          .set_if("NotBefore", one.not_before)
          .set_if("NotOnOrAfter", one.not_on_or_after)
          .set_if("Recipient", one.recipient);
      confirmation.add(std::move(data));
    }
    subject.add(std::move(confirmation));
  }
  return subject;
}

XmlElement conditions_element(const WrittenAssertion& assertion) {
  XmlElement conditions("saml:Conditions");
  conditions.set_if("NotBefore", assertion.not_before).set_if("NotOnOrAfter", assertion.not_on_or_after);
  for (const std::vector<std::string>& audiences : assertion.audience_restrictions) {
    XmlElement restriction("saml:AudienceRestriction");
    for (const std::string& audience : audiences) restriction.add(text_element("saml:Audience", audience));
    conditions.add(std::move(restriction));
  }
  if (assertion.one_time_use) conditions.add(XmlElement("saml:OneTimeUse"));
  if (assertion.proxy_restriction) {
    XmlElement restriction("saml:ProxyRestriction");
    restriction.set("Count", "0");
    conditions.add(std::move(restriction));
  }
  if (assertion.unknown_condition) conditions.add(XmlElement("saml:Condition"));
  return conditions;
}

XmlElement authn_statement_element(const WrittenAssertion& assertion) {
  XmlElement statement("saml:AuthnStatement");
  statement.set_if("AuthnInstant", assertion.authn_instant)
      .set_if("SessionIndex", assertion.session_index)
      .set_if("SessionNotOnOrAfter", assertion.session_not_on_or_after);
  XmlElement context("saml:AuthnContext");
  if (!assertion.authn_context_class_ref.empty()) {
    context.add(text_element("saml:AuthnContextClassRef", assertion.authn_context_class_ref));
  }
  statement.add(std::move(context));
  return statement;
}

XmlElement attribute_element(const SamlAttribute& one) {
  XmlElement attribute("saml:Attribute");
  attribute.set("Name", one.name).set("NameFormat", kBasicAttributeName).set_if("FriendlyName", one.friendly_name);
  for (const std::string& value : one.values) attribute.add(text_element("saml:AttributeValue", value));
  return attribute;
}

XmlElement attributes_element(const WrittenAssertion& assertion) {
  XmlElement statement("saml:AttributeStatement");
  for (const SamlAttribute& one : assertion.attributes) statement.add(attribute_element(one));
  if (!assertion.nil_attribute.empty()) {
    XmlElement value("saml:AttributeValue");
    // Canonical as it is: without other attributes, and where nothing around it declares the prefix.
    value.set("xmlns:xsi", kSchemaInstanceNs).set("xsi:nil", "true");
    XmlElement nil = attribute_element({.name = assertion.nil_attribute, .friendly_name = {}, .values = {}});
    statement.add(std::move(nil.add(std::move(value))));
  }
  return statement;
}

XmlElement status_element(const WrittenResponse& response) {
  XmlElement code("samlp:StatusCode");
  code.set("Value", response.status);
  if (!response.second_status.empty()) {
    XmlElement second("samlp:StatusCode");
    second.set("Value", response.second_status);
    code.add(std::move(second));
  }
  XmlElement status("samlp:Status");
  status.add(std::move(code));
  if (!response.status_message.empty()) status.add(text_element("samlp:StatusMessage", response.status_message));
  return status;
}

}  // namespace

XmlElement to_element(const WrittenAssertion& assertion) {
  XmlElement element("saml:Assertion");
  element.set("ID", assertion.id).set("Version", assertion.version).set("IssueInstant", assertion.issue_instant);
  if (!assertion.issuer.empty()) element.add(text_element("saml:Issuer", assertion.issuer));
  element.add(subject_element(assertion)).add(conditions_element(assertion));
  if (assertion.authn_statement) element.add(authn_statement_element(assertion));
  if (!assertion.attributes.empty() || !assertion.nil_attribute.empty()) element.add(attributes_element(assertion));
  return element;
}

XmlElement to_element(const WrittenResponse& response) {
  XmlElement element("samlp:Response");
  element.set("ID", response.id)
      .set("Version", response.version)
      .set("IssueInstant", response.issue_instant)
      .set_if("Destination", response.empty_destination ? std::string() : response.destination)
      .set_if("InResponseTo", response.in_response_to);
  if (response.empty_destination) element.set("Destination", "");
  if (!response.issuer.empty()) element.add(text_element("saml:Issuer", response.issuer));
  if (!response.status.empty()) element.add(status_element(response));
  return element;
}

}  // namespace doorward::saml
