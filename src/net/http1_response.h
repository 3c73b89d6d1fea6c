// Internal: HTTP/1.1 responses into bytes.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace doorward::net {

// True for a field that net may send as it is: a token as name, no control characters in the value. Guards against
// response splitting by a handler that copied input.
bool is_sendable(const Header& header);

// True for fields that belong to net (length, framing, date, connection); what a handler sets there is ignored.
bool is_owned_by_net(std::string_view name);

// True when a status never has content (RFC 9110 section 6.4.1).
bool has_no_content(int status);

enum class Framing : std::uint8_t { kLength, kChunked, kUntilClose };

struct HeadOptions {
  std::string_view date;
  std::string_view request_id;
  bool keep_alive = true;
  bool http10 = false;
  Framing framing = Framing::kLength;
};

// Appends the status line and header, up to and with the empty line.
void append_head(std::string& out, const Response& response, const HeadOptions& options);

void append_chunk(std::string& out, std::string_view data);
void append_last_chunk(std::string& out, const Headers& trailers);

}  // namespace doorward::net
