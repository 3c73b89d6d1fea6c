// The log of deliveries, sending again, and test events.
#include <algorithm>

#include "app/jobs/job_runner.h"
#include "app/webhooks/deliveries.h"
#include "app/webhooks/endpoint_health.h"
#include "app/webhooks/removal_job.h"
#include "protocol/webhook/signature.h"
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;

class DeliveryLog : public WebhookSuite {
 protected:
  WebhookDeliveries log() { return {store(), clock_, ids(), *keys_, *http_, *keys_, "test"}; }

  std::vector<std::string> listed(const WebhookEndpointId& endpoint, const DeliveryFilter& filter) {
    auto log_of = log();
    std::vector<std::string> events;
    std::string token;
    do {
      const auto page = sync_wait(log_of.list(caller(), endpoint, filter, 3, token));
      if (!page) throw std::runtime_error(page.error().message + page.error().detail);
      for (const auto& delivery : page->deliveries) events.push_back(delivery.event_id.str());
      token = page->next_page_token;
    } while (!token.empty());
    return events;
  }

  void run_jobs() {
    JobRunner runner(store(), clock_);
    handle_resend_jobs(runner, clock_);
    runner.handle(kRemovalJob, run_removal);
    sync_wait(runner.run_due());
  }
};

std::vector<std::string> reversed(std::vector<std::string> ids) {
  std::ranges::reverse(ids);
  return ids;
}

TEST_P(DeliveryLog, WhatWaitedForARemovedEndpointIsCancelledAfterIt) {
  const auto endpoint = subscribe("https://app.test/hook").endpoint.id;
  const auto events = append(new_stored_directory(), 3);
  Sequencer sequencer(store(), clock_);
  ASSERT_OK(sync_wait(sequencer.run_batch()));
  ASSERT_OK(sync_wait(endpoints().remove(caller(), endpoint)));
  EXPECT_EQ(pending(), 3);
  EXPECT_FALSE(must_read([](const ReadTx& tx) { return tx.deliveries().next_due(true); })) << "nobody claims them";
  run_jobs();
  EXPECT_EQ(pending(), 0);
  for (const auto& event : events) EXPECT_EQ(status_of(event), DeliveryStatus::kCancelled);
  EXPECT_FALSE(must_read([](const ReadTx& tx) { return tx.jobs().next_due(JobLane::kBatches); }));
}

TEST_P(DeliveryLog, ASuccessCountsThoughItsWorkerKnewOfNoFailure) {
  const auto endpoint = subscribe("https://app.test/hook").endpoint.id;
  EndpointHealth health(environment_.id, endpoint, /*failing_since=*/std::nullopt);
  health.add({.delivery = {.owner_id = "dir_1"}, .outcome = {.status = DeliveryStatus::kDelivered}});
  must([&](WriteTx& tx) { return tx.webhook_endpoints().note_failure(environment_.id, endpoint, now()); });
  ASSERT_TRUE(endpoint_row(endpoint).failing_since);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const bool disabled, health.write_down(tx, ids(), now(), kDisableAfter));
    EXPECT_FALSE(disabled);
    return {};
  });
  EXPECT_FALSE(endpoint_row(endpoint).failing_since);
}

TEST_P(DeliveryLog, ListsNewestFirstByStatusTypeTimeAndOrganization) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0");
  const auto ours = new_stored_directory();
  const auto theirs = directory(organization(environment_));
  Sequencer sequencer(store(), clock_);
  std::vector<EventId> all;
  for (int i = 0; i < 8; ++i) {
    clock_.advance(1s);
    const auto type = i % 2 == 0 ? "organization.directory.user_created" : "organization.directory.user_deleted";
    const ChangeRecord change = new_change(i < 5 ? ours : theirs, "diruser_1", type);
    if (i == 1 || i == 6) flaky.fail(change.id, 1);
    must([&](WriteTx& tx) { return tx.changes().append(change); });
    all.push_back(change.id);
    ASSERT_OK(sync_wait(sequencer.run_batch()));
  }
  const auto worker = start_worker();
  wait_until([&] { return pending() == 0; });
  EXPECT_EQ(status_of(all[1]), DeliveryStatus::kFailed);
  EXPECT_EQ(listed(endpoint, {}), reversed(texts(all)));
  EXPECT_EQ(listed(endpoint, {.statuses = {DeliveryStatus::kFailed}}), texts({all[6], all[1]}));
  EXPECT_EQ(listed(endpoint, {.statuses = {DeliveryStatus::kFailed}, .organization_id = ours.organization_id}),
            texts({all[1]}));
  EXPECT_EQ(listed(endpoint, {.event_type = "organization.directory.user_deleted"}),
            texts({all[7], all[5], all[3], all[1]}));
  EXPECT_EQ(listed(endpoint, {.since = now() - 4s, .until = now() - 1s}), texts({all[5], all[4], all[3]}));

  auto log_of = log();
  const auto first = sync_wait(log_of.list(caller(), endpoint, {}, 3, "")).value();
  const auto second = sync_wait(log_of.list(caller(), endpoint, {}, 3, first.next_page_token)).value();
  const auto back = sync_wait(log_of.list(caller(), endpoint, {}, 3, second.prev_page_token)).value();
  EXPECT_EQ(back.deliveries.at(0).event_id, all[7]);
  EXPECT_REASON(sync_wait(log_of.list(caller(), endpoint, {.event_type = "x"}, 3, first.next_page_token)),
                Reason::kInvalidPageToken);
  Caller stranger = caller();
  stranger.environment_id = environment().id;
  EXPECT_REASON(sync_wait(log_of.list(stranger, endpoint, {}, 3, "")), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(log_of.get(stranger, endpoint, all[0])), Reason::kWebhookEndpointNotFound);
  EXPECT_REASON(sync_wait(log_of.get(caller(), endpoint, EventId("evt_0"))), Reason::kDeliveryNotFound);
}

TEST_P(DeliveryLog, ShowsADeliveryWithItsAttemptsItsBodyAndWhatComesNext) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto directory = new_stored_directory();
  const auto event = append(directory);
  const auto behind = append(directory);
  flaky.fail(event, 1, 503);
  const auto worker = start_worker();
  wait_until([&] { return attempts_of(event, endpoint).size() == 1; });
  auto log_of = log();
  const auto shown = sync_wait(log_of.get(caller(), endpoint, event)).value();
  EXPECT_EQ(shown.delivery.status, DeliveryStatus::kPending);
  EXPECT_EQ(shown.delivery.attempts, 1);
  EXPECT_EQ(shown.next_attempt_at, now() + 5s);
  EXPECT_EQ(shown.attempts.at(0).http_status, 503);
  EXPECT_EQ(shown.attempts.at(0).response_excerpt, "no");
  EXPECT_EQ(shown.body, receiver.received().at(0).body);
  EXPECT_FALSE(sync_wait(log_of.get(caller(), endpoint, behind)).value().next_attempt_at);
  EXPECT_REASON(sync_wait(log_of.resend(caller(), endpoint, behind)), Reason::kDeliveryPending);
}

TEST_P(DeliveryLog, ResendsUnderTheSameIdAndMarksTheAttempt) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto event = append(new_stored_directory());
  const auto worker = start_worker();
  wait_for_status(event, DeliveryStatus::kDelivered);
  flaky.fail(event, 1);
  auto log_of = log();
  const auto resent = sync_wait(log_of.resend(caller(), endpoint, event)).value();
  EXPECT_EQ(resent.status, DeliveryStatus::kResending);
  EXPECT_TRUE(resent.out_of_order);
  wait_until([&] { return attempts_of(event, endpoint).size() == 2; });
  EXPECT_EQ(status_of(event), DeliveryStatus::kResending);
  EXPECT_EQ(sync_wait(log_of.get(caller(), endpoint, event)).value().next_attempt_at, now() + 5s) << "a new round";
  advance(5s, *worker);
  wait_for_status(event, DeliveryStatus::kDelivered);
  const auto attempts = attempts_of(event, endpoint);
  ASSERT_EQ(attempts.size(), 3u);
  EXPECT_FALSE(attempts[0].resend);
  EXPECT_TRUE(attempts[1].resend && attempts[2].resend);
  EXPECT_EQ(ids_of(receiver.received()), texts({event, event, event}));
  EXPECT_EQ(receiver.received()[0].body, receiver.received()[2].body);
}

TEST_P(DeliveryLog, RefusesToResendWhatIsErasedOrFromADisabledEndpoint) {
  LoopbackReceiver receiver;
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto event = append(new_stored_directory());
  const auto worker = start_worker();
  wait_for_status(event, DeliveryStatus::kDelivered);
  auto log_of = log();
  must([&](WriteTx& tx) { return tx.changes().erase_snapshots(environment_.id, "diruser_1"); });
  EXPECT_REASON(sync_wait(log_of.resend(caller(), endpoint, event)), Reason::kEventErased);
  EXPECT_FALSE(sync_wait(log_of.get(caller(), endpoint, event)).value().body);
  auto use_cases = endpoints();
  ASSERT_OK(sync_wait(use_cases.update(caller(), endpoint, {.enabled = false})));
  EXPECT_REASON(sync_wait(log_of.resend(caller(), endpoint, event)), Reason::kWebhookEndpointDisabled);
  EXPECT_REASON(sync_wait(log_of.resend_range(caller(), endpoint, {.until = now()})), Reason::kWebhookEndpointDisabled);
}

TEST_P(DeliveryLog, ResendsARangeInBoundedBatchesOldestFirst) {
  std::atomic<bool> fail = true;
  LoopbackReceiver receiver([&](const ReceivedRequest&) { return LoopbackReceiver::answer(fail ? 500 : 200); });
  LoopbackReceiver other;
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  subscribe(other.url());
  set_schedule(endpoint, "0");
  const auto directory = new_stored_directory();
  const auto before = append(directory);
  auto worker = start_worker();
  wait_until([&] { return attempts_of(before, endpoint).size() == 1; });
  worker.reset();  // a transaction that began before the clock moved would make a delivery of the time before
  clock_.advance(1s);
  const Timestamp since = now();
  worker = start_worker();
  const auto lost = append(directory, static_cast<int>(kResendBatch) + 3);
  wait_until([&] { return worker->counters().given_up == std::ssize(lost); });
  fail = false;
  const auto fine = append(directory);
  wait_for_status(fine, DeliveryStatus::kDelivered);
  clock_.advance(1s);
  auto log_of = log();
  EXPECT_REASON(sync_wait(log_of.resend_range(caller(), endpoint, {.since = since, .until = since})),
                Reason::kInvalidArgument);
  ASSERT_OK(sync_wait(log_of.resend_range(caller(), endpoint, {.since = since, .until = now()})));
  EXPECT_REASON(sync_wait(log_of.resend_range(caller(), endpoint, {.since = since, .until = now()})),
                Reason::kResendRunning);
  run_jobs();
  advance(1ms, *worker);  // they are due one after the other
  wait_until([&] { return pending() == 0; });
  auto sent = ids_of(receiver.received());
  sent.erase(sent.begin(), sent.begin() + std::ssize(lost) + 2);
  auto expected = texts(lost);
  std::ranges::sort(sent);
  std::ranges::sort(expected);
  EXPECT_EQ(sent, expected);
  EXPECT_EQ(other.received().size(), lost.size() + 2);

  ASSERT_OK(sync_wait(log_of.resend_range(
      caller(), endpoint,
      {.since = since, .until = now(), .event_type = "organization.created", .only_failed = false})));
  run_jobs();
  EXPECT_EQ(pending(), 0);
}

TEST_P(DeliveryLog, ATestEventIsSignedSentAndRecordedAndItsAnswerComesBack) {
  LoopbackReceiver receiver([](const ReceivedRequest&) { return LoopbackReceiver::answer(418, "teapot"); });
  const auto created = subscribe(receiver.url(), {"organization.created"});
  auto log_of = log();
  const auto test =
      sync_wait(log_of.send_test(caller(), created.endpoint.id, "organization.directory.user_created")).value();
  EXPECT_EQ(test.status, DeliveryStatus::kFailed);
  EXPECT_EQ(test.attempt.http_status, 418);
  EXPECT_EQ(test.attempt.response_excerpt, "teapot");
  const auto request = receiver.received().at(0);
  EXPECT_EQ(request.headers.at("webhook-id"), test.event_id.str());
  EXPECT_NE(request.body.find("\"type\": \"organization.directory.user_created\""), std::string::npos);
  EXPECT_TRUE(request.body.ends_with(", \"test\": true}")) << request.body;
  EXPECT_EQ(webhook::verify(*webhook::parse_secret(created.secret),
                            {.message_id = request.headers.at("webhook-id"),
                             .timestamp = request.headers.at("webhook-timestamp"),
                             .signature = request.headers.at("webhook-signature")},
                            request.body, now()),
            webhook::Verdict::kAuthentic);
  const auto shown = sync_wait(log_of.get(caller(), created.endpoint.id, test.event_id)).value();
  EXPECT_EQ(shown.delivery.owner_id, kTestOwner);
  EXPECT_EQ(shown.attempts.at(0).http_status, 418);
  EXPECT_EQ(shown.body, request.body);
  EXPECT_FALSE(endpoint_row(created.endpoint.id).failing_since) << "a test tells nothing of the endpoint's health";
  const auto worker = start_worker();
  advance(1h, *worker);
  const auto real = append(new_stored_directory(), "organization.created");
  wait_until([&] { return attempts_of(real, created.endpoint.id).size() == 1; });
  EXPECT_EQ(attempts_of(test.event_id, created.endpoint.id).size(), 1u) << "tests are tried once";
}

TEST_P(DeliveryLog, TestEventsAreNoPortScanner) {
  std::uint16_t closed = 0;
  {
    closed = LoopbackReceiver().port();
  }
  const auto endpoint = subscribe("http://127.0.0.1:" + std::to_string(closed) + "/").endpoint.id;
  auto log_of = log();
  const auto test = sync_wait(log_of.send_test(caller(), endpoint, "organization.created")).value();
  EXPECT_EQ(test.attempt.error, "target_unreachable");
  EXPECT_EQ(test.attempt.latency_micros, kTestLatencyStep.count());
  EXPECT_EQ(attempts_of(test.event_id, endpoint).at(0).latency_micros, kTestLatencyStep.count());
  EXPECT_REASON(sync_wait(log_of.send_test(caller(), endpoint, "no.such.type")), Reason::kInvalidArgument);
}

TEST_P(DeliveryLog, AnEndpointTakesABoundedNumberOfTestEventsAMinute) {
  LoopbackReceiver receiver;
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto another = subscribe(receiver.url()).endpoint.id;
  auto log_of = log();
  for (int i = 0; i < kMaxTestEvents; ++i) {
    ASSERT_OK(sync_wait(log_of.send_test(caller(), endpoint, "organization.created")));
  }
  const auto one_more = sync_wait(log_of.send_test(caller(), endpoint, "organization.created"));
  EXPECT_REASON(one_more, Reason::kRateLimited);
  EXPECT_EQ(one_more.error().retry_after_seconds, 60u);
  ASSERT_OK(sync_wait(log_of.send_test(caller(), another, "organization.created")));
  clock_.advance(kTestEventWindow + 1s);
  ASSERT_OK(sync_wait(log_of.send_test(caller(), endpoint, "organization.created")));
}

TEST_P(DeliveryLog, ATestOfADisabledEndpointIsSent) {
  LoopbackReceiver receiver;
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  auto use_cases = endpoints();
  ASSERT_OK(sync_wait(use_cases.update(caller(), endpoint, {.enabled = false})));
  auto log_of = log();
  EXPECT_EQ(sync_wait(log_of.send_test(caller(), endpoint, "organization.created")).value().attempt.http_status, 200);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, DeliveryLog, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
