#include "async/timer.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "async/io_context.h"
#include "base/completion.h"

namespace doorward::async {

// Touched only on its I/O thread; outlives the Timer when a cancel() is still on its way.
struct Timer::State : std::enable_shared_from_this<Timer::State> {
  explicit State(IoThread& thread) : loop(thread), timer(thread.context()) {}

  void begin(std::chrono::nanoseconds duration, Completion<bool>::Deliver deliver) {
    if (std::exchange(cancelled, false)) return deliver(false);
    waiting = std::move(deliver);
    timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(duration));
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      std::exchange(self->waiting, nullptr)(!error);
    });
  }

  void cancel() {
    // When the expiry is already queued, that wait ends by itself, as if in time: the next one must not begin.
    if (!waiting || timer.cancel() == 0) cancelled = true;
  }

  IoThread& loop;
  boost::asio::steady_timer timer;
  Completion<bool>::Deliver waiting;
  bool cancelled = false;
};

Timer::Timer(IoThreads& threads) : state_(std::make_shared<State>(threads.thread(0))) {}
Timer::~Timer() = default;

task<bool> Timer::sleep_for(std::chrono::nanoseconds duration) {
  co_return co_await Completion<bool>([state = state_, duration](Completion<bool>::Deliver deliver) {
    IoThread& loop = state->loop;
    loop.post(
        [state, duration, deliver = std::move(deliver)]() mutable { state->begin(duration, std::move(deliver)); });
  });
}

void Timer::cancel() {
  state_->loop.post([state = state_] { state->cancel(); });
}

task<void> sleep_for(IoThreads& threads, std::chrono::nanoseconds duration) {
  Timer timer(threads);
  co_await timer.sleep_for(duration);
}

}  // namespace doorward::async
