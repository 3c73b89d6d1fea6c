#include "net/connection_gate.h"

#include <algorithm>
#include <utility>

namespace doorward::net {
namespace {

boost::asio::ip::address source_of(const boost::asio::ip::address& peer) {
  if (peer.is_v4()) return peer;
  const auto v6 = peer.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes);
}

}  // namespace

ConnectionGate::Permit::Permit(std::shared_ptr<ConnectionGate> gate, boost::asio::ip::address source)
    : gate_(std::move(gate)), source_(std::move(source)) {}

ConnectionGate::Permit::~Permit() {
  if (gate_) gate_->leave(source_);
}

std::variant<ConnectionGate::Permit, Refusal> ConnectionGate::admit(const boost::asio::ip::address& peer) {
  const auto source = source_of(peer);
  {
    std::lock_guard lock(mutex_);
    if (open_ >= limits_.connections) return Refusal::kConnections;
    auto [at, added] = by_source_.try_emplace(source, 0);
    if (at->second >= limits_.connections_per_source) {
      if (added) by_source_.erase(at);
      return Refusal::kConnectionsPerSource;
    }
    ++at->second;
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

void ConnectionGate::leave(const boost::asio::ip::address& source) {
  std::lock_guard lock(mutex_);
  if (--open_ == 0) empty_.notify_all();
  const auto at = by_source_.find(source);
  if (--at->second == 0) by_source_.erase(at);
}

}  // namespace doorward::net
