#include "net/http2_session.h"

#include <array>
#include <boost/asio/error.hpp>
#include <utility>

#include "net/keep_little.h"

namespace doorward::net {
namespace {

constexpr std::size_t kInput = 16 * 1024;
constexpr std::size_t kMostKept = 16 * 1024;  // output memory kept while idle

}  // namespace

Http2Session::Http2Session(Connection& connection, std::string bytes)
    : connection_(connection),
      limits_(connection.limits()),
      early_bytes_(std::move(bytes)),
      nghttp2_(callbacks(), this, options()),
      alive_(std::make_shared<Http2Session*>(this)),
      resets_(limits_.reset_burst, limits_.resets_per_second, Clock::now()),
      controls_(limits_.control_burst, limits_.controls_per_second, Clock::now()),
      now_(Clock::now()),
      idle_deadline_(now_ + limits_.idle) {
  submit_settings();
}

Http2Session::~Http2Session() {
  for (auto& [id, stream] : streams_) forget(stream);
}

Http2Session::Stream* Http2Session::find(std::int32_t id) {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : &at->second;
}

// The peer or we gave the stream up: its handler runs on by itself and goes on counting.
void Http2Session::forget(Stream& stream) {
  unread_ -= std::exchange(stream.unread, 0);
  if (stream.incoming) stream.incoming->gone();
  if (stream.exchange->finished()) {
    stream.exchange->record(499);  // without effect when it was answered
    recycle(std::move(stream.exchange));
  } else if (stream.dispatched) {
    stream.exchange->record(499);
    stream.exchange->abandon([running = running_] { --*running; });
  }
}

task<void> Http2Session::run() {
  bool more = feed(std::exchange(early_bytes_, {}));
  while (more && (nghttp2_session_want_read(nghttp2_) != 0 || nghttp2_session_want_write(nghttp2_) != 0)) {
    // Waits without a buffer of its own: an idle connection keeps none.
    if (const auto waited = co_await connection_.transport().readable(); waited.error) break;
    thread_local std::array<char, kInput> buffer;
    const auto [error, size] = connection_.transport().try_read(boost::asio::buffer(buffer));
    if (error == boost::asio::error::would_block) continue;
    if (error) break;
    more = feed({buffer.data(), size});
  }
  struct WriterIdle {
    Http2Session& session;
    bool await_ready() const noexcept { return !session.writing_; }
    void await_suspend(std::coroutine_handle<> awaiter) const noexcept { session.waiting_for_writer_ = awaiter; }
    void await_resume() const noexcept {}
  };
  const bool polite = ended_ || nghttp2_session_want_read(nghttp2_) == 0;
  if (!polite) connection_.transport().close();
  co_await WriterIdle{*this};
  // A handler that answers now, or a tick, must not begin a write that nobody waits for: `this` goes soon.
  closing_ = true;
  if (polite) co_await connection_.close_gracefully();
}

// False when the connection is to be closed after what is queued has been sent.
bool Http2Session::feed(std::string_view bytes) {
  now_ = Clock::now();
  malformed_noted_ = false;
  ssize_t used = 0;
  while (used >= 0 && !bytes.empty() && !flooded_ && fault_ == NGHTTP2_NO_ERROR) {
    const std::string_view some = bytes.substr(0, see_frames(bytes));
    used = nghttp2_session_mem_recv(nghttp2_, reinterpret_cast<const std::uint8_t*>(some.data()), some.size());
    bytes.remove_prefix(some.size());
  }
  // nghttp2 counts some floods too, in newer versions, and may be the first to see them.
  if (used == NGHTTP2_ERR_FLOODED) flood(Refusal::kControlFlood);
  if (used < 0 && continuations_ >= limits_.continuation_frames) flood(Refusal::kContinuationFlood);
  if (flooded_) {
    connection_.site()->refused(*flooded_);
    end_with(NGHTTP2_ENHANCE_YOUR_CALM);
  } else if (used < 0 || fault_ != NGHTTP2_NO_ERROR) {
    note_malformed();
    end_with(used < 0 ? static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR) : fault_);
  } else {
    process();
  }
  flush();
  return !ended_;
}

// What the callbacks noted, now that nghttp2 may be called.
void Http2Session::process() {
  for (const auto& [id, code] : std::exchange(overloaded_, {})) {
    nghttp2_submit_rst_stream(nghttp2_, NGHTTP2_FLAG_NONE, id, code);
  }
  for (const std::int32_t id : std::exchange(continue_, {})) {
    if (find(id) == nullptr) continue;
    std::uint8_t name[] = ":status", value[] = "100";
    const nghttp2_nv status{name, value, 7, 3, NGHTTP2_NV_FLAG_NONE};
    nghttp2_submit_headers(nghttp2_, NGHTTP2_FLAG_NONE, id, nullptr, &status, 1, nullptr);
  }
  // Reuses the vector's memory; a handler that answers at once adds nothing here.
  for (const std::int32_t id : ready_) dispatch(id);
  ready_.clear();
}

void Http2Session::flood(Refusal refusal) {
  if (!flooded_) flooded_ = refusal;
}

void Http2Session::note_malformed() {
  if (!std::exchange(malformed_noted_, true)) connection_.site()->refused(Refusal::kMalformed);
}

void Http2Session::end_with(std::uint32_t error_code) {
  if (std::exchange(ended_, true)) return;
  nghttp2_session_terminate_session(nghttp2_, error_code);
}

void Http2Session::flush() {
  if (writing_ || closing_) return;  // the loop will see it, or nobody
  fill_output();
  if (output_.empty() && hungry_.empty()) {
    // Nothing more to say and nothing more to hear: the read in progress ends.
    if (nghttp2_session_want_read(nghttp2_) == 0) connection_.transport().cancel();
    return;
  }
  writing_ = true;
  start_task(write_loop(), [this](const std::exception_ptr& error) {
    if (error) connection_.transport().close();
    writing_ = false;
    if (nghttp2_session_want_read(nghttp2_) == 0 && nghttp2_session_want_write(nghttp2_) == 0) {
      connection_.transport().cancel();
    }
    if (waiting_for_writer_) std::exchange(waiting_for_writer_, nullptr).resume();
  });
}

// As many frames as fit one write.
void Http2Session::fill_output() {
  output_.clear();
  bool submitted = false;
  do {
    submitted = false;
    while (output_.size() < limits_.output_bytes) {
      const std::uint8_t* bytes = nullptr;
      const auto size = nghttp2_session_mem_send(nghttp2_, &bytes);
      if (size <= 0) break;
      output_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    // What the callbacks noted while sending.
    if (flooded_ && !ended_) {
      connection_.site()->refused(*flooded_);
      end_with(NGHTTP2_ENHANCE_YOUR_CALM);
      submitted = true;
    }
    for (const std::int32_t id : std::exchange(half_done_, {})) {
      nghttp2_submit_rst_stream(nghttp2_, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
      submitted = true;
    }
  } while (submitted);
}

task<void> Http2Session::write_loop() {
  while (!output_.empty() || !hungry_.empty()) {
    if (!output_.empty()) {
      write_deadline_ = Clock::now() + limits_.write;
      const auto written = co_await connection_.transport().write(output_);
      write_deadline_ = Clock::time_point::max();
      if (written.error) {
        connection_.transport().close();
        break;
      }
    }
    for (const std::int32_t id : std::exchange(hungry_, {})) pull(id);
    fill_output();
  }
  keep_little(output_, kMostKept);
}

void Http2Session::drain() {
  if (ended_) return;
  // Streams above the last one we took are not processed; a peer repeats them elsewhere (RFC 9113 section 6.8).
  nghttp2_submit_goaway(nghttp2_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(nghttp2_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  for (auto& [id, stream] : streams_) {
    if (stream.incoming) stream.incoming->drain();
  }
  flush();
}

void Http2Session::abort() {
  for (auto& [id, stream] : streams_) {
    if (!stream.exchange->finished() && stream.dispatched)
      stream.exchange->abandon([running = running_] { --*running; });
  }
}

void Http2Session::tick(Clock::time_point now) {
  if (nghttp2_.resting() && now < idle_deadline_) return;
  if (now >= write_deadline_) {
    connection_.site()->refused(Refusal::kWriteTimeout);
    return connection_.transport().close();
  }
  if (now >= header_deadline_) {
    connection_.site()->refused(Refusal::kHeaderTimeout);
    header_deadline_ = Clock::time_point::max();
    end_with(NGHTTP2_ENHANCE_YOUR_CALM);
  }
  if (streams_.empty() && now >= idle_deadline_) end_with(NGHTTP2_NO_ERROR);
  for (auto& [id, stream] : streams_) tick_stream(id, stream, now);
  flush();
  const bool idle = streams_.empty() && !writing_ && !ended_ && header_deadline_ == Clock::time_point::max();
  if (idle && now >= now_ + kRestAfter) rest();
}

// Gives back what the last requests took.
void Http2Session::rest() {
  streams_.rehash(0);
  keep_little(spare_, 0);
  keep_little(ready_, 0);
  keep_little(continue_, 0);
  keep_little(half_done_, 0);
  keep_little(overloaded_, 0);
  keep_little(hungry_, 0);
  keep_little(output_, 0);
  nghttp2_.rest();
}

// Only submits, so the map does not change meanwhile: streams go when nghttp2 says so.
void Http2Session::tick_stream(std::int32_t id, Stream& stream, Clock::time_point now) {
  if (stream.exchange->expired(now)) {
    connection_.site()->refused(Refusal::kHandlerTimeout);
    auto instead = Exchange::instead_of(*stream.exchange);
    stream.exchange->abandon([running = running_] { --*running; });
    stream.exchange = std::move(instead);
    return respond(id);
  }
  if (stream.incoming) stream.incoming->tick(now);
  if (stream.dispatched && !stream.exchange->finished()) connection_.tick_by(stream.exchange->request.deadline);
  if (now < stream.deadline) return;
  stream.deadline = Clock::time_point::max();
  if (!stream.dispatched) {
    refuse(id, stream, 408, Refusal::kBodyTimeout, "The request body took too long.");
    dispatch(id);
  } else {
    connection_.site()->refused(Refusal::kWriteTimeout);
    nghttp2_submit_rst_stream(nghttp2_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
}

std::unique_ptr<Session> make_http2_session(Connection& connection, std::string bytes) {
  return std::make_unique<Http2Session>(connection, std::move(bytes));
}

}  // namespace doorward::net
