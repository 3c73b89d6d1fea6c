// POST /oauth/revoke (RFC 7009) and POST /oauth/introspect (RFC 7662).
#pragma once

#include "app/grants/token_control.h"
#include "app/tokens/client_authentication.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

// Everything borrowed must outlive it.
class TokenControlEndpoint {
 public:
  TokenControlEndpoint(ClientAuthentication& clients, TokenControl& tokens) : clients_(clients), tokens_(tokens) {}

  // 200 with an empty body, also for what is no token of this client.
  task<net::Response> revoke(const net::Request& request);
  task<net::Response> introspect(const net::Request& request);

 private:
  ClientAuthentication& clients_;
  TokenControl& tokens_;
};

}  // namespace doorward::edge
