// The cookie that ties a login to the browser in which it was begun: set on the way to the identity provider, brought
// back with its answer. Of no use to anybody but for that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "net/http.h"

namespace doorward::edge {

// How the provider's answer comes: by a navigation to a URL, or as a form that a page of the provider's posts. Browsers
// send no cookie with the latter unless it says SameSite=None, which they take over TLS only.
enum class AnswerWay : std::uint8_t { kNavigation, kPost };

// Two cookies on https, one for each way, so that neither kind of login loosens or loses the other's; they hold the
// same secret. One on http: development, where provider and server are of one site.
class LoginCookie {
 public:
  // On https the name begins with `__Host-`: no other host, and no page without TLS, can set it (RFC 6265bis section
  // 4.1.3.2). Browsers take no such name over http, which development may use.
  explicit LoginCookie(std::string_view base_url);

  // That of this way, else the other's; "" when the browser sent none. Of several of one name the first.
  std::string read(const net::Request& request, AnswerWay way = AnswerWay::kNavigation) const;
  void set(net::Response& response, const Secret<std::string>& value, AnswerWay way = AnswerWay::kNavigation) const;

 private:
  struct Form {
    std::string name;
    std::string attributes;
  };
  const Form& form_of(AnswerWay way) const { return way == AnswerWay::kPost ? posted_ : navigated_; }

  Form navigated_;
  Form posted_;
};

}  // namespace doorward::edge
