// GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0 section 4) and
// /.well-known/oauth-authorization-server (RFC 8414 section 3): one document.
#pragma once

#include <string>
#include <string_view>

#include "base/task.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class DiscoveryEndpoint {
 public:
  // `base_url` without a final '/'.
  explicit DiscoveryEndpoint(std::string_view base_url);

  // This object must outlive the router.
  void add_to(net::Router& router);
  task<net::Response> handle(const net::Request& request);

 private:
  const std::string document_;
};

}  // namespace doorward::edge
