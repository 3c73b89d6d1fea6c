#include "saml/generator/answer.h"

#include <stdexcept>

#include "saml/generator/openssl_keys.h"

namespace doorward::saml::test {
namespace {

std::string filled(std::string text) {
  text = replaced_all(text, "{now-60}", time_text(kNow - std::chrono::seconds(60)));
  text = replaced_all(text, "{now+300}", time_text(kNow + std::chrono::seconds(300)));
  text = replaced_all(text, "{idp}", kProviderId);
  text = replaced_all(text, "{sp}", kOwnId);
  return replaced_all(text, "{acs}", kAcs);
}

constexpr std::string_view kAssertion =
    R"(<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="{now-60}">)"
    R"(<saml:Issuer>{idp}</saml:Issuer>)"
    R"(<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">user-1</saml:NameID>)"
    R"(<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData)"
    R"( InResponseTo="_q1" NotOnOrAfter="{now+300}" Recipient="{acs}"/></saml:SubjectConfirmation></saml:Subject>)"
    R"(<saml:Conditions NotBefore="{now-60}" NotOnOrAfter="{now+300}"><saml:AudienceRestriction>)"
    R"(<saml:Audience>{sp}</saml:Audience></saml:AudienceRestriction></saml:Conditions>)"
    R"(<saml:AuthnStatement AuthnInstant="{now-60}" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>)"
    R"(urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>)"
    R"(</saml:AuthnContext></saml:AuthnStatement>)"
    R"(<saml:AttributeStatement><saml:Attribute Name="email" FriendlyName="mail"><saml:AttributeValue)"
    R"( xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
    R"( xsi:type="xs:string">ann@corp.test</saml:AttributeValue></saml:Attribute><saml:Attribute Name="groups">)"
    R"(<saml:AttributeValue>eng</saml:AttributeValue><saml:AttributeValue>admins</saml:AttributeValue>)"
    R"(</saml:Attribute></saml:AttributeStatement></saml:Assertion>)";

constexpr std::string_view kEnvelope =
    R"(<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol")"
    R"( xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="{now-60}")"
    R"( Destination="{acs}" InResponseTo="_q1"><saml:Issuer>{idp}</saml:Issuer><samlp:Status>)"
    R"(<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>)";

}  // namespace

std::string time_text(Timestamp time) { return to_rfc3339(time); }

std::string assertion() { return filled(std::string(kAssertion)); }

std::string answer(std::string_view content) {
  return filled(std::string(kEnvelope)) + std::string(content) + "</samlp:Response>";
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos || text.find(from, at + 1) != std::string_view::npos) {
    throw std::logic_error("not exactly one in the message: " + std::string(from));
  }
  return std::string(text.substr(0, at)) + std::string(to) + std::string(text.substr(at + from.size()));
}

std::string replaced_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string made;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    made += text.substr(0, at);
    made += to;
    text.remove_prefix(at + from.size());
  }
  return made + std::string(text);
}

std::string inserted(std::string_view text, std::string_view after, std::string_view what) {
  return replaced(text, after, std::string(after) + std::string(what));
}

std::string_view element_text(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t first = text.find(begin);
  const std::size_t last = text.rfind(end);
  if (first == std::string_view::npos || last == std::string_view::npos || last < first) {
    throw std::logic_error("not in the message: " + std::string(begin));
  }
  return text.substr(first, last + end.size() - first);
}

std::string_view assertion_of(std::string_view answer) {
  return element_text(answer, "<saml:Assertion", "</saml:Assertion>");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string made;
  made.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) made += text;
  return made;
}

}  // namespace doorward::saml::test
