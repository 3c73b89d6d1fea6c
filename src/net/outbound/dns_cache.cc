#include "net/outbound/dns_cache.h"

#include <algorithm>
#include <utility>

namespace doorward::net {

std::optional<DnsCache::Addresses> DnsCache::find(std::string_view name, SteadyTime now) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  if (found->second.until <= now) {
    drop(found);
    return std::nullopt;
  }
  uses_.splice(uses_.end(), uses_, found->second.use);
  return found->second.addresses;
}

void DnsCache::put(std::string_view name, Addresses addresses, std::chrono::seconds time_to_live, SteadyTime now) {
  if (const auto old = entries_.find(name); old != entries_.end()) drop(old);
  const auto longest = addresses.empty() ? limits_.missing_longest : limits_.longest;
  const auto kept = std::min(time_to_live, longest);
  if (kept <= std::chrono::seconds::zero() || limits_.names == 0) return;
  if (entries_.size() >= limits_.names) drop(entries_.find(uses_.front()));
  const auto use = uses_.insert(uses_.end(), std::string(name));
  entries_.emplace(*use, Entry{.addresses = std::move(addresses), .until = now + kept, .use = use});
}

void DnsCache::drop(std::map<std::string, Entry, std::less<>>::iterator entry) {
  uses_.erase(entry->second.use);
  entries_.erase(entry);
}

}  // namespace doorward::net
