#include "net/outbound/own_addresses.h"

#include <ifaddrs.h>

#include "net/outbound/egress_policy.h"

namespace doorward::net {

std::vector<IpAddress> interface_addresses() {
  std::vector<IpAddress> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    if (const auto address = ip_address_of(*one->ifa_addr)) found.push_back(*address);
  }
  freeifaddrs(list);
  return found;
}

std::vector<IpAddress> OwnAddresses::get(SteadyTime now) const {
  const std::scoped_lock lock(mutex_);
  if (now >= until_) {
    known_ = list_();
    until_ = now + kKeptFor;
  }
  return known_;
}

}  // namespace doorward::net
