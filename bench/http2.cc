// As much of RFC 9113 as a client needs that has one stream open at a time and knows its requests beforehand.
#include <cstdint>
#include <stdexcept>

#include "conversation.h"

namespace {

constexpr std::uint32_t kWindow = 0x7fffffff;
constexpr std::uint32_t kDefaultWindow = 65535;
constexpr std::size_t kFrameHead = 9;
constexpr std::uint8_t kEndStream = 0x1, kAck = 0x1, kEndHeaders = 0x4;

enum Type : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8
};

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint32_t read_u32(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

void append_frame(std::string& out, Type type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  for (int shift = 16; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flags));
  append_u32(out, stream);
  out.append(payload);
}

std::string window_update(std::uint32_t increment) {
  std::string payload;
  append_u32(payload, increment);
  return payload;
}

class Http2 final : public Conversation {
 public:
  std::string greeting() override {
    std::string out = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    std::string settings("\0\4", 2);  // SETTINGS_INITIAL_WINDOW_SIZE
    append_u32(settings, kWindow);
    append_frame(out, kSettings, 0, 0, settings);
    append_frame(out, kWindowUpdate, 0, 0, window_update(kWindow - kDefaultWindow));
    return out;
  }

  void ask(std::string_view request, std::string& out) override {
    stream_ = stream_ == 0 ? 1 : stream_ + 2;
    const auto block_size = read_u32(request.data());
    const auto block = request.substr(4, block_size);
    append_frame(out, kHeaders, kEndHeaders, stream_, block);
    append_frame(out, kData, kEndStream, stream_, request.substr(4 + block_size));
  }

  bool take(std::string_view bytes, std::string& out, Answer& answer) override {
    buffer_.append(bytes);
    std::size_t at = 0;
    bool complete = false;
    while (buffer_.size() - at >= kFrameHead) {
      const auto size = read_u32(buffer_.data() + at) >> 8;
      if (buffer_.size() - at < kFrameHead + size) break;
      complete |= take_frame(std::string_view(buffer_).substr(at, kFrameHead + size), out);
      at += kFrameHead + size;
    }
    buffer_.erase(0, at);
    if (!complete) return false;
    // An error is told in trailers only; a message means success.
    answer = Answer();
    answer.status = body_size_ > 0 ? 200 : 500;
    answer.body_size = body_size_;
    body_size_ = 0;
    return true;
  }

 private:
  bool take_frame(std::string_view frame, std::string& out) {
    const auto type = static_cast<std::uint8_t>(frame[3]);
    const auto flags = static_cast<std::uint8_t>(frame[4]);
    const auto stream = read_u32(frame.data() + 5) & 0x7fffffff;
    const auto payload = frame.substr(kFrameHead);
    switch (type) {
      case kSettings:
        if (!(flags & kAck)) append_frame(out, kSettings, kAck, 0, {});
        return false;
      case kPing:
        if (!(flags & kAck)) append_frame(out, kPing, kAck, 0, payload);
        return false;
      case kGoaway:
      case kReset:
        throw std::runtime_error("the server ended the stream or the connection");
      case kData:
        body_size_ += payload.size();
        consumed_ += static_cast<std::uint32_t>(payload.size());
        if (consumed_ > kWindow / 2) {
          append_frame(out, kWindowUpdate, 0, 0, window_update(consumed_));
          consumed_ = 0;
        }
        return stream == stream_ && (flags & kEndStream);
      case kHeaders:
        return stream == stream_ && (flags & kEndStream);
      default:
        return false;
    }
  }

  std::string buffer_;
  std::uint32_t stream_ = 0;
  std::uint32_t consumed_ = 0;  // of the connection's window
  std::size_t body_size_ = 0;
};

}  // namespace

std::unique_ptr<Conversation> http2_conversation() { return std::make_unique<Http2>(); }
