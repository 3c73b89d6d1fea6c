#include "app/webhooks/message.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "protocol/webhook/signature.h"

namespace doorward {

SealedPlace place_of(const WebhookSecretId& secret) {
  return {.table = "webhook_secrets", .row_id = secret.str(), .column = "sealed_secret"};
}

HttpRequest webhook_request(const WebhookEndpoint& endpoint, const EventId& event, std::string body,
                            std::span<const Secret<std::string>> keys, Timestamp sent_at) {
  std::string signature = webhook::signature_header(keys, event.str(), sent_at, body);
  return {.method = "POST",
          .url = endpoint.url,
          .headers = {{"content-type", "application/json"},
                      {std::string(webhook::kIdHeader), event.str()},
                      {std::string(webhook::kTimestampHeader), fmt::to_string(to_unix_seconds(sent_at))},
                      {std::string(webhook::kSignatureHeader), std::move(signature)}},
          .body = std::move(body),
          .timeout = kWebhookTimeout,
          .max_response_bytes = kMaxKeptAnswerBytes};
}

std::string answer_excerpt(std::string_view body) {
  std::string text(body.substr(0, kMaxKeptAnswerBytes));
  if (body.size() >= kMaxKeptAnswerBytes) {
    // The cut may fall inside a character, which takes four bytes at most.
    std::size_t cut = 0;
    while (cut < 4 && !is_valid_utf8(std::string_view(text).substr(0, text.size() - cut))) ++cut;
    if (cut < 4) text.resize(text.size() - cut);
  }
  const bool is_text = is_valid_utf8(text);
  for (char& c : text) {
    if (c == '\0' || (!is_text && static_cast<unsigned char>(c) >= 0x80)) c = '?';
  }
  return text;
}

}  // namespace doorward
