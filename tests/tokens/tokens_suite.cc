#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <thread>
#include <vector>

#include "app/keys/key_rotation.h"
#include "app/keys/secret_text.h"
#include "edge/oauth/bearer_authenticator.h"
#include "protocol/jose/claims.h"
#include "protocol/oauth/metadata.h"
#include "suite.h"

namespace doorward::test {
namespace {

struct TokensSuite : Suite {
  Installation installation = start().value();
  std::string secret = file.read(installation.environment_id).value()->client_secret.reveal();
  InlineOffload offload;
  ClientStates clients{store(), clock};
  TokenVerifier verifier{*installation.signing_keys, kBaseUrl};
  ClientAuthentication proofs{{store(), clock, *installation.key_ring}, clients, kBaseUrl};
  ClientCredentials grants{{clock, ids(), offload}, *installation.signing_keys, kBaseUrl};
  ApiAuthentication authentication{clock, verifier, clients};

  Result<IssuedToken> issue(const std::string& client_secret, const std::string& scope = "",
                            const std::string& source = "192.0.2.1") {
    return issue_as(installation.client_id.str(), client_secret, scope, source);
  }
  Result<IssuedToken> issue_as(const std::string& client_id, const std::string& client_secret,
                               const std::string& scope = "", const std::string& source = "192.0.2.1") {
    return issue_by(grants, client_id, client_secret, scope, source);
  }
  Result<IssuedToken> issue_by(ClientCredentials& by, const std::string& client_id, const std::string& client_secret,
                               const std::string& scope, const std::string& source) {
    const oauth::ClientCredential credential{.method = oauth::ClientAuthMethod::kSecretPost,
                                             .client_id = client_id,
                                             .secret = Secret<std::string>(client_secret)};
    const auto client = sync_wait(
        proofs.authenticate(credential, oauth::token_endpoint, source, std::chrono::steady_clock::time_point::max()));
    if (!client) return tl::unexpected(client.error());
    return sync_wait(by.issue(*client, scope));
  }
  std::string token() { return issue(secret)->access_token.reveal(); }

  Result<Caller> authenticate(const std::string& text) {
    return sync_wait(authentication.authenticate({.text = text, .source = "192.0.2.1", .request_id = "req_1"}));
  }

  // One more live secret; its text.
  std::string add_secret(std::optional<Timestamp> expire_time = std::nullopt) {
    const Secret<std::string> text = make_secret_text(random);
    ClientSecret row;
    row.environment_id = installation.environment_id;
    row.client_id = installation.client_id;
    row.id = ids().next<ClientSecretId>();
    row.lookup_hash = installation.key_ring->lookup_hash(text.reveal());
    row.secret_suffix = shown_suffix(text);
    row.create_time = clock.now();
    row.expire_time = expire_time;
    must([&](WriteTx& tx) { return tx.clients().insert_secret(row); });
    return text.reveal();
  }
  void revoke(const std::string& text) {
    const std::string hash = installation.key_ring->lookup_hash(text);
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_TRY(const auto secrets, tx.clients().secrets(installation.environment_id, installation.client_id));
      for (const ClientSecret& row : secrets) {
        if (row.lookup_hash != hash) continue;
        return tx.clients().deactivate_secret(installation.environment_id, installation.client_id, row.id);
      }
      return tl::unexpected(internal_error("no such secret"));
    });
  }
  void set_enabled(bool enabled) {
    must([&](WriteTx& tx) {
      return tx.clients().set_enabled(installation.environment_id, installation.client_id, enabled, clock.now());
    });
  }
};

TEST_F(TokensSuite, TheTokenSaysWhatSdksRead) {
  const auto issued = issue(secret);
  ASSERT_TRUE(issued) << issued.error().message << " | " << issued.error().detail;
  EXPECT_EQ(issued->expires_in, std::chrono::seconds(86399));
  EXPECT_EQ(issued->scope, "openid");
  const auto claims = verifier.verify_api(issued->access_token.reveal(), clock.now());
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->issuer, kBaseUrl);
  EXPECT_EQ(claims->subject, installation.client_id.str());
  EXPECT_EQ(claims->members.at("client_id"), boost::json::value(installation.client_id.str()));
  EXPECT_EQ(claims->audience, std::vector<std::string>{kBaseUrl});
  EXPECT_EQ(claims->expires_at - *claims->issued_at, kApiTokenLife);
  EXPECT_EQ(claims->not_before, claims->issued_at);
  EXPECT_TRUE(claims->token_id.starts_with("tkn_"));
  EXPECT_EQ(claims->members.at("scope"), "openid");
  EXPECT_EQ(claims->members.at("scopes"), boost::json::array{"openid"});
  EXPECT_EQ(claims->members.at("token_use"), "api");
}

TEST_F(TokensSuite, GrantsTheScopesOfTheSdkSamplesAndNoOthers) {
  const auto issued = issue(secret, "email  openid profile email");
  ASSERT_TRUE(issued);
  EXPECT_EQ(issued->scope, "openid profile email");
  EXPECT_EQ(outcome(issue(secret, "openid organizations:write")), "invalid_scope");
}

TEST_F(TokensSuite, SigningRunsOnTheOffloadPort) {
  ASSERT_TRUE(issue(secret));
  EXPECT_EQ(offload.runs, 1);
  offload.full = true;
  EXPECT_EQ(outcome(issue(secret)), "overloaded");
}

TEST_F(TokensSuite, WrongSecretAndUnknownClientAreRefusedAlike) {
  const auto wrong = issue("wrong");
  ASSERT_FALSE(wrong);
  const auto unknown = issue_as("skc_1", secret);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(wrong.error().reason, Reason::kInvalidClient);
  EXPECT_EQ(unknown.error().reason, Reason::kInvalidClient);
  EXPECT_EQ(wrong.error().message, unknown.error().message);
  EXPECT_EQ(offload.runs, 0);
}

TEST_F(TokensSuite, EveryLiveSecretWorksFromItsFirstMoment) {
  ASSERT_TRUE(issue(secret)) << "remembers the client's state";
  const std::string second = add_secret();
  const auto issued = issue(second);
  ASSERT_TRUE(issued) << issued.error().message;
  EXPECT_TRUE(issue(secret));
  EXPECT_TRUE(authenticate(issued->access_token.reveal()));
}

TEST_F(TokensSuite, ANodeThatDoesNotKnowAYoungSecretYetReadsAgain) {
  ClientStates other_clients(store(), clock);
  ApiAuthentication other_node(clock, verifier, other_clients);
  const std::string old_token = token();
  ASSERT_TRUE(sync_wait(other_node.authenticate({.text = old_token})));
  const std::string young_token = issue(add_secret())->access_token.reveal();
  EXPECT_EQ(outcome(sync_wait(other_node.authenticate({.text = young_token}))), "accepted");
}

TEST_F(TokensSuite, AnExpiredSecretIsWrongAndItsTokensDie) {
  const std::string brief = add_secret(clock.now() + std::chrono::seconds(10));
  const auto issued = issue(brief);
  ASSERT_TRUE(issued);
  clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(outcome(issue(brief)), "invalid_client");
  EXPECT_EQ(outcome(authenticate(issued->access_token.reveal())), "token_revoked");
}

TEST_F(TokensSuite, TheBearerIsTheClient) {
  const auto caller = authenticate(token());
  ASSERT_TRUE(caller) << caller.error().message << " | " << caller.error().detail;
  EXPECT_EQ(caller->kind, CallerKind::kApiClient);
  EXPECT_EQ(caller->environment_id, installation.environment_id);
  EXPECT_EQ(caller->id, installation.client_id.str());
  EXPECT_EQ(caller->request_id, "req_1");
}

TEST_F(TokensSuite, ADisabledClientLosesAccessWithinASecond) {
  const std::string text = token();
  ASSERT_TRUE(authenticate(text));
  set_enabled(false);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(outcome(authenticate(text)), "client_disabled");
  EXPECT_EQ(outcome(issue(secret)), "client_disabled");
  EXPECT_EQ(outcome(issue("wrong")), "invalid_client") << "only who knows the secret learns that";
  set_enabled(true);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(outcome(authenticate(text)), "accepted");
}

TEST_F(TokensSuite, ARevokedSecretTakesItsTokensAlongAndNoOthers) {
  const std::string second = add_secret();
  const std::string kept = issue(second)->access_token.reveal();
  const std::string lost = token();
  ASSERT_TRUE(authenticate(lost) && authenticate(kept));
  revoke(secret);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(outcome(authenticate(lost)), "token_revoked");
  EXPECT_EQ(outcome(authenticate(kept)), "accepted");
  EXPECT_EQ(outcome(issue(secret)), "invalid_client");
  EXPECT_EQ(outcome(issue(second)), "accepted");
}

TEST_F(TokensSuite, AClockThatStepsBackDoesNotKeepADisabledClientAlive) {
  const std::string text = token();
  ASSERT_TRUE(authenticate(text));
  set_enabled(false);
  clock.advance(-std::chrono::seconds(3));
  EXPECT_EQ(outcome(authenticate(text)), "client_disabled");
}

TEST_F(TokensSuite, ARememberedTokenStillExpires) {
  const std::string text = token();
  ASSERT_TRUE(authenticate(text));
  clock.advance(kApiTokenLife);
  EXPECT_EQ(outcome(authenticate(text)), "token_expired");
}

TEST_F(TokensSuite, ARememberedTokenDiesWithTheKeyThatSignedIt) {
  const std::string text = token();
  ASSERT_TRUE(authenticate(text));
  KeyRotation rotation({store(), clock, ids(), *installation.key_ring}, installation.environment_id);
  const auto follow = [&] {
    return sync_wait(
        follow_stored_keys(store(), installation.environment_id, *installation.signing_keys, *installation.key_ring));
  };
  ASSERT_TRUE(sync_wait(rotation.publish(jose::Algorithm::kRs256, true)));
  ASSERT_TRUE(sync_wait(rotation.promote(jose::Algorithm::kRs256)));
  EXPECT_EQ(follow(), true);
  EXPECT_TRUE(authenticate(text)) << "its key is retired";
  ASSERT_TRUE(sync_wait(rotation.withdraw_retired(jose::Algorithm::kRs256)));
  EXPECT_EQ(follow(), true);
  EXPECT_EQ(outcome(authenticate(text)), "invalid_token");
  EXPECT_TRUE(authenticate(token()));
}

TEST_F(TokensSuite, ALoginTokenDoesNotOpenTheApi) {
  const std::string login = installation.signing_keys->sign(
      jose::Algorithm::kRs256, "JWT",
      R"({"iss":"http://localhost:8080","aud":["http://localhost:8080"],"sub":")" + installation.client_id.str() +
          R"(","jti":"tkn_1","iat":1800000000,"exp":1800000060,"token_use":"login"})");
  EXPECT_EQ(outcome(authenticate(login)), "wrong_token_class");
  const auto as_login = verifier.verify_login(token(), clock.now());
  EXPECT_EQ(outcome(as_login), "wrong_token_class");
}

TEST_F(TokensSuite, GarbageIsAnInvalidToken) {
  std::string bent = token();
  bent[bent.rfind('.') + 9] = bent[bent.rfind('.') + 9] == 'A' ? 'B' : 'A';
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("a.b.c"), std::string(100'000, 'a'), bent, secret}) {
    EXPECT_EQ(outcome(authenticate(text)), "invalid_token");
  }
}

TEST_F(TokensSuite, AnyValidOfSeveralBearersIsEnough) {
  edge::BearerAuthenticator authenticator(authentication);
  const auto with = [&](const net::Headers& headers) {
    net::Request request;
    request.headers = headers;
    request.peer = "192.0.2.1";
    request.request_id = "req_7";
    return sync_wait(authenticator.authenticate(request));
  };
  const std::string good = "Bearer " + token();
  EXPECT_EQ(outcome(with({})), "missing_credentials");
  EXPECT_EQ(outcome(with({{"authorization", "Basic eDp5"}})), "missing_credentials");
  EXPECT_EQ(outcome(with({{"authorization", "Bearer stale"}})), "invalid_token");
  const auto new_and_stale = with({{"authorization", good}, {"authorization", "Bearer stale"}});
  ASSERT_TRUE(new_and_stale);
  EXPECT_EQ(new_and_stale->request_id, "req_7");
  EXPECT_EQ(outcome(with({{"authorization", "Bearer stale"}, {"authorization", good}})), "accepted");
  net::Headers many(edge::BearerAuthenticator::kMostBearers, {"authorization", "Bearer stale"});
  many.push_back({"authorization", good});
  EXPECT_EQ(outcome(with(many)), "invalid_token");
}

TEST_F(TokensSuite, H11GuessesAreLimitedByClientAndSourceAndLockNobodyElseOut) {
  for (int i = 0; i < static_cast<int>(kGuessLimits.burst); ++i) EXPECT_EQ(outcome(issue("wrong")), "invalid_client");
  const auto limited = issue(secret);
  ASSERT_FALSE(limited) << "right credentials wait too, else guessing would go on";
  EXPECT_EQ(limited.error().reason, Reason::kRateLimited);
  EXPECT_GE(limited.error().retry_after_seconds.value_or(0), 1U);
  EXPECT_EQ(outcome(issue(secret, "", "192.0.2.2")), "accepted") << "the client from where it lives";
  EXPECT_EQ(outcome(issue_as("skc_2", "wrong")), "invalid_client") << "another client from there";
  clock.advance(std::chrono::seconds(*limited.error().retry_after_seconds));
  EXPECT_EQ(outcome(issue(secret)), "accepted");
}

TEST_F(TokensSuite, H11FailuresOfOneSourceAreLimitedWithoutHoldingBackGoodSecrets) {
  for (int i = 0; i < static_cast<int>(kSourceFailureLimits.burst); ++i) {
    EXPECT_EQ(outcome(issue_as("skc_" + std::to_string(i), "wrong")), "invalid_client") << i;
  }
  const auto limited = issue_as("skc_more", "wrong");
  EXPECT_EQ(outcome(limited), "rate_limited");
  EXPECT_GE(limited.error().retry_after_seconds.value_or(0), 1U);
  EXPECT_EQ(outcome(issue(secret)), "accepted");
}

TEST_F(TokensSuite, H12TokensOfOneClientAreLimitedBeforeTheyAreSigned) {
  ClientCredentials few({clock, ids(), offload}, *installation.signing_keys, kBaseUrl,
                        {.issues = {.burst = 2, .refill_per_second = 0.5}});
  const auto buy = [&](const std::string& client_secret, const std::string& source) {
    return issue_by(few, installation.client_id.str(), client_secret, "", source);
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(outcome(buy("wrong", "192.0.2.9")), "invalid_client");
  EXPECT_EQ(outcome(buy(secret, "192.0.2.1")), "accepted") << "wrong secrets use nothing up";
  EXPECT_EQ(outcome(buy(secret, "192.0.2.2")), "accepted");
  const int signed_before = offload.runs;
  const auto limited = buy(secret, "192.0.2.3");
  EXPECT_EQ(outcome(limited), "rate_limited");
  EXPECT_EQ(limited.error().retry_after_seconds, 2U);
  EXPECT_EQ(offload.runs, signed_before);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(outcome(buy(secret, "192.0.2.1")), "accepted");
}

TEST_F(TokensSuite, ForgedTokensOfOneSourceAreLimitedButKnownOnesPass) {
  const std::string known = token();
  ASSERT_TRUE(authenticate(known));
  for (int i = 0; i < static_cast<int>(ApiAuthentication::kForgeryLimits.burst); ++i) {
    EXPECT_EQ(outcome(authenticate("forged" + std::to_string(i))), "invalid_token");
  }
  const auto limited = authenticate("forged");
  EXPECT_EQ(outcome(limited), "rate_limited");
  EXPECT_EQ(limited.error().code(), Code::kResourceExhausted) << "Unauthenticated means a bad bearer and nothing else";
  EXPECT_EQ(outcome(authenticate(known)), "accepted");
}

TEST_F(TokensSuite, OneAuthenticationServesManyThreads) {
  const std::string second = add_secret();
  const std::vector<std::string> tokens = {token(), issue(second)->access_token.reveal(), token()};
  std::atomic<int> accepted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          if (authenticate(tokens[static_cast<std::size_t>(i) % tokens.size()])) ++accepted;
          // Every so often the remembered state is too old and all threads read it again.
          if (i % 10 == 0) clock.advance(ClientStates::kMaxAge);
        }
      });
    }
  }
  EXPECT_EQ(accepted, 200);
  revoke(second);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(outcome(authenticate(tokens[0])), "accepted");
  EXPECT_EQ(outcome(authenticate(tokens[1])), "token_revoked");
}

}  // namespace
}  // namespace doorward::test
