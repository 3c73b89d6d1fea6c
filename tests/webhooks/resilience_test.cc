// Receivers that fail, ask for a pause, or are gone for good.
#include <algorithm>

#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;

class Resilience : public WebhookSuite {
 protected:
  std::size_t attempts_made(const EventId& event, const WebhookEndpointId& endpoint) {
    return attempts_of(event, endpoint).size();
  }
};

TEST_P(Resilience, AHeadThatKeepsFailingIsParkedAndTriedByItself) {
  const auto directory = new_stored_directory();
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0,5,7200,7200");
  const auto stuck = append(directory);
  flaky.fail(stuck, 3);
  const auto worker = start_worker();
  const auto next = append(directory);
  wait_until([&] { return attempts_made(stuck, endpoint) == 1; });
  wait_for_status(next, DeliveryStatus::kPending);
  EXPECT_FALSE(deliveries_of(stuck)[0].out_of_order);

  advance(5s, *worker);
  wait_for_status(next, DeliveryStatus::kDelivered);
  EXPECT_EQ(status_of(stuck), DeliveryStatus::kParked);
  EXPECT_TRUE(deliveries_of(stuck)[0].out_of_order);
  EXPECT_FALSE(deliveries_of(next)[0].out_of_order);
  EXPECT_EQ(ids_of(receiver.received()), texts({stuck, stuck, next}));

  advance(2h, *worker);
  wait_until([&] { return attempts_made(stuck, endpoint) == 3; });
  EXPECT_EQ(status_of(stuck), DeliveryStatus::kParked);
  advance(2h, *worker);
  wait_for_status(stuck, DeliveryStatus::kDelivered);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(receiver.received().size(), 5u);
}

TEST_P(Resilience, AParkedDeliveryEndsFailedWithItsSchedule) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0,7200");
  const auto lost = append(new_stored_directory());
  flaky.fail(lost, 9);
  const auto worker = start_worker();
  wait_for_status(lost, DeliveryStatus::kParked);
  advance(2h, *worker);
  wait_for_status(lost, DeliveryStatus::kFailed);
  EXPECT_EQ(attempts_made(lost, endpoint), 2u);
  wait_until([&] { return worker->counters().given_up == 1; });
  EXPECT_FALSE(must_read([](const ReadTx& tx) { return tx.deliveries().next_due(true); }));
}

TEST_P(Resilience, AParkedDeliveryThatAnotherProcessHadClaimedIsTriedAgain) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0,7200");
  const auto stuck = append(new_stored_directory());
  flaky.fail(stuck, 1);
  auto worker = start_worker();
  wait_for_status(stuck, DeliveryStatus::kParked);
  worker.reset();
  clock_.advance(2h);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto claimed, tx.deliveries().claim_due(now(), {.claimant = "before", .until = now() + 15s}));
    EXPECT_EQ(claimed.size(), 1u);
    EXPECT_TRUE(claimed.at(0).claim.solo_seq);
    DOORWARD_TRY(const auto again, tx.deliveries().claim_due(now(), {.claimant = "other", .until = now() + 15s}));
    EXPECT_TRUE(again.empty());
    return {};
  });
  worker = start_worker({.claimant = "now", .dead_claimant = "before"});
  wait_for_status(stuck, DeliveryStatus::kDelivered);
  EXPECT_EQ(ids_of(receiver.received()), texts({stuck, stuck}));
}

TEST_P(Resilience, TooManyRequestsSlowsTheWholeEndpointForAsLongAsItSays) {
  const auto first_directory = new_stored_directory();
  const auto second_directory = new_stored_directory();
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  LoopbackReceiver other;
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  subscribe(other.url());
  const auto first = append(first_directory);
  flaky.fail(first, 1, 429, "retry-after: 60\r\n");
  const auto worker = start_worker();
  wait_until([&] { return attempts_made(first, endpoint) == 1; });
  const auto second = append(second_directory);
  other.wait_for(2);
  advance(60s - 1us, *worker);
  append(second_directory);
  other.wait_for(3);
  wait_until([&] { return worker->counters().in_flight == 0; });
  EXPECT_EQ(receiver.received().size(), 1u);
  advance(1us, *worker);
  EXPECT_EQ(receiver.wait_for(4).size(), 4u);
  wait_for_status(second, DeliveryStatus::kDelivered);
}

TEST_P(Resilience, RetryAfterOfAnotherFailureConcernsThatDeliveryOnly) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto slow = append(new_stored_directory());
  flaky.fail(slow, 1, 500, "retry-after: 60\r\n");
  const auto worker = start_worker();
  wait_until([&] { return attempts_made(slow, endpoint) == 1; });
  wait_for_status(append(new_stored_directory()), DeliveryStatus::kDelivered);
  advance(5s, *worker);
  wait_for_status(append(new_stored_directory()), DeliveryStatus::kDelivered);
  EXPECT_EQ(attempts_made(slow, endpoint), 1u);
  advance(55s, *worker);
  wait_for_status(slow, DeliveryStatus::kDelivered);
}

TEST_P(Resilience, GoneDisablesTheEndpointAtOnceAndTellsTheOthers) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  LoopbackReceiver other, of_a_tenant;
  const auto endpoint = subscribe(receiver.url("/hooks/s3cr3t")).endpoint.id;
  subscribe(other.url(), {"webhook_endpoint.*"});
  subscribe(of_a_tenant.url(), {"webhook_endpoint.*"}, organization_.id);
  const auto event = append(new_stored_directory());
  flaky.fail(event, 1, 410);
  const auto worker = start_worker();
  const auto told = other.wait_for(1).at(0);
  EXPECT_NE(told.body.find("\"webhook_endpoint.disabled\""), std::string::npos) << told.body;
  EXPECT_NE(told.body.find(endpoint.str()), std::string::npos);
  EXPECT_EQ(told.body.find("whsec_"), std::string::npos);
  const auto row = endpoint_row(endpoint);
  EXPECT_FALSE(row.enabled);
  EXPECT_EQ(row.disabled_reason, kDisabledByGone);
  EXPECT_EQ(status_of(event), DeliveryStatus::kPending) << "it goes out when the endpoint is enabled again";
  wait_until([&] { return worker->counters().in_flight == 0; });
  EXPECT_EQ(of_a_tenant.received().size(), 0u) << "no business of one tenant's endpoint";
}

TEST_P(Resilience, AnEndpointThatOnlyFailsForDaysIsDisabled) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0,86400,86400");
  const auto worker = start_worker({.disable_after = 48h});
  const auto event = append(new_stored_directory());
  flaky.fail(event, 9);
  const Timestamp began = now();
  for (std::size_t day = 0; day <= 2; ++day) {
    wait_until([&] { return attempts_made(event, endpoint) == day + 1; });
    EXPECT_EQ(endpoint_row(endpoint).failing_since, began);
    EXPECT_EQ(endpoint_row(endpoint).enabled, day < 2);
    advance(24h, *worker);
  }
  EXPECT_EQ(endpoint_row(endpoint).disabled_reason, kDisabledByFailures);
}

TEST_P(Resilience, ASuccessBeginsTheDaysAnew) {
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  set_schedule(endpoint, "0,86400,86400");
  const auto worker = start_worker({.disable_after = 36h});
  const auto event = append(new_stored_directory());
  flaky.fail(event, 9);
  wait_until([&] { return attempts_made(event, endpoint) == 1; });
  advance(12h, *worker);
  wait_for_status(append(new_stored_directory()), DeliveryStatus::kDelivered);
  EXPECT_FALSE(endpoint_row(endpoint).failing_since);
  advance(12h, *worker);
  wait_until([&] { return attempts_made(event, endpoint) == 2; });
  EXPECT_EQ(endpoint_row(endpoint).failing_since, now());
  advance(24h, *worker);
  wait_until([&] { return attempts_made(event, endpoint) == 3; });
  EXPECT_TRUE(endpoint_row(endpoint).enabled);
}

TEST_P(Resilience, OneAtATimeIsTriedWhereTheLastAttemptFailed) {
  std::atomic<bool> fail = true;
  LoopbackReceiver receiver([&](const ReceivedRequest&) -> std::optional<std::string> {
    if (fail.exchange(false)) return LoopbackReceiver::answer(500);
    return std::nullopt;
  });
  const auto endpoint = subscribe(receiver.url()).endpoint.id;
  const auto worker = start_worker();
  const auto first = append(new_stored_directory());
  wait_until([&] { return attempts_made(first, endpoint) == 1; });
  for (int i = 0; i < 10; ++i) append(new_stored_directory());
  receiver.wait_for(2);
  LoopbackReceiver lively;
  subscribe(lively.url());
  append(new_stored_directory());
  lively.wait_for(1);
  EXPECT_EQ(receiver.received().size(), 2u);
  worker->request_stop();
  http_->stop();
  worker->join();
}

TEST_P(Resilience, EndpointsThatFailHaveABoundedPartOfWhatIsUnderWay) {
  constexpr int kDead = 6;
  std::atomic<int> to_fail = kDead;
  LoopbackReceiver dead([&](const ReceivedRequest&) -> std::optional<std::string> {
    if (to_fail-- > 0) return LoopbackReceiver::answer(500);
    return std::nullopt;
  });
  const auto directory = new_stored_directory();
  for (int i = 0; i < kDead; ++i) subscribe(dead.url("/" + std::to_string(i)));
  const auto worker = start_worker({.max_in_flight = 8, .max_failing_in_flight = 2});
  append(directory);
  wait_until([&] { return worker->counters().failed_attempts == kDead; });
  LoopbackReceiver lively;
  subscribe(lively.url());
  advance(5s, *worker);
  dead.wait_for(kDead + 2);
  const auto events = append(directory, 20);
  lively.wait_for(20);
  EXPECT_EQ(dead.received().size(), kDead + 2u);
  worker->request_stop();
  http_->stop();
  worker->join();
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, Resilience, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
