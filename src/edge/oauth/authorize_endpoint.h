// /oauth/authorize (RFC 6749 section 3.1; OpenID Connect Core section 3.1.2.1): where an application sends a browser so
// that a person signs in.
#pragma once

#include <string_view>

#include "app/sign_in/sign_in.h"
#include "base/task.h"
#include "edge/login_cookie.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class AuthorizeEndpoint {
 public:
  AuthorizeEndpoint(SignIn& sign_in, std::string_view base_url) : sign_in_(sign_in), cookie_(base_url) {}

  // This object must outlive the router.
  void add_to(net::Router& router);

  // By GET with a query or by POST with a form. A redirect to the identity provider with the login cookie, a redirect
  // to the application with `error`, or a page.
  task<net::Response> handle(const net::Request& request);

 private:
  SignIn& sign_in_;
  const LoginCookie cookie_;
};

}  // namespace doorward::edge
