// The resolver port on c-ares, driven by one thread of its own.
//
// Doorward asks name servers itself, once for each connection it makes, so that what was judged is what is connected
// to. The hosts file counts before the servers, as everywhere on the machine; search domains do not apply. Names of
// this machine (RFC 6761) are answered without asking anybody. Equal questions that are open at the same time are asked
// once. Answers over 512 bytes come by TCP.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "net/outbound/dns_cache.h"
#include "net/outbound/dns_name.h"
#include "ports/resolver.h"

namespace doorward::net {

struct ResolverOptions {
  std::vector<DnsServer> servers;               // asked in this order; empty: the system's, as read at the start
  std::chrono::milliseconds try_timeout{1500};  // for the first try of each server; doubled with each round
  int tries = 2;                                // rounds
  std::size_t max_open = 1024;                  // different questions; beyond that kOverloaded
  std::size_t max_waiting = 8192;               // those who wait for an answer; beyond that kOverloaded
  DnsCacheLimits cache;
};

class CaresResolver final : public Resolver {
 public:
  // An answer with more is taken for a fault or an attack: kNameUnresolved.
  static constexpr std::size_t kMaxAddresses = 64;
  static constexpr std::size_t kMaxTexts = 256;

  // Throws std::runtime_error when c-ares cannot start.
  explicit CaresResolver(ResolverOptions options = {});
  // Stops.
  ~CaresResolver() override;
  CaresResolver(const CaresResolver&) = delete;
  CaresResolver& operator=(const CaresResolver&) = delete;

  // Ends what is open, and whatever is asked later, with kCancelled. Not from a task that it resumes.
  void stop();

  task<Result<std::vector<IpAddress>>> addresses(std::string name, SteadyTime deadline) override;
  task<Result<std::vector<std::string>>> texts(std::string name, SteadyTime deadline) override;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace doorward::net
