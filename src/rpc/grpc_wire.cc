#include "rpc/grpc_wire.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "rpc/limits.h"

namespace doorward::rpc {
std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text) {
  constexpr std::size_t kMaxDigits = 8;
  if (text.size() < 2 || text.size() > kMaxDigits + 1) return std::nullopt;
  std::int64_t amount = 0;
  const char* end = text.data() + text.size() - 1;
  if (text.front() == '-') return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, amount);
  if (error != std::errc{} || stop != end) return std::nullopt;
  std::chrono::nanoseconds unit{0};
  switch (text.back()) {
    case 'H':
      unit = std::chrono::hours{1};
      break;
    case 'M':
      unit = std::chrono::minutes{1};
      break;
    case 'S':
      unit = std::chrono::seconds{1};
      break;
    case 'm':
      unit = std::chrono::milliseconds{1};
      break;
    case 'u':
      unit = std::chrono::microseconds{1};
      break;
    case 'n':
      unit = std::chrono::nanoseconds{1};
      break;
    default:
      return std::nullopt;
  }
  if (amount > std::chrono::nanoseconds::max() / unit) return std::chrono::nanoseconds::max();
  return amount * unit;
}

Result<std::optional<Frame>> take_frame(std::string_view& body, std::size_t limit) {
  if (body.empty()) return std::nullopt;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(body[at])); };
  if (byte(0) > 1) return failure(Reason::kMalformedRequest, "The message frame has an unknown flag.");
  if (body.size() < kFrameHeaderBytes) return std::nullopt;
  const std::size_t length = byte(1) << 24 | byte(2) << 16 | byte(3) << 8 | byte(4);
  if (length > limit) return failure(Reason::kPayloadTooLarge, "The message is too large.");
  if (length > body.size() - kFrameHeaderBytes) return std::nullopt;
  const Frame frame{byte(0) == 1, body.substr(kFrameHeaderBytes, length)};
  body.remove_prefix(kFrameHeaderBytes + length);
  return frame;
}

Result<Frame> unframe(std::string_view body) {
  if (body.empty()) return failure(Reason::kUnimplemented, "The call carries no message; this method takes one.");
  DOORWARD_TRY(const auto frame, take_frame(body, kMaxMessageBytes));
  if (!frame) return failure(Reason::kMalformedRequest, "The message frame is cut off.");
  if (body.empty()) return *frame;
  DOORWARD_TRY(const auto second, take_frame(body, kMaxMessageBytes));
  if (!second) return failure(Reason::kMalformedRequest, "The message frame is cut off.");
  return failure(Reason::kUnimplemented, "The call carries several messages; this method takes one.");
}

void finish_frame(std::string& out, bool compressed) {
  const std::size_t length = out.size() - kFrameHeaderBytes;
  out[0] = compressed ? '\1' : '\0';
  for (std::size_t i = 0; i < 4; ++i) out[1 + i] = static_cast<char>(length >> (24 - 8 * i));
}

std::string frame(const google::protobuf::Message& message) {
  const std::size_t length = message.ByteSizeLong();
  std::string out(kFrameHeaderBytes + length, '\0');
  message.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out.data() + kFrameHeaderBytes));
  finish_frame(out, false);
  return out;
}

std::string percent_encode_message(std::string_view message) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(message.size());
  for (const char c : message) {
    if (c >= ' ' && c <= '~' && c != '%') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace doorward::rpc
