// GET /keys: the public signing keys as a JWK set (RFC 7517 section 5). Open to everyone; credentials are not looked
// at, because published SDKs send a token here whether it is valid or not.
#pragma once

#include "app/keys/signing_keys.h"
#include "base/task.h"
#include "net/http.h"
#include "net/router.h"
#include "ports/clock.h"

namespace doorward::edge {

class KeysEndpoint {
 public:
  KeysEndpoint(const SigningKeys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  // This object must outlive the router.
  void add_to(net::Router& router);
  task<net::Response> handle(const net::Request& request);

 private:
  const SigningKeys& keys_;
  const Clock& clock_;
};

}  // namespace doorward::edge
