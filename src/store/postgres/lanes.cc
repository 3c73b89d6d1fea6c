#include "store/postgres/lanes.h"

#include <algorithm>

#include "store/sql/errors.h"

namespace doorward::store {

std::optional<Error> Lanes::refusal() const {
  if (closed_) return unavailable("the store is closing");
  if (waiting_ >= limit_) return busy();
  return std::nullopt;
}

std::optional<Error> Lanes::add(const std::string& key, WaitingWrite& write) {
  {
    const std::lock_guard lock(mutex_);
    if (auto refused = refusal()) return refused;
    ++waiting_;
    if (key.empty()) {
      keyless_.push_back(std::move(write));
      line_.emplace_back(KeylessTurn{});
    } else {
      Lane& lane = lanes_[key];
      lane.writes.push_back(std::move(write));
      if (lane.running || lane.writes.size() > 1) return std::nullopt;  // it has its place, or gets one when done
      line_.emplace_back(key);
    }
  }
  changed_.notify_one();
  return std::nullopt;
}

std::optional<Error> Lanes::add(WaitingRead& read) {
  {
    const std::lock_guard lock(mutex_);
    if (auto refused = refusal()) return refused;
    ++waiting_;
    line_.emplace_back(std::move(read));
  }
  changed_.notify_one();
  return std::nullopt;
}

std::optional<Lanes::Work> Lanes::take() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !line_.empty(); });
    if (line_.empty()) return std::nullopt;
    Turn turn = std::move(line_.front());
    line_.pop_front();
    if (auto work = take_turn(turn)) return work;
  }
}

std::optional<Lanes::Work> Lanes::take_turn(Turn& turn) {
  if (auto* read = std::get_if<WaitingRead>(&turn)) {
    --waiting_;
    return Work(std::move(*read));
  }
  Batch batch;
  std::deque<WaitingWrite>* source = &keyless_;
  std::size_t limit = keyless_limit_;
  if (const auto* key = std::get_if<std::string>(&turn)) {
    Lane& lane = lanes_[*key];
    lane.running = true;
    batch.key = *key;
    source = &lane.writes;
    limit = batch_limit_;
  }
  const std::size_t count = std::min(source->size(), limit);
  for (std::size_t i = 0; i < count; ++i) {
    batch.writes.push_back(std::move(source->front()));
    source->pop_front();
  }
  waiting_ -= count;
  if (count == 0) return std::nullopt;  // another turn took it along
  return Work(std::move(batch));
}

void Lanes::done(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    const auto lane = lanes_.find(key);
    if (lane == lanes_.end()) return;
    lane->second.running = false;
    if (lane->second.writes.empty()) {
      lanes_.erase(lane);
      return;
    }
    line_.emplace_back(key);
  }
  changed_.notify_one();
}

void Lanes::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

std::size_t Lanes::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace doorward::store
