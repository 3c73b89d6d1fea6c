// /sso/v1/oidc/{connection_id}/…: where identity providers, and browsers that come from them, meet a connection.
//
//   GET callback             the provider's answer (RFC 6749 section 4.1.2)
//   GET test                 an administrator tries the connection
//   GET, POST initiate       a login that begins at the provider (OpenID Connect Core section 4)
//   POST backchannel-logout  a logout token (OpenID Connect Back-Channel Logout 1.0)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/sign_in/back_channel_logout.h"
#include "app/sign_in/idp_initiated_login.h"
#include "app/sign_in/sign_in.h"
#include "base/task.h"
#include "edge/login_cookie.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class SsoEndpoint {
 public:
  SsoEndpoint(SignIn& sign_in, IdpInitiatedLogin& initiated, BackChannelLogout& logout, std::string_view base_url)
      : sign_in_(sign_in), initiated_(initiated), logout_(logout), cookie_(base_url) {}

  // This object must outlive the router.
  void add_to(net::Router& router);
  task<net::Response> handle(const net::Request& request);

 private:
  task<net::Response> callback(const net::Request& request, ConnectionId connection);
  task<net::Response> test(const net::Request& request, ConnectionId connection);
  task<net::Response> initiate(const net::Request& request, ConnectionId connection);
  task<net::Response> back_channel_logout(const net::Request& request, ConnectionId connection);

  SignIn& sign_in_;
  IdpInitiatedLogin& initiated_;
  BackChannelLogout& logout_;
  const LoginCookie cookie_;
};

}  // namespace doorward::edge
