#include "protocol/oidc/callback.h"

#include <utility>

#include "protocol/oauth/form.h"

namespace doorward::oidc {

Result<CallbackParameters> read_callback(std::string_view query) {
  DOORWARD_TRY(const oauth::Form form, oauth::parse_form(query));
  CallbackParameters parameters;
  parameters.state = oauth::value_of(form, "state");
  parameters.code = oauth::value_of(form, "code");
  parameters.error = oauth::value_of(form, "error");
  parameters.error_description = oauth::value_of(form, "error_description");
  if (const auto issuer = form.find("iss"); issuer != form.end()) parameters.issuer = issuer->second;
  if (parameters.state.empty()) return failure(Reason::kState, "The answer of the identity provider has no state.");
  if (parameters.state.size() > kMostStateBytes || parameters.code.size() > kMostCodeBytes) {
    return failure(Reason::kMalformedRequest, "The answer of the identity provider is too long.");
  }
  if (parameters.code.empty() == parameters.error.empty()) {
    return failure(Reason::kMalformedRequest,
                   "The answer of the identity provider must hold either a code or an error.");
  }
  return parameters;
}

}  // namespace doorward::oidc
