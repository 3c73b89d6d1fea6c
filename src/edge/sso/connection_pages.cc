#include "edge/sso/connection_pages.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "edge/browser_call.h"
#include "edge/browser_page.h"
#include "edge/sso/test_result_page.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {
namespace {

constexpr std::size_t kMostIdBytes = 64;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMostIdBytes &&
         std::ranges::all_of(text, [](char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

std::optional<ConnectionPath> connection_path(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() <= prefix.size()) return std::nullopt;
  path.remove_prefix(prefix.size() + 1);
  const std::string_view id = path.substr(0, path.find('/'));
  if (!is_id(id)) return std::nullopt;
  path.remove_prefix(std::min(id.size() + 1, path.size()));
  return ConnectionPath{ConnectionId(std::string(id)), path};
}

net::Response page_only_by(const net::Request& request, const char* methods) {
  net::Response response =
      error_page(request, make_error(Reason::kMethodNotAllowed, std::string("Only by ") + methods + "."));
  response.headers.push_back({"allow", methods});
  return response;
}

bool has_form(const net::Request& request) {
  const std::string* type = net::find_header(request.headers, "content-type");
  return type != nullptr && oauth::is_form_media_type(*type);
}

net::Response answer_end(const net::Request& request, SignInResult<SignInEnd> end) {
  if (!end) return answer_refusal(request, end.error());
  if (auto* back = std::get_if<SentBack>(&*end)) return redirect_browser(request, std::move(back->location));
  return test_result_page(std::get<TestEnded>(*end));
}

task<net::Response> ConnectionPages::test(const net::Request& request, ConnectionId connection) {
  if (request.method != "GET") co_return page_only_by(request, "GET");
  auto begun = co_await sign_in_.begin_test(std::move(connection), browser_call(request, cookie_));
  if (!begun) co_return answer_refusal(request, begun.error());
  if (const auto* ended = std::get_if<TestEnded>(&*begun)) co_return test_result_page(*ended);
  co_return answer_sent(request, cookie_, std::get<SentToProvider>(*std::move(begun)));
}

task<net::Response> ConnectionPages::initiate(const net::Request& request, ConnectionId connection) {
  if (request.method != "GET" && request.method != "POST") co_return page_only_by(request, "GET, POST");
  if (request.method == "POST" && !has_form(request)) {
    co_return error_page(request, make_error(Reason::kInvalidRequest, "Send the parameters as a form."));
  }
  auto location = co_await initiated_.begin(
      std::move(connection), request.method == "GET" ? request.query : request.body, browser_call(request, cookie_));
  if (!location) co_return answer_refusal(request, location.error());
  co_return redirect_browser(request, *std::move(location));
}

}  // namespace doorward::edge
