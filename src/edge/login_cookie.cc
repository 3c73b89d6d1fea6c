#include "edge/login_cookie.h"

#include <algorithm>
#include <chrono>

#include "base/trim.h"

namespace doorward::edge {
namespace {

// As long as a login may take; each start renews it.
constexpr std::chrono::seconds kCookieLife{600};

}  // namespace

// Lax, not Strict: the identity provider's answer is a navigation from another site.
LoginCookie::LoginCookie(std::string_view base_url) {
  const bool tls = base_url.starts_with("https:");
  name_ = tls ? "__Host-doorward_login" : "doorward_login";
  attributes_ = "; Path=/; Max-Age=" + std::to_string(kCookieLife.count()) + "; HttpOnly; SameSite=Lax";
  if (tls) attributes_ += "; Secure";
}

std::string LoginCookie::read(const net::Request& request) const {
  for (const net::Header& header : request.headers) {
    if (header.name != "cookie") continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::string_view pair = trimmed(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
      if (pair.size() > name_.size() && pair.starts_with(name_) && pair[name_.size()] == '=') {
        return std::string(pair.substr(name_.size() + 1));
      }
    }
  }
  return {};
}

void LoginCookie::set(net::Response& response, const Secret<std::string>& value) const {
  response.headers.push_back({"set-cookie", name_ + "=" + value.reveal() + attributes_});
}

}  // namespace doorward::edge
