// What signing in leaves behind, and that nothing of it can be used twice, whoever tries at the same time.
#include <latch>
#include <thread>

#include "suite.h"

namespace doorward::store {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string hash_of(char letter) { return std::string(31, letter) + '\0'; }  // bytes, not text

class SignInSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    environment_ = environment().id;
  }

  SignedInUser user() const {
    return {.organization_id = OrganizationId("org_1"),
            .organization_external_id = "acme",
            .connection_id = ConnectionId("conn_1"),
            .subject = "conn_1;ann",
            .email = "ann@example.com",
            .email_verified = true,
            .claims = {{"name", "Ann"}, {"identities", boost::json::array{{{"social", false}}}}},
            .provider_subject = "ann",
            .provider_session = "s1",
            .sealed_logout_hint = "sealed",
            .auth_time = now(),
            .session_end = now() + seconds(600)};
  }
  Grant grant(std::string id = "grt_1", std::string session = "ses_1") const {
    return {.environment_id = environment_,
            .id = GrantId(std::move(id)),
            .client_id = ApiClientId("skc_1"),
            .session_id = SessionId(std::move(session)),
            .auth_request_id = AuthRequestId("ar_1"),
            .scope = "openid offline_access",
            .user = user(),
            .create_time = now()};
  }
  AuthorizationCode code(char letter) const {
    return {.environment_id = environment_,
            .code_hash = hash_of(letter),
            .client_id = ApiClientId("skc_1"),
            .grant_id = GrantId("grt_1"),
            .redirect_uri = "https://app.example.com/callback",
            .code_challenge = "challenge",
            .nonce = "nonce",
            .create_time = now(),
            .expire_time = now() + seconds(60)};
  }
  RefreshToken refresh_token(char letter, std::string grant = "grt_1") const {
    return {.environment_id = environment_,
            .token_hash = hash_of(letter),
            .grant_id = GrantId(std::move(grant)),
            .create_time = now(),
            .expire_time = now() + days(30)};
  }
  Session session(std::string id, std::string subject = "ann", std::string provider_session = "s1") const {
    return {.environment_id = environment_,
            .organization_id = OrganizationId("org_1"),
            .connection_id = ConnectionId("conn_1"),
            .id = SessionId(std::move(id)),
            .subject = "conn_1;" + subject,
            .provider_subject = subject,
            .provider_session = std::move(provider_session),
            .create_time = now(),
            .last_active_time = now()};
  }
  LoginTransaction transaction() const {
    return {.environment_id = environment_,
            .organization_id = OrganizationId("org_1"),
            .connection_id = ConnectionId("conn_1"),
            .auth_request_id = AuthRequestId("ar_1"),
            .state_hash = hash_of('s'),
            .browser_hash = hash_of('b'),
            .purpose = LoginPurpose::kConnectionTest,
            .test_id = ConnectionTestId("test_1"),
            .request = {.client_id = ApiClientId("skc_1"),
                        .redirect_uri = "https://app.example.com/callback",
                        .scope = "openid",
                        .state = "st\"ate",
                        .nonce = "nonce",
                        .code_challenge = "challenge",
                        .login_hint = "ann@example.com",
                        .prompt = "login",
                        .max_age = 0},
            .sealed_secrets = "sealed",
            .create_time = now(),
            .expire_time = now() + seconds(600)};
  }
  PushedRequest pushed(char letter) const {
    return {.environment_id = environment_,
            .uri_hash = hash_of(letter),
            .client_id = ApiClientId("skc_1"),
            .parameters = {{"scope", "openid"}, {"state", "a b"}},
            .expire_time = now() + seconds(60)};
  }

  template <class T>
  void insert(const T& one) {
    must([&](WriteTx& tx) { return tx.sign_in().insert(one); });
  }
  std::optional<Grant> find_grant(const std::string& id) {
    return must_read([&](const ReadTx& tx) { return tx.sign_in().find_grant(environment_, GrantId(id)); });
  }
  bool end_session(const std::string& id, SessionStatus end, Timestamp at) {
    return *write([&](WriteTx& tx) { return tx.sign_in().end_session(environment_, SessionId(id), end, at); });
  }
  std::optional<Session> find_session(const std::string& id) {
    return must_read([&](const ReadTx& tx) { return tx.sign_in().find_session(environment_, SessionId(id)); });
  }
  std::vector<std::string> sessions_at(const std::string& subject, const std::string& provider_session) {
    std::vector<std::string> ids;
    for (const Session& one : must_read([&](const ReadTx& tx) {
           return tx.sign_in().sessions_at_provider(environment_, ConnectionId("conn_1"), subject, provider_session);
         })) {
      ids.push_back(one.id.str());
    }
    return ids;
  }
  bool purge(Timestamp ended_before, std::int64_t limit = 100) {
    return *write([&](WriteTx& tx) { return tx.sign_in().purge(now(), ended_before, limit); });
  }
  std::int64_t rows(const std::string& table) { return database_->read_number("SELECT count(*) FROM " + table); }

  // How many of a hundred callers, on two nodes where a database has several, are told that they were the one.
  template <class Use>
  int winners_of_a_race(Use use) {
    constexpr int kCallers = 100;
    std::unique_ptr<DatabaseStore> other;
    if (GetParam() == DatabaseKind::kPostgres) other = open_another();
    std::latch all_here{kCallers};
    std::atomic<int> won{0};
    std::atomic<int> failed{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kCallers; ++i) {
        threads.emplace_back([&, i] {
          Store& mine = other != nullptr && i % 2 == 0 ? *other : store();
          all_here.arrive_and_wait();
          const Result<bool> done =
              sync_wait(mine.write("test.race", {}, [&](WriteTx& tx) -> Result<bool> { return use(tx); }));
          if (!done) {
            ++failed;
          } else if (*done) {
            ++won;
          }
        });
      }
    }
    EXPECT_EQ(failed.load(), 0);
    return won.load();
  }

  EnvironmentId environment_;
};

TEST_P(SignInSuite, ATransactionComesBackAsItWasAndIsTakenOnce) {
  const LoginTransaction sent = transaction();
  insert(sent);
  const auto found =
      *must_read([&](const ReadTx& tx) { return tx.sign_in().find_transaction(environment_, sent.state_hash); });
  EXPECT_EQ(found.organization_id, sent.organization_id);
  EXPECT_EQ(found.connection_id, sent.connection_id);
  EXPECT_EQ(found.auth_request_id, sent.auth_request_id);
  EXPECT_EQ(found.state_hash, sent.state_hash);
  EXPECT_EQ(found.browser_hash, sent.browser_hash);
  EXPECT_EQ(found.purpose, sent.purpose);
  EXPECT_EQ(found.test_id, sent.test_id);
  EXPECT_EQ(found.request.client_id, sent.request.client_id);
  EXPECT_EQ(found.request.redirect_uri, sent.request.redirect_uri);
  EXPECT_EQ(found.request.scope, sent.request.scope);
  EXPECT_EQ(found.request.state, sent.request.state);
  EXPECT_EQ(found.request.nonce, sent.request.nonce);
  EXPECT_EQ(found.request.code_challenge, sent.request.code_challenge);
  EXPECT_EQ(found.request.login_hint, sent.request.login_hint);
  EXPECT_EQ(found.request.prompt, sent.request.prompt);
  EXPECT_EQ(found.request.max_age, sent.request.max_age);
  EXPECT_EQ(found.sealed_secrets, sent.sealed_secrets);
  EXPECT_EQ(found.create_time, sent.create_time);
  EXPECT_EQ(found.expire_time, sent.expire_time);

  const auto take = [&](const EnvironmentId& environment) {
    return *write([&](WriteTx& tx) { return tx.sign_in().take_transaction(environment, sent.state_hash); });
  };
  EXPECT_FALSE(take(EnvironmentId("env_other")));
  EXPECT_TRUE(take(environment_));
  EXPECT_FALSE(take(environment_));
}

TEST_P(SignInSuite, ACodeComesBackAsItWasAndIsUsedOnce) {
  const AuthorizationCode made = code('c');
  insert(made);
  const auto find = [&](const EnvironmentId& environment) {
    return must_read([&](const ReadTx& tx) { return tx.sign_in().find_code(environment, made.code_hash); });
  };
  const auto use = [&](const EnvironmentId& environment) {
    return *write([&](WriteTx& tx) { return tx.sign_in().use_code(environment, made.code_hash, now()); });
  };
  EXPECT_FALSE(find(EnvironmentId("env_other")));
  EXPECT_FALSE(use(EnvironmentId("env_other")));
  const auto found = find(environment_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->client_id, made.client_id);
  EXPECT_EQ(found->grant_id, made.grant_id);
  EXPECT_EQ(found->redirect_uri, made.redirect_uri);
  EXPECT_EQ(found->code_challenge, made.code_challenge);
  EXPECT_EQ(found->nonce, made.nonce);
  EXPECT_EQ(found->create_time, made.create_time);
  EXPECT_EQ(found->expire_time, made.expire_time);
  EXPECT_EQ(found->used_time, std::nullopt);
  EXPECT_TRUE(use(environment_));
  EXPECT_FALSE(use(environment_));
  EXPECT_EQ(find(environment_)->used_time, now());
}

TEST_P(SignInSuite, AGrantComesBackAsItWasAndIsRevokedOnce) {
  const Grant made = grant();
  insert(made);
  const auto found = find_grant("grt_1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->client_id, made.client_id);
  EXPECT_EQ(found->session_id, made.session_id);
  EXPECT_EQ(found->auth_request_id, made.auth_request_id);
  EXPECT_EQ(found->scope, made.scope);
  EXPECT_EQ(found->user.organization_id, made.user.organization_id);
  EXPECT_EQ(found->user.organization_external_id, made.user.organization_external_id);
  EXPECT_EQ(found->user.connection_id, made.user.connection_id);
  EXPECT_EQ(found->user.subject, made.user.subject);
  EXPECT_EQ(found->user.email, made.user.email);
  EXPECT_TRUE(found->user.email_verified);
  EXPECT_EQ(found->user.claims, made.user.claims);
  EXPECT_EQ(found->user.provider_subject, made.user.provider_subject);
  EXPECT_EQ(found->user.provider_session, made.user.provider_session);
  EXPECT_EQ(found->user.sealed_logout_hint, made.user.sealed_logout_hint);
  EXPECT_EQ(found->user.auth_time, made.user.auth_time);
  EXPECT_EQ(found->user.session_end, made.user.session_end);
  EXPECT_EQ(found->create_time, made.create_time);
  EXPECT_EQ(found->revoke_time, std::nullopt);

  const Timestamp first = now();
  must([&](WriteTx& tx) { return tx.sign_in().revoke_grant(environment_, made.id, first, "logout"); });
  clock_.advance(seconds(1));
  must([&](WriteTx& tx) { return tx.sign_in().revoke_grant(environment_, made.id, now(), "refresh_reuse"); });
  EXPECT_EQ(find_grant("grt_1")->revoke_time, first);
  EXPECT_EQ(find_grant("grt_1")->revoke_reason, "logout");
}

TEST_P(SignInSuite, GrantsAreRevokedBySessionByClientAndByConnection) {
  for (const char* id : {"grt_1", "grt_2", "grt_3", "grt_4"}) {
    Grant one = grant(id, id == std::string("grt_1") ? "ses_1" : "ses_2");
    if (id == std::string("grt_2")) one.client_id = ApiClientId("skc_2");
    if (id == std::string("grt_4")) one.user.connection_id = ConnectionId("conn_2");
    insert(one);
  }
  insert(session("ses_1"));
  insert(session("ses_2"));
  EXPECT_THAT(
      must_read([&](const ReadTx& tx) { return tx.sign_in().grants_of_session(environment_, SessionId("ses_2")); }),
      ElementsAre(testing::Field(&Grant::id, GrantId("grt_2")), testing::Field(&Grant::id, GrantId("grt_3")),
                  testing::Field(&Grant::id, GrantId("grt_4"))));
  const auto revoked = [&] {
    std::vector<std::string> reasons;
    for (const char* id : {"grt_1", "grt_2", "grt_3", "grt_4"}) reasons.push_back(find_grant(id)->revoke_reason);
    return reasons;
  };
  must([&](WriteTx& tx) {
    return tx.sign_in().revoke_grants_of_session(environment_, SessionId("ses_1"), now(), "session");
  });
  EXPECT_THAT(revoked(), ElementsAre("session", "", "", ""));
  must([&](WriteTx& tx) {
    return tx.sign_in().revoke_grants_of_client(environment_, ApiClientId("skc_2"), now(), "client");
  });
  EXPECT_THAT(revoked(), ElementsAre("session", "client", "", ""));
  EXPECT_EQ(find_session("ses_2")->status, SessionStatus::kActive);
  must([&](WriteTx& tx) {
    return tx.sign_in().revoke_grants_of_connection(environment_, ConnectionId("conn_1"), now(), "connection");
  });
  EXPECT_THAT(revoked(), ElementsAre("session", "client", "connection", ""));
  EXPECT_EQ(find_session("ses_2")->status, SessionStatus::kRevoked);
  EXPECT_EQ(find_session("ses_2")->end_time, now());
}

TEST_P(SignInSuite, ARefreshTokenIsUsedOnce) {
  insert(refresh_token('r'));
  const auto find = [&](const EnvironmentId& environment) {
    return must_read([&](const ReadTx& tx) { return tx.sign_in().find_refresh_token(environment, hash_of('r')); });
  };
  const auto use = [&](const EnvironmentId& environment) {
    return *write([&](WriteTx& tx) { return tx.sign_in().use_refresh_token(environment, hash_of('r'), now()); });
  };
  EXPECT_FALSE(find(EnvironmentId("env_other")));
  EXPECT_FALSE(use(EnvironmentId("env_other")));
  ASSERT_TRUE(find(environment_));
  EXPECT_EQ(find(environment_)->grant_id, GrantId("grt_1"));
  EXPECT_EQ(find(environment_)->expire_time, now() + days(30));
  EXPECT_TRUE(use(environment_));
  EXPECT_FALSE(use(environment_));
  EXPECT_EQ(find(environment_)->used_time, now());
}

TEST_P(SignInSuite, SessionsAreFoundByWhatTheProviderSaysOfThem) {
  insert(session("ses_1", "ann", "s1"));
  insert(session("ses_2", "ann", "s2"));
  insert(session("ses_3", "bob", "s1"));
  insert(session("ses_4", "ann", ""));
  EXPECT_THAT(sessions_at("ann", ""), UnorderedElementsAre("ses_1", "ses_2", "ses_4"));
  EXPECT_THAT(sessions_at("", "s1"), UnorderedElementsAre("ses_1", "ses_3"));
  EXPECT_THAT(sessions_at("ann", "s1"), ElementsAre("ses_1"));
  EXPECT_THAT(sessions_at("carl", "s1"), IsEmpty());
  EXPECT_THAT(must_read([&](const ReadTx& tx) {
                return tx.sign_in().sessions_at_provider(environment_, ConnectionId("conn_2"), "ann", "");
              }),
              IsEmpty());

  ASSERT_TRUE(end_session("ses_1", SessionStatus::kLoggedOut, now()));
  EXPECT_THAT(sessions_at("ann", "s1"), IsEmpty());
}

TEST_P(SignInSuite, ASessionEndsOnceAndIsNotRevivedByUse) {
  insert(session("ses_1", "ann", "s1"));
  const auto touch = [&](Timestamp at) {
    return *write([&](WriteTx& tx) { return tx.sign_in().touch_session(environment_, SessionId("ses_1"), at); });
  };
  EXPECT_TRUE(touch(now() + seconds(1)));
  EXPECT_EQ(find_session("ses_1")->last_active_time, now() + seconds(1));
  EXPECT_TRUE(end_session("ses_1", SessionStatus::kLoggedOut, now() + seconds(2)));
  EXPECT_FALSE(end_session("ses_1", SessionStatus::kRevoked, now() + seconds(3)));
  EXPECT_FALSE(touch(now() + seconds(4)));

  const auto found = find_session("ses_1");
  EXPECT_EQ(found->status, SessionStatus::kLoggedOut);
  EXPECT_EQ(found->end_time, now() + seconds(2));
  EXPECT_EQ(found->last_active_time, now() + seconds(1));
}

TEST_P(SignInSuite, ASessionOfAnotherEnvironmentIsNeitherTouchedNorEnded) {
  insert(session("ses_1", "ann", "s1"));
  const EnvironmentId other("env_other");
  EXPECT_FALSE(*write([&](WriteTx& tx) { return tx.sign_in().touch_session(other, SessionId("ses_1"), now()); }));
  EXPECT_FALSE(*write([&](WriteTx& tx) {
    return tx.sign_in().end_session(other, SessionId("ses_1"), SessionStatus::kRevoked, now());
  }));
  EXPECT_EQ(find_session("ses_1")->status, SessionStatus::kActive);
}

TEST_P(SignInSuite, APushedRequestIsTakenOnceAndNotWhenItRanOut) {
  insert(pushed('p'));
  insert(pushed('q'));
  const auto take = [&](char letter) {
    return *write([&](WriteTx& tx) { return tx.sign_in().take_pushed_request(environment_, hash_of(letter), now()); });
  };
  const auto taken = take('p');
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->client_id, ApiClientId("skc_1"));
  EXPECT_THAT(taken->parameters, ElementsAre(testing::Pair("scope", "openid"), testing::Pair("state", "a b")));
  EXPECT_FALSE(take('p'));
  clock_.advance(seconds(60));
  EXPECT_FALSE(take('q'));
}

TEST_P(SignInSuite, AKeyIsSeenOncePerKind) {
  const auto note = [&](const std::string& kind, const std::string& key) {
    return *write([&](WriteTx& tx) { return tx.sign_in().note_seen(environment_, kind, key, now() + seconds(1)); });
  };
  EXPECT_TRUE(note("logout_token:conn_1", "jti"));
  EXPECT_FALSE(note("logout_token:conn_1", "jti"));
  EXPECT_TRUE(note("logout_token:conn_2", "jti"));
}

TEST_P(SignInSuite, OfAHundredAtATimeOneUsesTheCode) {
  insert(code('c'));
  EXPECT_EQ(winners_of_a_race([&](WriteTx& tx) { return tx.sign_in().use_code(environment_, hash_of('c'), now()); }),
            1);
}

TEST_P(SignInSuite, OfAHundredAtATimeOneUsesTheRefreshToken) {
  insert(refresh_token('r'));
  EXPECT_EQ(
      winners_of_a_race([&](WriteTx& tx) { return tx.sign_in().use_refresh_token(environment_, hash_of('r'), now()); }),
      1);
}

TEST_P(SignInSuite, OfAHundredAtATimeOneTakesTheTransactionThePushedRequestAndTheKey) {
  insert(transaction());
  EXPECT_EQ(winners_of_a_race([&](WriteTx& tx) { return tx.sign_in().take_transaction(environment_, hash_of('s')); }),
            1);
  insert(pushed('p'));
  EXPECT_EQ(winners_of_a_race([&](WriteTx& tx) {
              return tx.sign_in().take_pushed_request(environment_, hash_of('p'), now()).map([](const auto& taken) {
                return taken.has_value();
              });
            }),
            1);
  EXPECT_EQ(winners_of_a_race([&](WriteTx& tx) {
              return tx.sign_in().note_seen(environment_, "client_assertion:skc_1", "jti", now() + seconds(60));
            }),
            1);
}

TEST_P(SignInSuite, WhatRanOutIsForgottenInBoundedSteps) {
  insert(transaction());
  insert(pushed('p'));
  for (const char letter : {'a', 'b', 'c'}) insert(code(letter));
  must([&](WriteTx& tx) -> Result<void> {
    return tx.sign_in().note_seen(environment_, "kind", "key", now() + seconds(1)).map([](bool) {});
  });
  purge(now());
  EXPECT_EQ(rows("login_transactions"), 1);
  clock_.advance(seconds(601));
  EXPECT_FALSE(purge(now() - days(1)));
  EXPECT_EQ(rows("login_transactions"), 0);
  EXPECT_EQ(rows("pushed_requests"), 0);
  EXPECT_EQ(rows("seen_keys"), 0);
  EXPECT_EQ(rows("authorization_codes"), 3) << "a second use is to be noticed later too";
  EXPECT_TRUE(purge(now(), 2));
  EXPECT_EQ(rows("authorization_codes"), 1);
  EXPECT_FALSE(purge(now(), 2));
  EXPECT_EQ(rows("authorization_codes"), 0);
}

TEST_P(SignInSuite, AGrantThatIsRefreshedIsNotLookedAtInEachRound) {
  insert(grant("grt_1", "ses_1"));
  insert(refresh_token('r'));
  const auto look_time = [&] { return database_->read_number("SELECT look_time FROM authorization_grants"); };
  EXPECT_EQ(look_time(), to_micros(find_grant("grt_1")->create_time));
  clock_.advance(days(2));
  purge(now() - days(1));
  EXPECT_TRUE(find_grant("grt_1"));
  const std::int64_t again = look_time();
  EXPECT_GE(again, to_micros(now() - days(1))) << "not before its token has run out";
  clock_.advance(seconds(1));
  purge(now() - days(1));
  EXPECT_EQ(look_time(), again);
  clock_.advance(days(400));
  purge(now() - days(1));
  EXPECT_FALSE(find_grant("grt_1"));
}

TEST_P(SignInSuite, GrantsAndSessionsAreForgottenWhenNothingHangsOnThem) {
  insert(grant("grt_1", "ses_1"));
  insert(session("ses_1"));
  insert(refresh_token('r'));
  insert(grant("grt_2", "ses_2"));
  insert(session("ses_2"));
  insert(grant("grt_3", "ses_3"));
  insert(session("ses_3"));
  insert(refresh_token('s', "grt_3"));
  clock_.advance(days(1));
  must([&](WriteTx& tx) { return tx.sign_in().revoke_grant(environment_, GrantId("grt_3"), now(), "logout"); });
  purge(now());
  EXPECT_TRUE(find_grant("grt_1")) << "it can still be refreshed";
  EXPECT_TRUE(find_session("ses_1"));
  EXPECT_FALSE(find_grant("grt_2"));
  EXPECT_FALSE(find_session("ses_2"));
  EXPECT_TRUE(find_grant("grt_3")) << "it was revoked just now";
  clock_.advance(seconds(1));
  purge(now());
  EXPECT_FALSE(find_grant("grt_3"));
  EXPECT_FALSE(find_session("ses_3"));
  clock_.advance(days(30));
  purge(now());
  EXPECT_EQ(rows("refresh_tokens"), 0);
  EXPECT_FALSE(find_grant("grt_1"));
  EXPECT_FALSE(find_session("ses_1"));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SignInSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
