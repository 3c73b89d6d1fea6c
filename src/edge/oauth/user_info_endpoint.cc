#include "edge/oauth/user_info_endpoint.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <utility>

#include "edge/oauth/client_call.h"
#include "protocol/oauth/bearer.h"
#include "protocol/oauth/error_description.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kEvent = "userinfo.refused";

net::Response challenged(const net::Request& request, int status, std::string_view code, const Error& error) {
  net::Response response = oauth_refusal(request, kEvent, {}, error);
  response.status = status;
  std::erase_if(response.headers, [](const net::Header& header) { return header.name == "www-authenticate"; });
  const std::string description = oauth::error_description(error.message);
  // A request without a token is told which scheme to use, and no error (RFC 6750 section 3.1).
  response.headers.push_back(
      {"www-authenticate", code.empty() ? std::string(R"(Bearer realm="Doorward")")
                                        : fmt::format(R"(Bearer realm="Doorward", error="{}", error_description="{}")",
                                                      code, description)});
  response.body =
      code.empty() ? std::string()
                   : boost::json::serialize(boost::json::object{{"error", code}, {"error_description", description}});
  return response;
}

net::Response refuse(const net::Request& request, const Error& error) {
  if (error.reason == Reason::kMissingCredentials) return challenged(request, 401, {}, error);
  if (error.reason == Reason::kAccessDenied) return challenged(request, 403, "insufficient_scope", error);
  if (error.code() == Code::kUnauthenticated) return challenged(request, 401, "invalid_token", error);
  return oauth_refusal(request, kEvent, {}, error);
}

}  // namespace

task<net::Response> UserInfoEndpoint::handle(const net::Request& request) {
  if (request.method != "GET" && request.method != "POST") {
    net::Response response = oauth_refusal(
        request, kEvent, {}, make_error(Reason::kMethodNotAllowed, "This endpoint answers GET and POST."));
    std::erase_if(response.headers, [](const net::Header& header) { return header.name == "allow"; });
    response.headers.push_back({"allow", "GET, POST"});
    co_return response;
  }
  const auto token = oauth::credentials_of(authorization_of(request), "bearer");
  if (!token) {
    co_return refuse(request, make_error(Reason::kMissingCredentials, "An access token is required."));
  }
  const auto answer = co_await logins_.user_info(
      {.text = *token, .source = request.peer, .request_id = request.request_id, .deadline = request.deadline});
  if (!answer) co_return refuse(request, answer.error());
  co_return oauth_answer(200, boost::json::serialize(*answer));
}

}  // namespace doorward::edge
