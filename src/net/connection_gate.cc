#include "net/connection_gate.h"

#include <utility>

namespace doorward::net {
ConnectionGate::Permit::Permit(std::shared_ptr<ConnectionGate> gate, std::optional<IpAddress> source)
    : gate_(std::move(gate)), source_(source) {}

ConnectionGate::Permit::~Permit() {
  if (gate_) gate_->leave(source_);
}

std::variant<ConnectionGate::Permit, Refusal> ConnectionGate::admit(const IpAddress& peer, bool shared) {
  const std::optional<IpAddress> source = shared ? std::nullopt : std::optional(source_of(peer));
  {
    std::lock_guard lock(mutex_);
    if (open_ >= limits_.connections) return Refusal::kConnections;
    if (source) {
      auto [at, added] = by_source_.try_emplace(*source, 0);
      if (at->second >= limits_.connections_per_source) {
        if (added) by_source_.erase(at);
        return Refusal::kConnectionsPerSource;
      }
      ++at->second;
    }
    ++open_;
  }
  return Permit(shared_from_this(), source);
}

std::size_t ConnectionGate::open() const {
  std::lock_guard lock(mutex_);
  return open_;
}

bool ConnectionGate::wait_empty(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, at_most, [this] { return open_ == 0; });
}

void ConnectionGate::leave(const std::optional<IpAddress>& source) {
  std::lock_guard lock(mutex_);
  if (--open_ == 0) empty_.notify_all();
  if (!source) return;
  const auto at = by_source_.find(*source);
  if (--at->second == 0) by_source_.erase(at);
}

}  // namespace doorward::net
