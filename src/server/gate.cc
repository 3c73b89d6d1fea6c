#include "server/gate.h"

namespace doorward::server {
namespace {

net::Response starting() {
  net::Response response;
  response.status = 503;
  response.headers = {{"content-type", "application/json"}, {"retry-after", "1"}};
  response.body = "{\"status\":\"unavailable\",\"reason\":\"starting\"}\n";
  return response;
}

}  // namespace

task<net::Response> Gate::operator()(const net::Request& request) const {
  if (const Edges* open = edges()) return open->handler()(request);
  return []() -> task<net::Response> { co_return starting(); }();
}

bool Gate::streams(const net::Request& request) const {
  const Edges* open = edges();
  return open != nullptr && open->streams(request);
}

std::optional<net::Response> Gate::refused(const net::Request& request, int status) const {
  const Edges* open = edges();
  return open == nullptr ? std::nullopt : open->refused(request, status);
}

net::Response Gate::too_late(const net::Request& request) const {
  const Edges* open = edges();
  return open == nullptr ? starting() : open->too_late(request);
}

}  // namespace doorward::server
