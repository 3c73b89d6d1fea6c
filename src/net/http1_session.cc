#include <algorithm>
#include <boost/asio/error.hpp>
#include <coroutine>
#include <cstring>
#include <string>
#include <utility>

#include "base/log.h"
#include "net/connection.h"
#include "net/http1_parser.h"
#include "net/http1_response.h"
#include "net/keep_little.h"

namespace doorward::net {
namespace {

constexpr std::size_t kFirstInput = 4 * 1024;   // most requests fit
constexpr std::size_t kMostKept = 16 * 1024;    // buffers above it are given back between requests
constexpr std::size_t kInlineBody = 16 * 1024;  // bodies up to it are copied behind the head: one write
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// HTTP/1.1 on one connection: one request after the other. Pipelined requests wait in the input.
class Http1Session final : public Session {
 public:
  Http1Session(Connection& connection, std::string bytes)
      : connection_(connection),
        limits_(connection.limits()),
        parser_(connection.limits()),
        input_(std::move(bytes)),
        end_(input_.size()) {}

  task<void> run() override;
  void drain() override;
  void tick(Clock::time_point now) override;
  void abort() override { give_up_handler(); }

 private:
  enum class Phase : std::uint8_t { kIdle, kHeader, kBody, kHandler, kWrite };

  // Resumes when the handler has answered or its time is over.
  struct Answered {
    Http1Session& session;
    bool await_ready() const noexcept { return session.exchange_->finished(); }
    void await_suspend(std::coroutine_handle<> awaiter) const noexcept { session.waiting_ = awaiter; }
    void await_resume() const noexcept {}
  };

  void enter(Phase phase, Limits::Time allowed) {
    phase_ = phase;
    deadline_ = Clock::now() + allowed;
  }
  void give_up_handler();
  void refuse(int status, Refusal refusal, std::string_view text);
  void rest();
  task<bool> read_request();
  Transport::Outcome try_read();
  task<bool> read_more();
  task<void> run_handler();
  task<bool> respond();
  task<bool> write(std::string_view data);
  task<bool> write_stream(bool chunked);
  void prepare_exchange();
  std::string_view unread() const { return std::string_view(input_).substr(begin_, end_ - begin_); }

  Connection& connection_;
  const Limits& limits_;
  Http1Parser parser_;
  std::shared_ptr<Exchange> exchange_;
  std::string input_;  // bytes [begin_, end_) are unread; the rest is room
  std::size_t begin_ = 0;
  std::size_t end_;
  std::string output_;
  std::coroutine_handle<> waiting_;
  Phase phase_ = Phase::kHeader;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point body_began_;
  bool timed_out_ = false;  // in the current phase
  bool between_ = false;    // run() waits for the next request
  bool keep_alive_ = true;
  bool draining_ = false;
};

void Http1Session::drain() {
  draining_ = true;
  if (phase_ == Phase::kIdle) connection_.transport().close();
}

void Http1Session::tick(Clock::time_point now) {
  if (now < deadline_) {
    if (phase_ == Phase::kHandler) connection_.tick_by(deadline_);
    if (between_ && now >= deadline_ - limits_.idle + kRestAfter) rest();
    return;
  }
  deadline_ = Clock::time_point::max();
  timed_out_ = true;
  switch (phase_) {
    case Phase::kHeader:
      connection_.site()->refused(Refusal::kHeaderTimeout);
      [[fallthrough]];
    case Phase::kIdle:
      return connection_.transport().close();
    case Phase::kBody:
      return connection_.transport().cancel();  // and 408
    case Phase::kWrite:
      connection_.site()->refused(Refusal::kWriteTimeout);
      return connection_.transport().close();
    case Phase::kHandler:
      connection_.site()->refused(Refusal::kHandlerTimeout);
      return give_up_handler();
  }
}

void Http1Session::give_up_handler() {
  if (!waiting_) return;
  exchange_->abandon();
  std::exchange(waiting_, nullptr).resume();
}

void Http1Session::prepare_exchange() {
  // A handler that was given up may still read the old one.
  if (exchange_ && exchange_->finished() && exchange_.use_count() == 1) {
    exchange_->recycle();
  } else {
    exchange_ = connection_.new_exchange(Protocol::kHttp11);
  }
  parser_.begin(exchange_->request);
}

// Gives back what the last request took.
void Http1Session::rest() {
  exchange_.reset();
  parser_.rest();
  std::string().swap(input_);
  std::string().swap(output_);
  begin_ = end_ = 0;
}

task<void> Http1Session::run() {
  while (keep_alive_) {
    if (begin_ == end_) enter(Phase::kIdle, limits_.idle);
    if (phase_ == Phase::kIdle && draining_) co_return;
    while (begin_ == end_) {
      between_ = true;
      const auto waited = co_await connection_.transport().readable();
      between_ = false;
      if (waited.error) co_return;
      if (const auto read = try_read(); read.error && read.error != boost::asio::error::would_block) co_return;
    }
    prepare_exchange();
    if (!co_await read_request()) co_return;
    if (!exchange_->finished()) co_await run_handler();
    if (!co_await respond()) co_return;
    keep_little(output_, 2 * kMostKept);
  }
  co_await connection_.close_gracefully();
}

// True when there is something to answer: a complete request, or a refusal already answered in the exchange.
task<bool> Http1Session::read_request() {
  enter(Phase::kHeader, limits_.header_read);
  timed_out_ = false;
  for (;;) {
    begin_ += parser_.feed(unread());
    switch (parser_.state()) {
      case Http1Parser::State::kComplete:
        keep_alive_ = parser_.keep_alive();
        co_return true;
      case Http1Parser::State::kRefused:
        refuse(parser_.refused().status, parser_.refused().refusal, parser_.refused().text);
        co_return true;
      case Http1Parser::State::kBody: {
        if (phase_ != Phase::kBody) {
          if (parser_.expects_continue() && begin_ == end_ && !co_await write(kContinue)) co_return false;
          phase_ = Phase::kBody;
          body_began_ = Clock::now();
        }
        const std::size_t arrived = exchange_->request.body.size();
        deadline_ = body_began_ + limits_.body_time(arrived);
        if (exchange_->hold(arrived)) break;
        refuse(503, Refusal::kAllUnreadBytes, "Too many requests are being received. Try again later.");
        co_return true;
      }
      case Http1Parser::State::kHeader:
        // An empty line is no beginning of a request.
        if (phase_ == Phase::kHeader && begin_ == end_) enter(Phase::kIdle, limits_.idle);
        if (phase_ == Phase::kIdle && begin_ != end_) enter(Phase::kHeader, limits_.header_read);
        if (phase_ == Phase::kIdle && draining_) co_return false;
        break;
    }
    // A read that was complete before the deadline cancelled it has come too late all the same.
    if (!co_await read_more() || timed_out_) {
      if (!timed_out_ || phase_ != Phase::kBody) co_return false;
      refuse(408, Refusal::kBodyTimeout, "The request body took too long.");
      co_return true;
    }
  }
}

void Http1Session::refuse(int status, Refusal refusal, std::string_view text) {
  keep_alive_ = false;
  connection_.site()->refused(refusal);
  connection_.settle_peer(exchange_->request);
  exchange_->refuse(status, text);
}

// What is there now, into room behind what is unread.
Transport::Outcome Http1Session::try_read() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (input_.size() > kMostKept) keep_little(input_, kMostKept);
    if (input_.empty()) input_.resize(kFirstInput);
  } else if (end_ == input_.size()) {
    if (begin_ > 0) {
      std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
    } else {
      input_.resize(std::max(kFirstInput, input_.size() * 2));
    }
  }
  const auto read = connection_.transport().try_read(boost::asio::buffer(input_.data() + end_, input_.size() - end_));
  end_ += read.size;
  return read;
}

// False when the peer is gone or the time is over.
task<bool> Http1Session::read_more() {
  for (;;) {
    if (const auto read = try_read(); read.error != boost::asio::error::would_block) co_return !read.error;
    const auto waited = co_await connection_.transport().readable();
    if (waited.error || timed_out_) co_return false;
  }
}

task<void> Http1Session::run_handler() {
  connection_.settle_peer(exchange_->request);
  exchange_->start([this] {
    if (waiting_) std::exchange(waiting_, nullptr).resume();
  });
  if (exchange_->finished()) co_return;
  phase_ = Phase::kHandler;
  deadline_ = exchange_->request.deadline;
  connection_.tick_by(deadline_);
  co_await Answered{*this};
  if (exchange_->finished()) co_return;
  exchange_ = Exchange::instead_of(*exchange_);
  keep_alive_ = false;
}

// False when the connection is of no more use.
task<bool> Http1Session::respond() {
  Response& response = exchange_->response;
  const Request& request = exchange_->request;
  const bool head = request.method == "HEAD";
  const bool no_content = head || has_no_content(response.status);
  keep_alive_ = keep_alive_ && !draining_;

  HeadOptions options;
  options.date = connection_.date();
  options.request_id = request.request_id;
  options.http10 = parser_.http10();
  if (response.stream || !response.trailers.empty()) {
    options.framing = options.http10 ? Framing::kUntilClose : Framing::kChunked;
    if (options.framing == Framing::kUntilClose && !no_content) keep_alive_ = false;
    if (has_no_content(response.status)) options.framing = Framing::kLength;
  }
  options.keep_alive = keep_alive_;
  exchange_->record(response.status);
  exchange_->drop_request();

  output_.clear();
  append_head(output_, response, options);
  if (no_content) co_return co_await write(output_);
  const bool chunked = options.framing == Framing::kChunked;
  if (response.stream) co_return co_await write_stream(chunked);
  if (chunked) {
    append_chunk(output_, response.body);
    append_last_chunk(output_, response.trailers);
    co_return co_await write(output_);
  }
  if (response.body.size() <= kInlineBody) {
    output_.append(response.body);
    co_return co_await write(output_);
  }
  co_return co_await write(output_) && co_await write(response.body);
}

// Pulls a piece only when the one before it has been taken by the socket.
task<bool> Http1Session::write_stream(bool chunked) {
  for (;;) {
    if (!co_await write(output_)) co_return false;
    output_.clear();
    deadline_ = Clock::time_point::max();
    auto piece = co_await Exchange::next_piece(exchange_);
    if (!piece) break;
    if (chunked) {
      append_chunk(output_, *piece);
    } else {
      output_ = *std::move(piece);
    }
  }
  if (!chunked) co_return true;
  append_last_chunk(output_, exchange_->response.trailers);
  co_return co_await write(output_);
}

task<bool> Http1Session::write(std::string_view data) {
  while (!data.empty()) {
    const std::string_view step = data.substr(0, Limits::kWriteStep);
    enter(Phase::kWrite, limits_.write);
    const auto written = co_await connection_.transport().write(step);
    if (written.error) co_return false;
    data.remove_prefix(step.size());
  }
  co_return true;
}

}  // namespace

std::unique_ptr<Session> make_http1_session(Connection& connection, std::string bytes) {
  return std::make_unique<Http1Session>(connection, std::move(bytes));
}

}  // namespace doorward::net
