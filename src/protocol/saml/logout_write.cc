#include <utility>

#include "protocol/saml/logout.h"
#include "protocol/saml/message_head.h"
#include "protocol/saml/names.h"

namespace doorward::saml {
namespace {

// The name as the provider gave it: it finds its session by it.
XmlElement element_of(const SamlNameId& name_id) {
  XmlElement element = text_element("saml:NameID", name_id.value);
  element.set_if("NameQualifier", name_id.name_qualifier).set_if("SPNameQualifier", name_id.sp_name_qualifier);
  if (name_id.format != kNameIdUnspecified) element.set_if("Format", name_id.format);
  return element;
}

struct StatusCodes {
  std::string_view first;
  std::string_view second;  // empty: none
};

StatusCodes codes_of(LogoutStatus status) {
  switch (status) {
    case LogoutStatus::kSuccess:
      return {kStatusSuccess, {}};
    case LogoutStatus::kPartial:
      return {kStatusSuccess, kStatusPartialLogout};
    case LogoutStatus::kUnknownPrincipal:
      return {kStatusRequester, kStatusUnknownPrincipal};
    case LogoutStatus::kDenied:
      return {kStatusRequester, kStatusRequestDenied};
    case LogoutStatus::kFailed:
      break;
  }
  return {kStatusResponder, {}};
}

XmlElement status_code(std::string_view value) {
  XmlElement code("samlp:StatusCode");
  code.set("Value", value);
  return code;
}

}  // namespace

XmlElement to_element(const LogoutRequest& request) {
  XmlElement element = message_head("samlp:LogoutRequest", request);
  element.set("Reason", kLogoutByUser);
  if (request.not_on_or_after) element.set("NotOnOrAfter", time_text(*request.not_on_or_after));
  element.add(element_of(request.name_id));
  for (const std::string& index : request.session_indexes) element.add(text_element("samlp:SessionIndex", index));
  return element;
}

XmlElement to_element(const LogoutResponse& response) {
  XmlElement element = message_head("samlp:LogoutResponse", response);
  element.set_if("InResponseTo", response.in_response_to);
  const StatusCodes codes = codes_of(response.status);
  XmlElement code = status_code(codes.first);
  if (!codes.second.empty()) code.add(status_code(codes.second));
  XmlElement status("samlp:Status");
  status.add(std::move(code));
  element.add(std::move(status));
  return element;
}

}  // namespace doorward::saml
