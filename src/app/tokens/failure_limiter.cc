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

double FailureLimiter::left_of(const std::string& key, Timestamp now) {
  const Bucket* bucket = buckets_.find(key);
  return bucket == nullptr ? limits_.burst : refilled(*bucket, now);
}

Result<void> FailureLimiter::refusal_at(double left) const {
  if (left >= 1) return {};
  Error error = make_error(Reason::kRateLimited, "Too many failed attempts. Try again later.");
  error.retry_after_seconds = static_cast<std::uint32_t>(std::ceil((1 - left) / limits_.refill_per_second));
  return failure(std::move(error));
}

Result<void> FailureLimiter::check(std::string_view source) {
  const std::lock_guard lock(mutex_);
  return refusal_at(left_of(failure_source(source), clock_.now()));
}

void FailureLimiter::record_failure(std::string_view source) {
  const std::lock_guard lock(mutex_);
  const std::string key = failure_source(source);
  const Timestamp now = clock_.now();
  buckets_.put(key, {std::max(0.0, left_of(key, now) - 1), now});
}

Result<void> FailureLimiter::take(std::string_view source) {
  const std::lock_guard lock(mutex_);
  const std::string key = failure_source(source);
  const Timestamp now = clock_.now();
  const double left = left_of(key, now);
  DOORWARD_CHECK(refusal_at(left));
  buckets_.put(key, {left - 1, now});
  return {};
}

void FailureLimiter::give_back(std::string_view source) {
  const std::lock_guard lock(mutex_);
  const std::string key = failure_source(source);
  const Timestamp now = clock_.now();
  buckets_.put(key, {std::min(limits_.burst, left_of(key, now) + 1), now});
}

}  // namespace doorward
