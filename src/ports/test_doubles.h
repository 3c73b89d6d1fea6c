// Stand-ins for the ports that need no adapter to be honest: a clock that tests set, ids that count, real randomness,
// an offload that runs at once, a resolver that knows one address. For *_test.cc files only. There is none for the
// store: tests use a real one.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/random.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/random.h"
#include "ports/resolver.h"

namespace doorward::test {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp(std::chrono::seconds(1'800'000'000))) : now_(to_micros(start)) {}

  Timestamp now() const override { return from_micros(now_.load()); }
  void advance(Duration by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

class CountingIds final : public Ids {
 protected:
  std::string next_text(std::string_view prefix) override { return std::string(prefix) + std::to_string(++last_); }

 private:
  std::atomic<std::int64_t> last_{100};
};

class SystemRandom final : public Random {
 public:
  std::string bytes(std::size_t count) override { return crypto::random_bytes(count); }
};

// Runs the work before submit() returns; refuses it while `full`.
class InlineOffload final : public Offload {
 public:
  bool submit(std::move_only_function<void()> work) override {
    if (full) return false;
    ++runs;
    work();
    return true;
  }

  std::atomic<bool> full{false};
  std::atomic<int> runs{0};
};

// Every name has this one address, and no TXT record.
class FixedResolver final : public Resolver {
 public:
  explicit FixedResolver(std::string_view address) : address_(*parse_ip_address(address)) {}

  task<Result<std::vector<IpAddress>>> addresses(std::string, SteadyTime) override {
    co_return std::vector<IpAddress>{address_};
  }
  task<Result<std::vector<std::string>>> texts(std::string, SteadyTime) override {
    co_return failure(Reason::kNameNotFound, "There is no such name.");
  }

 private:
  const IpAddress address_;
};

}  // namespace doorward::test
