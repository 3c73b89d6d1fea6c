#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "app/webhooks/webhook_secrets.h"
#include "base/encoding.h"
#include "protocol/webhook/signature.h"
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUrl = "https://example.com/webhook";

class Secrets : public WebhookSuite {
 protected:
  Result<NewWebhookSecret> rotate(const WebhookEndpointId& endpoint, SecretRotation rotation = {}) {
    WebhookSecrets use_cases(store(), clock_, ids(), random_, *keys_);
    return sync_wait(use_cases.rotate(caller(), endpoint, std::move(rotation)));
  }
  Result<std::vector<WebhookSecretInfo>> list(const WebhookEndpointId& endpoint) {
    WebhookSecrets use_cases(store(), clock_, ids(), random_, *keys_);
    return sync_wait(use_cases.list(caller(), endpoint));
  }
  Result<void> revoke(const WebhookEndpointId& endpoint, const WebhookSecretId& secret) {
    WebhookSecrets use_cases(store(), clock_, ids(), random_, *keys_);
    return sync_wait(use_cases.revoke(caller(), endpoint, secret));
  }
  // Of the environment's own history.
  std::vector<ChangeRecord> records() {
    return must_read(
        [&](const ReadTx& tx) { return tx.changes().history(environment_.id, environment_.id.str(), 0, 100); });
  }
  static Secret<std::string> own(std::size_t bytes) {
    return Secret<std::string>("whsec_" + base64_encode(std::string(bytes, 'k')));
  }
  static std::vector<std::string> ids_of(const std::vector<WebhookSecretInfo>& infos) {
    std::vector<std::string> ids;
    for (const auto& info : infos) ids.push_back(info.id.str());
    return ids;
  }
};

TEST_P(Secrets, ARotationLetsTheOldOneSignUntilTheOverlapEnds) {
  const auto created = subscribe(kUrl);
  const auto first = list(created.endpoint.id);
  ASSERT_OK(first);
  ASSERT_EQ(first->size(), 1u);
  EXPECT_EQ(first->at(0).expire_time, std::nullopt);
  EXPECT_TRUE(created.secret.reveal().ends_with(first->at(0).suffix));

  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id, {.overlap = 1h});
  ASSERT_OK(rotated);
  EXPECT_NE(rotated->value.reveal(), created.secret.reveal());
  EXPECT_TRUE(rotated->value.reveal().ends_with(rotated->info.suffix));
  const auto both = list(created.endpoint.id);
  ASSERT_EQ(both->size(), 2u);
  EXPECT_EQ(both->at(0).id, rotated->info.id);
  EXPECT_EQ(both->at(0).expire_time, std::nullopt);
  EXPECT_EQ(both->at(1).id, first->at(0).id);
  EXPECT_EQ(both->at(1).expire_time, now() + 1h);

  clock_.advance(1h);
  EXPECT_EQ(ids_of(*list(created.endpoint.id)), ids_of({rotated->info}));
}

TEST_P(Secrets, SignTogetherWhileTheyOverlap) {
  LoopbackReceiver receiver;
  const auto created = subscribe(receiver.url());
  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id);
  ASSERT_OK(rotated);
  append(new_stored_directory());
  const auto worker = start_worker();
  const auto request = receiver.wait_for(1)[0];
  const webhook::SignedHeaders headers{.message_id = request.headers.at("webhook-id"),
                                       .timestamp = request.headers.at("webhook-timestamp"),
                                       .signature = request.headers.at("webhook-signature")};
  EXPECT_EQ(std::ranges::count(headers.signature, ' '), 1);
  for (const auto& secret : {created.secret, rotated->value}) {
    EXPECT_EQ(webhook::verify(*webhook::parse_secret(secret), headers, request.body, now()),
              webhook::Verdict::kAuthentic);
  }
}

TEST_P(Secrets, WithoutOverlapTheOldOnesEndAtOnce) {
  LoopbackReceiver receiver;
  const auto created = subscribe(receiver.url());
  clock_.advance(1s);
  ASSERT_OK(rotate(created.endpoint.id));
  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id, {.overlap = 0s});
  ASSERT_OK(rotated);
  EXPECT_EQ(ids_of(*list(created.endpoint.id)), ids_of({rotated->info}));
  append(new_stored_directory());
  const auto worker = start_worker();
  EXPECT_FALSE(receiver.wait_for(1)[0].headers.at("webhook-signature").contains(' '));
}

TEST_P(Secrets, ALaterRotationProlongsNothing) {
  const auto created = subscribe(kUrl);
  clock_.advance(1s);
  ASSERT_OK(rotate(created.endpoint.id, {.overlap = 1h}));
  const Timestamp end = now() + 1h;
  clock_.advance(1s);
  ASSERT_OK(rotate(created.endpoint.id, {.overlap = 24h}));
  const auto secrets = list(created.endpoint.id);
  ASSERT_EQ(secrets->size(), 3u);
  EXPECT_EQ(secrets->at(1).expire_time, now() + 24h);
  EXPECT_EQ(secrets->at(2).expire_time, end);
}

TEST_P(Secrets, RefuseAnOverlapOutOfBounds) {
  const auto created = subscribe(kUrl);
  for (const Duration overlap : {Duration(-1), kMaxSecretOverlap + Duration(1)}) {
    const auto wrong = rotate(created.endpoint.id, {.overlap = overlap});
    EXPECT_REASON(wrong, Reason::kInvalidArgument);
    EXPECT_EQ(wrong.error().violations.at(0).field, "overlap");
  }
  ASSERT_OK(rotate(created.endpoint.id, {.overlap = kMaxSecretOverlap}));
}

TEST_P(Secrets, AreBounded) {
  const auto created = subscribe(kUrl);
  for (std::size_t i = 1; i < kMaxWebhookSecrets; ++i) {
    clock_.advance(1s);
    ASSERT_OK(rotate(created.endpoint.id));
  }
  EXPECT_REASON(rotate(created.endpoint.id), Reason::kWebhookSecretLimit);
  EXPECT_EQ(list(created.endpoint.id)->size(), kMaxWebhookSecrets);
  ASSERT_OK(revoke(created.endpoint.id, list(created.endpoint.id)->back().id));
  clock_.advance(1s);
  ASSERT_OK(rotate(created.endpoint.id));
  clock_.advance(1s);
  ASSERT_OK(rotate(created.endpoint.id, {.overlap = 0s}));
  EXPECT_EQ(list(created.endpoint.id)->size(), 1u);
}

TEST_P(Secrets, TheCurrentOneCannotBeRevoked) {
  const auto created = subscribe(kUrl);
  const auto first = list(created.endpoint.id)->at(0).id;
  EXPECT_REASON(revoke(created.endpoint.id, first), Reason::kWebhookSecretCurrent);
  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id);
  EXPECT_REASON(revoke(created.endpoint.id, rotated->info.id), Reason::kWebhookSecretCurrent);
  ASSERT_OK(revoke(created.endpoint.id, first));
  EXPECT_REASON(revoke(created.endpoint.id, first), Reason::kWebhookSecretNotFound);
  EXPECT_EQ(ids_of(*list(created.endpoint.id)), ids_of({rotated->info}));
}

TEST_P(Secrets, MayBeTheCallersOwn) {
  auto use_cases = endpoints();
  for (const std::size_t bytes : {24u, 32u, 64u}) {
    const auto created = sync_wait(use_cases.create(caller(), {.url = kUrl, .secret = own(bytes)}));
    ASSERT_OK(created);
    EXPECT_EQ(created->secret.reveal(), own(bytes).reveal());
  }
  const auto created = subscribe(kUrl);
  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id, {.secret = own(24)});
  ASSERT_OK(rotated);
  EXPECT_EQ(rotated->value.reveal(), own(24).reveal());
  const auto again = rotate(created.endpoint.id, {.secret = own(24)});
  EXPECT_REASON(again, Reason::kInvalidArgument);
  EXPECT_EQ(again.error().violations.at(0).constraint, "string.unique");
}

TEST_P(Secrets, OfTheCallerThatAreNoneAreRefused) {
  auto use_cases = endpoints();
  const auto created = subscribe(kUrl);
  for (const std::string& text :
       {std::string("secret"), std::string("whsec_"), own(23).reveal(), own(65).reveal(), own(32).reveal() + "=",
        "whsec_" + std::string(43, '-') + "=", own(25).reveal().substr(0, own(25).reveal().size() - 1)}) {
    const Secret<std::string> secret(text);
    const auto wrong = sync_wait(use_cases.create(caller(), {.url = kUrl, .secret = secret}));
    EXPECT_REASON(wrong, Reason::kInvalidArgument);
    EXPECT_EQ(wrong.error().violations.at(0).field, "secret");
    EXPECT_REASON(rotate(created.endpoint.id, {.secret = secret}), Reason::kInvalidArgument);
  }
}

TEST_P(Secrets, AreInvisibleToOtherEnvironments) {
  const auto created = subscribe(kUrl);
  Caller stranger = caller();
  stranger.environment_id = EnvironmentId("env_0");
  WebhookSecrets use_cases(store(), clock_, ids(), random_, *keys_);
  const auto id = list(created.endpoint.id)->at(0).id;
  EXPECT_REASON(sync_wait(use_cases.rotate(stranger, created.endpoint.id, {})), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(use_cases.list(stranger, created.endpoint.id)), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(use_cases.revoke(stranger, created.endpoint.id, id)), Reason::kWebhookEndpointNotFound);
  const auto other = subscribe(kUrl);
  EXPECT_REASON(revoke(other.endpoint.id, id), Reason::kWebhookSecretNotFound);
}

TEST_P(Secrets, EveryChangeLeavesARecordWithoutTheirValues) {
  const auto created = subscribe(kUrl);
  const auto first = list(created.endpoint.id)->at(0).id;
  clock_.advance(1s);
  const auto rotated = rotate(created.endpoint.id, {.overlap = 1h});
  ASSERT_OK(revoke(created.endpoint.id, first));

  std::vector<std::pair<std::string, ChangeOp>> told;
  for (const ChangeRecord& record : records()) {
    told.emplace_back(record.object_id, record.op);
    EXPECT_EQ(record.event_type, "");
    EXPECT_EQ(record.actor.id, "skc_1");
    std::string text = boost::json::serialize(record.changes);
    if (record.before) text += boost::json::serialize(*record.before);
    if (record.after) text += boost::json::serialize(*record.after);
    EXPECT_THAT(text, AllOf(Not(HasSubstr("whsec_")), Not(HasSubstr(created.secret.reveal().substr(6))),
                            Not(HasSubstr(rotated->value.reveal().substr(6)))));
  }
  const std::string endpoint = created.endpoint.id.str();
  EXPECT_THAT(
      told, ElementsAre(std::pair(endpoint, ChangeOp::kCreate), std::pair(first.str(), ChangeOp::kCreate),
                        std::pair(first.str(), ChangeOp::kUpdate), std::pair(rotated->info.id.str(), ChangeOp::kCreate),
                        std::pair(first.str(), ChangeOp::kDelete)));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, Secrets, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
