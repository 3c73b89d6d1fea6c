// An HTTP/2 client on a SocketClient: nghttp2 keeps the state, the test decides what is sent and when.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/socket_client.h"

namespace doorward::testing {

class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Reply {
    Fields fields;  // of the final header block, :status first
    Fields trailers;
    std::string body;
    bool continued = false;  // a 100 came first
    bool header_done = false;
    bool closed = false;
    std::uint32_t error_code = 0;  // of the reset, when closed by one

    std::string field(std::string_view name) const { return find(fields, name); }
    std::string trailer(std::string_view name) const { return find(trailers, name); }

   private:
    static std::string find(const Fields& in, std::string_view name) {
      for (const auto& [n, v] : in) {
        if (n == name) return v;
      }
      return {};
    }
  };

  // With `window` the server may send that much on each stream and never more.
  explicit Http2Client(SocketClient& socket, std::optional<std::uint32_t> window = std::nullopt) : socket_(socket) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    if (window) nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&session_, callbacks, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window.value_or(1U << 20)}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
  }
  ~Http2Client() { nghttp2_session_del(session_); }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  nghttp2_session* session() { return session_; }

  // Queues a request; without `body` the header ends the stream, with `open` nothing does.
  std::int32_t request(const std::string& method, const std::string& path, const Fields& more = {},
                       std::optional<std::string> body = std::nullopt, bool open = false) {
    Fields fields = {{":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "localhost"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return submit(fields, std::move(body), open);
  }
  std::int32_t submit(const Fields& fields, std::optional<std::string> body = std::nullopt, bool open = false) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields) {
      list.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider source{};
    source.read_callback = on_read;
    const bool has_data = body.has_value() || open;
    const auto id =
        nghttp2_submit_request(session_, nullptr, list.data(), list.size(), has_data ? &source : nullptr, nullptr);
    if (has_data) bodies_[id] = {body.value_or(""), open};
    return id;
  }

  // What is queued, as bytes, without sending them.
  std::string queued() {
    std::string out;
    const std::uint8_t* data = nullptr;
    for (ssize_t size; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
      out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    return out;
  }
  bool flush() { return socket_.send(queued()); }

  // Exchanges bytes until `done()`; false when the server closed the connection first.
  template <class Done>
  bool run_until(Done done) {
    flush();
    while (!done()) {
      if (!socket_.read_some()) return false;
      const std::string received = socket_.take_received();
      if (nghttp2_session_mem_recv(session_, bytes(received), received.size()) < 0) return false;
      flush();
    }
    return true;
  }
  // Until the stream is closed; empty reply when the connection ended before.
  Reply wait(std::int32_t id) {
    run_until([&] { return replies[id].closed; });
    return replies[id];
  }
  Reply get(const std::string& path) { return wait(request("GET", path)); }
  void run_to_end() {
    run_until([] { return false; });
  }
  // The same without sending anything more, not even acknowledgements.
  void read_to_end() {
    while (socket_.read_some()) {
      const std::string received = socket_.take_received();
      if (nghttp2_session_mem_recv(session_, bytes(received), received.size()) < 0) return;
    }
  }

  std::map<std::int32_t, Reply> replies;
  std::optional<std::uint32_t> goaway;  // its error code

 private:
  struct Body {
    std::string data;
    bool open = false;
  };

  static std::uint8_t* bytes(const std::string& text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  }
  static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    Reply& reply = self(user).replies[frame->hd.stream_id];
    std::string n(reinterpret_cast<const char*>(name), name_size);
    std::string v(reinterpret_cast<const char*>(value), value_size);
    if (n == ":status" && v == "100") {
      reply.continued = true;
    } else if (!reply.fields.empty() && frame->headers.cat == NGHTTP2_HCAT_HEADERS && reply.header_done) {
      reply.trailers.emplace_back(std::move(n), std::move(v));
    } else {
      reply.fields.emplace_back(std::move(n), std::move(v));
    }
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) self(user).goaway = frame->goaway.error_code;
    if (frame->hd.type == NGHTTP2_HEADERS) {
      Reply& reply = self(user).replies[frame->hd.stream_id];
      reply.header_done = !reply.fields.empty();
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
                     void* user) {
    self(user).replies[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user) {
    self(user).replies[id].closed = true;
    self(user).replies[id].error_code = error_code;
    return 0;
  }
  static ssize_t on_read(nghttp2_session*, std::int32_t id, std::uint8_t* to, std::size_t room, std::uint32_t* flags,
                         nghttp2_data_source*, void* user) {
    Body& body = self(user).bodies_[id];
    const std::size_t size = std::min(room, body.data.size());
    if (size == 0 && body.open) return NGHTTP2_ERR_DEFERRED;
    std::memcpy(to, body.data.data(), size);
    body.data.erase(0, size);
    if (body.data.empty() && !body.open) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  SocketClient& socket_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Body> bodies_;
};

}  // namespace doorward::testing
