#include "protocol/oauth/token_request.h"

#include <utility>

#include "domain/client_grants.h"

namespace doorward::oauth {
namespace {

tl::unexpected<Error> missing(const char* sentence) { return failure(Reason::kMalformedRequest, sentence); }

Secret<std::string> secret_of(const Form& form, std::string_view name) {
  return Secret<std::string>(value_of(form, name));
}

}  // namespace

Result<TokenRequest> parse_token_request(std::string_view body, std::string_view query,
                                         std::string_view authorization) {
  DOORWARD_TRY(const Form form, parse_form(body));
  const std::string& grant_type = value_of(form, "grant_type");
  if (grant_type.empty()) return missing("The parameter grant_type is missing.");
  TokenRequest request;
  if (grant_type == kAuthorizationCodeGrant) {
    request.grant = AuthorizationCodeGrant{secret_of(form, "code"), value_of(form, "redirect_uri"),
                                           secret_of(form, "code_verifier")};
    if (!form.contains("code")) return missing("The parameter code is missing.");
  } else if (grant_type == kRefreshTokenGrant) {
    request.grant = RefreshTokenGrant{secret_of(form, "refresh_token"), value_of(form, "scope")};
    if (!form.contains("refresh_token")) return missing("The parameter refresh_token is missing.");
  } else if (grant_type == kClientCredentialsGrant) {
    request.grant = ClientCredentialsGrant{value_of(form, "scope")};
  } else {
    return failure(Reason::kUnsupportedGrantType,
                   "The grant type is not supported. Use authorization_code, refresh_token or client_credentials.");
  }
  DOORWARD_TRY(request.client, read_client_credential(form, query, authorization));
  return request;
}

}  // namespace doorward::oauth
