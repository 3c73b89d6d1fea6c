#include "edge/oauth/authorize_endpoint.h"

#include <string>
#include <utility>

#include "edge/browser_call.h"
#include "protocol/oauth/authorization_request.h"

namespace doorward::edge {
namespace {

Result<oauth::Form> read_form(const net::Request& request) {
  if (request.method == "GET") return oauth::read_authorization_form(request.query);
  if (request.method != "POST") {
    return failure(Reason::kMethodNotAllowed, "Send the authorization request by GET or POST.");
  }
  const std::string* type = net::find_header(request.headers, "content-type");
  if (type == nullptr || !oauth::is_form_media_type(*type)) {
    return failure(Reason::kInvalidRequest, "Send the parameters as application/x-www-form-urlencoded.");
  }
  return oauth::read_authorization_form(request.body);
}

}  // namespace

void AuthorizeEndpoint::add_to(net::Router& router) {
  router.add("/oauth/authorize", [this](const net::Request& request) { return handle(request); });
}

task<net::Response> AuthorizeEndpoint::handle(const net::Request& request) {
  const auto sent = co_await sign_in_.begin(read_form(request), browser_call(request, cookie_));
  net::Response response = answer_sent(request, cookie_, sent);
  if (response.status == 405) response.headers.push_back({"allow", "GET, POST"});
  co_return response;
}

}  // namespace doorward::edge
