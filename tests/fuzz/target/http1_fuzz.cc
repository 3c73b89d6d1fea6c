// HTTP/1.1 requests, fed at once, byte by byte and in pieces: read in one way or refused in one way, never a crash.
// Where the first of them ends, the next begins: a difference would let a proxy and this server disagree about it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "net/http1_parser.h"

using namespace doorward::net;

namespace {

struct Reading {
  Http1Parser::State state = Http1Parser::State::kHeader;
  int status = 0;
  Refusal refusal = Refusal::kMalformed;
  Request request;
  bool keep_alive = false;
  bool http10 = false;
  std::size_t used = 0;  // of the bytes, at kComplete
};

// As a session does: what the parser leaves stays in the buffer, and new bytes come behind it.
Reading read(std::string_view bytes, const Limits& limits, std::size_t step) {
  Http1Parser parser(limits);
  Reading reading;
  parser.begin(reading.request);
  std::string buffer;
  std::size_t taken = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min(step, bytes.size() - at);
    buffer.append(bytes.substr(at, size));
    at += size;
    const std::size_t used = parser.feed(buffer);
    if (used > buffer.size()) std::abort();
    buffer.erase(0, used);
    taken += used;
    if (parser.state() == Http1Parser::State::kComplete || parser.state() == Http1Parser::State::kRefused) break;
    // What a peer can make a session keep.
    if (buffer.size() > limits.header_bytes + limits.chunk_line_bytes + limits.header_field_bytes + step) std::abort();
  }
  reading.state = parser.state();
  if (reading.state == Http1Parser::State::kRefused) {
    reading.status = parser.refused().status;
    reading.refusal = parser.refused().refusal;
  }
  if (reading.state == Http1Parser::State::kComplete) {
    reading.keep_alive = parser.keep_alive();
    reading.http10 = parser.http10();
    reading.used = taken;
  }
  return reading;
}

void check_limits(const Request& request, const Limits& limits) {
  if (request.headers.size() > limits.header_count || request.body.size() > limits.body_bytes) std::abort();
  if (request.path.empty() || request.path[0] != '/') std::abort();
  for (const Header& header : request.headers) {
    if (header.name.find_first_of("\r\n\0 :", 0, 5) != std::string::npos) std::abort();
    if (header.value.find_first_of("\r\n\0", 0, 3) != std::string::npos) std::abort();
  }
}

void check_same(const Reading& a, const Reading& b) {
  // Limits may be noticed earlier or later; that a request is refused at all may not depend on the pieces.
  if (a.state != b.state) std::abort();
  if (a.state != Http1Parser::State::kComplete) return;
  if (a.used != b.used || a.keep_alive != b.keep_alive || a.http10 != b.http10) std::abort();
  if (a.request.method != b.request.method || a.request.path != b.request.path || a.request.query != b.request.query ||
      a.request.body != b.request.body) {
    std::abort();
  }
  if (!std::ranges::equal(a.request.headers, b.request.headers,
                          [](const Header& x, const Header& y) { return x.name == y.name && x.value == y.value; })) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.header_bytes = 2048;
  limits.header_field_bytes = 512;
  limits.header_count = 16;
  limits.url_bytes = 256;
  limits.body_bytes = 1024;
  limits.chunk_line_bytes = 64;
  // With more behind it, so that no reading ends while it waits for a few bytes that another had seen at once.
  const std::string bytes = std::string(reinterpret_cast<const char*>(data), size) + "xxxxxxxx";
  const Reading whole = read(bytes, limits, bytes.size() + 1);
  if (whole.state == Http1Parser::State::kComplete) check_limits(whole.request, limits);
  if (whole.state == Http1Parser::State::kRefused && (whole.status < 400 || whole.status > 505)) std::abort();
  for (const std::size_t step : {1, 7}) check_same(whole, read(bytes, limits, step));
  return 0;
}
