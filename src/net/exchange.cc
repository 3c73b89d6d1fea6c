#include "net/exchange.h"

#include <algorithm>
#include <utility>

#include "base/completion.h"
#include "base/log.h"
#include "net/http1_response.h"
#include "net/keep_little.h"

namespace doorward::net {
namespace {

// An idle connection keeps its exchange, and there may be ten thousand of them: what one large request or answer took
// is given back.
constexpr std::size_t kMostKeptBytes = 16 * 1024;
constexpr std::size_t kMostKeptHeaders = 32;

std::string what(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace

void Exchange::begin() {
  started_ = true;
  started_at_ = Clock::now();
  request.deadline = started_at_ + site_->limits().handler;
  request.request_id = site_->options.next_request_id();
  if (site_->options.observer) site_->options.observer->request_started(request.protocol);
}

void Exchange::start(std::move_only_function<void()> on_finished) {
  begin();
  if (site_->options.patience) {
    const auto patience = site_->options.patience(request);
    if (patience && *patience < site_->limits().handler) {
      request.deadline = started_at_ + std::chrono::duration_cast<Clock::duration>(*patience);
    }
  }
  Executor* home = Executor::current();
  auto done = [self = shared_from_this(), home](const std::exception_ptr& error, std::optional<Response> answer) {
    if (Executor::current() == home) return self->finish(error, std::move(answer));
    home->post([self, error, answer = std::move(answer)]() mutable { self->finish(error, std::move(answer)); });
  };
  try {
    start_task(site_->options.handler(request), std::move(done));
  } catch (...) {  // from the handler itself, before there was a task
    finish(std::current_exception(), std::nullopt);
  }
  if (!finished_) on_finished_ = std::move(on_finished);
}

void Exchange::refuse(int status, std::string_view text) {
  begin();
  response = in_form(status, refusal_response(status, text));
  finished_ = true;
}

Response Exchange::in_form(int status, Response plain) const {
  auto formed = site_->options.refused ? site_->options.refused(request, status) : std::nullopt;
  return formed ? *std::move(formed) : std::move(plain);
}

Response Exchange::too_late() const {
  if (!site_->options.too_late) return refusal_response(503, "The request took too long.");
  return site_->options.too_late(request);
}

std::shared_ptr<Exchange> Exchange::instead_of(Exchange& late) {
  late.abandon();
  late.recorded_ = true;
  auto exchange = std::make_shared<Exchange>(late.site_);
  // Not headers and body: they may be large, and the late handler still reads its own.
  exchange->request.method = late.request.method;
  exchange->request.path = late.request.path;
  exchange->request.protocol = late.request.protocol;
  exchange->request.tls = late.request.tls;
  exchange->request.peer = late.request.peer;
  exchange->request.request_id = late.request.request_id;
  exchange->request.deadline = late.request.deadline;
  exchange->response = late.too_late();
  exchange->started_at_ = late.started_at_;
  exchange->started_ = exchange->finished_ = true;
  return exchange;
}

void Exchange::finish(const std::exception_ptr& error, std::optional<Response> answer) {
  if (error) {
    log::error("http.handler_failed",
               {{"request_id", request.request_id}, {"path", request.path}, {"error", what(error)}});
    if (site_->options.observer) site_->options.observer->handler_failed();
    response =
        in_form(500, text_response(500, "Doorward could not complete the request because of an internal error."));
  } else {
    response = *std::move(answer);
    check_response();
  }
  finished_ = true;
  if (auto resume = std::exchange(on_finished_, nullptr)) resume();
}

// A field that cannot be sent as it is would split the response or break the peer's parser: it is left out.
void Exchange::check_response() {
  drop_unsendable(response.headers);
  drop_unsendable(response.trailers);
}

void Exchange::drop_unsendable(Headers& headers) const {
  std::erase_if(headers, [this](const Header& header) {
    if (is_sendable(header)) return false;
    log::error("http.header_not_sendable", {{"request_id", request.request_id}, {"path", request.path}});
    return true;
  });
}

task<std::optional<std::string>> Exchange::next_piece(std::shared_ptr<Exchange> exchange) {
  auto piece = co_await exchange->response.stream();
  if (!piece && exchange->response.final_trailers) {
    exchange->response.trailers = exchange->response.final_trailers();
    exchange->drop_unsendable(exchange->response.trailers);
  }
  co_return piece;
}

void Exchange::record(int status) {
  if (std::exchange(recorded_, true)) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_at_);
  if (site_->options.observer) site_->options.observer->request_finished(request.protocol, status, took);
  // At full load a line for each request would cost more than some requests.
  const log::Level level = status >= 500 ? log::Level::kWarning : log::Level::kDebug;
  if (!log::enabled(level)) return;
  log::write(level, "http.request",
             {{"request_id", request.request_id},
              {"method", request.method},
              {"path", request.path},
              {"status", status},
              {"micros", took.count()},
              {"peer", request.peer},
              {"protocol", request.protocol == Protocol::kHttp2 ? "h2" : "http/1.1"}});
}

bool Exchange::hold(std::size_t bytes) {
  if (bytes <= Limits::kFreeBytes || bytes <= held_) return true;
  const std::size_t more = bytes - std::exchange(held_, bytes);
  return site_->unread_bytes.fetch_add(more, std::memory_order_relaxed) + more <= site_->limits().all_unread_bytes;
}

void Exchange::release() {
  if (held_ > 0) site_->unread_bytes.fetch_sub(std::exchange(held_, 0), std::memory_order_relaxed);
}

void Exchange::drop_request() {
  release();
  keep_little(request.headers, kMostKeptHeaders);
  keep_little(request.body, kMostKeptBytes);
}

void Exchange::recycle() {
  release();
  request.method.clear();
  keep_little(request.path, kMostKeptBytes);
  keep_little(request.query, kMostKeptBytes);
  keep_little(request.headers, kMostKeptHeaders);
  keep_little(request.body, kMostKeptBytes);
  response.status = 200;
  keep_little(response.headers, kMostKeptHeaders);
  keep_little(response.body, kMostKeptBytes);
  request.incoming = nullptr;
  response.stream = nullptr;
  response.final_trailers = nullptr;
  response.trailers.clear();
  started_ = finished_ = recorded_ = false;
}

}  // namespace doorward::net
