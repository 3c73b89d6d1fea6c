#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/task.h"

namespace doorward {

// Asks the domain name system. Names are taken as they stand (no search domains), letters, digits, hyphens, underscores
// and dots, at most 253 bytes, with or without the final dot; ASCII case does not matter.
//
// Errors of both: kInvalidArgument (no such name can exist), kNameNotFound (the servers say that there is no such name,
// or nothing of the asked kind under it), kNameUnresolved (no server gave a usable answer), kDeadlineExceeded,
// kOverloaded (too many questions are open), kCancelled (shutdown). Thread-safe.
class Resolver {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  virtual ~Resolver() = default;

  // Every address of both families, at least one, in no particular order; those behind aliases (CNAME) included. May
  // come from a cache for as long as the answer said.
  virtual task<Result<std::vector<IpAddress>>> addresses(std::string name, SteadyTime deadline) = 0;

  // Every TXT record of the name itself, at least one, the pieces of each joined; bytes, not necessarily text. What an
  // alias (CNAME, DNAME) leads to is not there: a wildcard alias may lead to names of somebody else, who must prove
  // nothing by them. Never from a cache: who waits for a record to appear must see it.
  virtual task<Result<std::vector<std::string>>> texts(std::string name, SteadyTime deadline) = 0;
};

}  // namespace doorward
