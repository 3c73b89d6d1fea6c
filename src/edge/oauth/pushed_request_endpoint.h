// POST /oauth/par (RFC 9126).
#pragma once

#include "app/grants/pushed_requests.h"
#include "app/tokens/client_authentication.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

// Everything borrowed must outlive it.
class PushedRequestEndpoint {
 public:
  PushedRequestEndpoint(ClientAuthentication& clients, PushedRequests& requests)
      : clients_(clients), requests_(requests) {}

  // 201 with request_uri and expires_in (section 2.2).
  task<net::Response> handle(const net::Request& request);

 private:
  ClientAuthentication& clients_;
  PushedRequests& requests_;
};

}  // namespace doorward::edge
