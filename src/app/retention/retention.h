// Forgets what is older than the operator keeps: change records with their snapshots, deliveries with their attempts,
// sooner, the bodies that receivers answered with, recorded requests of identity providers, and attempts to sign in.
// And what is left of sign-ins of which nothing can come any more.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

// Attempts of which nothing came: a person who went to the identity provider and never returned, or a stranger who had
// no login in mind, and could fill the log of the others for as long as it is kept.
inline constexpr Duration kUnfinishedAuthRequests = std::chrono::days(1);

struct RetentionSettings {
  Duration events = std::chrono::days(90);
  Duration deliveries = std::chrono::days(30);
  Duration bodies = std::chrono::days(7);
  Duration scim_requests = std::chrono::days(7);
  Duration auth_requests = std::chrono::days(30);
  // What is left of sign-ins that are over. Longer than any access token lives, and no shorter than a second use of a
  // code shall be noticed for.
  Duration sign_ins = std::chrono::days(30);
};

struct RetentionRun {
  std::int64_t events = 0;
  std::int64_t deliveries = 0;
  std::int64_t bodies = 0;
  std::int64_t scim_requests = 0;
  std::int64_t auth_messages = 0;
  std::int64_t auth_requests = 0;
};

class Retention {
 public:
  // Rows a transaction touches at most, so that no identity provider waits behind house-keeping.
  static constexpr std::int64_t kBatchRows = 500;

  Retention(Store& store, Clock& clock, RetentionSettings settings)
      : store_(store), clock_(clock), settings_(settings) {}

  // Works in batches until nothing is too old or stop() was called; what was removed or cleared. An error leaves the
  // rest for the next run.
  task<Result<RetentionRun>> run();

  void stop() { stopping_.store(true); }

 private:
  task<Result<void>> forget_sign_ins(Timestamp now);
  template <class Batch>
  task<Result<std::int64_t>> repeat(std::string_view name, Batch batch);

  Store& store_;
  Clock& clock_;
  RetentionSettings settings_;
  std::atomic<bool> stopping_{false};
};

}  // namespace doorward
