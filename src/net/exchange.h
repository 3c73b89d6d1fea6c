// Internal: one request on its way through the handler.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "base/executor.h"
#include "net/http.h"
#include "net/site.h"

namespace doorward::net {

using Clock = std::chrono::steady_clock;

// Outlives its connection while the handler runs. On one I/O thread.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(std::shared_ptr<const Site> site) : site_(std::move(site)) {}
  ~Exchange() { release(); }

  Request request;
  Response response;  // valid once finished()

  // The request is complete: gives it its id and deadline, counts it, and calls the handler. Afterwards either
  // finished() is true, or `on_finished` will be called once, on this thread, unless abandon() comes first.
  void start(std::move_only_function<void()> on_finished);
  // Answers in place of the handler, for requests that never reach it.
  void refuse(int status, std::string_view text);
  // What answers in place of the handler of `late`, which is abandoned and runs on with its request.
  static std::shared_ptr<Exchange> instead_of(Exchange& late);

  // Accounts for a body of `bytes` in all, of which more may come. False when all bodies of the server are too large
  // together (Limits::all_unread_bytes). Given back by drop_request(), recycle() and the end.
  bool hold(std::size_t bytes);
  // Frees the fields and the body of a request that has been answered.
  void drop_request();

  bool finished() const { return finished_; }
  bool expired(Clock::time_point now) const { return !finished_ && started_ && now >= request.deadline; }
  // The handler's answer is not wanted any more; it runs on by itself. `on_finished` is then called at its end.
  void abandon(std::move_only_function<void()> on_finished = nullptr) { on_finished_ = std::move(on_finished); }

  // The next piece of response.stream. After the last one the trailers are settled. Keeps `exchange` alive meanwhile;
  // an exception of the stream, also one before there was a task, leaves through the co_await.
  static task<std::optional<std::string>> next_piece(std::shared_ptr<Exchange> exchange);

  // Counts and logs the answer; once, when the status is settled.
  void record(int status);

  // Back to an empty exchange that keeps a little memory for the next request. Only when finished and not shared.
  void recycle();

 private:
  void begin();
  Response too_late() const;
  // As the edge of the request's path would say it.
  Response in_form(int status, Response plain) const;
  void drop_unsendable(Headers& headers) const;
  void release();
  void finish(const std::exception_ptr& error, std::optional<Response> answer);
  void check_response();

  const std::shared_ptr<const Site> site_;
  std::move_only_function<void()> on_finished_;
  std::size_t held_ = 0;
  Clock::time_point started_at_;
  bool started_ = false;
  bool finished_ = false;
  bool recorded_ = false;
};

}  // namespace doorward::net
