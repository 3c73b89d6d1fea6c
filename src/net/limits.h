// Every limit of the network edge. The defaults are the product's; tests use smaller ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace doorward::net {

struct Limits {
  using Time = std::chrono::milliseconds;

  // -- one request
  std::size_t header_bytes = 64 * 1024;       // whole header block, decoded: 431
  std::size_t header_field_bytes = 8 * 1024;  // one field, name and value: 431
  std::size_t header_count = 100;             // 431
  std::size_t url_bytes = 16 * 1024;          // path and query: 414
  std::size_t body_bytes = 1024 * 1024;       // 413
  std::size_t chunk_line_bytes = 256;         // HTTP/1.1 chunk size with its extensions: 400

  // -- one connection
  std::uint32_t concurrent_streams = 100;      // HTTP/2, also counts handlers of streams reset meanwhile
  std::size_t unread_bytes = 4 * 1024 * 1024;  // HTTP/2: fields and bodies of all unfinished requests; stream refused
  std::size_t streamed_bytes = 64 * 1024;      // HTTP/2: of a body read as it arrives, not yet read; stream reset
  std::size_t output_bytes = 64 * 1024;        // serialised but not yet taken by the peer
  std::size_t continuation_frames = 8;         // in one header block: GOAWAY
  std::uint32_t reset_burst = 200;             // streams reset by or because of the peer: GOAWAY
  std::uint32_t resets_per_second = 33;        // by which the budget grows again
  std::uint32_t control_burst = 1000;          // frames that carry no request: PING, SETTINGS, empty DATA, ...: GOAWAY
  std::uint32_t controls_per_second = 100;     // growth; a frame of an answer adds kControlsPerFrame
  static constexpr std::uint32_t kControlsPerFrame = 4;
  static constexpr std::size_t kFrameThatCounts =
      1024;  // bytes of DATA; smaller ones are a dribble of the peer's making

  // -- all connections
  std::size_t all_unread_bytes = 512 * 1024 * 1024;  // bodies of unfinished requests, from kFreeBytes each: 503
  static constexpr std::size_t kFreeBytes = 16 * 1024;
  std::size_t connections = 10'000;           // closed at once above it
  std::size_t connections_per_source = 1000;  // an IPv4 address or an IPv6 /64

  // -- waiting
  Time tls_handshake{10'000};
  Time header_read{10'000};  // from the first byte of a request (or of the connection) to its last header: closed
  // From the last header to the end of the body, and a second more for each `body_rate` bytes that have arrived: a
  // body that dribbles more slowly is cut although each byte moves, and a large one on a slow line is not. 408
  Time body_read{10'000};
  std::size_t body_rate = 16 * 1024;
  Time body_time(std::size_t arrived) const { return body_read + Time(arrived * 1000 / body_rate); }
  Time write{30'000};    // for each kWriteStep bytes that the peer must take: closed
  Time idle{75'000};     // keep-alive without a request: closed
  Time handler{30'000};  // from the complete request to its answer, at most: 503, or what the edge says
  Time linger{1'000};    // after closing our side, so that the peer can still read a refusal
  static constexpr std::size_t kWriteStep = 64 * 1024;
};

}  // namespace doorward::net
