#include "edge/simulator/simulator_endpoint.h"

#include <string>
#include <utility>

#include "edge/browser_page.h"
#include "edge/simulator/simulator_call.h"
#include "edge/simulator/simulator_pages.h"
#include "protocol/oauth/token_response.h"

namespace doorward::edge {
namespace {

net::Response json_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}, {"pragma", "no-cache"}};
  response.body = std::move(body);
  return response;
}

// For anyone, and for a while.
net::Response public_document(const net::Request& request, const std::string& json) {
  if (!reads(request)) return not_allowed("GET, HEAD");
  net::Response response;
  response.headers = {{"content-type", "application/json"}, {"cache-control", "public, max-age=300"}};
  response.body = json;
  return response;
}

net::Response json_refusal(const Error& error) {
  net::Response response = json_response(oauth::error_answer(error.reason).status, oauth::error_response(error));
  response.reason = reason_name(error.reason);
  return response;
}

}  // namespace

void SimulatorEndpoint::add_to(net::Router& router) {
  const auto add = [&](std::string_view path, auto handle) {
    router.add(
        std::string(kSimulatorPath) + std::string(path),
        [this, handle](const net::Request& request) -> task<net::Response> { co_return (this->*handle)(request); });
  };
  add("", &SimulatorEndpoint::start_page);
  add("/initiate", &SimulatorEndpoint::initiate);
  add("/authorize", &SimulatorEndpoint::authorize);
  add("/token", &SimulatorEndpoint::token);
  add("/userinfo", &SimulatorEndpoint::user_info);
  add("/logout", &SimulatorEndpoint::logout);
  add("/.well-known/openid-configuration", &SimulatorEndpoint::discovery);
  add("/keys", &SimulatorEndpoint::keys);
}

net::Response SimulatorEndpoint::discovery(const net::Request& request) const {
  return public_document(request, simulator_.discovery_document());
}

net::Response SimulatorEndpoint::keys(const net::Request& request) const {
  return public_document(request, simulator_.key_set());
}

net::Response SimulatorEndpoint::start_page(const net::Request& request) const {
  if (!reads(request)) return not_allowed("GET, HEAD");
  return browser_page(200, kSimulatorTitle, start_page_html(simulator_, saml_, connection_), FormTarget::kAnywhere);
}

net::Response SimulatorEndpoint::initiate(const net::Request& request) const {
  if (request.method != "POST") return not_allowed("POST");
  const auto form = posted_form(request);
  if (!form) return error_page(request, form.error());
  const std::string& connection = oauth::value_of(*form, "connection_id");
  if (connection.empty()) {
    return error_page(request, invalid_field("connection_id", "Name a connection.", "string.min_len"));
  }
  return redirect_browser(request, simulator_.initiate(ConnectionId(connection), oauth::value_of(*form, "email")));
}

net::Response SimulatorEndpoint::authorize(const net::Request& request) const {
  const bool posted = request.method == "POST";
  if (!posted && !reads(request)) return not_allowed("GET, HEAD, POST");
  const auto query = oauth::parse_form(request.query);
  if (!query) return error_page(request, query.error());
  const auto asked = simulator_.read_request(*query);
  if (!asked) {
    const SimulatorRefusal& refusal = asked.error();
    return refusal.location.empty() ? error_page(request, refusal.error) : redirect_browser(request, refusal.location);
  }
  // The form leads to the callback, and from there to the application.
  const auto form_page = [&](int status, const oauth::Form& given, std::string_view wrong) {
    const std::string action = request.path + "?" + request.query;
    return browser_page(status, kSimulatorTitle,
                        login_form_html({SimulatedProtocol::kOidc, asked->login_hint}, action, given, wrong),
                        FormTarget::kAnywhere);
  };
  if (!posted) return form_page(200, {}, {});
  const auto form = posted_form(request);
  if (!form) return error_page(request, form.error());
  const auto login = read_simulated_login(*form, SimulatedProtocol::kOidc);
  if (!login) return form_page(400, *form, sentence_of(login.error()));
  return redirect_browser(request, simulator_.answer(*asked, *login));
}

net::Response SimulatorEndpoint::token(const net::Request& request) {
  if (request.method != "POST") return not_allowed("POST");
  const auto form = posted_form(request);
  if (!form) return json_refusal(form.error());
  auto answer = simulator_.redeem(*form, request.query, header_of(request, "authorization"));
  return answer ? json_response(200, *std::move(answer)) : json_refusal(answer.error());
}

net::Response SimulatorEndpoint::user_info(const net::Request& request) const {
  if (!reads(request) && request.method != "POST") return not_allowed("GET, HEAD, POST");
  auto answer = simulator_.user_info(header_of(request, "authorization"));
  if (answer) return json_response(200, *std::move(answer));
  net::Response response = json_refusal(answer.error());
  response.status = 401;
  response.headers.push_back({"www-authenticate", R"(Bearer error="invalid_token")"});
  return response;
}

net::Response SimulatorEndpoint::logout(const net::Request& request) const {
  const bool posted = request.method == "POST";
  if (!posted && !reads(request)) return not_allowed("GET, HEAD, POST");
  const auto form = posted ? posted_form(request) : oauth::parse_form(request.query);
  if (!form) return error_page(request, form.error());
  std::string location = simulator_.after_logout(*form);
  if (!location.empty()) return redirect_browser(request, std::move(location));
  return browser_page(200, kSimulatorTitle, "<p>You are signed out.</p>");
}

}  // namespace doorward::edge
