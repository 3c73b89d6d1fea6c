// The small ports, as the machine offers them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "async/offload.h"
#include "base/time.h"
#include "crypto/random.h"
#include "ports/clock.h"
#include "ports/offload.h"
#include "ports/random.h"

namespace doorward::server {

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

class SystemRandom final : public Random {
 public:
  std::string bytes(std::size_t count) override { return crypto::random_bytes(count); }
};

class PoolOffload final : public Offload {
 public:
  explicit PoolOffload(async::OffloadPool& pool) : pool_(pool) {}
  bool submit(std::move_only_function<void()> work) override { return pool_.submit(std::move(work)); }

 private:
  async::OffloadPool& pool_;
};

}  // namespace doorward::server
