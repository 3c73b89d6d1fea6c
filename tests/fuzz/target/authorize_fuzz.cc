// Whatever arrives at the authorization endpoint: parameters within their bounds, or a refusal that applications know;
// and what is answered is one URL, whatever was in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "protocol/oauth/authorization_request.h"
#include "protocol/oauth/authorization_response.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_url(const std::string& url) {
  for (const char c : url) demand(c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '#');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto form = oauth::read_authorization_form({reinterpret_cast<const char*>(data), size});
  if (!form) {
    demand(form.error().reason == Reason::kInvalidRequest || form.error().reason == Reason::kPayloadTooLarge);
    return 0;
  }
  const oauth::AuthorizationResponseTarget target{
      .redirect_uri = "https://app.test/cb", .state = oauth::value_of(*form, "state"), .issuer = "https://id.test"};
  const auto parameters = oauth::read_authorization_parameters(*form);
  if (!parameters) {
    demand(oauth::authorization_error(parameters.error().reason) != "server_error");
    check_url(oauth::error_redirect(target, parameters.error()));
    return 0;
  }
  demand(parameters->state.size() <= oauth::kMostStateBytes && parameters->nonce.size() <= oauth::kMostNonceBytes);
  demand(parameters->selectors.login_hint.size() <= oauth::kMostHintBytes);
  demand(parameters->code_challenge.empty() || base64url_decode(parameters->code_challenge)->size() == 32);
  demand(!parameters->max_age || *parameters->max_age >= 0);
  check_url(oauth::code_redirect(target, "code"));
  return 0;
}
