// Internal to async/ and net/: makes any Asio operation awaitable inside a task<T>.
//
//   auto [error, size] = co_await socket.async_read_some(buffer, async::use_task);
//
// The operation starts when it is awaited and resumes the coroutine from the event loop, on the I/O object's thread.
// No exception, no allocation besides Asio's own (recycled) operation.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/system/error_code.hpp>
#include <coroutine>
#include <optional>
#include <tuple>
#include <utility>

namespace doorward::async {

struct UseTask {};
inline constexpr UseTask use_task{};

namespace detail {

template <class Initiation, class Init, class... Values>
class OperationAwaiter {
 public:
  using Outcome = std::tuple<Values...>;

  OperationAwaiter(Initiation initiation, Init arguments)
      : initiation_(std::move(initiation)), arguments_(std::move(arguments)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) {
    std::apply(
        [&](auto&&... arguments) {
          std::move(initiation_)(
              [this, awaiter](Values... values) {
                outcome_.emplace(std::move(values)...);
                awaiter.resume();
              },
              std::forward<decltype(arguments)>(arguments)...);
        },
        std::move(arguments_));
  }
  Outcome await_resume() { return *std::move(outcome_); }

 private:
  Initiation initiation_;
  Init arguments_;
  std::optional<Outcome> outcome_;
};

}  // namespace detail
}  // namespace doorward::async

template <class... Values>
class boost::asio::async_result<doorward::async::UseTask, void(Values...)> {
 public:
  template <class Initiation, class... Arguments>
  static auto initiate(Initiation&& initiation, doorward::async::UseTask, Arguments&&... arguments) {
    using Init = std::tuple<std::decay_t<Arguments>...>;
    return doorward::async::detail::OperationAwaiter<std::decay_t<Initiation>, Init, Values...>(
        std::forward<Initiation>(initiation), Init(std::forward<Arguments>(arguments)...));
  }
};
