// A map that never holds more than twice its generation size: new entries fill a young generation; when that is full it
// becomes the old one and what was old is dropped. An entry that is found moves to the young generation, so what is in
// use stays. All operations take constant time. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace doorward {

template <class Value>
class GenerationCache {
 public:
  explicit GenerationCache(std::size_t generation_size) : generation_size_(generation_size) {}

  // Valid until the next call of a member.
  Value* find(const std::string& key) {
    if (const auto young = young_.find(key); young != young_.end()) return &young->second;
    auto node = old_.extract(key);
    if (node.empty()) return nullptr;
    make_room();
    return &young_.insert(std::move(node)).position->second;
  }

  Value& put(const std::string& key, Value value) {
    old_.erase(key);
    if (!young_.contains(key)) make_room();
    return young_.insert_or_assign(key, std::move(value)).first->second;
  }

  void erase(const std::string& key) {
    young_.erase(key);
    old_.erase(key);
  }

  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  void make_room() {
    if (young_.size() < generation_size_) return;
    old_ = std::move(young_);
    young_.clear();
  }

  std::size_t generation_size_;
  std::unordered_map<std::string, Value> young_;
  std::unordered_map<std::string, Value> old_;
};

}  // namespace doorward
