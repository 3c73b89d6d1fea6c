#include <map>
#include <set>

#include "protocol/webhook/signature.h"
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;

class Delivering : public WebhookSuite {};

TEST_P(Delivering, SendsInTheOrderOfTheDirectorySignedAndOnce) {
  LoopbackReceiver receiver([](const ReceivedRequest&) { return LoopbackReceiver::answer(201, "{\"ok\": true}"); });
  const auto created = subscribe(receiver.url());
  const auto directory = new_stored_directory();
  const auto worker = start_worker();
  const auto events = append(directory, 20);
  const auto received = receiver.wait_for(20);
  EXPECT_EQ(ids_of(received), texts(events));

  const auto key = webhook::parse_secret(created.secret);
  ASSERT_TRUE(key);
  for (const auto& request : received) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(webhook::verify(*key,
                              {.message_id = request.headers.at("webhook-id"),
                               .timestamp = request.headers.at("webhook-timestamp"),
                               .signature = request.headers.at("webhook-signature")},
                              request.body, now()),
              webhook::Verdict::kAuthentic);
  }
  wait_until([&] { return pending() == 0; });
  EXPECT_EQ(status_of(events[0]), DeliveryStatus::kDelivered);
  const auto attempts = attempts_of(events[0], created.endpoint.id);
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].http_status, 201);
  EXPECT_EQ(attempts[0].response_excerpt, "{\"ok\": true}");
  EXPECT_EQ(attempts[0].error, "");
  EXPECT_GT(attempts[0].latency_micros, 0);
  EXPECT_EQ(receiver.received().size(), 20u);
}

TEST_P(Delivering, SendsWhatWasCommittedBeforeTheWorkerStarted) {
  LoopbackReceiver receiver;
  subscribe(receiver.url());
  const auto events = append(new_stored_directory(), 3);
  const auto worker = start_worker();
  EXPECT_EQ(ids_of(receiver.wait_for(3)), texts(events));
}

TEST_P(Delivering, OwesAnEndpointNothingThatWasCommittedBeforeIt) {
  LoopbackReceiver receiver;
  const auto directory = new_stored_directory();
  append(directory, 3);
  subscribe(receiver.url());
  const auto after = append(directory);
  const auto worker = start_worker();
  wait_for_status(after, DeliveryStatus::kDelivered);
  EXPECT_EQ(ids_of(receiver.received()), texts({after}));
}

TEST_P(Delivering, SendsOnlyWhatTheFiltersLetPass) {
  LoopbackReceiver all, by_type, by_organization;
  const auto other_directory = directory(organization(environment_));
  const auto directory = new_stored_directory();
  subscribe(all.url());
  subscribe(by_type.url(), {"organization.directory.user_deleted"});
  subscribe(by_organization.url(), {}, other_directory.organization_id);
  const auto worker = start_worker();
  append(directory, "organization.directory.user_created");
  append(directory, "");
  const auto deleted = append(directory, "organization.directory.user_deleted");
  const auto elsewhere = append(other_directory, "organization.directory.user_created");
  EXPECT_EQ(all.wait_for(3).size(), 3u);
  EXPECT_EQ(ids_of(by_type.wait_for(1)), texts({deleted}));
  EXPECT_EQ(ids_of(by_organization.wait_for(1)), texts({elsewhere}));
  wait_until([&] { return pending() == 0; });
  EXPECT_EQ(all.received().size(), 3u);
}

TEST_P(Delivering, TriesAgainWhenTheScheduleSaysUnderTheSameIdWithAFreshTimestamp) {
  std::atomic<int> requests = 0;
  LoopbackReceiver receiver([&](const ReceivedRequest&) {
    return ++requests == 1 ? LoopbackReceiver::answer(503, "later") : LoopbackReceiver::answer(200);
  });
  const auto created = subscribe(receiver.url());
  const auto worker = start_worker();
  const auto event = append(new_stored_directory());
  const auto attempts_made = [&] { return attempts_of(event, created.endpoint.id).size(); };
  wait_until([&] { return attempts_made() == 1; });
  advance(5s - 1us, *worker);
  append(new_stored_directory());  // its delivery shows that the worker looked once more
  receiver.wait_for(2);
  EXPECT_EQ(attempts_made(), 1u);

  advance(1us, *worker);
  wait_for_status(event, DeliveryStatus::kDelivered);

  std::vector<ReceivedRequest> ours;
  for (const auto& request : receiver.received()) {
    if (request.headers.at("webhook-id") == event.str()) ours.push_back(request);
  }
  ASSERT_EQ(ours.size(), 2u);
  EXPECT_EQ(ours[0].body, ours[1].body);
  EXPECT_NE(ours[0].headers.at("webhook-timestamp"), ours[1].headers.at("webhook-timestamp"));
  const auto attempts = attempts_of(event, created.endpoint.id);
  EXPECT_EQ(attempts[0].number, 1);
  EXPECT_EQ(attempts[0].http_status, 503);
  EXPECT_EQ(attempts[0].response_excerpt, "later");
  EXPECT_EQ(attempts[1].number, 2);
}

TEST_P(Delivering, AFailingHeadHoldsBackItsOwnQueueOnly) {
  const auto stuck = new_stored_directory();
  const auto free = new_stored_directory();
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  subscribe(receiver.url());
  LoopbackReceiver other;
  subscribe(other.url());
  const auto first = append(stuck);
  flaky.fail(first, 1);
  const auto worker = start_worker();
  const auto second = append(stuck);
  const auto unaffected = append(free, 5);
  EXPECT_EQ(other.wait_for(7).size(), 7u);
  wait_for_status(unaffected.back(), DeliveryStatus::kDelivered);
  receiver.wait_for(6);
  EXPECT_EQ(std::ranges::count(ids_of(receiver.received()), second.str()), 0);

  wait_until([&] { return worker->counters().failed_attempts == 1; });
  advance(5s, *worker);
  const auto all = ids_of(receiver.wait_for(8));
  EXPECT_EQ(std::ranges::count(all, first.str()), 2);
  EXPECT_EQ(all.back(), second.str());
}

TEST_P(Delivering, AnEndpointThatDoesNotAnswerDelaysNoOtherAndGetsABoundedShare) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  LoopbackReceiver lively;
  subscribe(silent.url());
  subscribe(lively.url());
  std::vector<Directory> directories;
  for (int i = 0; i < 20; ++i) directories.push_back(new_stored_directory());
  const auto worker = start_worker({.max_per_endpoint = 4});
  for (const auto& directory : directories) append(directory, 3);
  EXPECT_EQ(lively.wait_for(60).size(), 60u);
  wait_until([&] { return worker->counters().delivered == 60; });
  wait_until([&] { return worker->counters().in_flight == 4; });
  EXPECT_LE(silent.received().size(), 4u);
  worker->request_stop();
  http_->stop();
  worker->join();
  EXPECT_EQ(pending(), 60);
}

TEST_P(Delivering, GivesUpAtTheEndOfTheScheduleAndGoesOn) {
  const auto directory = new_stored_directory();
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto created = subscribe(receiver.url());
  const auto lost = append(directory);
  flaky.fail(lost, 100);
  set_schedule(created.endpoint.id, "0,5,300");
  const auto worker = start_worker();
  const auto next = append(directory);
  for (std::size_t made = 1; made <= 2; ++made) {
    wait_until([&] { return attempts_of(lost, created.endpoint.id).size() == made; });
    advance(5min, *worker);
  }
  wait_for_status(next, DeliveryStatus::kDelivered);
  EXPECT_EQ(status_of(lost), DeliveryStatus::kFailed);
  EXPECT_EQ(attempts_of(lost, created.endpoint.id).size(), 3u);
  wait_until([&] { return worker->counters().given_up == 1; });
}

TEST_P(Delivering, RetriesSurviveARestart) {
  std::uint16_t port = 0;
  {
    port = LoopbackReceiver().port();
  }
  const auto created = subscribe("http://127.0.0.1:" + std::to_string(port) + "/webhook");
  const auto directory = new_stored_directory();
  auto worker = start_worker();
  const auto events = append(directory, 3);
  wait_until([&] { return attempts_of(events[0], created.endpoint.id).size() == 1; });
  EXPECT_EQ(attempts_of(events[0], created.endpoint.id)[0].error, "target_unreachable");
  worker.reset();
  restart();

  LoopbackReceiver receiver([](const ReceivedRequest&) { return LoopbackReceiver::answer(200); }, port);
  clock_.advance(5s);
  worker = start_worker();
  EXPECT_EQ(ids_of(receiver.wait_for(3)), texts(events));
}

TEST_P(Delivering, TheClaimOfAWorkerThatDiedRunsOut) {
  LoopbackReceiver receiver;
  subscribe(receiver.url());
  const auto event = append(new_stored_directory());
  Sequencer sequencer(store(), clock_);
  ASSERT_OK(sync_wait(sequencer.run_batch()));
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto claimed, tx.deliveries().claim_due(now(), {.claimant = "gone", .until = now() + 15s}));
    EXPECT_EQ(claimed.size(), 1u);
    return {};
  });
  const auto worker = start_worker();
  const auto elsewhere = append(new_stored_directory());
  wait_for_status(elsewhere, DeliveryStatus::kDelivered);
  EXPECT_EQ(status_of(event), DeliveryStatus::kPending);
  advance(15s, *worker);
  wait_for_status(event, DeliveryStatus::kDelivered);
  EXPECT_EQ(ids_of(receiver.received()), texts({elsewhere, event}));
}

TEST_P(Delivering, WhatTheProcessBeforeHadClaimedGoesOutAtOnce) {
  LoopbackReceiver receiver;
  subscribe(receiver.url());
  const auto ours = append(new_stored_directory());
  const auto claim_for = [&](const std::string& claimant) {
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_TRY([[maybe_unused]] const auto state, sequence_batch(tx, now()));
      DOORWARD_TRY(const auto claimed,
                   tx.deliveries().claim_due(
                       now(), {.claimant = claimant, .until = now() + 15s, .queues = 2, .queues_per_endpoint = 2}));
      EXPECT_EQ(claimed.size(), 1u);
      return {};
    });
  };
  claim_for("before");
  const auto of_another_node = append(new_stored_directory());
  claim_for("another");
  const auto worker = start_worker({.claimant = "now", .dead_claimant = "before"});
  wait_for_status(ours, DeliveryStatus::kDelivered);
  EXPECT_EQ(status_of(of_another_node), DeliveryStatus::kPending);
  EXPECT_EQ(ids_of(receiver.received()), texts({ours}));
}

TEST_P(Delivering, ARunEndsAtItsFirstFailureAndGoesOnFromThere) {
  const auto directory = new_stored_directory();
  FlakyReceiver flaky;
  LoopbackReceiver receiver(flaky.handler());
  const auto created = subscribe(receiver.url());
  const auto events = append(directory, 100);
  flaky.fail(events[10], 1);
  const auto worker = start_worker();
  wait_until([&] { return attempts_of(events[10], created.endpoint.id).size() == 1; });
  EXPECT_EQ(status_of(events[9]), DeliveryStatus::kDelivered);
  EXPECT_EQ(ids_of(receiver.received()), texts({events.begin(), events.begin() + 11}));
  advance(5s, *worker);
  wait_for_status(events.back(), DeliveryStatus::kDelivered);
  auto expected = texts({events.begin(), events.begin() + 11});
  std::ranges::copy(texts({events.begin() + 10, events.end()}), std::back_inserter(expected));
  EXPECT_EQ(ids_of(receiver.received()), expected);
}

// Large bodies: a run is cut, and what was left out is not lost.
TEST_P(Delivering, ARunOfLargeEventsIsCutAndNothingIsLeftOut) {
  LoopbackReceiver receiver;
  subscribe(receiver.url());
  const auto directory = new_stored_directory();
  std::vector<EventId> events;
  for (int i = 0; i < 12; ++i) {
    ChangeRecord change = new_change(directory, "diruser_1", "organization.directory.user_created");
    change.after = boost::json::object{{"display_name", std::string(kMaxRunBytes / 4, 'x')}};
    must([&](WriteTx& tx) { return tx.changes().append(change); });
    events.push_back(change.id);
  }
  const auto worker = start_worker();
  EXPECT_EQ(ids_of(receiver.wait_for(12)), texts(events));
}

TEST_P(Delivering, BeginsNothingThatCouldOutlastItsClaim) {
  std::atomic<int> requests = 0;
  LoopbackReceiver receiver([&](const ReceivedRequest&) {
    const auto claimed_until = from_micros(database_->read_number("SELECT claimed_until FROM delivery_queues"));
    EXPECT_LT(now() + 12s, claimed_until);
    if (++requests == 3) clock_.advance(3s);
    return LoopbackReceiver::answer(200);
  });
  subscribe(receiver.url());
  const auto events = append(new_stored_directory(), 5);
  const auto worker = start_worker();
  wait_for_status(events.back(), DeliveryStatus::kDelivered);
  EXPECT_EQ(ids_of(receiver.received()), texts(events));
}

// On PostgreSQL as two nodes, each with its own store.
TEST_P(Delivering, WorkersSideBySideNeverSendAHeadTwice) {
  LoopbackReceiver receiver;
  subscribe(receiver.url());
  std::vector<Directory> directories;
  for (int i = 0; i < 8; ++i) directories.push_back(new_stored_directory());
  const auto other_node = GetParam() == store::DatabaseKind::kPostgres ? open_another() : nullptr;
  DeliveryWorker another(other_node ? *other_node : store(), clock_, ids(), *keys_, *http_,
                         {.poll = 10ms, .claimant = "another"});
  another.start();
  const auto worker = start_worker({.poll = 10ms, .claimant = "one"});
  std::map<std::string, std::vector<std::string>> expected;
  for (int round = 0; round < 15; ++round) {
    for (const auto& directory : directories) expected[directory.id.str()].push_back(append(directory).str());
  }
  wait_until([&] { return receiver.received().size() >= 120 && pending() == 0; });
  const auto sent = ids_of(receiver.received());
  EXPECT_EQ(sent.size(), 120u);
  EXPECT_EQ(std::set(sent.begin(), sent.end()).size(), 120u);
  for (const auto& [directory, events] : expected) {
    std::vector<std::string> ours;
    for (const auto& id : sent) {
      if (std::ranges::find(events, id) != events.end()) ours.push_back(id);
    }
    EXPECT_EQ(ours, events);
  }
}

TEST_P(Delivering, AStopGivesBackWhatIsUnderWay) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  subscribe(silent.url());
  const auto worker = start_worker();
  const auto event = append(new_stored_directory());
  silent.wait_for(1);
  worker->request_stop();
  http_->stop();
  worker->join();
  EXPECT_EQ(deliveries_of(event)[0].attempts, 0);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto claimed, tx.deliveries().claim_due(now(), {.until = now() + 15s}));
    EXPECT_EQ(claimed.size(), 1u);
    return {};
  });
}

TEST_P(Delivering, WhatWaitsForADisabledEndpointGoesOutInItsOrderWhenItIsEnabledAgain) {
  LoopbackReceiver receiver, other;
  auto use_cases = endpoints();
  const auto created = subscribe(receiver.url());
  subscribe(other.url());
  const auto directory = new_stored_directory();
  auto events = append(directory, 3);
  Sequencer sequencer(store(), clock_);
  ASSERT_OK(sync_wait(sequencer.run_batch()));
  ASSERT_OK(sync_wait(use_cases.update(caller(), created.endpoint.id, {.enabled = false})));
  const auto worker = start_worker();
  append(directory);  // is not owed to the disabled one
  other.wait_for(4);
  wait_until([&] { return pending() == 3 && worker->counters().in_flight == 0; });
  EXPECT_EQ(receiver.received().size(), 0u);
  EXPECT_TRUE(attempts_of(events[0], created.endpoint.id).empty());
  ASSERT_OK(sync_wait(use_cases.update(caller(), created.endpoint.id, {.enabled = true})));
  events.push_back(append(directory));
  EXPECT_EQ(ids_of(receiver.wait_for(4)), texts(events));
}

TEST_P(Delivering, AnErasedEventIsNotSent) {
  LoopbackReceiver receiver;
  const auto created = subscribe(receiver.url());
  const auto event = append(new_stored_directory());
  must([&](WriteTx& tx) { return tx.changes().erase_snapshots(environment_.id, "diruser_1"); });
  const auto worker = start_worker();
  wait_for_status(event, DeliveryStatus::kCancelled);
  EXPECT_EQ(attempts_of(event, created.endpoint.id)[0].error, "event_erased");
  EXPECT_EQ(receiver.received().size(), 0u);
}

// Knows how many requests it ever had at once.
class CountingReceiver {
 public:
  LoopbackReceiver::Handler handler() {
    return [this](const ReceivedRequest&) {
      const int now = ++under_way_;
      for (int seen = most_; seen < now && !most_.compare_exchange_weak(seen, now);) continue;
      std::this_thread::yield();
      --under_way_;
      return LoopbackReceiver::answer(200);
    };
  }
  int most() const { return most_; }

 private:
  std::atomic<int> under_way_{0};
  std::atomic<int> most_{0};
};

TEST_P(Delivering, NeverHasMoreUnderWayThanItMay) {
  CountingReceiver counting;
  LoopbackReceiver receiver(counting.handler());
  for (int i = 0; i < 4; ++i) subscribe(receiver.url());
  const auto worker = start_worker({.max_in_flight = 5, .max_per_endpoint = 2, .claim_page = 3});
  std::vector<Directory> directories;
  for (int i = 0; i < 10; ++i) directories.push_back(new_stored_directory());
  for (const auto& directory : directories) append(directory, 4);
  receiver.wait_for(160);
  EXPECT_LE(counting.most(), 5);
}

TEST_P(Delivering, HoldsNoMoreBytesThanItMay) {
  CountingReceiver counting;
  LoopbackReceiver receiver(counting.handler());
  subscribe(receiver.url());
  const auto worker = start_worker({.max_in_flight_bytes = 1, .claim_page = 1});
  for (int i = 0; i < 10; ++i) append(new_stored_directory(), 2);
  receiver.wait_for(20);
  EXPECT_EQ(counting.most(), 1);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, Delivering, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
