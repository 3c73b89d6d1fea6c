// The API's callers: applications with a bearer token (RFC 6750 section 2.1).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "app/tokens/api_authentication.h"
#include "rpc/authenticator.h"

namespace doorward::api {

// More `authorization` fields than this in one request are not looked at.
inline constexpr std::size_t kMaxAuthorizationFields = 4;

// The tokens of the Bearer `authorization` fields, in order. Other schemes and empty tokens are left out.
std::vector<std::string_view> bearer_tokens(const net::Headers& headers);

class BearerAuthenticator : public rpc::Authenticator {
 public:
  // `tokens` must outlive this.
  explicit BearerAuthenticator(ApiAuthentication& tokens) : tokens_(tokens) {}

  // The caller of the first good token. kMissingCredentials when there is none at all; otherwise the error of the first
  // bad one, or at once an error that says nothing about a token (rate limit, store).
  task<Result<Caller>> authenticate(const net::Request& request) override;

 private:
  ApiAuthentication& tokens_;
};

}  // namespace doorward::api
