// Addresses of names for as long as the name servers said, and no longer than a maximum.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace doorward::net {

struct DnsCacheLimits {
  std::size_t names = 10'000;               // beyond that the least recently used is dropped
  std::chrono::seconds longest{300};        // whatever the answer says: a moved target is found again
  std::chrono::seconds missing_longest{5};  // for names that do not exist
};

// Not thread-safe. Names in canonical form.
class DnsCache {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Addresses = std::vector<IpAddress>;

  explicit DnsCache(DnsCacheLimits limits) : limits_(limits) {}

  // An empty list: the name is known not to exist.
  std::optional<Addresses> find(std::string_view name, SteadyTime now);
  // A time to live of zero keeps nothing. An empty list for a name that does not exist.
  void put(std::string_view name, Addresses addresses, std::chrono::seconds time_to_live, SteadyTime now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Addresses addresses;
    SteadyTime until;
    std::list<std::string>::iterator use;
  };
  void drop(std::map<std::string, Entry, std::less<>>::iterator entry);

  const DnsCacheLimits limits_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::list<std::string> uses_;  // the least recently used first
};

}  // namespace doorward::net
