// The web origins whose scripts may call the endpoints of this server: those where a public client may be sent with a
// code. A confidential client has no business in a browser.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "domain/environment.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. Everything borrowed must outlive it.
class AllowedOrigins {
 public:
  // What was registered or taken back counts within a second.
  static constexpr std::chrono::milliseconds kMaxAge{900};

  AllowedOrigins(Store& store, const Clock& clock, EnvironmentId environment, EnvironmentKind kind)
      : store_(store), clock_(clock), environment_(std::move(environment)), kind_(kind) {}

  // `origin` as browsers send it. False as well when the store cannot be read.
  task<bool> allow(std::string origin, std::chrono::steady_clock::time_point deadline);

 private:
  struct Pattern {
    ClientType client;
    std::string uri;
    std::string path;  // of `uri`
  };
  using Patterns = std::shared_ptr<const std::vector<Pattern>>;
  task<Patterns> patterns(std::chrono::steady_clock::time_point deadline);

  Store& store_;
  const Clock& clock_;
  const EnvironmentId environment_;
  const EnvironmentKind kind_;
  std::mutex mutex_;
  Patterns known_;
  Timestamp read_at_;
};

}  // namespace doorward
