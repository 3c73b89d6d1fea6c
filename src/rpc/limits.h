// What a request may cost before a handler sees it. net/ bounds the bytes of headers and body before that.
#pragma once

#include <cstddef>

namespace doorward::rpc {

inline constexpr std::size_t kMaxMessageBytes = 4 * 1024 * 1024;  // one gRPC message, unpacked
// What a compressed request may become: no more than net/ takes of one that is not compressed.
inline constexpr std::size_t kMaxInflatedBytes = 1024 * 1024;
// Shorter answers are not compressed: they fit one packet as they are.
inline constexpr std::size_t kCompressFromBytes = 1024;

// One JSON body. Members are bounded because a hash table of names that collide costs the square of their number, and
// nobody's hash is trusted not to collide.
inline constexpr std::size_t kMaxJsonBytes = 1024 * 1024;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxJsonMembers = 1000;  // of one object
inline constexpr std::size_t kMaxJsonNumberBytes = 64;

inline constexpr std::size_t kMaxPathSegments = 32;
inline constexpr std::size_t kMaxQueryParameters = 100;
inline constexpr std::size_t kMaxPatternBytes = 4096;  // longer text is refused before a regular expression sees it

// Streams: health watches and reflection.
inline constexpr std::size_t kMaxStreams = 256;
inline constexpr std::size_t kMaxStreamsPerSource = 16;
inline constexpr std::size_t kMaxStreamMessageBytes = 64 * 1024;  // one request message, as sent and unpacked
inline constexpr std::size_t kMaxSymbolBytes = 1024;  // of a declaration asked for: each dot in it costs a search

// An error travels in header fields over gRPC, and clients stop at 8 KiB of them.
inline constexpr std::size_t kMaxViolations = 32;
inline constexpr std::size_t kMaxViolationBytes = 3072;  // of all violations together
inline constexpr std::size_t kMaxErrorMessageBytes = 512;

}  // namespace doorward::rpc
