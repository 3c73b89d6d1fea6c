// What operators and their machines ask: does it live, can it serve, what does it count. No credentials; the answers
// hold no secret.
#pragma once

#include <functional>
#include <string>

#include "base/task.h"
#include "net/http.h"
#include "net/router.h"
#include "ports/store.h"

namespace doorward::edge {

class Ops {
 public:
  // Prometheus text exposition format 0.0.4. Called on an I/O thread.
  using RenderMetrics = std::function<std::string()>;

  Ops(Store& store, RenderMetrics render_metrics);

  // GET and HEAD of /healthz, /readyz and /metrics; other methods answer 405. This object must outlive the router.
  void add_to(net::Router& router);

  // 200 while the process answers at all.
  task<net::Response> healthz();
  // 200 when the store says that it is ready, otherwise 503 with its reason and sentence.
  task<net::Response> readyz();
  // The same as one word, for gRPC's health check.
  task<bool> ready();
  task<net::Response> metrics();

 private:
  Store& store_;
  RenderMetrics render_metrics_;
};

}  // namespace doorward::edge
