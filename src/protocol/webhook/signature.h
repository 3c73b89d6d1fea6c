// Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com), symmetric scheme "v1".
//
// Signed text: id "." timestamp "." body, the timestamp in seconds since 1970 as decimal digits. Signature:
// HMAC-SHA-256 over it, standard padded base64, after "v1,". While a secret is being replaced a message carries one
// signature for each secret that is in force, separated by spaces. Pure: keys and times are parameters.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"

namespace doorward::webhook {

inline constexpr std::string_view kIdHeader = "webhook-id";
inline constexpr std::string_view kTimestampHeader = "webhook-timestamp";
inline constexpr std::string_view kSignatureHeader = "webhook-signature";

inline constexpr std::size_t kKeyBytes = 32;  // what we generate; Standard Webhooks allows 24 to 64
inline constexpr std::size_t kLeastKeyBytes = 24;
inline constexpr std::size_t kMostKeyBytes = 64;

// How far a receiver lets the timestamp differ from its own clock, either way.
inline constexpr std::chrono::seconds kTolerance{300};

// The text that a receiver configures: "whsec_" and the key in standard padded base64. The public SDKs decode what
// stands between the first and the second '_', hence never base64url, whose alphabet has the '_'.
Secret<std::string> format_secret(const Secret<std::string>& key);

// The key in a secret's text; nullopt when it is not what format_secret writes or has a length out of bounds.
std::optional<Secret<std::string>> parse_secret(const Secret<std::string>& text);

// Value of kSignatureHeader: a "v1,…" for each key in the order given.
std::string signature_header(std::span<const Secret<std::string>> keys, std::string_view message_id, Timestamp sent_at,
                             std::string_view body);

// What a receiver concludes. The reasons are apart so that tests can tell a refusal from the right refusal.
enum class Verdict : std::uint8_t {
  kAuthentic,
  kMissingHeader,
  kBadTimestamp,  // not decimal digits
  kTimestampTooOld,
  kTimestampTooNew,
  kNoMatchingSignature,
};

struct SignedHeaders {
  std::string_view message_id;
  std::string_view timestamp;
  std::string_view signature;
};

// The receiver's side, for tests and for the examples of the documentation.
Verdict verify(const Secret<std::string>& key, const SignedHeaders& headers, std::string_view body, Timestamp now);

}  // namespace doorward::webhook
