#include "edge/oauth/sign_out_endpoint.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "edge/browser_call.h"
#include "edge/browser_page.h"
#include "edge/html.h"
#include "edge/oauth/client_call.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {
namespace {

Result<SignOutRequest> read(const net::Request& request) {
  if (request.method != "GET" && request.method != "POST") {
    return failure(Reason::kMethodNotAllowed, "This page answers GET and POST only.");
  }
  if (request.method == "POST") DOORWARD_CHECK(check_form_post(request));
  DOORWARD_TRY(const oauth::Form form, oauth::parse_form(request.method == "POST" ? request.body : request.query));
  return SignOutRequest{.id_token_hint = oauth::value_of(form, "id_token_hint"),
                        .client_id = oauth::value_of(form, "client_id"),
                        .post_logout_redirect_uri = oauth::value_of(form, "post_logout_redirect_uri"),
                        .state = oauth::value_of(form, "state"),
                        .source = request.peer};
}

net::Response page(const SignedOut& outcome) {
  if (outcome.ended) return browser_page(200, "You are signed out", "<p>You can close this page.</p>");
  std::string body =
      "<p>The application did not say which sign-in to end, or it is over already. Sign out in the application "
      "itself if it still shows you as signed in.</p>";
  if (!outcome.offer.empty()) {
    body += fmt::format(R"(<p><a href="{}">Go on to the application</a></p>)", escaped(outcome.offer));
  }
  return browser_page(200, "There is no sign-in to end", body);
}

}  // namespace

task<net::Response> SignOutEndpoint::handle(const net::Request& request) {
  const auto asked = read(request);
  if (!asked) co_return error_page(request, asked.error());
  const auto outcome = co_await sign_out_.sign_out(*asked, request.deadline);
  if (!outcome) {
    log::warning("sign_out.refused", {{"reason", reason_name(outcome.error().reason)},
                                      {"source", request.peer},
                                      {"request_id", request.request_id},
                                      {"detail", outcome.error().detail}});
    co_return error_page(request, outcome.error());
  }
  if (outcome->form) co_return post_message("Signing out", *outcome->form);
  if (!outcome->redirect_to.empty()) co_return redirect_browser(request, outcome->redirect_to);
  co_return page(*outcome);
}

}  // namespace doorward::edge
