// Internal: HTTP/2 on one connection (RFC 9113), with nghttp2 as a state machine in memory.
//
// nghttp2 is fed and emptied only by run(), process() and write_loop(); its callbacks note what happened and never call
// back into it (but for nghttp2_submit_trailer, which it allows in a data source). A stream can be gone after every
// co_await and every callback: it is always looked up again by its id.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/budget.h"
#include "net/connection.h"
#include "net/http2_memory.h"
#include "net/incoming_body.h"

namespace doorward::net {

class Http2Session final : public Session {
 public:
  Http2Session(Connection& connection, std::string bytes);
  ~Http2Session() override;

  task<void> run() override;
  void drain() override;
  void tick(Clock::time_point now) override;
  void abort() override;

 private:
  static constexpr std::size_t kPrefaceBytes = 24;   // RFC 9113 section 3.4
  static constexpr std::size_t kFrameHeadBytes = 9;  // section 4.1

  struct Stream {
    std::shared_ptr<Exchange> exchange;
    std::shared_ptr<IncomingBody> incoming;  // its handler reads the body as it arrives
    std::string path;                        // :path as sent
    std::string authority;                   // :authority as sent
    std::size_t header_bytes = 0;
    std::size_t unread = 0;  // what it counts in unread_
    bool header_complete = false;
    bool request_complete = false;  // or given up by the peer: nothing more of it comes
    bool dispatched = false;        // answered by the handler or in its place
    Clock::time_point body_began;
    // Of the body while it arrives, then of what the peer must take.
    Clock::time_point deadline = Clock::time_point::max();
    std::size_t sent = 0;       // of body or piece
    std::size_t step_left = 0;  // bytes until the deadline moves on
    std::string piece;          // of a streamed body
    bool pulling = false;
    bool stream_ended = false;
    int refused_status = 0;  // set while the header or body arrives, answered by process()
    std::string_view refused_text;
  };

  // -- http2_session.cc
  bool feed(std::string_view bytes);
  void process();
  void flush();
  task<void> write_loop();
  void fill_output();
  void flood(Refusal refusal);
  void note_malformed();
  void end_with(std::uint32_t error_code);
  Stream* find(std::int32_t id);
  void tick_stream(std::int32_t id, Stream& stream, Clock::time_point now);
  void forget(Stream& stream);
  void rest();

  // -- http2_request.cc
  void see_stream(std::int32_t id);
  std::size_t see_frames(std::string_view bytes);
  void see_frame(std::uint8_t type, std::size_t size, std::int32_t id);
  void closed(std::int32_t id, const Stream& stream);
  void begin_request(std::int32_t id);
  void add_field(std::int32_t id, Stream& stream, std::string_view name, std::string_view value);
  void refuse(std::int32_t id, Stream& stream, int status, Refusal refusal, std::string_view text);
  void header_complete(std::int32_t id, Stream& stream, bool end_stream);
  void add_body(std::int32_t id, std::string_view data);
  bool keep(std::int32_t id, Stream& stream, std::size_t bytes);
  void dispatch(std::int32_t id);
  void recycle(std::shared_ptr<Exchange> exchange);

  // -- http2_response.cc
  void respond(std::int32_t id);
  void submit_head(std::int32_t id, Stream& stream);
  std::ptrdiff_t produce(std::int32_t id, std::size_t room, std::uint32_t& flags);
  bool put_data(std::int32_t id, std::string_view head, std::size_t size);
  void pull(std::int32_t id);

  // -- http2_callbacks.cc
  struct Callbacks;
  static const nghttp2_session_callbacks* callbacks();
  static const nghttp2_option* options();
  void submit_settings();

  Connection& connection_;
  const Limits& limits_;
  std::string early_bytes_;
  Http2State nghttp2_;
  std::unordered_map<std::int32_t, Stream> streams_;
  std::vector<std::shared_ptr<Exchange>> spare_;

  // What the callbacks noted for process().
  std::vector<std::int32_t> ready_;
  std::vector<std::int32_t> continue_;   // to be sent 100
  std::vector<std::int32_t> half_done_;  // answered before the request was complete: reset without error
  std::vector<std::pair<std::int32_t, std::uint32_t>> overloaded_;  // to be reset with this code
  std::vector<std::int32_t> hungry_;                                // streams whose next piece may be pulled

  std::string output_;
  bool writing_ = false;
  std::coroutine_handle<> waiting_for_writer_;
  bool ended_ = false;    // a final GOAWAY is submitted
  bool closing_ = false;  // run() is at its end: no write may begin

  // Handlers of this connection that run, also of streams that are gone: a peer cannot start more by resetting.
  std::shared_ptr<std::size_t> running_ = std::make_shared<std::size_t>(0);
  // Expires with the session; what is still suspended in a body stream asks it before touching `this`.
  std::shared_ptr<Http2Session*> alive_;

  std::size_t unread_ = 0;  // fields and bodies of requests without answer
  std::size_t continuations_ = 0;
  std::int32_t last_id_ = -1;
  std::vector<std::pair<std::int32_t, std::int32_t>> skipped_;  // ids that may never be opened: first and last
  std::vector<std::int32_t> complete_;                          // the last streams whose request and answer are over
  std::size_t oldest_complete_ = 0;                             // the place of the next, once there are enough
  std::array<std::uint8_t, kFrameHeadBytes> frame_head_{};      // as far as it has arrived
  std::size_t frame_head_size_ = 0;
  std::size_t frame_left_ = kPrefaceBytes;  // until the next head
  std::uint32_t fault_ = NGHTTP2_NO_ERROR;  // of the peer, which nghttp2 does not see
  bool malformed_noted_ = false;            // since the last read
  std::optional<Refusal> flooded_;
  Budget resets_;
  Budget controls_;
  Clock::time_point now_;  // of the current read: spares a clock call for each frame
  Clock::time_point header_deadline_ = Clock::time_point::max();
  Clock::time_point idle_deadline_;
  Clock::time_point write_deadline_ = Clock::time_point::max();
};

}  // namespace doorward::net
