// What becomes of the tokens that are owed.
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;

class DeliveringLogouts : public LogoutSuite {
 protected:
  static LoopbackReceiver::Handler always(int status) {
    return [status](const ReceivedRequest&) { return LoopbackReceiver::answer(status); };
  }
  static LoopbackReceiver::Handler never() {
    return [](const ReceivedRequest&) { return std::optional<std::string>(); };
  }
  void wait_for(LogoutResult result, int times = 1) {
    wait_until([&] { return count(result) >= times; });
  }
  void wait_for_owed(std::int64_t tokens) {
    wait_until([&] { return owed() == tokens; });
  }
};

TEST_P(DeliveringLogouts, PostsASignedTokenThatNamesThePersonAndTheSession) {
  LoopbackReceiver receiver(always(204));
  const ApiClient client = add_client({receiver.url("/logout")});
  const Session session = sign_in(client);
  start_worker();
  end(session);
  const ReceivedRequest request = receiver.wait_for(1)[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/logout");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-www-form-urlencoded");
  const boost::json::object claims = claims_of(request);
  EXPECT_EQ(claims.at("iss"), kIssuer);
  EXPECT_EQ(claims.at("aud"), (boost::json::array{boost::json::value(client.id.str())}));
  EXPECT_EQ(claims.at("sub").as_string(), session.subject);
  EXPECT_EQ(claims.at("sid").as_string(), session.id.str());
  EXPECT_FALSE(claims.contains("nonce"));
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kDelivered), 1);
}

TEST_P(DeliveringLogouts, SignsAsTheIdTokensOfTheClientAreSigned) {
  LoopbackReceiver receiver(always(200));
  const Session session = sign_in(add_client({receiver.url()}, "ES256"));
  start_worker();
  end(session);
  claims_of(receiver.wait_for(1)[0], jose::Algorithm::kEs256);
  wait_for(LogoutResult::kDelivered);
}

TEST_P(DeliveringLogouts, TriesAgainWithATokenOfItsOwn) {
  std::atomic<int> asked{0};
  LoopbackReceiver receiver([&](const ReceivedRequest&) { return LoopbackReceiver::answer(++asked == 1 ? 503 : 200); });
  const Session session = sign_in(add_client({receiver.url()}));
  start_worker();
  end(session);
  wait_for(LogoutResult::kRetried);
  wait_until([&] { return database_->read_number("SELECT max(attempts) FROM jobs") == 1; });
  EXPECT_EQ(receiver.received().size(), 1u);
  advance(logout_wait(1));
  const auto received = receiver.wait_for(2);
  const auto first = claims_of(received[0]);
  const auto second = claims_of(received[1]);
  EXPECT_NE(first.at("jti"), second.at("jti"));
  EXPECT_LT(first.at("exp").as_int64(), second.at("exp").as_int64());
  EXPECT_EQ(first.at("sid"), second.at("sid"));
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kDelivered), 1);
}

TEST_P(DeliveringLogouts, ARefusalIsFinal) {
  LoopbackReceiver receiver(
      [](const ReceivedRequest&) { return LoopbackReceiver::answer(400, R"({"error": "invalid_request"})"); });
  const Session session = sign_in(add_client({receiver.url()}));
  start_worker();
  end(session);
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kRefused), 1);
  EXPECT_EQ(receiver.received().size(), 1u);
}

TEST_P(DeliveringLogouts, GivesUpWhenTheScheduleIsOver) {
  LoopbackReceiver receiver(always(500));
  const Session session = sign_in(add_client({receiver.url()}));
  start_worker();
  end(session);
  const int attempts = static_cast<int>(logout_schedule().attempts());
  for (int made = 1; made < attempts; ++made) {
    wait_until([&] { return database_->read_number("SELECT max(attempts) FROM jobs") == made; });
    advance(logout_wait(made));
  }
  wait_for_owed(0);
  EXPECT_EQ(receiver.received().size(), logout_schedule().attempts());
  EXPECT_EQ(count(LogoutResult::kRetried), attempts - 1);
  EXPECT_EQ(count(LogoutResult::kGivenUp), 1);
}

TEST_P(DeliveringLogouts, WhatIsADayLateIsNotSentAnyMore) {
  LoopbackReceiver receiver(always(200));
  end(sign_in(add_client({receiver.url()})));
  clock_.advance(kLogoutOwed + 1s);
  start_worker();
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kGivenUp), 1);
  EXPECT_TRUE(receiver.received().empty());
}

TEST_P(DeliveringLogouts, NoUriIsHeldBackByAnother) {
  LoopbackReceiver silent(never());
  LoopbackReceiver prompt(always(200));
  const ApiClient client = add_client({silent.url(), prompt.url()});
  std::vector<Session> sessions;
  for (int i = 0; i < 20; ++i) sessions.push_back(sign_in(client));
  start_worker({.max_in_flight = kQueuesOfUri + 1});
  for (const Session& session : sessions) end(session);
  prompt.wait_for(sessions.size());
  EXPECT_LE(silent.received().size(), kQueuesOfUri) << "its share, whatever it is owed";
}

TEST_P(DeliveringLogouts, WhatFailedHoldsBackNothingNew) {
  std::atomic<int> asked{0};
  LoopbackReceiver receiver([&](const ReceivedRequest&) { return LoopbackReceiver::answer(++asked == 1 ? 500 : 200); });
  const ApiClient client = add_client({receiver.url()});
  start_worker();
  end(sign_in(client));
  wait_for(LogoutResult::kRetried);
  for (unsigned i = 0; i < 2 * kQueuesOfUri; ++i) end(sign_in(client));
  wait_for(LogoutResult::kDelivered, 2 * kQueuesOfUri);
  wait_for_owed(1);
}

TEST_P(DeliveringLogouts, WhatADeadProcessHadClaimedIsSentWhenTheClaimRanOut) {
  LoopbackReceiver receiver(always(200));
  end(sign_in(add_client({receiver.url()})));
  const RequestWorkerSettings settings;
  ASSERT_EQ(write([&](WriteTx& tx) {
              return tx.jobs().claim_due(JobLane::kRequests, now(), now() + settings.claim_time, 10);
            })->size(),
            1u);
  start_worker(settings);
  advance(settings.claim_time - 1s);
  EXPECT_EQ(owed(), 1);
  EXPECT_TRUE(receiver.received().empty());
  advance(1s);
  receiver.wait_for(1);
  wait_for_owed(0);
}

TEST_P(DeliveringLogouts, WhatAStopCutsOffIsKeptAsIfItHadNotBeenTried) {
  LoopbackReceiver receiver(never());
  end(sign_in(add_client({receiver.url()})));
  start_worker();
  receiver.wait_for(1);
  stop_worker();
  EXPECT_EQ(owed(), 1);
  EXPECT_EQ(database_->read_number("SELECT max(attempts) + max(claimed_until) FROM jobs"), 0);
  for (const LogoutResult result : {LogoutResult::kRetried, LogoutResult::kGivenUp, LogoutResult::kDelivered}) {
    EXPECT_EQ(count(result), 0) << logout_result_name(result);
  }
}

TEST_P(DeliveringLogouts, WhatIsOwedToADeletedClientIsCancelled) {
  LoopbackReceiver receiver(always(200));
  const ApiClient client = add_client({receiver.url()});
  end(sign_in(client));
  auto use_cases = clients();
  ASSERT_OK(sync_wait(use_cases.remove(caller(), client.id)));
  ASSERT_EQ(owed(), 1);
  start_worker();
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kCancelled), 1);
  EXPECT_TRUE(receiver.received().empty());
}

TEST_P(DeliveringLogouts, AUriThatWasTakenBackIsNotCalled) {
  LoopbackReceiver receiver(always(200));
  const ApiClient client = add_client({receiver.url("/old"), receiver.url("/kept")});
  end(sign_in(client));
  auto use_cases = clients();
  ASSERT_OK(sync_wait(use_cases.update(caller(), client.id, {.back_channel_logout_uris = {{receiver.url("/kept")}}})));
  start_worker();
  wait_for_owed(0);
  EXPECT_EQ(count(LogoutResult::kCancelled), 1);
  ASSERT_EQ(receiver.received().size(), 1u);
  EXPECT_EQ(receiver.received()[0].path, "/kept");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, DeliveringLogouts, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
