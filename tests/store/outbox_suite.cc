#include <set>
#include <thread>

#include "outbox.h"

namespace doorward::store {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_P(StoreSuite, AQueueGivesItsDeliveriesOneAtATimeInOrder) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  const Delivery first = outbox.delivery("whe_1", "dir_1", 1);
  must([&](WriteTx& tx) {
    return tx.deliveries().insert({first, outbox.delivery("whe_1", "dir_1", 2), outbox.delivery("whe_1", "dir_2", 1),
                                   outbox.delivery("whe_2", "dir_1", 1)});
  });
  const auto claim = [&](std::int64_t limit = 10, std::int64_t per_endpoint = 10) {
    return *write([&](WriteTx& tx) {
      return tx.deliveries().claim_due(
          now(), {.until = now() + seconds(60), .queues = limit, .queues_per_endpoint = per_endpoint});
    });
  };
  const auto finish = [&](const DeliveryRun& run, const DeliveryOutcome& outcome) {
    must([&](WriteTx& tx) {
      return tx.deliveries().record(
          {{.claim = run.claim, .finished = {finished(run.deliveries.at(0), now(), outcome)}, .ended = true}});
    });
  };
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 4);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now());
  const auto claimed = claim(10, 1);
  EXPECT_THAT(places(claimed), ElementsAre("whe_1/dir_1/1", "whe_2/dir_1/1"));
  EXPECT_THAT(claim(10, 1), IsEmpty()) << "each endpoint has its one";
  must([&](WriteTx& tx) { return tx.deliveries().record({{.claim = claimed[0].claim, .ended = true}}); });
  const auto both = claim();
  EXPECT_THAT(places(both), ElementsAre("whe_1/dir_1/1", "whe_1/dir_2/1"));
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now() + seconds(60));

  finish(both[0], {.status = DeliveryStatus::kDelivered});
  const auto second = claim();
  EXPECT_THAT(places(second), ElementsAre("whe_1/dir_1/2"));
  finish(second[0], {.status = DeliveryStatus::kPending, .next_attempt_at = now() + seconds(5)});
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now() + seconds(5));
  clock_.advance(seconds(5));
  const auto again = claim();
  ASSERT_THAT(places(again), ElementsAre("whe_1/dir_1/2"));
  EXPECT_EQ(again[0].deliveries[0].attempts, 1);
  finish(second[0], {.status = DeliveryStatus::kFailed});  // a worker whose claim ran out comes too late
  EXPECT_EQ(
      must_read([&](const ReadTx& tx) { return tx.deliveries().of_event(env.id, second[0].deliveries[0].event_id); })[0]
          .status,
      DeliveryStatus::kPending);
  must([&](WriteTx& tx) { return tx.deliveries().record({{.claim = again[0].claim, .ended = true}}); });
  const auto once_more = claim();
  EXPECT_THAT(places(once_more), ElementsAre("whe_1/dir_1/2"));
  finish(once_more[0], {.status = DeliveryStatus::kFailed});
  EXPECT_EQ(must_read([&](const ReadTx& tx) {
              return tx.deliveries().attempts(env.id, WebhookEndpointId("whe_1"), again[0].deliveries[0].event_id);
            }).size(),
            2U);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) {
                return tx.deliveries().attempts(EnvironmentId("env_0"), WebhookEndpointId("whe_1"),
                                                again[0].deliveries[0].event_id);
              }).empty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 2);

  clock_.advance(seconds(60));
  EXPECT_THAT(places(claim()), UnorderedElementsAre("whe_1/dir_2/1", "whe_2/dir_1/1")) << "claims that ran out";
}

TEST_P(StoreSuite, ARunIsRecordedBitByBitAndWhatIsNotRecordedComesAgain) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  must([&](WriteTx& tx) -> Result<void> {
    std::vector<Delivery> all;
    for (int seq = 1; seq <= 9; ++seq) all.push_back(outbox.delivery("whe_1", "dir_1", seq));
    all.push_back(outbox.delivery("whe_1", "dir_2", 7));
    return tx.deliveries().insert(all);
  });
  const auto claim = [&](const std::string& claimant, std::int64_t together) {
    return *write([&](WriteTx& tx) {
      return tx.deliveries().claim_due(now(), {.claimant = claimant,
                                               .until = now() + seconds(60),
                                               .queues = 10,
                                               .queues_per_endpoint = 10,
                                               .deliveries_per_queue = 5,
                                               .deliveries = together});
    });
  };
  const auto record = [&](const RunProgress& progress) {
    must([&](WriteTx& tx) { return tx.deliveries().record({progress}); });
  };
  const auto delivered = [&](const Delivery& delivery) {
    return finished(delivery, now(), {.status = DeliveryStatus::kDelivered});
  };
  auto runs = claim("proc_1", 6);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_THAT(places_of(runs[0]), ElementsAre("whe_1/dir_1/1", "whe_1/dir_1/2", "whe_1/dir_1/3")) << "a fair share";
  EXPECT_THAT(places_of(runs[1]), ElementsAre("whe_1/dir_2/7"));
  record({.claim = runs[1].claim, .finished = {delivered(runs[1].deliveries[0])}, .ended = true});
  record({.claim = runs[0].claim, .finished = {delivered(runs[0].deliveries[0]), delivered(runs[0].deliveries[1])}});
  EXPECT_THAT(claim("proc_2", 6), IsEmpty()) << "the run goes on";

  must([&](WriteTx& tx) { return tx.deliveries().release_claims("proc_2"); });
  EXPECT_THAT(claim("proc_2", 6), IsEmpty());
  must([&](WriteTx& tx) { return tx.deliveries().release_claims("proc_1"); });
  EXPECT_LE(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now());
  const DeliveryRun first = runs[0];
  runs = claim("proc_2", 100);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_THAT(places_of(runs[0]),
              ElementsAre("whe_1/dir_1/3", "whe_1/dir_1/4", "whe_1/dir_1/5", "whe_1/dir_1/6", "whe_1/dir_1/7"));
  record({.claim = first.claim, .finished = {delivered(first.deliveries[2])}, .ended = true});  // comes too late
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 7);
  EXPECT_THAT(claim("proc_1", 100), IsEmpty());

  const DeliveryOutcome later{.status = DeliveryStatus::kPending, .next_attempt_at = now() + seconds(5)};
  record({.claim = runs[0].claim,
          .finished = {delivered(runs[0].deliveries[0]), finished(runs[0].deliveries[1], now(), later)},
          .ended = true});
  EXPECT_THAT(claim("proc_1", 100), IsEmpty());
  clock_.advance(seconds(5));
  runs = claim("proc_1", 100);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_THAT(places_of(runs[0]), ElementsAre("whe_1/dir_1/4")) << "what failed before comes alone";
}

TEST_P(StoreSuite, NoTwoWorkersClaimTheSameQueueNorPassTheLimitOfAnEndpoint) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  must([&](WriteTx& tx) -> Result<void> {
    std::vector<Delivery> all;
    for (int i = 0; i < 30; ++i) all.push_back(outbox.delivery("whe_1", "dir_" + std::to_string(i), 1));
    return tx.deliveries().insert(all);
  });
  std::mutex mutex;
  std::vector<std::string> claimed;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        // An endpoint at which another worker is claiming just now is passed over: come again.
        const auto is_due = [&] {
          return must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }) <= now();
        };
        while (is_due()) {
          const auto mine = write([&](WriteTx& tx) {
            return tx.deliveries().claim_due(now(),
                                             {.until = now() + seconds(60), .queues = 5, .queues_per_endpoint = 20});
          });
          const std::lock_guard lock(mutex);
          if (mine) {
            for (const std::string& place : places(*mine)) claimed.push_back(place);
          }
        }
      });
    }
  }
  EXPECT_EQ(claimed.size(), 20U);
  EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), claimed.size());
}

TEST_P(StoreSuite, EndpointsComeBackAndTakeTheirQueuesWithThem) {
  const Environment env = environment();
  const Environment other = environment();
  WebhookEndpoint endpoint{.environment_id = env.id,
                           .id = ids().next<WebhookEndpointId>(),
                           .url = "https://app.test/hook",
                           .event_types = {"a", "b"},
                           .organization_id = OrganizationId("org_1"),
                           .create_time = now(),
                           .update_time = now()};
  Outbox outbox(env, ids(), now());
  const Delivery owed = outbox.delivery(endpoint.id.str(), "dir_1", 1);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.webhook_endpoints().insert(endpoint));
    DOORWARD_CHECK(tx.webhook_endpoints().insert_secret({.environment_id = env.id,
                                                         .endpoint_id = endpoint.id,
                                                         .id = ids().next<WebhookSecretId>(),
                                                         .sealed_secret = "sealed",
                                                         .create_time = now(),
                                                         .expire_time = now() + seconds(5)}));
    return tx.deliveries().insert({owed, outbox.delivery(endpoint.id.str(), "dir_1", 2)});
  });
  must_read([&](const ReadTx& tx) -> Result<bool> {
    const auto& endpoints = tx.webhook_endpoints();
    const auto found = *endpoints.find(env.id, endpoint.id);
    EXPECT_EQ(found->event_types, endpoint.event_types);
    EXPECT_EQ(found->organization_id, endpoint.organization_id);
    EXPECT_FALSE(*endpoints.find(other.id, endpoint.id));
    EXPECT_EQ(endpoints.list(env.id, {})->items.size(), 1U);
    EXPECT_TRUE(endpoints.list(other.id, {})->items.empty());
    EXPECT_EQ(*endpoints.count(env.id), 1);
    EXPECT_EQ(endpoints.subscribed(env.id, {OrganizationId("org_1")})->size(), 1U);
    EXPECT_TRUE(endpoints.subscribed(env.id, {OrganizationId("org_2")})->empty());
    EXPECT_TRUE(endpoints.subscribed(env.id, {})->empty());
    EXPECT_TRUE(endpoints.subscribed(other.id, {OrganizationId("org_1")})->empty());
    EXPECT_EQ(endpoints.secrets(env.id, endpoint.id, now())->size(), 1U);
    EXPECT_TRUE(endpoints.secrets(env.id, endpoint.id, now() + seconds(5))->empty());
    EXPECT_TRUE(endpoints.secrets(other.id, endpoint.id, now())->empty());
    return true;
  });
  endpoint.enabled = false;
  endpoint.organization_id.reset();
  must([&](WriteTx& tx) { return tx.webhook_endpoints().update(endpoint); });
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.webhook_endpoints().subscribed(env.id, {}); }).empty());
  const auto cancel = [&](const EnvironmentId& of, std::int64_t limit) {
    std::int64_t rows = 0;
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_TRY(rows, tx.webhook_endpoints().cancel_batch(of, endpoint.id, limit));
      return {};
    });
    return rows;
  };
  must([&](WriteTx& tx) { return tx.webhook_endpoints().remove(other.id, endpoint.id); });
  EXPECT_EQ(cancel(env.id, 10), 0) << "it is there";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 2);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.webhook_endpoints().find(env.id, endpoint.id); }));
  must([&](WriteTx& tx) { return tx.webhook_endpoints().remove(env.id, endpoint.id); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.webhook_endpoints().find(env.id, endpoint.id); }));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }));
  EXPECT_EQ(cancel(other.id, 10), 0);
  EXPECT_EQ(cancel(env.id, 1), 1) << "the queue";
  EXPECT_EQ(cancel(env.id, 1), 1) << "a delivery";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 1);
  EXPECT_EQ(cancel(env.id, 1), 1) << "the other";
  EXPECT_EQ(cancel(env.id, 1), 0);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 0);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().of_event(env.id, owed.event_id); })[0].status,
            DeliveryStatus::kCancelled);
}

TEST_P(StoreSuite, FinishedDeliveriesAndAnswersAreRemovedWhenOld) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  const Delivery done = outbox.delivery("whe_1", "dir_1", 1);
  must([&](WriteTx& tx) { return tx.deliveries().insert({done, outbox.delivery("whe_1", "dir_1", 2)}); });
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(auto claimed, tx.deliveries().claim_due(now(), {.until = now() + seconds(9)}));
    return tx.deliveries().record(
        {{.claim = claimed.at(0).claim,
          .finished = {finished(claimed.at(0).deliveries.at(0), now(), {.status = DeliveryStatus::kDelivered})},
          .ended = true}});
  });
  const Timestamp later = now() + seconds(1);
  const auto excerpt = [&] {
    return must_read([&](const ReadTx& tx) {
             return tx.deliveries().attempts(env.id, WebhookEndpointId("whe_1"), done.event_id);
           })
        .at(0)
        .response_excerpt;
  };
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.deliveries().clear_bodies_before(now(), 10); }), 0);
  EXPECT_EQ(excerpt(), "ok");
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.deliveries().clear_bodies_before(later, 10); }), 1);
  EXPECT_EQ(excerpt(), "");
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.deliveries().remove_before(now(), 10); }), 0);
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.deliveries().remove_before(later, 1); }), 1);
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.deliveries().remove_before(later, 10); }), 1) << "also what waits";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 0);
  const auto gone =
      *write([&](WriteTx& tx) { return tx.deliveries().claim_due(now(), {.until = now() + seconds(9)}); });
  EXPECT_THAT(gone, IsEmpty()) << "a queue without a head is no queue";
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }));
}

TEST_P(StoreSuite, OneQueueAtATimeIsClaimedOfAnEndpointThatFailedLast) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  must([&](WriteTx& tx) -> Result<void> {
    std::vector<Delivery> all;
    for (int i = 0; i < 6; ++i) all.push_back(outbox.delivery("whe_1", "dir_" + std::to_string(i), 1));
    all.push_back(outbox.delivery("whe_2", "dir_1", 1));
    return tx.deliveries().insert(all);
  });
  const auto claim = [&](std::int64_t failing = 100) {
    return *write([&](WriteTx& tx) {
      return tx.deliveries().claim_due(
          now(), {.until = now() + seconds(60), .queues = 100, .failing_queues = failing, .queues_per_endpoint = 4});
    });
  };
  const auto record = [&](const DeliveryRun& run, const DeliveryOutcome& outcome) {
    must([&](WriteTx& tx) {
      return tx.deliveries().record(
          {{.claim = run.claim, .finished = {finished(run.deliveries.at(0), now(), outcome)}, .ended = true}});
    });
  };
  const DeliveryOutcome failed{
      .status = DeliveryStatus::kPending, .next_attempt_at = now() + seconds(5), .failing_since = now()};
  auto runs = claim();
  ASSERT_EQ(runs.size(), 5U) << "four of the one, one of the other";
  for (int i = 0; i < 4; ++i) record(runs[i], failed);
  EXPECT_THAT(claim(0), IsEmpty());
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(false); }) <= now());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now());
  runs = claim();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_TRUE(runs[0].failing);
  EXPECT_THAT(claim(), IsEmpty());
  record(runs[0], {.status = DeliveryStatus::kDelivered});
  EXPECT_THAT(places(claim()), ElementsAre("whe_1/dir_5/1"));
}

TEST_P(StoreSuite, WhatIsHeldWaitsUntilTheHoldEndsAndCostsNoLook) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  must([&](WriteTx& tx) {
    return tx.deliveries().insert({outbox.delivery("whe_1", "dir_1", 1), outbox.delivery("whe_1", "dir_2", 1)});
  });
  const auto claim = [&] {
    return *write([&](WriteTx& tx) { return tx.deliveries().claim_due(now(), {.until = now() + seconds(60)}); });
  };
  const auto runs = claim();
  must([&](WriteTx& tx) {
    return tx.deliveries().record(
        {{.claim = runs.at(0).claim, .ended = true, .endpoint_held_until = now() + seconds(30)}});
  });
  EXPECT_THAT(claim(), IsEmpty());
  must([&](WriteTx& tx) { return tx.deliveries().insert({outbox.delivery("whe_1", "dir_3", 1)}); });
  EXPECT_THAT(claim(), IsEmpty()) << "what is new waits too";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }), now() + seconds(30));
  clock_.advance(seconds(30));
  EXPECT_EQ(claim().size(), 1U);
}

TEST_P(StoreSuite, AHoldEndsWithTheUrlTheScheduleOrBeingDisabledAndWithNothingElse) {
  const Environment env = environment();
  WebhookEndpoint endpoint{.environment_id = env.id,
                           .id = ids().next<WebhookEndpointId>(),
                           .url = "https://app.test/hook",
                           .create_time = now(),
                           .update_time = now()};
  Outbox outbox(env, ids(), now());
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.webhook_endpoints().insert(endpoint));
    return tx.deliveries().insert({outbox.delivery(endpoint.id.str(), "dir_1", 1)});
  });
  const auto next_due = [&] { return must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }); };
  const auto update = [&] { must([&](WriteTx& tx) { return tx.webhook_endpoints().update(endpoint); }); };
  const Timestamp held_until = now() + seconds(30);
  const auto hold = [&] {
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_TRY(const auto runs, tx.deliveries().claim_due(now(), {.until = now() + seconds(60)}));
      return tx.deliveries().record({{.claim = runs.at(0).claim, .ended = true, .endpoint_held_until = held_until}});
    });
  };
  hold();
  endpoint.description = "ours";
  endpoint.event_types = {"a"};
  update();
  EXPECT_EQ(next_due(), held_until);
  endpoint.url = "https://app.test/other";
  update();
  EXPECT_LE(next_due(), now());
  hold();
  endpoint.retry_schedule = *RetrySchedule::parse("0,60");
  update();
  EXPECT_LE(next_due(), now());
  hold();
  endpoint.enabled = false;
  update();
  EXPECT_EQ(next_due(), held_until);
  endpoint.enabled = true;
  update();
  EXPECT_LE(next_due(), now());
}

TEST_P(StoreSuite, JobsOfAnOwnerRunInTheOrderTheyWereMade) {
  const Environment env = environment();
  const auto job = [&](const std::string& owner) {
    clock_.advance(seconds(1));
    return Job{.environment_id = env.id,
               .id = ids().next<JobId>(),
               .owner_id = owner,
               .kind = "purge",
               .txn = ids().next<TransactionId>(),
               .state = {{"left", 3}},
               .run_after = now(),
               .create_time = now()};
  };
  Job first = job("dir_1");
  const Job second = job("dir_1");
  const Job other = job("dir_2");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.jobs().insert(second));
    DOORWARD_CHECK(tx.jobs().insert(first));
    return tx.jobs().insert(other);
  });
  const auto claim = [&] {
    std::vector<JobId> claimed;
    for (const Job& j :
         *write([&](WriteTx& tx) { return tx.jobs().claim_due(JobLane::kBatches, now(), now() + seconds(60), 10); })) {
      claimed.push_back(j.id);
    }
    return claimed;
  };
  const auto pending = [&](const std::string& owner, const std::string& kind) {
    return must_read([&](const ReadTx& tx) { return tx.jobs().pending(env.id, owner, kind); });
  };
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.jobs().next_due(JobLane::kBatches); }), first.run_after);
  EXPECT_THAT(claim(), ElementsAre(first.id, other.id));
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.jobs().next_due(JobLane::kBatches); }), now() + seconds(60));
  first.state = {{"left", 1}};
  first.run_after = now();
  must([&](WriteTx& tx) { return tx.jobs().update(first, true); });
  EXPECT_THAT(claim(), ElementsAre(first.id));
  EXPECT_TRUE(pending("dir_1", "purge"));
  EXPECT_TRUE(pending("dir_1", ""));
  EXPECT_FALSE(pending("dir_1", "other"));
  EXPECT_FALSE(pending("dir_3", ""));
  must([&](WriteTx& tx) { return tx.jobs().remove(EnvironmentId("env_0"), first.id); });
  EXPECT_THAT(claim(), IsEmpty());
  must([&](WriteTx& tx) { return tx.jobs().remove(env.id, first.id); });
  EXPECT_THAT(claim(), ElementsAre(second.id));
}

}  // namespace
}  // namespace doorward::store
