// Signing keys from their publication to their end, on both databases and on two nodes.
#include <deque>
#include <latch>
#include <set>
#include <thread>

#include "app/keys/key_ring.h"
#include "app/keys/key_rotation.h"
#include "ports/test_doubles.h"
#include "protocol/jose/foreign_jws.h"
#include "store/suite.h"

namespace doorward::test {
namespace {

using jose::Algorithm;
using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;

struct KeyRotationSuite : store::StoreSuite {
  void SetUp() override {
    StoreSuite::SetUp();
    environment_id = environment().id;
    ring = KeyRing::open(kek, make_protected_keys(kek, environment_id, ids(), random, now()), random).value();
  }

  KeyRotation rotation(store::DatabaseStore& node) { return {{node, clock_, node.ids(), *ring}, environment_id}; }
  KeyRotation rotation() { return rotation(store()); }
  void run_due(Duration every = days(90)) { ASSERT_OK(sync_wait(rotation().run_due(every))); }

  std::vector<SigningKey> stored() {
    return must_read([&](const ReadTx& tx) { return tx.keys().signing_keys(environment_id); });
  }
  std::vector<SigningKeyState> states(Algorithm algorithm) {
    std::vector<SigningKeyState> found;
    for (const SigningKey& key : stored()) {
      if (key.algorithm == jose::algorithm_name(algorithm)) found.push_back(key.state);
    }
    return found;
  }
  // What a node has at its start.
  SigningKeys node() { return SigningKeys::load(stored(), *ring).value(); }
  bool follow(SigningKeys& keys) { return sync_wait(follow_stored_keys(store(), environment_id, keys, *ring)).value(); }
  bool accepts(const SigningKeys& keys, const std::string& token) {
    return jose::verify_compact(token, [&](std::string_view kid) { return keys.find(kid, now()); }, "JWT").has_value();
  }

  test::SystemRandom random;
  KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
  EnvironmentId environment_id;
  std::unique_ptr<KeyRing> ring;
};

INSTANTIATE_TEST_SUITE_P(EveryDatabase, KeyRotationSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

using enum SigningKeyState;

TEST_P(KeyRotationSuite, EveryAlgorithmGetsAKeyAndADatabaseOfBeforeTheOneItLacks) {
  SigningKey old = make_signing_key(environment_id, ids(), *ring, now());
  must([&](WriteTx& tx) { return tx.keys().insert(old); });
  ASSERT_OK(sync_wait(rotation().complete()));
  ASSERT_OK(sync_wait(rotation().complete()));
  const SigningKeys keys = node();
  EXPECT_EQ(keys.current_key_id(), old.id.str());
  EXPECT_EQ(keys.current_key_id(Algorithm::kEs256).substr(0, 4), "snk_");
  EXPECT_EQ(stored().size(), 2U);
}

TEST_P(KeyRotationSuite, P31_AKeyIsPublishedForAWholePeriodAheadAndStaysUntilItsLastTokenHasExpired) {
  ASSERT_OK(sync_wait(rotation().complete()));
  SigningKeys keys = node();
  const std::string first = keys.current_key_id();
  run_due();
  run_due();
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kCurrent, kNext));
  EXPECT_THAT(states(Algorithm::kEs256), ElementsAre(kCurrent, kNext));
  EXPECT_TRUE(follow(keys));
  EXPECT_EQ(keys.current_key_id(), first);

  clock_.advance(days(90) - std::chrono::seconds(1));
  run_due();
  EXPECT_FALSE(follow(keys)) << "not a moment earlier";
  const std::string last_token = keys.sign(Algorithm::kRs256, "JWT", "{}");
  clock_.advance(std::chrono::seconds(1));
  run_due();
  EXPECT_TRUE(follow(keys));
  EXPECT_NE(keys.current_key_id(), first);
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kRetired, kCurrent, kNext));

  clock_.advance(kLongestTokenLife - std::chrono::seconds(1));
  run_due();
  follow(keys);
  EXPECT_TRUE(accepts(keys, last_token));
  clock_.advance(std::chrono::seconds(1));
  run_due();
  follow(keys);
  EXPECT_FALSE(accepts(keys, last_token));
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kCurrent, kNext)) << "its private half is nowhere any more";
}

TEST_P(KeyRotationSuite, WithoutAScheduleTheNextKeyWaitsUntilSomebodyAsks) {
  ASSERT_OK(sync_wait(rotation().complete()));
  run_due(Duration(0));
  clock_.advance(days(4000));
  run_due(Duration(0));
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kCurrent, kNext));
  const SigningKey next = sync_wait(rotation().ask(Algorithm::kRs256)).value();
  EXPECT_EQ(next.activate_time, now()) << "it was published for long";
  run_due(Duration(0));
  EXPECT_EQ(node().current_key_id(), next.id.str());
  EXPECT_THAT(states(Algorithm::kEs256), ElementsAre(kCurrent, kNext)) << "the other algorithm was not asked for";

  const SigningKey young = sync_wait(rotation().ask(Algorithm::kRs256)).value();
  EXPECT_EQ(young.activate_time, now() + kPublishedAhead);
  clock_.advance(hours(1));
  EXPECT_EQ(sync_wait(rotation().ask(Algorithm::kRs256)).value().activate_time, young.activate_time) << "asked twice";
  clock_.advance(kPublishedAhead - hours(1));
  run_due(Duration(0));
  EXPECT_EQ(node().current_key_id(), young.id.str());
}

// Published SDKs fetch the key set once in the life of a process and never again, whatever key a token names: each of
// the relying parties here is such a process, started with each rotation and living until the next but one.
TEST_P(KeyRotationSuite, K07_ARelyingPartyThatNeverFetchesAgainKnowsEveryKeyOfTheNextPeriod) {
  constexpr Duration kEvery = days(30);
  ASSERT_OK(sync_wait(rotation().complete()));
  run_due(kEvery);
  SigningKeys keys = node();
  std::deque<std::string> tokens;
  std::deque<jose::ForeignKeySet> started;
  std::set<std::string> signers;
  for (int hour = 0; hour < 24 * 200; hour += 6) {
    run_due(kEvery);
    follow(keys);
    if (signers.insert(keys.current_key_id(Algorithm::kEs256)).second) {
      started.push_back(jose::ForeignKeySet::read(keys.key_set(now())).value());
      if (started.size() > 2) started.pop_front();
    }
    tokens.push_back(keys.sign(Algorithm::kEs256, "JWT", "{}"));
    if (tokens.size() > static_cast<std::size_t>(kLongestTokenLife / hours(6))) tokens.pop_front();
    for (const jose::ForeignKeySet& kept : started) {
      const auto verified = jose::verify_foreign(tokens.back(), kept, {.pinned = Algorithm::kEs256});
      ASSERT_TRUE(verified) << "hour " << hour << ": " << reason_name(verified.error().reason);
    }
    for (const std::string& token : {tokens.front(), tokens.back()}) {
      ASSERT_TRUE(accepts(keys, token)) << "hour " << hour;
      ASSERT_TRUE(jose::verify_foreign(token, started.front(), {}));
    }
    clock_.advance(hours(6));
  }
  EXPECT_GE(signers.size(), 6U) << "there was something to follow";
}

TEST_P(KeyRotationSuite, TwoNodesRotateOnce) {
  ASSERT_OK(sync_wait(rotation().complete()));
  const auto second = open_another();
  const auto both = [&](auto work) {
    std::latch begin(2);
    std::vector<std::jthread> threads;
    for (store::DatabaseStore* node : {static_cast<store::DatabaseStore*>(&store()), second.get()}) {
      threads.emplace_back([&, node] {
        begin.arrive_and_wait();
        const auto done = sync_wait(work(*node));
        EXPECT_TRUE(done) << done.error().detail;
      });
    }
  };
  both([&](store::DatabaseStore& node) -> task<Result<void>> { co_return co_await rotation(node).run_due(days(90)); });
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kCurrent, kNext));
  EXPECT_THAT(states(Algorithm::kEs256), ElementsAre(kCurrent, kNext));
  clock_.advance(days(90));
  both([&](store::DatabaseStore& node) -> task<Result<void>> { co_return co_await rotation(node).run_due(days(90)); });
  EXPECT_THAT(states(Algorithm::kRs256), ElementsAre(kRetired, kCurrent, kNext));
  both([&](store::DatabaseStore& node) -> task<Result<SigningKey>> {
    co_return co_await rotation(node).ask(Algorithm::kEs256);
  });
  EXPECT_THAT(states(Algorithm::kEs256), ElementsAre(kRetired, kCurrent, kNext));
}

TEST_P(KeyRotationSuite, InAnEmergencyWhatTheOldKeysSignedIsRefused) {
  ASSERT_OK(sync_wait(rotation().complete()));
  SigningKeys keys = node();
  const std::string stolen = keys.sign(Algorithm::kRs256, "JWT", "{}");
  const std::string other = keys.sign(Algorithm::kEs256, "JWT", "{}");
  const SigningKey published = sync_wait(rotation().publish(Algorithm::kRs256)).value();

  const SigningKey fresh = sync_wait(rotation().publish(Algorithm::kRs256, true)).value();
  EXPECT_NE(fresh.id, published.id) << "whoever has the current key may have the next one too";
  EXPECT_TRUE(follow(keys));
  EXPECT_TRUE(accepts(keys, stolen)) << "the new key is everywhere first";
  EXPECT_EQ(sync_wait(rotation().promote(Algorithm::kRs256)).value().id, fresh.id);
  EXPECT_EQ(sync_wait(rotation().withdraw_retired(Algorithm::kRs256)).value().size(), 1U);
  EXPECT_TRUE(follow(keys));
  EXPECT_FALSE(accepts(keys, stolen));
  EXPECT_EQ(keys.key_set(now()).find(published.id.str()), std::string::npos);
  EXPECT_TRUE(accepts(keys, keys.sign(Algorithm::kRs256, "JWT", "{}")));
  EXPECT_TRUE(accepts(keys, other)) << "the other algorithm's key was not touched";
  EXPECT_EQ(sync_wait(rotation().promote(Algorithm::kRs256)).value().id, fresh.id) << "again changes nothing";
}

TEST_P(KeyRotationSuite, K06_PrivateKeysAreStoredSealed) {
  ASSERT_OK(sync_wait(rotation().complete()));
  for (const SigningKey& key : stored()) {
    EXPECT_TRUE(key.sealed_private_key.starts_with("v1.")) << key.sealed_private_key.substr(0, 8);
    SigningKey moved = key;
    moved.id = SigningKeyId("snk_other");
    EXPECT_FALSE(SigningKeys::load({moved}, *ring)) << "and bound to their row";
  }
}

}  // namespace
}  // namespace doorward::test
