// grpc.health.v1.Health: the readiness of /readyz for gRPC clients and load balancers. It needs no token and says no
// more than /readyz does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/task.h"
#include "rpc/registry.h"

namespace doorward::rpc {

// Whether the server can serve now. On an I/O thread.
using Ready = std::function<task<bool>()>;

class HealthService {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::chrono::seconds kQuestionWithin{60};  // from the beginning of a watch: DEADLINE_EXCEEDED
  static constexpr std::chrono::seconds kWatchInterval{1};    // how soon a watcher learns of a change
  static constexpr std::chrono::hours kWatchAtMost{1};        // then UNAVAILABLE: the peer may be long gone

  HealthService(Ready ready, Now now) : ready_(std::move(ready)), now_(std::move(now)) {}

  // Adds Check and Watch. This object must outlive the Api that is made of the registry.
  void add_to(Registry& registry) const;

  // Names known besides the empty one, which stands for the server. Before the first call.
  void set_services(std::set<std::string, std::less<>> names) { services_ = std::move(names); }

 private:
  class Watch;
  task<Result<std::unique_ptr<google::protobuf::Message>>> check(const google::protobuf::Message& request) const;
  bool knows(std::string_view name) const { return name.empty() || services_.contains(name); }

  Ready ready_;
  Now now_;
  std::set<std::string, std::less<>> services_;
};

}  // namespace doorward::rpc
