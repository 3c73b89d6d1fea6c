#include "edge/ops/ops.h"

#include <boost/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

net::Response respond(int status, std::string_view type, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"content-type", std::string(type)}, {"cache-control", "no-store"}};
  response.body = std::move(body);
  return response;
}

net::Response status_json(int status, const boost::json::object& body) {
  return respond(status, "application/json", boost::json::serialize(body) + "\n");
}

}  // namespace

Ops::Ops(Store& store, RenderMetrics render_metrics) : store_(store), render_metrics_(std::move(render_metrics)) {}

void Ops::add_to(net::Router& router) {
  const auto add = [&](std::string path, task<net::Response> (Ops::*answer)()) {
    router.add(std::move(path), [this, answer](const net::Request& request) -> task<net::Response> {
      if (request.method != "GET" && request.method != "HEAD") {
        net::Response refused = status_json(405, {{"status", "method_not_allowed"}});
        refused.headers.push_back({"allow", "GET, HEAD"});
        co_return refused;
      }
      co_return co_await (this->*answer)();
    });
  };
  add("/healthz", &Ops::healthz);
  add("/readyz", &Ops::readyz);
  add("/metrics", &Ops::metrics);
}

task<net::Response> Ops::healthz() { co_return status_json(200, {{"status", "ok"}}); }

task<net::Response> Ops::readyz() {
  const Result<void> ready = co_await store_.check_ready();
  if (ready) co_return status_json(200, {{"status", "ready"}});
  const Error& error = ready.error();
  log::warning("ops.not_ready", {{"reason", reason_name(error.reason)}, {"detail", error.detail}});
  co_return status_json(503, {{"status", "unavailable"},
                              {"reason", boost::json::string(reason_name(error.reason))},
                              {"message", error.message}});
}

task<bool> Ops::ready() { co_return (co_await store_.check_ready()).has_value(); }

task<net::Response> Ops::metrics() { co_return respond(200, kMetricsType, render_metrics_()); }

}  // namespace doorward::edge
