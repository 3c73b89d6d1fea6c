// What was fetched from identity providers, kept in memory within bounds: one fetch at a time for each provider, shared
// by all who wait; a failure is not tried again at once; unknown keys make it fetch early, but seldom.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "base/result.h"
#include "base/task.h"
#include "base/time.h"

namespace doorward {

// How old what is kept may be, and how often a provider is asked.
struct ProviderCacheRules {
  Duration fresh = std::chrono::hours(1);                  // used without asking
  Duration usable = std::chrono::hours(24);                // used when asking fails
  Duration retry_after = std::chrono::minutes(1);          // after a failure, and between early fetches
  std::size_t most_bytes = std::size_t{64} * 1024 * 1024;  // of the fetched documents; the longest unused goes first
};

// Thread-safe. A value is immutable and lives as long as somebody holds it.
template <class T>
class ProviderCache {
 public:
  using Value = std::shared_ptr<const T>;
  struct Fetched {
    Value value;
    std::size_t bytes = 0;
  };
  using Fetch = std::function<task<Result<Fetched>>()>;

  explicit ProviderCache(ProviderCacheRules rules) : rules_(rules) {}

  // What is kept under `key` when it is fresh, else what `fetch` brings; when that fails, what is kept as long as it is
  // usable, else its error. `fetch` may outlive the caller's interest but never the awaiting of the task.
  task<Result<Value>> get(std::string key, Timestamp now, Fetch fetch) {
    return ask(std::move(key), now, std::move(fetch), std::nullopt);
  }

  // Like get(), but `unsuitable` did not serve (an unknown key): asks again although it is fresh, unless something
  // newer is kept by now or this `lane` did so within retry_after; then what is kept is returned. Lanes keep apart who
  // could use up each other's turns.
  task<Result<Value>> get_newer(std::string key, Timestamp now, Fetch fetch, Value unsuitable, std::size_t lane) {
    return ask(std::move(key), now, std::move(fetch), Newer{std::move(unsuitable), lane});
  }

 private:
  static constexpr std::size_t kLanes = 2;

  struct Newer {
    Value than;
    std::size_t lane;
  };
  using Deliver = typename Completion<Result<Value>>::Deliver;

  struct Entry {
    Value value;
    std::size_t bytes = 0;
    Timestamp fetched_at;
    std::optional<Error> error;  // of the last fetch
    Timestamp retry_at;          // not asked before, after an error
    Timestamp early_at[kLanes];  // not asked early before
    bool fetching = false;
    std::vector<Deliver> waiting;
    std::list<std::string>::iterator used;
  };

  enum class Turn : std::uint8_t { kAnswer, kWait, kFetch };

  task<Result<Value>> ask(std::string key, Timestamp now, Fetch fetch, std::optional<Newer> newer) {
    std::unique_lock lock(mutex_);
    Entry& entry = touch(key);
    if (entry.fetching) {
      lock.unlock();
      co_return co_await Completion<Result<Value>>([&](Deliver deliver) { join(key, std::move(deliver)); });
    }
    if (!must_fetch(entry, now, newer)) co_return answer(entry, now);
    if (newer) entry.early_at[newer->lane] = now + rules_.retry_after;
    entry.fetching = true;
    lock.unlock();

    // Whatever happens, those who wait must hear of it.
    Result<Fetched> fetched = failure(internal_error("fetching from a provider ended by an exception"));
    try {
      fetched = co_await fetch();
    } catch (...) {
      settle(key, now, std::move(fetched));
      throw;
    }
    co_return settle(key, now, std::move(fetched));
  }

  // Finds or makes the entry, and marks it as used last.
  Entry& touch(const std::string& key) {
    const auto [found, added] = entries_.try_emplace(key);
    if (added) {
      order_.push_front(key);
      found->second.used = order_.begin();
    } else {
      order_.splice(order_.begin(), order_, found->second.used);
    }
    return found->second;
  }

  bool must_fetch(const Entry& entry, Timestamp now, const std::optional<Newer>& newer) const {
    if (entry.error && now < entry.retry_at) return false;
    if (entry.value == nullptr || now >= entry.fetched_at + rules_.fresh) return true;
    return newer && entry.value == newer->than && now >= entry.early_at[newer->lane];
  }

  Result<Value> answer(const Entry& entry, Timestamp now) const {
    if (entry.value != nullptr && now < entry.fetched_at + rules_.usable) return entry.value;
    return failure(entry.error.value_or(internal_error("nothing kept and nothing fetched")));
  }

  // The fetch may have ended meanwhile.
  void join(const std::string& key, Deliver deliver) {
    std::unique_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.fetching) {
      found->second.waiting.push_back(std::move(deliver));
      return;
    }
    Result<Value> kept = found == entries_.end() ? failure(internal_error("a fetched document left the cache at once"))
                                                 : last_answer(found->second);
    lock.unlock();
    deliver(std::move(kept));
  }

  static Result<Value> last_answer(const Entry& entry) {
    if (entry.value != nullptr) return entry.value;
    return failure(entry.error.value_or(internal_error("nothing kept and nothing fetched")));
  }

  static bool is_own_fault(Reason reason) {
    return reason == Reason::kOverloaded || reason == Reason::kCancelled || reason == Reason::kInternal;
  }

  Result<Value> settle(const std::string& key, Timestamp now, Result<Fetched> fetched) {
    std::unique_lock lock(mutex_);
    Entry& entry = entries_.find(key)->second;  // entries that fetch are not evicted
    entry.fetching = false;
    if (fetched) {
      bytes_ += fetched->bytes - entry.bytes;
      entry.bytes = fetched->bytes;
      entry.value = std::move(fetched->value);
      entry.fetched_at = now;
      entry.error.reset();
    } else {
      entry.error = std::move(fetched).error();
      // A provider that fails is left alone for a while; what was short here says nothing of the provider.
      entry.retry_at = is_own_fault(entry.error->reason) ? now : now + rules_.retry_after;
    }
    const Result<Value> outcome = answer(entry, now);
    std::vector<Deliver> waiting = std::exchange(entry.waiting, {});
    evict();
    lock.unlock();
    for (Deliver& deliver : waiting) deliver(outcome);
    return outcome;
  }

  void evict() {
    auto oldest = order_.end();
    while (oldest != order_.begin() && (bytes_ > rules_.most_bytes || entries_.size() > kMostEntries)) {
      --oldest;
      const auto entry = entries_.find(*oldest);
      if (entry->second.fetching) continue;
      bytes_ -= entry->second.bytes;
      entries_.erase(entry);
      oldest = order_.erase(oldest);
    }
  }

  // Failures hold no document but are entries all the same.
  static constexpr std::size_t kMostEntries = 65'536;

  const ProviderCacheRules rules_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::list<std::string> order_;  // used last first
  std::size_t bytes_ = 0;
};

}  // namespace doorward
