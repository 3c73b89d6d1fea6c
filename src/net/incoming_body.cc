#include "net/incoming_body.h"

#include <utility>

namespace doorward::net {

struct IncomingBody::Something {
  IncomingBody& body;
  bool await_ready() const noexcept { return body.something(); }
  void await_suspend(std::coroutine_handle<> awaiter) const noexcept { body.waiter_ = awaiter; }
  void await_resume() const noexcept {}
};

task<Incoming::Event> IncomingBody::wait(std::chrono::steady_clock::time_point until) {
  time_up_ = false;
  until_ = until;
  co_await Something{*this};
  if (gone_) co_return Event{What::kGone, {}};
  if (!unread_.empty()) co_return Event{What::kPiece, std::exchange(unread_, {})};
  if (std::exchange(end_untold_, false)) co_return Event{What::kEnd, {}};
  if (std::exchange(drain_untold_, false)) co_return Event{What::kDraining, {}};
  co_return Event{What::kTime, {}};
}

bool IncomingBody::push(std::string_view bytes) {
  if (bytes.size() > limit_ - unread_.size()) return false;
  unread_.append(bytes);
  wake();
  return true;
}

void IncomingBody::end() {
  end_untold_ = true;
  wake();
}

void IncomingBody::drain() {
  drain_untold_ = true;
  wake();
}

void IncomingBody::gone() {
  gone_ = true;
  wake();
}

void IncomingBody::tick(std::chrono::steady_clock::time_point now) {
  if (!waiter_ || now < until_) return;
  time_up_ = true;
  wake();
}

void IncomingBody::wake() {
  if (waiter_) home_->post([waiter = std::exchange(waiter_, nullptr)] { waiter.resume(); });
}

}  // namespace doorward::net
