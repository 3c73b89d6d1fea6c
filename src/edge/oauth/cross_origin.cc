#include "edge/oauth/cross_origin.h"

#include <string>
#include <utility>

namespace doorward::edge {
namespace {

constexpr const char* kPreflightSeconds = "600";

}  // namespace

net::Handler CrossOrigin::around(net::Handler handler) {
  return [this, handler = std::move(handler)](const net::Request& request) { return handle(handler, request); };
}

task<net::Response> CrossOrigin::handle(const net::Handler& handler, const net::Request& request) {
  const std::string* origin = net::find_header(request.headers, "origin");
  if (origin == nullptr) co_return co_await handler(request);
  const bool preflight =
      request.method == "OPTIONS" && net::find_header(request.headers, "access-control-request-method") != nullptr;
  net::Response response;
  if (preflight) {
    response.status = 204;
  } else {
    response = co_await handler(request);
  }
  response.headers.push_back({"vary", "Origin"});
  if (!co_await origins_.allow(*origin, request.deadline)) co_return response;
  response.headers.push_back({"access-control-allow-origin", *origin});
  if (preflight) {
    response.headers.push_back({"access-control-allow-methods", "GET, POST"});
    response.headers.push_back({"access-control-allow-headers", "authorization, content-type"});
    response.headers.push_back({"access-control-max-age", kPreflightSeconds});
  } else {
    response.headers.push_back({"access-control-expose-headers", "www-authenticate"});
  }
  co_return response;
}

}  // namespace doorward::edge
