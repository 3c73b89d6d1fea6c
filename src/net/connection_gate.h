// Internal: how many connections may be open, in all and from one source.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

#include "base/ip_address.h"
#include "net/limits.h"
#include "net/observer.h"

namespace doorward::net {

// Any thread. A source is what base/ip_address.h says: an IPv4 address or an IPv6 /64.
class ConnectionGate : public std::enable_shared_from_this<ConnectionGate> {
 public:
  explicit ConnectionGate(const Limits& limits) : limits_(limits) {}

  // Gives its place back when destroyed.
  class Permit {
   public:
    // Without `source` only the total counts it.
    Permit(std::shared_ptr<ConnectionGate> gate, std::optional<IpAddress> source);
    ~Permit();
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) = delete;

   private:
    std::shared_ptr<ConnectionGate> gate_;
    std::optional<IpAddress> source_;
  };

  // `shared`: a trusted proxy, whose connections are those of many peers; the limit of one source does not hold for it.
  std::variant<Permit, Refusal> admit(const IpAddress& peer, bool shared = false);
  std::size_t open() const;
  // False when some are still open after `at_most`.
  bool wait_empty(std::chrono::milliseconds at_most);

 private:
  void leave(const std::optional<IpAddress>& source);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t open_ = 0;
  // Ordered, not hashed: the keys are the peers' choice.
  std::map<IpAddress, std::size_t> by_source_;
};

}  // namespace doorward::net
