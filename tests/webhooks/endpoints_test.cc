#include "app/webhooks/endpoint_rules.h"
#include "suite.h"

namespace doorward {
namespace {

class Endpoints : public WebhookSuite {
 protected:
  Result<CreatedWebhookEndpoint> create(NewWebhookEndpoint input) {
    auto use_cases = endpoints();
    return sync_wait(use_cases.create(caller(), std::move(input)));
  }
  Result<WebhookEndpoint> get(const WebhookEndpointId& id) {
    auto use_cases = endpoints();
    return sync_wait(use_cases.get(caller(), id));
  }
};

constexpr const char* kUrl = "https://example.com/webhook";

TEST_P(Endpoints, ShowsTheSecretOnceAndKeepsItSealed) {
  const auto created = create({.url = kUrl, .description = "CRM"});
  ASSERT_OK(created);
  EXPECT_TRUE(created->secret.reveal().starts_with("whsec_"));
  EXPECT_TRUE(created->endpoint.id.str().starts_with("whe_"));
  const auto found = get(created->endpoint.id);
  ASSERT_OK(found);
  EXPECT_EQ(found->url, kUrl);
  EXPECT_EQ(found->description, "CRM");
  EXPECT_TRUE(found->enabled);
  const auto secrets = must_read(
      [&](const ReadTx& tx) { return tx.webhook_endpoints().secrets(environment_.id, created->endpoint.id, now()); });
  ASSERT_EQ(secrets.size(), 1u);
  EXPECT_EQ(secrets[0].sealed_secret.find(created->secret.reveal().substr(6)), std::string::npos);
}

TEST_P(Endpoints, RefusesUrlsThatCannotBeSentTo) {
  for (const char* url : {"", "example.com", "ftp://example.com/", "https://user:pw@example.com/", "https://a b/"}) {
    const auto created = create({.url = url});
    EXPECT_REASON(created, Reason::kWebhookUrlNotAllowed);
    ASSERT_EQ(created.error().violations.size(), 1u);
    EXPECT_EQ(created.error().violations[0].field, "url");
  }
  EXPECT_REASON(create({.url = kUrl + std::string(kMaxWebhookUrlBytes, 'a')}), Reason::kWebhookUrlNotAllowed);
  EXPECT_REASON(create({.url = "https://169.254.169.254/"}), Reason::kEgressForbidden);
}

TEST_P(Endpoints, RefusesLoopbackInProduction) {
  http_ = std::make_unique<net::CurlHttpClient>(net::OutboundOptions{.policy = net::EgressPolicy::production()});
  for (const char* url : {"https://localhost/", "https://127.1/", "https://[::1]/", "http://example.com/"}) {
    EXPECT_REASON(create({.url = url}), Reason::kEgressForbidden);
  }
}

TEST_P(Endpoints, RefusesFiltersThatNameNothing) {
  EXPECT_REASON(create({.url = kUrl, .event_types = {"organization.created", "user.moved"}}), Reason::kInvalidArgument);
  EXPECT_REASON(create({.url = kUrl, .organization_id = OrganizationId("org_0")}), Reason::kOrganizationNotFound);
  EXPECT_REASON(create({.url = kUrl, .description = std::string(kMaxWebhookDescriptionBytes + 1, 'x')}),
                Reason::kInvalidArgument);
  EXPECT_REASON(create({.url = kUrl, .description = "\xff"}), Reason::kInvalidArgument);
}

TEST_P(Endpoints, KeepsEachEventTypeOnce) {
  const auto created =
      create({.url = kUrl, .event_types = {"organization.updated", "organization.created", "organization.updated"}});
  ASSERT_OK(created);
  EXPECT_EQ(get(created->endpoint.id)->event_types,
            (std::vector<std::string>{"organization.created", "organization.updated"}));
}

TEST_P(Endpoints, AreListedNewestFirst) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    clock_.advance(std::chrono::seconds(1));
    made.insert(made.begin(), create({.url = kUrl})->endpoint.id.str());
  }
  auto use_cases = endpoints();
  std::vector<std::string> listed;
  std::string token;
  do {
    const auto page = sync_wait(use_cases.list(caller(), 2, token));
    ASSERT_OK(page);
    EXPECT_EQ(page->total_size, 5);
    for (const auto& endpoint : page->endpoints) listed.push_back(endpoint.id.str());
    token = page->next_page_token;
  } while (!token.empty());
  EXPECT_EQ(listed, made);
}

TEST_P(Endpoints, AnUpdateKeepsWhatItDoesNotName) {
  const auto created = create({.url = kUrl, .description = "CRM", .organization_id = organization_.id});
  auto use_cases = endpoints();
  clock_.advance(std::chrono::seconds(1));
  const auto updated =
      sync_wait(use_cases.update(caller(), created->endpoint.id, {.description = "ERP", .enabled = false}));
  ASSERT_OK(updated);
  EXPECT_EQ(updated->description, "ERP");
  EXPECT_FALSE(updated->enabled);
  EXPECT_EQ(updated->url, kUrl);
  EXPECT_EQ(updated->organization_id, organization_.id);
  EXPECT_EQ(updated->update_time, now());
  ASSERT_OK(sync_wait(use_cases.update(caller(), created->endpoint.id, {.organization_id = OrganizationId()})));
  EXPECT_EQ(get(created->endpoint.id)->organization_id, std::nullopt);
  EXPECT_REASON(sync_wait(use_cases.update(caller(), created->endpoint.id, {.url = "nowhere"})),
                Reason::kWebhookUrlNotAllowed);
}

TEST_P(Endpoints, TakePrefixesOfEventTypes) {
  const auto created = create({.url = kUrl, .event_types = {"organization.directory.*"}});
  ASSERT_OK(created);
  EXPECT_EQ(get(created->endpoint.id)->event_types, (std::vector<std::string>{"organization.directory.*"}));
  const auto wrong = create({.url = kUrl, .event_types = {"organization.created", "user.*"}});
  EXPECT_REASON(wrong, Reason::kInvalidArgument);
  EXPECT_EQ(wrong.error().violations.at(0).field, "event_types[1]");
}

TEST_P(Endpoints, HaveTheStandardScheduleUnlessTheyAreGivenOne) {
  EXPECT_EQ(get(create({.url = kUrl})->endpoint.id)->retry_schedule, RetrySchedule::standard());
  const auto created = create({.url = kUrl, .retry_schedule = "0,60,3600"});
  ASSERT_OK(created);
  EXPECT_EQ(get(created->endpoint.id)->retry_schedule.text(), "0,60,3600");
  auto use_cases = endpoints();
  ASSERT_OK(sync_wait(use_cases.update(caller(), created->endpoint.id, {.retry_schedule = "fast"})));
  EXPECT_EQ(get(created->endpoint.id)->retry_schedule.text(), "fast");
  ASSERT_OK(sync_wait(use_cases.update(caller(), created->endpoint.id, {.retry_schedule = ""})));
  EXPECT_EQ(get(created->endpoint.id)->retry_schedule.text(), "standard");
  const auto wrong = sync_wait(use_cases.update(caller(), created->endpoint.id, {.retry_schedule = "60,60"}));
  EXPECT_REASON(wrong, Reason::kInvalidArgument);
  EXPECT_EQ(wrong.error().violations.at(0).field, "retry_schedule");
}

TEST_P(Endpoints, OnceEnabledAgainForgetWhyTheyWereDisabled) {
  const auto created = create({.url = kUrl});
  WebhookEndpoint failing = created->endpoint;
  failing.enabled = false;
  failing.disabled_reason = kDisabledByFailures;
  failing.failing_since = now();
  must([&](WriteTx& tx) { return tx.webhook_endpoints().update(failing); });
  auto use_cases = endpoints();
  ASSERT_OK(sync_wait(use_cases.update(caller(), failing.id, {.description = "still broken"})));
  EXPECT_EQ(get(failing.id)->disabled_reason, kDisabledByFailures);
  const auto enabled = sync_wait(use_cases.set_enabled(caller(), failing.id, true));
  ASSERT_OK(enabled);
  EXPECT_EQ(enabled->disabled_reason, "");
  EXPECT_EQ(get(failing.id)->failing_since, std::nullopt);
}

TEST_P(Endpoints, WithAnotherUrlForgetSinceWhenTheyFail) {
  WebhookEndpoint failing = create({.url = kUrl})->endpoint;
  failing.failing_since = now();
  must([&](WriteTx& tx) { return tx.webhook_endpoints().update(failing); });
  auto use_cases = endpoints();
  ASSERT_OK(sync_wait(use_cases.update(caller(), failing.id, {.url = kUrl, .description = "still broken"})));
  EXPECT_EQ(get(failing.id)->failing_since, now());
  ASSERT_OK(sync_wait(use_cases.update(caller(), failing.id, {.url = std::string(kUrl) + "/other"})));
  EXPECT_EQ(get(failing.id)->failing_since, std::nullopt);
}

TEST_P(Endpoints, ShowHowTheyDo) {
  std::atomic<int> status = 204;
  LoopbackReceiver receiver([&](const ReceivedRequest&) { return LoopbackReceiver::answer(status); });
  const auto id = subscribe(receiver.url()).endpoint.id;
  const auto health = [&] {
    auto use_cases = endpoints();
    return sync_wait(use_cases.health(caller(), id)).value();
  };
  EXPECT_EQ(health().delivered + health().failed + health().waiting, 0);
  EXPECT_FALSE(health().last_success || health().last_failure);

  const Directory directory = new_stored_directory();
  const auto worker = start_worker();
  const EventId first = append(directory);
  wait_for_status(first, DeliveryStatus::kDelivered);
  EXPECT_EQ(health().delivered, 1);
  ASSERT_TRUE(health().last_success);
  EXPECT_EQ(health().last_success->event_id, first);
  EXPECT_EQ(health().last_success->http_status, 204);

  status = 500;
  clock_.advance(std::chrono::seconds(1));
  const EventId second = append(directory);
  append(directory);
  wait_until([&] { return health().last_failure && health().waiting == 2; });
  EXPECT_EQ(health().last_failure->event_id, second);
  EXPECT_EQ(health().last_failure->http_status, 500);
  EXPECT_EQ(health().delivered, 1);

  clock_.advance(kHealthPeriod);
  EXPECT_EQ(health().delivered, 0);
  EXPECT_EQ(health().last_success->event_id, first);
  auto use_cases = endpoints();
  Caller stranger = caller();
  stranger.environment_id = EnvironmentId("env_0");
  EXPECT_REASON(sync_wait(use_cases.health(stranger, id)), Reason::kWebhookEndpointNotFound);
}

TEST_P(Endpoints, EveryChangeLeavesARecord) {
  const auto created = create({.url = kUrl, .description = "CRM"});
  auto use_cases = endpoints();
  const auto id = created->endpoint.id;
  clock_.advance(std::chrono::seconds(1));
  ASSERT_OK(sync_wait(use_cases.update(caller(), id, {.description = "ERP"})));
  const auto unchanged = sync_wait(use_cases.update(caller(), id, {.description = "ERP"}));
  ASSERT_OK(unchanged);
  EXPECT_FALSE(sync_wait(use_cases.set_enabled(caller(), id, false))->enabled);
  EXPECT_TRUE(sync_wait(use_cases.set_enabled(caller(), id, true))->enabled);
  ASSERT_OK(sync_wait(use_cases.set_enabled(caller(), id, true)));
  ASSERT_OK(sync_wait(use_cases.remove(caller(), id)));
  const auto records =
      must_read([&](const ReadTx& tx) { return tx.changes().history(environment_.id, environment_.id.str(), 0, 100); });
  std::vector<ChangeOp> ops;
  for (const ChangeRecord& record : records) {
    if (record.object != ObjectKind::kWebhookEndpoint) continue;
    ops.push_back(record.op);
    EXPECT_EQ(record.object_id, id.str());
    EXPECT_EQ(record.event_type, "");
    EXPECT_EQ(record.actor.kind, ActorKind::kApi);
  }
  EXPECT_EQ(ops, (std::vector{ChangeOp::kCreate, ChangeOp::kUpdate, ChangeOp::kDisable, ChangeOp::kEnable,
                              ChangeOp::kDelete}));
}

TEST_P(Endpoints, AreInvisibleToOtherEnvironmentsAndOnceRemoved) {
  const auto created = create({.url = kUrl});
  auto use_cases = endpoints();
  Caller stranger = caller();
  stranger.environment_id = EnvironmentId("env_0");
  EXPECT_REASON(sync_wait(use_cases.get(stranger, created->endpoint.id)), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(use_cases.update(stranger, created->endpoint.id, {.enabled = false})),
                Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(use_cases.remove(stranger, created->endpoint.id)), Reason::kWebhookEndpointNotFound);
  ASSERT_OK(sync_wait(use_cases.remove(caller(), created->endpoint.id)));
  EXPECT_REASON(get(created->endpoint.id), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(use_cases.remove(caller(), created->endpoint.id)), Reason::kWebhookEndpointNotFound);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, Endpoints, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
