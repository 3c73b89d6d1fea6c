// What nghttp2 tells an Http2Session. Callbacks only note; see http2_session.h.
#include <memory>
#include <new>

#include "net/http2_session.h"

namespace doorward::net {
namespace {

// The peer may send this much of one body, and of all bodies together, ahead of what we have read.
constexpr std::int32_t kStreamWindow = 256 * 1024;
constexpr std::int32_t kConnectionWindow = 1024 * 1024;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

template <class T, void (*free)(T*)>
using Owned = std::unique_ptr<T, decltype([](T* pointer) { free(pointer); })>;

using OwnedCallbacks = Owned<nghttp2_session_callbacks, nghttp2_session_callbacks_del>;
using OwnedOptions = Owned<nghttp2_option, nghttp2_option_del>;

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
    Http2Session& s = self(user);
    const bool continuation = head->type == NGHTTP2_CONTINUATION;
    if (continuation) {
      if (++s.continuations_ > s.limits_.continuation_frames) s.flood(Refusal::kContinuationFlood);
    } else {
      s.continuations_ = 0;
    }
    if (head->type == NGHTTP2_HEADERS) {
      s.see_stream(head->stream_id);
      s.header_deadline_ = s.now_ + s.limits_.header_read;
    } else if (!continuation) {
      s.header_deadline_ = Clock::time_point::max();
    }
    // Here and not where frames are complete: nghttp2 ignores some without a word, such as those of closed streams.
    if (is_control(s, *head)) spend_control(s);
    return 0;
  }

  // Costs the peer nothing and brings no request on.
  static bool is_control(Http2Session& s, const nghttp2_frame_hd& head) {
    switch (head.type) {
      case NGHTTP2_HEADERS:  // trailers, and what comes for closed streams
        return head.stream_id <= nghttp2_session_get_last_proc_stream_id(s.nghttp2_);
      case NGHTTP2_DATA:
        return head.length == 0 && (head.flags & NGHTTP2_FLAG_END_STREAM) == 0;
      case NGHTTP2_CONTINUATION:  // has its own limit
      case NGHTTP2_RST_STREAM:    // and its own budget
        return false;
      default:
        return true;
    }
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) self(user).begin_request(frame->hd.stream_id);
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    Http2Session& s = self(user);
    if (s.flooded_) return NGHTTP2_ERR_CALLBACK_FAILURE;  // stop decoding at once
    // Trailers of a request are dropped: nobody may act on them.
    if (Stream* stream = s.find(frame->hd.stream_id); stream != nullptr && !stream->header_complete) {
      s.add_field(frame->hd.stream_id, *stream, view(name, name_size), view(value, value_size));
    }
    return 0;
  }

  static int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Session& s = self(user);
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        s.header_deadline_ = Clock::time_point::max();
        break;
      case NGHTTP2_DATA:
        // Nothing but padding.
        if (frame->hd.length > 0 && frame->hd.length <= frame->data.padlen) spend_control(s);
        break;
      case NGHTTP2_RST_STREAM:
        if (!s.resets_.spend(s.now_)) s.flood(Refusal::kResetFlood);
        if (Stream* given_up = s.find(frame->hd.stream_id)) given_up->request_complete = true;
        return 0;
      default:
        return 0;
    }
    Stream* stream = s.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const bool end_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS && !stream->header_complete) {
      s.header_complete(frame->hd.stream_id, *stream, end_stream);
    }
    if (end_stream) {
      stream->request_complete = true;
      if (stream->incoming) stream->incoming->end();
      s.ready_.push_back(frame->hd.stream_id);
    }
    return 0;
  }

  static void spend_control(Http2Session& s) {
    if (!s.controls_.spend(s.now_)) s.flood(Refusal::kControlFlood);
  }

  static int on_data_chunk(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
                           void* user) {
    self(user).add_body(id, view(data, size));
    return 0;
  }

  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame*, int, void* user) {
    self(user).note_malformed();
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Session& s = self(user);
    switch (frame->hd.type) {
      case NGHTTP2_RST_STREAM:
        // Whatever the peer did to make us reset, it may not do it without end (CVE-2025-8671).
        if (frame->rst_stream.error_code != NGHTTP2_NO_ERROR && !s.resets_.spend(s.now_)) s.flood(Refusal::kResetFlood);
        break;
      case NGHTTP2_GOAWAY:
        // nghttp2 ends some connections without a word to us.
        if (frame->goaway.error_code == NGHTTP2_ENHANCE_YOUR_CALM) {
          if (!s.ended_) s.connection_.site()->refused(Refusal::kControlFlood);
        } else if (frame->goaway.error_code != NGHTTP2_NO_ERROR && !s.ended_) {
          s.note_malformed();
        }
        break;
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA:
        if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.length >= Limits::kFrameThatCounts) {
          s.controls_.earn(Limits::kControlsPerFrame);
        }
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
          Stream* stream = s.find(frame->hd.stream_id);
          if (stream != nullptr && !stream->request_complete) s.half_done_.push_back(frame->hd.stream_id);
        }
        break;
      default:
        break;
    }
    return 0;
  }

  static int on_send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head, std::size_t size,
                          nghttp2_data_source*, void* user) {
    Http2Session& s = self(user);
    if (!s.put_data(frame->hd.stream_id, view(head, kFrameHeadBytes), size)) return NGHTTP2_ERR_CALLBACK_FAILURE;
    return s.output_.size() < s.limits_.output_bytes ? 0 : NGHTTP2_ERR_PAUSE;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    Http2Session& s = self(user);
    const auto at = s.streams_.find(id);
    if (at == s.streams_.end()) return 0;
    s.closed(id, at->second);
    s.forget(at->second);
    s.streams_.erase(at);
    if (s.streams_.empty()) s.idle_deadline_ = Clock::now() + s.limits_.idle;
    return 0;
  }
};

const nghttp2_session_callbacks* Http2Session::callbacks() {
  static const OwnedCallbacks callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    if (nghttp2_session_callbacks_new(&made) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_frame_callback(made, Callbacks::on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::on_data_chunk);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, Callbacks::on_invalid_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, Callbacks::on_frame_send);
    nghttp2_session_callbacks_set_send_data_callback(made, Callbacks::on_send_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::on_stream_close);
    return OwnedCallbacks(made);
  }();
  return callbacks.get();
}

const nghttp2_option* Http2Session::options() {
  static const OwnedOptions options = [] {
    nghttp2_option* made = nullptr;
    if (nghttp2_option_new(&made) != 0) throw std::bad_alloc();
    // A hundred of them, for priorities that RFC 9113 section 5.3 has given up; see_frame() does without.
    nghttp2_option_set_no_closed_streams(made, 1);
    return OwnedOptions(made);
  }();
  return options.get();
}

void Http2Session::submit_settings() {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits_.concurrent_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.header_bytes)},
  };
  nghttp2_submit_settings(nghttp2_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(nghttp2_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

}  // namespace doorward::net
