#include "edge/sso/sso_endpoint.h"

#include <utility>

#include "base/log.h"
#include "edge/browser_call.h"
#include "edge/browser_page.h"
#include "protocol/oauth/authorization_request.h"
#include "protocol/oauth/token_response.h"
#include "protocol/oidc/callback.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kPrefix = "/sso/v1/oidc";

Result<oidc::CallbackParameters> read_answer(const net::Request& request) {
  // An answer by POST (response_mode=form_post) was never asked for.
  if (request.method != "GET") return failure(Reason::kMalformedRequest, "The answer must come as a query.");
  return oidc::read_callback(request.query);
}

}  // namespace

void SsoEndpoint::add_to(net::Router& router) {
  router.add_prefix(std::string(kPrefix), [this](const net::Request& request) { return handle(request); });
}

task<net::Response> SsoEndpoint::handle(const net::Request& request) {
  if (auto place = connection_path(request.path, kPrefix)) {
    if (place->action == "callback") co_return co_await callback(request, std::move(place->connection));
    if (place->action == "test") co_return co_await parts_.pages.test(request, std::move(place->connection));
    if (place->action == "initiate") co_return co_await parts_.pages.initiate(request, std::move(place->connection));
    if (place->action == "logout/callback") co_return logged_out(request, place->connection);
    if (place->action == "backchannel-logout") {
      co_return co_await back_channel_logout(request, std::move(place->connection));
    }
  }
  co_return error_page(request, make_error(Reason::kRouteNotFound, "There is no such page."));
}

task<net::Response> SsoEndpoint::callback(const net::Request& request, ConnectionId connection) {
  co_return answer_end(request, co_await parts_.sign_in.finish(std::move(connection), read_answer(request),
                                                               browser_call(request, parts_.pages.cookie())));
}

// The login was over before the browser went to the provider: all that is left is the way back.
net::Response SsoEndpoint::logged_out(const net::Request& request, const ConnectionId& connection) const {
  if (request.method != "GET") return page_only_by(request, "GET");
  auto form = oauth::read_authorization_form(request.query);
  if (!form) return error_page(request, form.error());
  auto address = parts_.sign_out.return_address(connection, oauth::value_of(*form, "state"));
  if (address && !address->empty()) return redirect_browser(request, *std::move(address));
  return browser_page(200, "You are signed out", "<p>You can close this page.</p>");
}

// Section 2.8: 200, or 400 with the error as JSON; nothing of it may be kept.
task<net::Response> SsoEndpoint::back_channel_logout(const net::Request& request, ConnectionId connection) {
  Result<void> ended;
  if (request.method != "POST") {
    ended = failure(Reason::kMethodNotAllowed, "Logout tokens come by POST.");
  } else if (!has_form(request)) {
    ended = failure(Reason::kUnsupportedMediaType, "Send the logout token as application/x-www-form-urlencoded.");
  } else if (auto form = oauth::parse_form(request.body); !form) {
    ended = tl::unexpected(std::move(form).error());
  } else if (const std::string& token = oauth::value_of(*form, "logout_token"); token.empty()) {
    ended = failure(Reason::kInvalidRequest, "The parameter logout_token is missing.");
  } else {
    ended = co_await parts_.logout.end_sessions(connection, token, request.deadline);
  }
  net::Response response;
  response.headers = {{"cache-control", "no-store"}};
  if (ended) co_return response;
  const Error& error = ended.error();
  log::warning("back_channel_logout.refused", {{"reason", reason_name(error.reason)},
                                               {"connection_id", connection.str()},
                                               {"source", request.peer},
                                               {"request_id", request.request_id},
                                               {"detail", error.detail}});
  response.status = oauth::error_answer(error.reason).status;
  response.reason = reason_name(error.reason);
  response.headers.push_back({"content-type", "application/json"});
  if (response.status == 405) response.headers.push_back({"allow", "POST"});
  response.body = oauth::error_response(error);
  co_return response;
}

}  // namespace doorward::edge
