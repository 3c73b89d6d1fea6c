#include "app/tokens/failure_limiter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/ip_address.h"

namespace doorward {

std::string failure_source(std::string_view address) {
  const auto parsed = parse_ip_address(address);
  return parsed ? to_string(source_of(*parsed)) : std::string(address);
}

double FailureLimiter::refilled(const Bucket& bucket, Timestamp now) const {
  // A clock that steps back refills nothing.
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.as_of).count());
  return std::min(limits_.burst, bucket.failures_left + seconds * limits_.refill_per_second);
}

Result<void> FailureLimiter::check(std::string_view source) {
  const std::lock_guard lock(mutex_);
  const Bucket* bucket = buckets_.find(failure_source(source));
  if (bucket == nullptr) return {};
  const double left = refilled(*bucket, clock_.now());
  if (left >= 1) return {};
  Error error = make_error(Reason::kRateLimited, "Too many failed attempts. Try again later.");
  error.retry_after_seconds = static_cast<std::uint32_t>(std::ceil((1 - left) / limits_.refill_per_second));
  return failure(std::move(error));
}

void FailureLimiter::record_failure(std::string_view source) {
  const std::lock_guard lock(mutex_);
  const std::string key = failure_source(source);
  const Timestamp now = clock_.now();
  const Bucket* bucket = buckets_.find(key);
  const double left = bucket == nullptr ? limits_.burst : refilled(*bucket, now);
  buckets_.put(key, {std::max(0.0, left - 1), now});
}

}  // namespace doorward
