// The addresses that this machine answers to itself.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

#include "base/ip_address.h"

namespace doorward::net {

// Of every network interface, as they are now; empty when the system does not tell.
std::vector<IpAddress> interface_addresses();

// Asks again after kKeptFor, because interfaces come and go. Thread-safe.
class OwnAddresses {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using List = std::function<std::vector<IpAddress>()>;
  static constexpr std::chrono::seconds kKeptFor{10};

  explicit OwnAddresses(List list = interface_addresses) : list_(std::move(list)) {}

  std::vector<IpAddress> get(SteadyTime now) const;

 private:
  const List list_;
  mutable std::mutex mutex_;
  mutable std::vector<IpAddress> known_;  // guarded by mutex_
  mutable SteadyTime until_{};            // guarded by mutex_
};

}  // namespace doorward::net
