// Which outbound request may begin next: places in all and for each target, and one turn a round for each target that
// waits.
//
// A target that answers promptly must not feel those that do not, however many these are. So what is known of a target
// decides which part of the places it shares: whoever answered promptly last may use all of them; whoever did not, a
// quarter together with the likes of it; and a target of which nothing is known yet gets few places of a half until it
// has answered: more than one, because behind one host some paths may answer while another hangs. Among those with the
// same standing each target that waits gets one place a round, so that a long queue for one delays the others by one
// request, not by its length.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::net {

struct FairLimits {
  std::size_t places = 1024;               // begun and not finished
  std::size_t places_per_target = 32;      // of these, for one target
  std::size_t places_per_unknown = 4;      // of these, for a target of which nothing is known, at most
  std::size_t waiting_per_target = 1024;   // beyond that push() refuses
  std::size_t remembered_targets = 10000;  // with nothing to do, of which something is known
};

// Not thread-safe. All operations cost O(log n).
template <class Item>
class FairQueue {
  struct Target;

 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // What a begun item holds; give it back by finish().
  class Place {
   public:
    Place() = default;

   private:
    friend FairQueue;
    Place(Target* target, std::size_t standing) : target_(target), standing_(standing) {}
    Target* target_ = nullptr;
    std::size_t standing_ = 0;  // of the target when it began
  };
  struct Begun {
    Item item;
    Place place;
  };

  explicit FairQueue(FairLimits limits) : limits_(limits) {
    shared_[kPrompt].places = limits.places;
    shared_[kUnknown].places = std::max<std::size_t>(limits.places / 2, 1);
    shared_[kDoubtful].places = std::max<std::size_t>(limits.places / 4, 1);
  }
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;

  // Takes `item` from its place and queues it; false, with `item` untouched, when its target's queue is full.
  bool push(std::string_view target_name, SteadyTime deadline, Item& item) {
    Target& target = find_or_make(target_name);
    if (target.waiting.size() >= limits_.waiting_per_target) return false;
    target.waiting.push_back({std::move(item), {}, &target});
    auto waiting = std::prev(target.waiting.end());
    waiting->by_deadline = by_deadline_.emplace(deadline, waiting);
    update_ring(target);
    return true;
  }

  // Begins the item whose turn it is; nullopt when none may begin.
  std::optional<Begun> next() {
    const auto turn = next_turn();
    if (!turn) return std::nullopt;
    Shared& shared = shared_[*turn];
    last_turn_ = *turn;
    Target& target = *shared.ring.front();
    shared.ring.splice(shared.ring.end(), shared.ring, shared.ring.begin());
    Begun begun{std::move(target.waiting.front().item), Place(&target, *turn)};
    by_deadline_.erase(target.waiting.front().by_deadline);
    target.waiting.pop_front();
    ++target.active;
    ++active_;
    ++shared.active;
    update_ring(target);
    return begun;
  }
  // Whether next() would begin one.
  bool has_next() const { return next_turn().has_value(); }

  // `prompt`: the target answered, and soon. nullopt when the item's end says nothing about the target.
  void finish(Place place, std::optional<bool> prompt) {
    Target& target = *place.target_;
    --target.active;
    --active_;
    --shared_[place.standing_].active;
    if (prompt) {
      leave_ring(target);
      target.standing = *prompt ? kPrompt : kDoubtful;
    }
    update_ring(target);
    forget_if_idle(target);
  }

  // Removes and returns the items whose deadline has come.
  std::vector<Item> expire(SteadyTime now) {
    std::vector<Item> expired;
    while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
      expired.push_back(remove(by_deadline_.begin()->second));
    }
    return expired;
  }
  std::vector<Item> take_all() { return expire(SteadyTime::max()); }

  std::optional<SteadyTime> soonest_deadline() const {
    return by_deadline_.empty() ? std::nullopt : std::optional(by_deadline_.begin()->first);
  }
  std::size_t waiting() const { return by_deadline_.size(); }
  std::size_t active() const { return active_; }

 private:
  static constexpr std::size_t kUnknownTargets = 8;

  struct Waiting;
  using Position = std::list<Waiting>::iterator;
  using Deadlines = std::multimap<SteadyTime, Position>;
  struct Waiting {
    Item item;
    Deadlines::iterator by_deadline;
    Target* target;
  };
  using Ring = std::list<Target*>;
  enum Standing : std::size_t { kPrompt, kUnknown, kDoubtful, kStandings };
  struct Shared {
    Ring ring;  // of the targets of this standing
    std::size_t places = 0;
    std::size_t active = 0;
  };
  struct Target {
    std::string name;
    std::list<Waiting> waiting;
    std::size_t active = 0;
    std::size_t standing = kUnknown;
    std::optional<typename Ring::iterator> in_ring;  // of its standing, while it has something to begin and may
    std::optional<typename Ring::iterator> in_idle;
  };

  // The standing whose turn it is; each that has something to begin gets one in turn.
  std::optional<std::size_t> next_turn() const {
    if (active_ >= limits_.places) return std::nullopt;
    for (std::size_t i = 1; i <= kStandings; ++i) {
      const std::size_t standing = (last_turn_ + i) % kStandings;
      const Shared& shared = shared_[standing];
      if (!shared.ring.empty() && shared.active < shared.places) return standing;
    }
    return std::nullopt;
  }

  Target& find_or_make(std::string_view name) {
    auto found = targets_.find(name);
    if (found == targets_.end()) found = targets_.emplace(std::string(name), Target{.name = std::string(name)}).first;
    Target& target = found->second;
    if (target.in_idle) {
      idle_.erase(*target.in_idle);
      target.in_idle.reset();
    }
    return target;
  }

  Item remove(Position position) {
    Target& target = *position->target;
    Item item = std::move(position->item);
    by_deadline_.erase(position->by_deadline);
    target.waiting.erase(position);
    update_ring(target);
    forget_if_idle(target);
    return item;
  }

  // Few enough that several unknown targets fit beside each other.
  std::size_t unknown_places() const {
    const std::size_t most = std::min(limits_.places_per_unknown, limits_.places_per_target);
    return std::clamp<std::size_t>(shared_[kUnknown].places / kUnknownTargets, 1, most);
  }

  void leave_ring(Target& target) {
    if (!target.in_ring) return;
    shared_[target.standing].ring.erase(*target.in_ring);
    target.in_ring.reset();
  }

  void update_ring(Target& target) {
    const std::size_t places = target.standing == kUnknown ? unknown_places() : limits_.places_per_target;
    const bool ready = !target.waiting.empty() && target.active < places;
    if (!ready) {
      leave_ring(target);
    } else if (!target.in_ring) {
      Ring& ring = shared_[target.standing].ring;
      target.in_ring = ring.insert(ring.end(), &target);
    }
  }

  void forget_if_idle(Target& target) {
    if (target.active > 0 || !target.waiting.empty()) return;
    if (target.standing == kUnknown) {
      targets_.erase(targets_.find(target.name));
      return;
    }
    target.in_idle = idle_.insert(idle_.end(), &target);
    if (idle_.size() <= limits_.remembered_targets) return;
    const std::string oldest = idle_.front()->name;
    idle_.pop_front();
    targets_.erase(targets_.find(oldest));
  }

  const FairLimits limits_;
  std::map<std::string, Target, std::less<>> targets_;  // ordered, not hashed: the keys are strangers' choice
  std::array<Shared, kStandings> shared_;
  Ring idle_;  // targets of known standing with nothing to do, the longest idle first
  Deadlines by_deadline_;
  std::size_t active_ = 0;
  std::size_t last_turn_ = 0;
};

}  // namespace doorward::net
