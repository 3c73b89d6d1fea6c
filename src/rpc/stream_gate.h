// Counts open streams: they need no token and hold memory for as long as their peers like.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::rpc {

// Thread-safe. Permits may outlive it.
class StreamGate {
 public:
  StreamGate(std::size_t total, std::size_t per_source) : state_(std::make_shared<State>(total, per_source)) {}

  // A place, given back when it is destroyed.
  class Permit;

  // nullopt when there are too many, of all or of the source of `peer`: an IPv4 address or an IPv6 /64.
  std::optional<Permit> admit(std::string_view peer) const;

 private:
  struct State {
    State(std::size_t t, std::size_t s) : total(t), per_source(s) {}
    const std::size_t total;
    const std::size_t per_source;
    std::mutex mutex;
    std::size_t open = 0;
    std::map<std::string, std::size_t, std::less<>> by_source;
  };

  std::shared_ptr<State> state_;
};

class StreamGate::Permit {
 public:
  Permit(std::shared_ptr<State> state, std::string source) : state_(std::move(state)), source_(std::move(source)) {}
  Permit(Permit&&) = default;
  Permit& operator=(Permit&&) = delete;
  ~Permit();

 private:
  std::shared_ptr<State> state_;  // null when moved from
  std::string source_;
};

}  // namespace doorward::rpc
