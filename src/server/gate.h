// Stands before the edges while the server starts: the listeners are bound before the edges exist, because the edges
// carry URLs with the ports that were bound.
#pragma once

#include <atomic>
#include <optional>

#include "net/http.h"
#include "server/edges.h"

namespace doorward::server {

// Any thread.
class Gate {
 public:
  // Requests from now on go to `edges`, which must outlive this object. Once.
  void open(const Edges& edges) { edges_.store(&edges, std::memory_order_release); }

  // Until open(): 503 with Retry-After.
  task<net::Response> operator()(const net::Request& request) const;
  bool streams(const net::Request& request) const;
  net::Response too_late(const net::Request& request) const;
  std::optional<net::Response> refused(const net::Request& request, int status) const;

 private:
  const Edges* edges() const { return edges_.load(std::memory_order_acquire); }

  std::atomic<const Edges*> edges_{nullptr};
};

}  // namespace doorward::server
