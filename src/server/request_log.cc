#include "server/request_log.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace doorward::server {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

void write_request(const net::Request& request, int status, SteadyTime began) {
  const log::Level level = status >= 500 ? log::Level::kWarning : log::Level::kDebug;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  log::write(level, "http.request",
             {{"request_id", request.request_id},
              {"method", request.method},
              {"path", request.path},
              {"status", status},
              {"milliseconds", took.count()},
              {"protocol", request.protocol == net::Protocol::kHttp2 ? "h2" : "http/1.1"},
              {"tls", request.tls},
              {"peer", request.peer}});
}

}  // namespace

net::Handler log_requests(net::Handler next) {
  return [next = std::move(next)](const net::Request& request) -> task<net::Response> {
    const SteadyTime began = std::chrono::steady_clock::now();
    net::Response response = co_await next(request);
    if (response.status >= 500 || log::enabled(log::Level::kDebug)) write_request(request, response.status, began);
    co_return response;
  };
}

}  // namespace doorward::server
