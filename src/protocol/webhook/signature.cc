#include "protocol/webhook/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward::webhook {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kVersionPrefix = "v1,";

std::string sign(const Secret<std::string>& key, std::string_view message_id, std::string_view timestamp,
                 std::string_view body) {
  std::string text;
  text.reserve(message_id.size() + timestamp.size() + body.size() + 2);
  text.append(message_id).append(".").append(timestamp).append(".").append(body);
  return std::string(kVersionPrefix) + base64_encode(crypto::hmac_sha256(key.reveal(), text));
}

}  // namespace

Secret<std::string> format_secret(const Secret<std::string>& key) {
  return Secret<std::string>(std::string(kSecretPrefix) + base64_encode(key.reveal()));
}

std::optional<Secret<std::string>> parse_secret(const Secret<std::string>& text) {
  const std::string_view revealed = text.reveal();
  if (!revealed.starts_with(kSecretPrefix)) return std::nullopt;
  auto key = base64_decode(revealed.substr(kSecretPrefix.size()));
  if (!key || key->size() < kLeastKeyBytes || key->size() > kMostKeyBytes) return std::nullopt;
  return Secret<std::string>(std::move(*key));
}

std::string signature_header(std::span<const Secret<std::string>> keys, std::string_view message_id, Timestamp sent_at,
                             std::string_view body) {
  const std::string timestamp = fmt::to_string(to_unix_seconds(sent_at));
  std::string header;
  for (const auto& key : keys) {
    if (!header.empty()) header += ' ';
    header += sign(key, message_id, timestamp, body);
  }
  return header;
}

Verdict verify(const Secret<std::string>& key, const SignedHeaders& headers, std::string_view body, Timestamp now) {
  if (headers.message_id.empty() || headers.timestamp.empty() || headers.signature.empty()) {
    return Verdict::kMissingHeader;
  }
  std::int64_t seconds = 0;
  const char* end = headers.timestamp.data() + headers.timestamp.size();
  const auto [stopped_at, error] = std::from_chars(headers.timestamp.data(), end, seconds);
  if (error != std::errc{} || stopped_at != end || seconds < 0) return Verdict::kBadTimestamp;
  const std::int64_t now_seconds = to_unix_seconds(now);
  if (seconds < now_seconds - kTolerance.count()) return Verdict::kTimestampTooOld;
  if (seconds > now_seconds + kTolerance.count()) return Verdict::kTimestampTooNew;

  const std::string expected = sign(key, headers.message_id, headers.timestamp, body);
  std::string_view rest = headers.signature;
  while (!rest.empty()) {
    const std::string_view candidate = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), candidate.size() + 1));
    if (crypto::constant_time_equal(candidate, expected)) return Verdict::kAuthentic;
  }
  return Verdict::kNoMatchingSignature;
}

}  // namespace doorward::webhook
