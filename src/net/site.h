// Internal: what all connections of a server share.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "net/connection_gate.h"
#include "net/server.h"

namespace doorward::net {

// Read-only after construction; any thread. Kept alive by connections and by handlers that outlive them.
struct Site {
  explicit Site(ServerOptions o) : options(std::move(o)), gate(std::make_shared<ConnectionGate>(options.limits)) {}

  const Limits& limits() const { return options.limits; }
  void refused(Refusal refusal) const {
    if (options.observer) options.observer->refused(refusal);
  }

  bool trusts(const IpAddress& peer) const { return options.trusted_proxies.contain(peer); }

  const ServerOptions options;
  const std::shared_ptr<ConnectionGate> gate;
  mutable std::atomic<std::size_t> unread_bytes{0};  // bodies of unfinished requests, as Exchange::hold counts them
};

}  // namespace doorward::net
