// What a browser meets at a connection whichever protocol it speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/sign_in/idp_initiated_login.h"
#include "app/sign_in/sign_in.h"
#include "base/id.h"
#include "base/task.h"
#include "edge/login_cookie.h"
#include "net/http.h"

namespace doorward::edge {

struct ConnectionPath {
  ConnectionId connection;
  std::string_view action;  // of `path`; empty: nothing follows the connection
};
// "{prefix}/{connection}/{action}"; nullopt where `path` is none, or what stands for the connection cannot be an id.
std::optional<ConnectionPath> connection_path(std::string_view path, std::string_view prefix);

// 405, with what would be right.
net::Response page_only_by(const net::Request& request, const char* methods);

// Whether the body is said to be a form.
bool has_form(const net::Request& request);

// On to the application, or the outcome of a test, or what answer_refusal() says.
net::Response answer_end(const net::Request& request, SignInResult<SignInEnd> end);

class ConnectionPages {
 public:
  ConnectionPages(SignIn& sign_in, IdpInitiatedLogin& initiated, std::string_view base_url)
      : sign_in_(sign_in), initiated_(initiated), cookie_(base_url) {}

  // GET: an administrator tries the connection.
  task<net::Response> test(const net::Request& request, ConnectionId connection);
  // GET, POST: a login that begins at the provider, without a proof of who it is.
  task<net::Response> initiate(const net::Request& request, ConnectionId connection);

  const LoginCookie& cookie() const { return cookie_; }

 private:
  SignIn& sign_in_;
  IdpInitiatedLogin& initiated_;
  const LoginCookie cookie_;
};

}  // namespace doorward::edge
