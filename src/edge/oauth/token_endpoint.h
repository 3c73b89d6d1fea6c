// POST /oauth/token (RFC 6749 section 3.2).
#pragma once

#include "app/tokens/client_credentials.h"
#include "base/task.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class TokenEndpoint {
 public:
  explicit TokenEndpoint(ClientCredentials& client_credentials) : client_credentials_(client_credentials) {}

  // This object must outlive the router.
  void add_to(net::Router& router);

  // As token_exchange.h says.
  task<net::Response> handle(const net::Request& request);

 private:
  ClientCredentials& client_credentials_;
};

}  // namespace doorward::edge
