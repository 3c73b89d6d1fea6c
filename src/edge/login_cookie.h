// The cookie that ties a login to the browser in which it was begun: set on the way to the identity provider, brought
// back with its answer. Of no use to anybody but for that.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "net/http.h"

namespace doorward::edge {

class LoginCookie {
 public:
  // On https the name begins with `__Host-`: no other host, and no page without TLS, can set it (RFC 6265bis section
  // 4.1.3.2). Browsers take no such name over http, which development may use.
  explicit LoginCookie(std::string_view base_url);

  const std::string& name() const { return name_; }
  // "" when the browser sent none. Of several the first.
  std::string read(const net::Request& request) const;
  void set(net::Response& response, const Secret<std::string>& value) const;

 private:
  std::string name_;
  std::string attributes_;
};

}  // namespace doorward::edge
