// /userinfo (OpenID Connect Core section 5.3): what an application may know of the person whose access token it has.
#pragma once

#include "app/grants/login_access.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

class UserInfoEndpoint {
 public:
  explicit UserInfoEndpoint(LoginAccess& logins) : logins_(logins) {}

  // GET or POST, with the token in the Authorization field only (RFC 6750 section 2.1). Refusals say so as RFC 6750
  // section 3 does: 401 for a token that opens nothing, 403 for one that lacks the scope openid.
  task<net::Response> handle(const net::Request& request);

 private:
  LoginAccess& logins_;
};

}  // namespace doorward::edge
