// The bytes of gRPC over HTTP: length-prefixed messages, timeouts and percent-encoded messages (the gRPC protocol
// document "gRPC over HTTP2"; the same bytes are used over HTTP/1.1).
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::rpc {

// One to eight digits and a unit of H M S m u n: "20000m". nullopt for anything else. What nanoseconds cannot
// count (over 292 years) becomes their greatest value.
std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text);

struct Frame {
  bool compressed = false;
  std::string_view bytes;
};
inline constexpr std::size_t kFrameHeaderBytes = 5;  // one flag byte, four bytes of length, big-endian

// The first frame of `body`, which is taken off it; nullopt, and nothing taken, when it is not complete. Fails for an
// unknown flag and for more than `limit` bytes, as soon as the header says so.
Result<std::optional<Frame>> take_frame(std::string_view& body, std::size_t limit);

// The one message of a unary request. Fails for none or several (as gRPC says, unimplemented: the cardinality of the
// method is another), a broken frame, and more than kMaxMessageBytes.
Result<Frame> unframe(std::string_view body);

// Fills the header in front of a message: `out` begins with kFrameHeaderBytes that are to be overwritten.
void finish_frame(std::string& out, bool compressed);

// A message in its frame, not compressed.
std::string frame(const google::protobuf::Message& message);

// Everything outside printable ASCII, and '%', escaped.
std::string percent_encode_message(std::string_view message);

}  // namespace doorward::rpc
