#include "edge/login_cookie.h"

#include <algorithm>
#include <chrono>

#include "base/trim.h"

namespace doorward::edge {
namespace {

// As long as a login may take; each start renews it.
constexpr std::chrono::seconds kCookieLife{600};

std::string value_of(const net::Request& request, const std::string& name) {
  for (const net::Header& header : request.headers) {
    if (header.name != "cookie") continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::string_view pair = trimmed(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        return std::string(pair.substr(name.size() + 1));
      }
    }
  }
  return {};
}

}  // namespace

// Lax, not Strict: an answer that comes as a navigation comes from another site, too.
LoginCookie::LoginCookie(std::string_view base_url) {
  const std::string attributes = "; Path=/; Max-Age=" + std::to_string(kCookieLife.count()) + "; HttpOnly";
  if (base_url.starts_with("https:")) {
    navigated_ = {.name = "__Host-doorward_login", .attributes = attributes + "; SameSite=Lax; Secure"};
    posted_ = {.name = "__Host-doorward_login_post", .attributes = attributes + "; SameSite=None; Secure"};
  } else {
    navigated_ = posted_ = {.name = "doorward_login", .attributes = attributes + "; SameSite=Lax"};
  }
}

std::string LoginCookie::read(const net::Request& request, AnswerWay way) const {
  std::string value = value_of(request, form_of(way).name);
  if (!value.empty()) return value;
  return value_of(request, form_of(way == AnswerWay::kPost ? AnswerWay::kNavigation : AnswerWay::kPost).name);
}

void LoginCookie::set(net::Response& response, const Secret<std::string>& value, AnswerWay way) const {
  const Form& form = form_of(way);
  response.headers.push_back({"set-cookie", form.name + "=" + value.reveal() + form.attributes});
}

}  // namespace doorward::edge
