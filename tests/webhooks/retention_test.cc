// What is kept for how long: the settings meet the rows, on every database.
#include "app/retention/retention.h"

#include "suite.h"

namespace doorward {
namespace {

using std::chrono::days;

class Retaining : public WebhookSuite {
 protected:
  void SetUp() override {
    WebhookSuite::SetUp();
    const Directory dir = new_stored_directory();
    event_ = append(dir);
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
      EXPECT_TRUE(alone);
      DOORWARD_TRY(auto changes, tx.changes().unsequenced(1'000));
      DOORWARD_CHECK(tx.changes().sequence(changes));
      DOORWARD_CHECK(tx.deliveries().insert({{.environment_id = environment_.id,
                                              .endpoint_id = endpoint_,
                                              .owner_id = dir.id.str(),
                                              .owner_seq = 1,
                                              .event_id = event_,
                                              .create_time = now()}}));
      DOORWARD_TRY(auto claimed, tx.deliveries().claim_due(now(), {.until = now() + days(1)}));
      return tx.deliveries().record(
          {{.claim = claimed.at(0).claim,
            .finished = {{.delivery = claimed.at(0).deliveries.at(0),
                          .attempt = {.started_at = now(), .http_status = 200, .response_excerpt = "ok"},
                          .outcome = {.status = DeliveryStatus::kDelivered}}},
            .ended = true}});
    });
  }

  RetentionRun run(RetentionSettings settings = {}) {
    Retention retention(store(), clock_, settings);
    auto done = sync_wait(retention.run());
    if (!done) throw std::runtime_error(done.error().message);
    return *done;
  }

  EventId event_;
  const WebhookEndpointId endpoint_{"whe_1"};
};

TEST_P(Retaining, BodiesGoAfterSevenDaysDeliveriesAfterThirtyEventsAfterNinety) {
  clock_.advance(days(7));
  RetentionRun done = run();
  EXPECT_EQ(done.bodies + done.deliveries + done.events, 0) << "on the last day all is there";
  EXPECT_EQ(attempts_of(event_, endpoint_).at(0).response_excerpt, "ok");
  clock_.advance(days(1));
  EXPECT_EQ(run().bodies, 1);
  EXPECT_EQ(attempts_of(event_, endpoint_).at(0).response_excerpt, "");
  clock_.advance(days(23));
  done = run();
  EXPECT_EQ(done.deliveries, 1);
  EXPECT_EQ(done.events, 0);
  EXPECT_TRUE(deliveries_of(event_).empty());
  clock_.advance(days(60));
  EXPECT_EQ(run().events, 1);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.changes().feed(environment_.id, 0, 10); }).empty());
  EXPECT_EQ(run().events, 0);
}

TEST_P(Retaining, FollowsItsSettings) {
  clock_.advance(days(2));
  const RetentionRun done = run({.events = days(1), .deliveries = days(1), .bodies = days(1)});
  EXPECT_EQ(done.bodies, 1);
  EXPECT_EQ(done.deliveries, 1);
  EXPECT_EQ(done.events, 1);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, Retaining, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
