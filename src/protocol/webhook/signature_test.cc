#include "protocol/webhook/signature.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace doorward::webhook {
namespace {

Secret<std::string> key_of(char fill) { return Secret<std::string>(std::string(kKeyBytes, fill)); }
Timestamp at_second(std::int64_t seconds) { return from_micros(seconds * 1'000'000 + 250'000); }

constexpr std::string_view kId = "evt_17";
constexpr std::string_view kBody = R"({"type": "organization.created"})";
constexpr std::int64_t kSent = 1'700'000'000;

struct Message {
  std::string id{kId}, timestamp = std::to_string(kSent), signature, body{kBody};

  Verdict verified_with(char key, std::int64_t now = kSent) const {
    return verify(key_of(key), {.message_id = id, .timestamp = timestamp, .signature = signature}, body,
                  at_second(now));
  }
};

Message message_signed_with(std::string_view keys) {
  std::vector<Secret<std::string>> list;
  for (char key : keys) list.push_back(key_of(key));
  Message message;
  message.signature = signature_header(list, kId, at_second(kSent), kBody);
  return message;
}

TEST(WebhookSignature, AgreesWithTheVectorOfStandardWebhooks) {
  const auto key = parse_secret(Secret<std::string>("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  ASSERT_TRUE(key);
  const std::vector<Secret<std::string>> keys{*key};
  EXPECT_EQ(
      signature_header(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", from_micros(1614265330'000000), R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, SecretTextIsStandardPaddedBase64AfterThePrefix) {
  const auto text = format_secret(key_of('\xFB'));
  EXPECT_EQ(text.reveal(), "whsec_+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=");
  const auto back = parse_secret(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->reveal(), key_of('\xFB').reveal());
}

TEST(WebhookSignature, RefusesOtherSecretTexts) {
  for (const char* text : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA",
                           "whsec_-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s="}) {
    EXPECT_FALSE(parse_secret(Secret<std::string>(text))) << text;
  }
}

TEST(WebhookSignature, IsAcceptedByTheHolderOfTheSecretWithinTheTolerance) {
  const Message message = message_signed_with("a");
  EXPECT_EQ(message.verified_with('a'), Verdict::kAuthentic);
  EXPECT_EQ(message.verified_with('a', kSent + 300), Verdict::kAuthentic);
  EXPECT_EQ(message.verified_with('a', kSent - 300), Verdict::kAuthentic);
}

TEST(WebhookSignature, CarriesOneSignatureForEachSecretInForce) {
  const Message message = message_signed_with("ab");
  EXPECT_EQ(std::ranges::count(message.signature, ' '), 1);
  EXPECT_EQ(message.verified_with('a'), Verdict::kAuthentic);
  EXPECT_EQ(message.verified_with('b'), Verdict::kAuthentic);
  EXPECT_EQ(message.verified_with('c'), Verdict::kNoMatchingSignature);
}

TEST(WebhookSignature, IsRefusedForEachPartThatWasChanged) {
  Message message = message_signed_with("a");
  message.body += ' ';
  EXPECT_EQ(message.verified_with('a'), Verdict::kNoMatchingSignature);

  message = message_signed_with("a");
  message.id = "evt_18";
  EXPECT_EQ(message.verified_with('a'), Verdict::kNoMatchingSignature);

  message = message_signed_with("a");
  message.timestamp = std::to_string(kSent + 1);
  EXPECT_EQ(message.verified_with('a'), Verdict::kNoMatchingSignature);

  message = message_signed_with("a");
  EXPECT_EQ(message.verified_with('b'), Verdict::kNoMatchingSignature);
}

TEST(WebhookSignature, IsRefusedOutsideTheTolerance) {
  const Message message = message_signed_with("a");
  EXPECT_EQ(message.verified_with('a', kSent + 301), Verdict::kTimestampTooOld);
  EXPECT_EQ(message.verified_with('a', kSent - 301), Verdict::kTimestampTooNew);
}

TEST(WebhookSignature, IsRefusedWithAHeaderMissingOrMalformed) {
  for (auto part : {&Message::id, &Message::timestamp, &Message::signature}) {
    Message message = message_signed_with("a");
    (message.*part).clear();
    EXPECT_EQ(message.verified_with('a'), Verdict::kMissingHeader);
  }
  for (const char* timestamp : {"soon", "17e8", "-5", "1700000000 ", "99999999999999999999"}) {
    Message message = message_signed_with("a");
    message.timestamp = timestamp;
    EXPECT_EQ(message.verified_with('a'), Verdict::kBadTimestamp) << timestamp;
  }
  for (const char* signature : {" ", "v1,", "v1", "v1a,AAAA", ",", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}) {
    Message message = message_signed_with("a");
    message.signature = signature;
    EXPECT_EQ(message.verified_with('a'), Verdict::kNoMatchingSignature) << signature;
  }
}

}  // namespace
}  // namespace doorward::webhook
