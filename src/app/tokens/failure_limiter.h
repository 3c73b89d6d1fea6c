// Limits how often one source may fail to authenticate: a token bucket per source that failures drain and time refills.
// While it is empty even right credentials are refused, else guessing would go on unhindered. In memory and per
// process, bounded however many sources there are; thread-safe.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "app/tokens/generation_cache.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/clock.h"

namespace doorward {

class FailureLimiter {
 public:
  struct Limits {
    double burst = 20;                     // failures in a row
    double refill_per_second = 1;          // then one each second
    std::size_t sources_at_least = 16384;  // remembered; twice as many at most
  };

  explicit FailureLimiter(const Clock& clock) : FailureLimiter(clock, Limits()) {}
  FailureLimiter(const Clock& clock, Limits limits)
      : clock_(clock), limits_(limits), buckets_(limits.sources_at_least) {}

  // `source` is a peer address as text. kRateLimited with retry_after_seconds when it has failed too often.
  Result<void> check(std::string_view source);
  void record_failure(std::string_view source);

  // Where many attempts run at a time: check() and record_failure() in one, before the attempt. One that does not fail
  // is given back.
  Result<void> take(std::string_view source);
  void give_back(std::string_view source);

 private:
  struct Bucket {
    double failures_left;
    Timestamp as_of;
  };
  double refilled(const Bucket& bucket, Timestamp now) const;
  double left_of(const std::string& key, Timestamp now);
  Result<void> refusal_at(double left) const;  // a success while one is left

  const Clock& clock_;
  const Limits limits_;
  std::mutex mutex_;
  GenerationCache<Bucket> buckets_;
};

// Addresses that one party commands count as one: an IPv6 address by its first 64 bits, an IPv4-mapped one as IPv4.
// Text that is no address stands for itself.
std::string failure_source(std::string_view address);

}  // namespace doorward
