#include "server/gate.h"

namespace doorward::server {

task<net::Response> Gate::operator()(const net::Request& request) const {
  if (const net::Handler* handler = handler_.load(std::memory_order_acquire)) return (*handler)(request);
  return []() -> task<net::Response> {
    net::Response response;
    response.status = 503;
    response.headers = {{"content-type", "application/json"}, {"retry-after", "1"}};
    response.body = "{\"status\":\"unavailable\",\"reason\":\"starting\"}\n";
    co_return response;
  }();
}

}  // namespace doorward::server
