// SHA-2 and SHA-1 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and comparison that does not tell how far two secrets agree.
// Pure, safe from any thread. Digests are raw bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace doorward::crypto {

inline constexpr std::size_t kSha256Bytes = 32;

// kSha1 only to check what others signed, where a switch of a connection allows it.
enum class Digest : std::uint8_t { kSha256, kSha384, kSha512, kSha1 };

std::string digest(Digest algorithm, std::string_view bytes);

inline std::string sha256(std::string_view bytes) { return digest(Digest::kSha256, bytes); }

// `key` of any length; 32 random bytes are what Doorward uses.
std::string hmac_sha256(std::string_view key, std::string_view message);

// True when both hold the same bytes. The time depends on the lengths only, which are taken to be public: compare
// digests, not secrets of unknown length.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace doorward::crypto
