// /sso/v1/oidc/{connection_id}/…: where identity providers, and browsers that come from them, meet a connection.
//
//   GET callback             the provider's answer (RFC 6749 section 4.1.2)
//   GET test                 an administrator tries the connection
//   GET, POST initiate       a login that begins at the provider (OpenID Connect Core section 4)
//   GET logout/callback      back from the provider's logout page
//   POST backchannel-logout  a logout token (OpenID Connect Back-Channel Logout 1.0)
#pragma once

#include <string>

#include "app/grants/sign_out.h"
#include "app/sign_in/back_channel_logout.h"
#include "app/sign_in/sign_in.h"
#include "base/task.h"
#include "edge/sso/connection_pages.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class SsoEndpoint {
 public:
  struct Parts {
    SignIn& sign_in;
    ConnectionPages& pages;
    BackChannelLogout& logout;
    const SignOut& sign_out;
  };

  explicit SsoEndpoint(Parts parts) : parts_(parts) {}

  // This object must outlive the router.
  void add_to(net::Router& router);
  task<net::Response> handle(const net::Request& request);

 private:
  task<net::Response> callback(const net::Request& request, ConnectionId connection);
  net::Response logged_out(const net::Request& request, const ConnectionId& connection) const;
  task<net::Response> back_channel_logout(const net::Request& request, ConnectionId connection);

  const Parts parts_;
};

}  // namespace doorward::edge
