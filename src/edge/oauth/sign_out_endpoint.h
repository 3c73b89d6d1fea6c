// /oidc/logout (OpenID Connect RP-Initiated Logout 1.0): where an application sends a browser to end a login.
#pragma once

#include "app/grants/sign_out.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

class SignOutEndpoint {
 public:
  explicit SignOutEndpoint(SignOut& sign_out) : sign_out_(sign_out) {}

  // GET or POST (section 2). A redirect to where the application wants, by way of the identity
  // provider where the connection says so, or a page.
  task<net::Response> handle(const net::Request& request);

 private:
  SignOut& sign_out_;
};

}  // namespace doorward::edge
