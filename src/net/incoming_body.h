// Internal: what an HTTP/2 session tells a handler that reads its request while it arrives.
#pragma once

#include <coroutine>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "net/http.h"

namespace doorward::net {

// On one I/O thread. The session reports from nghttp2's callbacks, so the handler is resumed from the thread's queue,
// never from inside a report. It must be told gone() at the latest when the session ends.
class IncomingBody final : public Incoming {
 public:
  // Keeps at most `limit` bytes that the handler has not read.
  explicit IncomingBody(std::size_t limit) : limit_(limit), home_(Executor::current()) {}

  task<Event> wait(std::chrono::steady_clock::time_point until) override;

  // False, and nothing kept, when the handler has fallen too far behind.
  bool push(std::string_view bytes);
  void end();
  void drain();
  void gone();
  void tick(std::chrono::steady_clock::time_point now);

 private:
  struct Something;
  bool something() const { return gone_ || time_up_ || !unread_.empty() || end_untold_ || drain_untold_; }
  void wake();

  const std::size_t limit_;
  Executor* const home_;
  std::string unread_;
  bool end_untold_ = false;
  bool drain_untold_ = false;
  bool time_up_ = false;
  bool gone_ = false;
  std::chrono::steady_clock::time_point until_;
  std::coroutine_handle<> waiter_;
};

}  // namespace doorward::net
