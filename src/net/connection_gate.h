// Internal: how many connections may be open, in all and from one source.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <variant>

#include "net/limits.h"
#include "net/observer.h"

namespace doorward::net {

// Any thread. A source is an IPv4 address (also when mapped into IPv6) or an IPv6 /64, which one peer owns whole.
class ConnectionGate : public std::enable_shared_from_this<ConnectionGate> {
 public:
  explicit ConnectionGate(const Limits& limits) : limits_(limits) {}

  // Gives its place back when destroyed.
  class Permit {
   public:
    Permit(std::shared_ptr<ConnectionGate> gate, boost::asio::ip::address source);
    ~Permit();
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) = delete;

   private:
    std::shared_ptr<ConnectionGate> gate_;
    boost::asio::ip::address source_;
  };

  std::variant<Permit, Refusal> admit(const boost::asio::ip::address& peer);
  std::size_t open() const;
  // False when some are still open after `at_most`.
  bool wait_empty(std::chrono::milliseconds at_most);

 private:
  void leave(const boost::asio::ip::address& source);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t open_ = 0;
  // Ordered, not hashed: the keys are the peers' choice.
  std::map<boost::asio::ip::address, std::size_t> by_source_;
};

}  // namespace doorward::net
