#include <fmt/format.h>

#include <latch>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "app/auth_log/auth_log.h"
#include "app/auth_log/auth_requests.h"
#include "app/keys/key_ring.h"
#include "app/retention/retention.h"
#include "ports/test_doubles.h"
#include "store/suite.h"

namespace doorward {
namespace {

using store::DatabaseKind;
using testing::SizeIs;

class AuthLogSuite : public store::StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    log_.emplace(store(), clock_, ids());
    const auto kek = KeyEncryptionKey::generate(random_);
    keys_ = KeyRing::open(kek, make_protected_keys(kek, env_, ids(), random_, now()), random_).value();
    requests_.emplace(AuthRequests::Ports{store(), clock_, *keys_, *keys_});
    caller_.kind = CallerKind::kApiClient;
    caller_.environment_id = env_;
    caller_.id = "skc_1";
  }

  AuthRequest begin(const EnvironmentId& environment, const std::string& client = "skc_1") {
    clock_.advance(std::chrono::seconds(1));
    return log_->begin(environment, LoginWorkflow::kServiceProviderInitiated, ApiClientId(client), "req_1");
  }
  AuthRequest begin() { return begin(env_); }
  AuthRequest refused(const EnvironmentId& environment) {
    AuthRequest attempt = begin(environment);
    add_failure(attempt, auth_step::kAuthorize, now(), Reason::kInvalidRedirectUri);
    return attempt;
  }
  void insert(const AuthRequest& attempt) {
    must([&](WriteTx& tx) { return AuthLog::insert(tx, attempt); });
  }
  std::optional<AuthRequest> find(const AuthRequestId& id) {
    return must_read([&](const ReadTx& tx) { return tx.auth_requests().find(env_, id); });
  }
  AuthRequestList list(const AuthRequestFilter& filter = {}, std::uint32_t page_size = 0, std::string token = "") {
    auto found = sync_wait(requests_->list(caller_, filter, page_size, std::move(token)));
    if (!found) throw std::runtime_error(found.error().message);
    return *std::move(found);
  }
  template <class T>
  static std::string outcome(const Result<T>& result) {
    return result ? "" : std::string(reason_name(result.error().reason));
  }

  const EnvironmentId env_{"env_1"};
  test::SystemRandom random_;
  std::unique_ptr<KeyRing> keys_;
  std::optional<AuthLog> log_;
  std::optional<AuthRequests> requests_;
  Caller caller_;
};

TEST_P(AuthLogSuite, AnEntryGrowsInTheTransactionsOfItsLogin) {
  AuthRequest attempt = begin();
  EXPECT_EQ(attempt.status, AuthRequestStatus::kInitiated);
  add_step(attempt, auth_step::kAuthorize, now());
  insert(attempt);
  clock_.advance(std::chrono::seconds(5));
  must([&](WriteTx& tx) {
    return AuthLog::amend(tx, env_, attempt.id, [&](AuthRequest& entry) {
      add_step(entry, auth_step::kCallback, now());
      set_status(entry, AuthRequestStatus::kPending, now());
      entry.email = "ann@example.com";
    });
  });
  sync_wait(log_->note(env_, attempt.id, [&](AuthRequest& entry) {
    add_failure(entry, auth_step::kCodeExchange, now(), Reason::kInvalidGrant);
  }));
  const auto kept = find(attempt.id);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->status, AuthRequestStatus::kFailure);
  EXPECT_EQ(kept->reason, "invalid_grant");
  EXPECT_EQ(kept->side, ResponsibleSide::kApplication);
  EXPECT_EQ(kept->email, "ann@example.com");
  EXPECT_EQ(kept->request_id, "req_1");
  EXPECT_THAT(kept->steps, SizeIs(3));
  EXPECT_EQ(kept->create_time, attempt.create_time);
  EXPECT_EQ(kept->update_time, now());
}

TEST_P(AuthLogSuite, StepsThatAreAddedAtTheSameTimeAllStay) {
  constexpr int kWriters = 8;
  const AuthRequest attempt = begin();
  insert(attempt);
  std::latch all_here{kWriters};
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      all_here.arrive_and_wait();
      sync_wait(
          log_->note(env_, attempt.id, [&](AuthRequest& entry) { add_step(entry, auth_step::kCallback, now()); }));
    });
  }
  writers.clear();
  EXPECT_THAT(find(attempt.id)->steps, SizeIs(kWriters));
}

TEST_P(AuthLogSuite, ADecisionThatIsRolledBackLeavesNoEntry) {
  const AuthRequest attempt = begin();
  const auto failed = write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(AuthLog::insert(tx, attempt));
    return failure(Reason::kState, "no");
  });
  EXPECT_FALSE(failed);
  EXPECT_FALSE(find(attempt.id));
}

TEST_P(AuthLogSuite, WhatRetentionTookAwayIsLeftAlone) {
  sync_wait(log_->note(env_, AuthRequestId("ar_1"), [](AuthRequest&) { FAIL() << "there is nothing to add to"; }));
  must([&](WriteTx& tx) {
    return AuthLog::amend(tx, env_, AuthRequestId("ar_1"), [](AuthRequest&) { FAIL() << "nothing either"; });
  });
  EXPECT_THAT(list().requests, SizeIs(0));
}

TEST_P(AuthLogSuite, StrangersFillItToABoundForEachAddress) {
  const auto burst = static_cast<int>(AuthLog::kRefusedLimits.burst);
  const AuthRequest one = refused(env_);
  const auto save = [&](const std::string& source, AuthRequestStatus status = AuthRequestStatus::kFailure) {
    AuthRequest attempt = one;
    attempt.id = ids().next<AuthRequestId>();
    attempt.status = status;
    sync_wait(log_->save(std::move(attempt), source));
  };
  for (int i = 0; i < burst + 20; ++i) save("192.0.2.1");
  EXPECT_EQ(list().total_size, burst);
  save("192.0.2.2");
  EXPECT_EQ(list().total_size, burst + 1) << "another address is another matter";
  clock_.advance(std::chrono::seconds(2));
  for (int i = 0; i < 5; ++i) save("192.0.2.1");
  EXPECT_EQ(list().total_size, burst + 3) << "one each second";
  save("192.0.2.1", AuthRequestStatus::kSuccess);
  EXPECT_EQ(list().total_size, burst + 4) << "who is let in is no stranger";
}

TEST_P(AuthLogSuite, ListsNameConnectionsAndClientsOfTheEnvironment) {
  const Environment home = environment();
  const Organization acme = organization(home);
  const Connection connection{.environment_id = home.id,
                              .organization_id = acme.id,
                              .id = ids().next<ConnectionId>(),
                              .provider = ConnectionProvider::kOkta};
  must([&](WriteTx& tx) { return tx.connections().insert(connection); });
  ApiClient client;
  client.environment_id = home.id;
  client.id = ids().next<ApiClientId>();
  client.name = "Shop";
  must([&](WriteTx& tx) { return tx.clients().insert(client); });

  AuthRequest attempt = begin(home.id, client.id.str());
  attempt.connection_id = connection.id;
  insert(attempt);
  insert(begin(home.id, "skc_gone"));
  AuthRequest foreign = begin(env_, client.id.str());
  foreign.connection_id = connection.id;
  insert(foreign);

  caller_.environment_id = home.id;
  const AuthRequestList named = list();
  ASSERT_THAT(named.requests, SizeIs(2));
  EXPECT_EQ(named.total_size, 2);
  EXPECT_EQ(named.names.client_of(named.requests[0]), nullptr) << "deleted";
  EXPECT_EQ(named.names.connection_of(named.requests[0]), nullptr);
  ASSERT_NE(named.names.client_of(named.requests[1]), nullptr);
  EXPECT_EQ(named.names.client_of(named.requests[1])->name, "Shop");
  ASSERT_NE(named.names.connection_of(named.requests[1]), nullptr);
  EXPECT_EQ(named.names.connection_of(named.requests[1])->provider, ConnectionProvider::kOkta);

  caller_.environment_id = env_;
  const AuthRequestList other = list();
  ASSERT_THAT(other.requests, SizeIs(1));
  EXPECT_EQ(other.names.client_of(other.requests[0]), nullptr) << "of another environment";
  EXPECT_EQ(other.names.connection_of(other.requests[0]), nullptr);
}

TEST_P(AuthLogSuite, PageTokensAreOfTheListAndTheCaller) {
  for (int i = 0; i < 3; ++i) insert(begin());
  const AuthRequestList first = list({}, 2);
  EXPECT_THAT(first.requests, SizeIs(2));
  EXPECT_EQ(first.total_size, 3);
  EXPECT_THAT(list({}, 2, first.next_page_token).requests, SizeIs(1));
  const auto refusal = [&](const AuthRequestFilter& filter) {
    return outcome(sync_wait(requests_->list(caller_, filter, 2, first.next_page_token)));
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.email = "ann@example.com"}), "invalid_page_token");
  EXPECT_EQ(refusal({.statuses = {AuthRequestStatus::kSuccess}}), "invalid_page_token");
  EXPECT_EQ(refusal({.start_time = now()}), "invalid_page_token");
  caller_.id = "skc_2";
  EXPECT_EQ(refusal({}), "invalid_page_token");
}

TEST_P(AuthLogSuite, OneAttemptIsFoundInItsEnvironmentOnly) {
  const AuthRequest attempt = begin();
  insert(attempt);
  const auto found = sync_wait(requests_->get(caller_, attempt.id));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->id, attempt.id);
  caller_.environment_id = EnvironmentId("env_2");
  EXPECT_EQ(outcome(sync_wait(requests_->get(caller_, attempt.id))), "auth_request_not_found");
}

TEST_P(AuthLogSuite, RetentionForgetsAfterThirtyDays) {
  insert(refused(env_));
  Retention retention(store(), clock_, {});
  clock_.advance(std::chrono::days(30));
  EXPECT_EQ(sync_wait(retention.run())->auth_requests, 0) << "on the last day all is there";
  clock_.advance(std::chrono::days(1));
  EXPECT_EQ(sync_wait(retention.run())->auth_requests, 1);
  EXPECT_EQ(list().total_size, 0);
}

TEST_P(AuthLogSuite, RetentionForgetsWhatNothingCameOfAfterADay) {
  insert(begin());
  AuthRequest answered = begin();
  set_status(answered, AuthRequestStatus::kPending, now());
  insert(answered);
  Retention retention(store(), clock_, {});
  clock_.advance(std::chrono::hours(23));
  EXPECT_EQ(sync_wait(retention.run())->auth_requests, 0);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(sync_wait(retention.run())->auth_requests, 1);
  ASSERT_THAT(list().requests, SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, AuthLogSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace

namespace store {
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace store

}  // namespace doorward
