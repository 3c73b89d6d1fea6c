// Deliveries that are tried by themselves: parked ones and resends.
#include "outbox.h"

namespace doorward::store {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_P(StoreSuite, ParkedAndResentDeliveriesAreClaimedByThemselvesInABoundedShare) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  std::vector<Delivery> all;
  for (int seq = 1; seq <= 8; ++seq) all.push_back(outbox.delivery("whe_1", "dir_1", seq));
  must([&](WriteTx& tx) { return tx.deliveries().insert(all); });
  const auto claim = [&] {
    return *write([&](WriteTx& tx) {
      return tx.deliveries().claim_due(now(), {.until = now() + seconds(60),
                                               .queues = 100,
                                               .queues_per_endpoint = 4,
                                               .deliveries_per_queue = 100,
                                               .deliveries = 100});
    });
  };
  auto runs = claim();
  std::vector<FinishedDelivery> done;
  for (const Delivery& delivery : runs.at(0).deliveries) {
    done.push_back(finished(delivery, now(), {.status = DeliveryStatus::kDelivered}));
  }
  done.back().outcome = {.status = DeliveryStatus::kParked, .next_attempt_at = now() + seconds(5)};
  must([&](WriteTx& tx) {
    return tx.deliveries().record({{.claim = runs.at(0).claim, .finished = done, .ended = true}});
  });
  EXPECT_THAT(claim(), IsEmpty());
  const auto find = [&](int seq) {
    return *must_read([&](const ReadTx& tx) {
      return tx.deliveries().find(env.id, WebhookEndpointId("whe_1"), all.at(seq - 1).event_id);
    });
  };
  EXPECT_EQ(find(8).status, DeliveryStatus::kParked);
  EXPECT_TRUE(find(8).out_of_order);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().next_attempt(find(8)); }), now() + seconds(5));

  std::vector<Delivery> again;
  for (int seq = 1; seq <= 8; ++seq) again.push_back(find(seq));
  must([&](WriteTx& tx) { return tx.deliveries().resend(again, now()); });
  must([&](WriteTx& tx) { return tx.deliveries().insert({outbox.delivery("whe_1", "dir_1", 9)}); });
  clock_.advance(seconds(1));
  runs = claim();
  EXPECT_THAT(places(runs), UnorderedElementsAre("whe_1/dir_1/1", "whe_1/dir_1/2", "whe_1/dir_1/9"))
      << "half of the share at most, and nothing that is new waits behind it";
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(find(1).round_begins, 1);
  EXPECT_EQ(runs[0].claim.solo_seq, 1);
  must([&](WriteTx& tx) { return tx.deliveries().record({{.claim = runs[0].claim, .ended = true}}); });
  EXPECT_THAT(places(claim()), ElementsAre("whe_1/dir_1/1")) << "given back unmade";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.deliveries().pending_count(); }), 9);
}

TEST_P(StoreSuite, SolosThatWaitForTheirShareCostNoLook) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  std::vector<Delivery> all;
  for (int seq = 1; seq <= 4; ++seq) all.push_back(outbox.delivery("whe_1", "dir_1", seq));
  for (Delivery& delivery : all) delivery.status = DeliveryStatus::kFailed;
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.deliveries().insert(all));
    return tx.deliveries().resend(all, now());
  });
  clock_.advance(seconds(1));
  const auto claim = [&](Duration for_long) {
    return *write([&](WriteTx& tx) {
      return tx.deliveries().claim_due(now(), {.until = now() + for_long, .queues = 100, .queues_per_endpoint = 4});
    });
  };
  const auto next_due = [&] { return must_read([&](const ReadTx& tx) { return tx.deliveries().next_due(true); }); };
  auto runs = claim(seconds(60));
  ASSERT_THAT(places(runs), UnorderedElementsAre("whe_1/dir_1/1", "whe_1/dir_1/2"));
  EXPECT_EQ(next_due(), now() + seconds(60)) << "two of four are under way, which is all that solos may have";
  must([&](WriteTx& tx) { return tx.deliveries().insert({outbox.delivery("whe_1", "dir_2", 1)}); });
  EXPECT_THAT(places(claim(seconds(30))), ElementsAre("whe_1/dir_2/1")) << "what is new does not wait for them";
  EXPECT_EQ(next_due(), now() + seconds(30));

  const FinishedDelivery done = finished(runs[0].deliveries.at(0), now(), {.status = DeliveryStatus::kDelivered});
  must([&](WriteTx& tx) {
    return tx.deliveries().record({{.claim = runs[0].claim, .finished = {done}, .ended = true}});
  });
  EXPECT_LE(next_due(), now());
  EXPECT_THAT(places(claim(seconds(60))), ElementsAre("whe_1/dir_1/3"));
  clock_.advance(seconds(60));
  EXPECT_LE(next_due(), now()) << "claims that ran out";
  EXPECT_EQ(claim(seconds(60)).size(), 3U);
}

TEST_P(StoreSuite, AResendDuringAnAttemptThatFailsIsStillOwed) {
  const Environment env = environment();
  Outbox outbox(env, ids(), now());
  const WebhookEndpointId endpoint("whe_1");
  const auto claim = [&] {
    return *write([&](WriteTx& tx) { return tx.deliveries().claim_due(now(), {.until = now() + seconds(60)}); });
  };
  for (const DeliveryStatus last :
       {DeliveryStatus::kFailed, DeliveryStatus::kParked, DeliveryStatus::kDelivered, DeliveryStatus::kCancelled}) {
    const Delivery made = outbox.delivery("whe_1", "dir_1", static_cast<std::int64_t>(last) + 1);
    const auto find = [&] {
      return *must_read([&](const ReadTx& tx) { return tx.deliveries().find(env.id, endpoint, made.event_id); });
    };
    const auto finish = [&](const DeliveryRun& run, const DeliveryOutcome& outcome) {
      must([&](WriteTx& tx) {
        return tx.deliveries().record(
            {{.claim = run.claim, .finished = {finished(run.deliveries.at(0), now(), outcome)}, .ended = true}});
      });
    };
    must([&](WriteTx& tx) { return tx.deliveries().insert({made}); });
    finish(claim().at(0), {.status = DeliveryStatus::kParked, .next_attempt_at = now(), .failing_since = now()});
    const auto runs = claim();
    ASSERT_EQ(runs.size(), 1U);
    clock_.advance(seconds(1));
    must([&](WriteTx& tx) { return tx.deliveries().resend({find()}, now()); });
    EXPECT_THAT(claim(), IsEmpty()) << "it is under way";
    finish(runs[0], {.status = last, .next_attempt_at = now() + seconds(7200), .failing_since = now() - seconds(1)});
    if (last == DeliveryStatus::kDelivered || last == DeliveryStatus::kCancelled) {
      EXPECT_EQ(find().status, last);
      EXPECT_THAT(claim(), IsEmpty());
      continue;
    }
    EXPECT_EQ(find().status, DeliveryStatus::kResending);
    EXPECT_EQ(find().failing_since, std::nullopt);
    const auto again = claim();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].deliveries.at(0).attempts, 2);
    EXPECT_EQ(again[0].deliveries.at(0).round_begins, 2) << "the whole schedule";
    finish(again[0], {.status = DeliveryStatus::kFailed, .failing_since = now()});
    EXPECT_EQ(find().status, DeliveryStatus::kFailed);
    EXPECT_THAT(claim(), IsEmpty());
  }
}

}  // namespace
}  // namespace doorward::store
