// Stands before the router while the server starts: the listeners are bound before the edges exist, because the edges
// carry URLs with the ports that were bound.
#pragma once

#include <atomic>

#include "net/http.h"

namespace doorward::server {

class Gate {
 public:
  // Requests from now on go to `handler`, which must outlive this object. Once; any thread.
  void open(const net::Handler& handler) { handler_.store(&handler, std::memory_order_release); }

  // Until open(): 503 with Retry-After.
  task<net::Response> operator()(const net::Request& request) const;

 private:
  std::atomic<const net::Handler*> handler_{nullptr};
};

}  // namespace doorward::server
