// The bytes of gRPC over HTTP: length-prefixed messages, timeouts and percent-encoded messages (the gRPC protocol
// document "gRPC over HTTP2"; the same bytes are used over HTTP/1.1).
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::rpc {

// One to eight digits and a unit of H M S m u n: "20000m". nullopt for anything else. What nanoseconds cannot
// count (over 292 years) becomes their greatest value.
std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text);

// The one message of a unary request. Fails for none or several, a broken frame, more than kMaxMessageBytes, and
// compression, which this server does not offer.
Result<std::string_view> unframe(std::string_view body);

// A message in its frame, not compressed.
std::string frame(const google::protobuf::Message& message);

// Everything outside printable ASCII, and '%', escaped.
std::string percent_encode_message(std::string_view message);

}  // namespace doorward::rpc
