// One webhook as an HTTP request, and what is kept of its answer. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/webhook.h"
#include "ports/http_client.h"
#include "ports/secret_box.h"

namespace doorward {

inline constexpr std::chrono::milliseconds kWebhookTimeout{10'000};
inline constexpr std::size_t kMaxKeptAnswerBytes = 2048;

// Where a secret of an endpoint is sealed. The answer refers to `secret`.
SealedPlace place_of(const WebhookSecretId& secret);

// `body` is the rendered event; `keys` are those in force (at least one), newest first; `sent_at` is the time of this
// attempt.
HttpRequest webhook_request(const WebhookEndpoint& endpoint, const EventId& event, std::string body,
                            std::span<const Secret<std::string>> keys, Timestamp sent_at);

// The beginning of an answer as text that every database keeps: UTF-8 without NUL, at most kMaxKeptAnswerBytes; bytes
// that are not such text become '?'.
std::string answer_excerpt(std::string_view body);

}  // namespace doorward
