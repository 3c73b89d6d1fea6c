#include "app/webhooks/message.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

TEST(WebhookMessage, IsAcceptedByAReceiverWithAnySecretInForce) {
  const WebhookEndpoint endpoint{.url = "https://example.com/hook"};
  const std::vector keys{Secret<std::string>(std::string(32, 'n')), Secret<std::string>(std::string(32, 'o'))};
  const Timestamp now = from_micros(1'700'000'000'500'000);
  const auto request = webhook_request(endpoint, EventId("evt_1"), "{}", keys, now);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, endpoint.url);
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.timeout, std::chrono::seconds(10));
  std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
  EXPECT_EQ(headers.at("content-type"), "application/json");
  EXPECT_EQ(headers.at("webhook-id"), "evt_1");
  EXPECT_EQ(headers.at("webhook-timestamp"), "1700000000");
  for (const auto& key : keys) {
    EXPECT_EQ(webhook::verify(key,
                              {.message_id = headers.at("webhook-id"),
                               .timestamp = headers.at("webhook-timestamp"),
                               .signature = headers.at("webhook-signature")},
                              request.body, now),
              webhook::Verdict::kAuthentic);
  }
}

TEST(WebhookMessage, KeepsTheBeginningOfAnAnswerAsText) {
  EXPECT_EQ(answer_excerpt(""), "");
  EXPECT_EQ(answer_excerpt("Jörg"), "Jörg");
  EXPECT_EQ(answer_excerpt(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(answer_excerpt("a\xff\xc3\xb6"), "a???");
  EXPECT_EQ(answer_excerpt(std::string(5000, 'x')).size(), kMaxKeptAnswerBytes);

  const std::string cut_inside_a_character = std::string(kMaxKeptAnswerBytes - 1, 'x') + "ö";
  EXPECT_EQ(answer_excerpt(cut_inside_a_character), std::string(kMaxKeptAnswerBytes - 1, 'x'));
}

}  // namespace
}  // namespace doorward
