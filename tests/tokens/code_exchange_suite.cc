// The authorization code grant at the token endpoint.
#include <fstream>
#include <iterator>
#include <latch>
#include <mutex>
#include <thread>

#include "login_world.h"
#include "store/suite.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

struct CodeExchangeSuite : LoginSuite {};

TEST_F(CodeExchangeSuite, TheAnswerHasWhatSdksRead) {
  const net::Response response = world.redeem(app, world.code(app));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(world.header_of(response, "cache-control"), "no-store");
  const json::object answer = world.json_of(response);
  EXPECT_EQ(answer.at("token_type"), "Bearer");
  EXPECT_EQ(answer.at("expires_in"), 899);
  EXPECT_EQ(answer.at("scope"), "openid profile email offline_access");
  EXPECT_EQ(world.text(answer, "refresh_token").size(), 43U);
  EXPECT_EQ(world.attempt_row().status, AuthRequestStatus::kSuccess);
}

TEST_F(CodeExchangeSuite, TheIdTokenSaysWhoSignedInWhere) {
  const std::string code = world.code(app);
  const json::object answer = world.json_of(world.redeem(app, code));
  const std::string id_token = world.text(answer, "id_token");
  EXPECT_EQ(world.header_of_token(id_token),
            (json::object{{"alg", "RS256"}, {"kid", installation.signing_keys->current_key_id()}, {"typ", "JWT"}}));
  const json::object claims = world.payload_of(id_token);
  const std::string client = app.row.id.str();
  const std::string connection = world.connection().id.str();
  const std::int64_t now = to_unix_seconds(clock.now());
  EXPECT_EQ(claims.at("iss"), kBaseUrl) << "nothing from the provider replaces it";
  EXPECT_EQ(claims.at("aud"), json::array{json::value(client)});
  EXPECT_EQ(claims.at("azp"), json::value(client));
  EXPECT_EQ(claims.at("client_id"), json::value(client));
  EXPECT_EQ(claims.at("sub"), json::value(connection + ";ann"));
  EXPECT_EQ(claims.at("oid"), json::value(world.organization.id.str()));
  EXPECT_EQ(claims.at("xoid"), "acme");
  EXPECT_EQ(claims.at("amr"), json::array{json::value(connection)});
  EXPECT_EQ(claims.at("sid"), json::value(world.session.str()));
  EXPECT_TRUE(world.session.str().starts_with("ses_"));
  EXPECT_EQ(claims.at("nonce"), "n-1");
  EXPECT_EQ(claims.at("iat"), now);
  EXPECT_EQ(claims.at("exp"), now + 259200);
  EXPECT_EQ(claims.at("auth_time"), now);
  EXPECT_EQ(claims.at("email"), "ann@example.com");
  EXPECT_EQ(claims.at("email_verified"), true);
  EXPECT_EQ(claims.at("name"), "Ann Lee");
  const auto half = [](const std::string& text) { return base64url_encode(crypto::sha256(text).substr(0, 16)); };
  EXPECT_EQ(claims.at("at_hash"), json::value(half(world.text(answer, "access_token"))));
  EXPECT_EQ(claims.at("c_hash"), json::value(half(code)));
}

// By nothing that a stranger could steer: the database looks for a hash whose key is not in it.
TEST_F(CodeExchangeSuite, P12_CodesAndRefreshTokensAreFoundByTheirKeyedHashes) {
  const std::string code = world.code(app);
  const std::string refresh_token = world.text(world.json_of(world.redeem(app, code)), "refresh_token");
  const auto found = [&](const std::string& name) {
    return read([&](const ReadTx& tx) -> Result<std::string> {
             DOORWARD_TRY(const auto of_code, tx.sign_in().find_code(installation.environment_id, name));
             DOORWARD_TRY(const auto of_token, tx.sign_in().find_refresh_token(installation.environment_id, name));
             return std::string(of_code ? "code" : "") + (of_token ? "refresh token" : "");
           })
        .value();
  };
  EXPECT_EQ(found(installation.key_ring->lookup_hash(code)), "code");
  EXPECT_EQ(found(installation.key_ring->lookup_hash(refresh_token)), "refresh token");
  for (const std::string& text : {code, refresh_token}) {
    EXPECT_EQ(found(text), "");
    EXPECT_EQ(found(crypto::sha256(text)), "") << "whose key is nobody's secret";
  }
}

TEST_F(CodeExchangeSuite, P17_TheAccessTokenIsShortLivedAndForItsClient) {
  const json::object answer = world.login(app);
  const std::string token = world.text(answer, "access_token");
  EXPECT_EQ(world.header_of_token(token).at("typ"), "at+jwt") << "P-18";
  const json::object claims = world.payload_of(token);
  const std::int64_t now = to_unix_seconds(clock.now());
  EXPECT_EQ(claims.at("iss"), kBaseUrl);
  EXPECT_EQ(claims.at("aud"), json::array{json::value(app.row.id.str())});
  EXPECT_EQ(claims.at("client_id"), json::value(app.row.id.str()));
  EXPECT_EQ(claims.at("sub"), json::value(world.connection().id.str() + ";ann"));
  EXPECT_EQ(claims.at("iat"), now);
  EXPECT_EQ(claims.at("nbf"), now);
  EXPECT_EQ(claims.at("exp"), now + 900);
  EXPECT_THAT(world.text(claims, "jti"), testing::StartsWith("tkn_"));
  EXPECT_FALSE(claims.contains("email"));
}

TEST_F(CodeExchangeSuite, AClientMayHaveALifeAndClaimsOfItsOwnButNoneThatDoorwardSays) {
  const TestClient own = world.add_client(ClientType::kWebApp, [](ApiClient& row) {
    row.access_token_life = std::chrono::seconds(60);
    row.custom_claims = {{"tier", "gold"}, {"sub", "root"}, {"roles", "admin"}, {"token_use", "api"}, {"scope", "all"}};
  });
  const json::object answer = world.login(own);
  EXPECT_EQ(answer.at("expires_in"), 59);
  const json::object claims = world.payload_of(world.text(answer, "access_token"));
  EXPECT_EQ(claims.at("exp").to_number<std::int64_t>() - claims.at("iat").to_number<std::int64_t>(), 60);
  EXPECT_EQ(claims.at("tier"), "gold");
  EXPECT_EQ(claims.at("sub"), json::value(world.connection().id.str() + ";ann"));
  EXPECT_EQ(claims.at("token_use"), "login");
  EXPECT_EQ(claims.at("scope"), "openid profile email offline_access");
  EXPECT_FALSE(claims.contains("roles"));
}

TEST_F(CodeExchangeSuite, TheScopeDecidesWhatIsIssued) {
  const json::object plain = world.login(app, {.scope = "openid"});
  EXPECT_FALSE(plain.contains("refresh_token"));
  const json::object claims = world.payload_of(world.text(plain, "id_token"));
  EXPECT_EQ(claims.at("email"), "ann@example.com") << "SDKs find a person by it, whatever the scope";
  EXPECT_FALSE(claims.contains("name"));
  const json::object oauth = world.login(app, {.scope = "profile"});
  EXPECT_FALSE(oauth.contains("id_token"));
  const TestClient codes_only =
      world.add_client(ClientType::kWebApp, [](ApiClient& row) { row.grant_types = {"authorization_code"}; });
  EXPECT_FALSE(world.login(codes_only).contains("refresh_token"));
}

TEST_F(CodeExchangeSuite, P06_ACodeIsGoodOnceAndItsSecondUseRevokesWhatCameOfIt) {
  const std::string code = world.code(app);
  const json::object answer = world.json_of(world.redeem(app, code));
  EXPECT_EQ(world.outcome_of(world.redeem(app, code)), "400 invalid_grant code_reuse");
  EXPECT_EQ(world.grant_row(world.grant).revoke_reason, "code_reuse");
  EXPECT_EQ(world.session_row(world.session).status, SessionStatus::kRevoked);
  EXPECT_EQ(world.outcome_of(world.refresh(app, world.text(answer, "refresh_token"))),
            "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(answer, "access_token"))), "401 invalid_token token_revoked");
  const AuthRequest attempt = world.attempt_row();
  EXPECT_EQ(attempt.status, AuthRequestStatus::kFailure);
  EXPECT_EQ(attempt.reason, "code_reuse");
  EXPECT_EQ(attempt.side, ResponsibleSide::kApplication);
  const ChangeRecord record = world.history_of_organization().back();
  EXPECT_EQ(record.object, ObjectKind::kSession);
  EXPECT_EQ(record.object_id, world.session.str());
  EXPECT_EQ(record.cause.at("reason"), "code_reuse");
}

TEST_F(CodeExchangeSuite, P06_ACodeLivesForAMinuteAndIsKeptAsAHash) {
  const std::string code = world.code(app);
  EXPECT_EQ(base64url_decode(code)->size(), 32U) << "256 bits";
  clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(world.outcome_of(world.redeem(app, code)), "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.attempt_row().reason, "invalid_grant");
  const std::string just = world.code(app);
  clock.advance(std::chrono::seconds(60) - std::chrono::microseconds(1));
  EXPECT_EQ(world.outcome_of(world.redeem(app, just)), "200");
}

TEST_F(CodeExchangeSuite, P08_ACodeIsBoundToItsClientAndRedirectUri) {
  const TestClient other = world.add_client(ClientType::kWebApp);
  const std::string code = world.code(app);
  EXPECT_EQ(world.outcome_of(world.redeem(other, code)), "400 invalid_grant invalid_grant");
  for (const char* uri : {"", "https://app.example.com/callback/", "https://app.example.com/callback?x=1",
                          "https://APP.example.com/callback", "http://app.example.com/callback"}) {
    EXPECT_EQ(world.outcome_of(world.redeem(app, code, {{"redirect_uri", uri}})), "400 invalid_grant invalid_grant")
        << uri;
  }
  EXPECT_EQ(world.outcome_of(world.redeem(app, "x" + code)), "400 invalid_grant invalid_grant");
  const AuthRequest refused = world.attempt_row();
  EXPECT_EQ(refused.status, AuthRequestStatus::kFailure);
  EXPECT_EQ(refused.reason, "invalid_grant");
  EXPECT_EQ(world.outcome_of(world.redeem(app, code)), "200") << "refusals changed nothing";
  const AuthRequest entry = world.attempt_row();
  EXPECT_EQ(entry.status, AuthRequestStatus::kSuccess) << "the refusals were not the last word";
  EXPECT_EQ(entry.reason, "");
  EXPECT_EQ(entry.side, ResponsibleSide::kNobody);
  ASSERT_EQ(entry.steps.size(), 7U);
  EXPECT_EQ(entry.steps.front().reason, "invalid_grant") << "but they are kept";
  EXPECT_TRUE(entry.steps.back().ok);
}

TEST_F(CodeExchangeSuite, P09_P10_ACodeIsBoundToWhoAskedForIt) {
  const std::string bound = world.code(app);
  for (const std::string& verifier : {std::string(), std::string(43, 'x'), std::string(kVerifier).substr(0, 42),
                                      std::string(129, 'x'), challenge_of(kVerifier)}) {
    EXPECT_EQ(world.outcome_of(world.redeem(app, bound, {{"code_verifier", verifier}})),
              "400 invalid_grant invalid_grant")
        << verifier;
  }
  EXPECT_EQ(world.outcome_of(world.redeem(app, bound)), "200");
  const std::string unbound = world.code(app, {.verifier = ""});
  EXPECT_EQ(world.outcome_of(world.redeem(app, unbound)), "400 invalid_grant invalid_grant")
      << "a challenge that was taken out on the way";
  EXPECT_EQ(world.outcome_of(world.redeem(app, unbound, {{"code_verifier", ""}})), "200");
}

TEST_F(CodeExchangeSuite, APublicClientRedeemsWithoutASecret) {
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  EXPECT_EQ(world.outcome_of(world.redeem(spa, world.code(spa))), "200");
}

TEST_F(CodeExchangeSuite, AClientUsesItsGrantsOnly) {
  const TestClient machine =
      world.add_client(ClientType::kWebApp, [](ApiClient& row) { row.grant_types = {"client_credentials"}; });
  EXPECT_EQ(world.outcome_of(world.redeem(machine, world.code(machine))),
            "400 unauthorized_client unauthorized_client");
}

TEST_F(CodeExchangeSuite, H12_NothingIsSignedForARefusal) {
  const int before = offload.runs;
  world.redeem(app, "no such code");
  world.refresh(app, "no such token");
  EXPECT_EQ(offload.runs, before);
  world.login(app);
  EXPECT_EQ(offload.runs, before + 1) << "both signatures in one turn";
}

TEST_F(CodeExchangeSuite, K04_TheDatabaseHoldsNoCodeAndNoToken) {
  const std::string code = world.code(app);
  const json::object answer = world.json_of(world.redeem(app, code));
  std::string bytes;
  for (const char* name : {"/doorward.db", "/doorward.db-wal"}) {
    std::ifstream file(folder.path() + name, std::ios::binary);
    bytes += std::string(std::istreambuf_iterator<char>(file), {});
  }
  ASSERT_THAT(bytes, HasSubstr(world.grant.str())) << "the files that were written to";
  for (const std::string& secret : {code, world.text(answer, "refresh_token"), world.text(answer, "access_token"),
                                    world.text(answer, "id_token"), app.secret, std::string("provider.id.token")}) {
    ASSERT_FALSE(secret.empty());
    EXPECT_EQ(bytes.find(secret), std::string::npos);
  }
}

// On two nodes of one database where there can be several.
class ExchangeRace : public testing::TestWithParam<store::DatabaseKind> {
 protected:
  static constexpr int kCallers = 100;
  static constexpr int kRounds = 20;

  ExchangeRace() {
    first_.open(*shared_, clock_);
    Bootstrap bootstrap({*first_.database, clock_, first_.database->ids(), random_, file_});
    installation_ = sync_wait(bootstrap.start(kek_, nullptr, true, {kBaseUrl, "", ""})).value();
    first_.serve(clock_, random_, installation_);
    if (GetParam() == store::DatabaseKind::kPostgres) {
      second_.open(*shared_, clock_);
      second_.serve(clock_, random_, installation_);
    }
  }

  struct Node {
    std::unique_ptr<store::DatabaseStore> database;
    InlineOffload offload;
    std::unique_ptr<LoginWorld> world;

    void open(const store::TestDatabase& shared, ManualClock& clock) {
      auto opened = store::open_store({.url = shared.url(), .clock = &clock});
      if (!opened) throw std::runtime_error(opened.error().message + " | " + opened.error().detail);
      database = *std::move(opened);
    }
    void serve(ManualClock& clock, SystemRandom& random, Installation& installation) {
      world = std::make_unique<LoginWorld>(*database, clock, database->ids(), random, offload, installation);
    }
  };

  // The outcomes of a hundred requests at once, counted.
  template <class Ask>
  std::map<std::string, int> race(Ask ask) {
    std::latch all_here{kCallers};
    std::mutex mutex;
    std::map<std::string, int> outcomes;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kCallers; ++i) {
      threads.emplace_back([&, i] {
        LoginWorld& world = second_.world != nullptr && i % 2 == 0 ? *second_.world : *first_.world;
        all_here.arrive_and_wait();
        const std::string outcome = LoginWorld::outcome_of(ask(world));
        const std::lock_guard lock(mutex);
        ++outcomes[outcome];
      });
    }
    threads.clear();
    return outcomes;
  }

  // Whoever looks between the first use and the revocation that followed finds the login revoked rather than the use.
  // The ends that the history of the organization has.
  static std::vector<std::string> ends(LoginWorld& world) {
    std::vector<std::string> reasons;
    for (const ChangeRecord& record : world.history_of_organization()) {
      if (const auto* reason = record.cause.if_contains("reason")) reasons.emplace_back(reason->as_string());
    }
    return reasons;
  }

  static void expect_one_winner(std::map<std::string, int> outcomes, const std::string& reuse) {
    const int late = outcomes["400 invalid_grant invalid_grant"];
    EXPECT_GT(outcomes[reuse], 0);
    EXPECT_EQ(outcomes[reuse] + late, kCallers - 1);
    EXPECT_THAT(outcomes, testing::UnorderedElementsAre(testing::Pair("200", 1), testing::Pair(reuse, testing::_),
                                                        testing::Pair("400 invalid_grant invalid_grant", late)));
  }

  std::unique_ptr<store::TestDatabase> shared_ = store::make_migrated_database(GetParam());
  TemporaryFolder folder_;
  ManualClock clock_;
  SystemRandom random_;
  KeyEncryptionKey kek_ = KeyEncryptionKey::generate(random_);
  WatchedCredentialsFile file_{folder_.path()};
  Installation installation_;
  Node first_;
  Node second_;
};

TEST_P(ExchangeRace, P07_OfAHundredExchangesOfOneCodeOneSucceedsAndTheLoginIsRevoked) {
  LoginWorld& world = *first_.world;
  const TestClient app = world.add_client(ClientType::kWebApp);
  const std::string code = world.code(app);
  expect_one_winner(race([&](LoginWorld& node) { return node.redeem(app, code); }), "400 invalid_grant code_reuse");
  EXPECT_EQ(world.grant_row(world.grant).revoke_reason, "code_reuse") << "no grace: two hold the code";
  EXPECT_THAT(ends(world), testing::ElementsAre("code_reuse")) << "a session ends once";
}

TEST_P(ExchangeRace, P15_OfAHundredUsesOfOneRefreshTokenOneSucceedsAndTheLoginIsRevoked) {
  LoginWorld& world = *first_.world;
  const TestClient app = world.add_client(ClientType::kWebApp);
  const std::string token = world.text(world.login(app), "refresh_token");
  expect_one_winner(race([&](LoginWorld& node) { return node.refresh(app, token); }),
                    "400 invalid_grant refresh_reuse");
  EXPECT_EQ(world.grant_row(world.grant).revoke_reason, "refresh_reuse");
  EXPECT_THAT(ends(world), testing::ElementsAre("refresh_reuse")) << "a session ends once";
}

// Whoever comes first: what the refresh wrote of the session does not take back its end.
TEST_P(ExchangeRace, P36_ARefreshAtTheSameTimeDoesNotReviveTheSessionThatALogoutEnds) {
  LoginWorld& world = *first_.world;
  LoginWorld& other = second_.world != nullptr ? *second_.world : world;
  const TestClient app = world.add_client(ClientType::kWebApp);
  for (int round = 0; round < kRounds; ++round) {
    const json::object tokens = world.login(app);
    const std::string refresh_token = world.text(tokens, "refresh_token");
    std::latch both_here{2};
    std::jthread refreshing([&] {
      both_here.arrive_and_wait();
      other.refresh(app, refresh_token);
    });
    both_here.arrive_and_wait();
    EXPECT_EQ(world.get("/oidc/logout", {{"id_token_hint", world.text(tokens, "id_token")}}).status, 200);
    refreshing.join();
    const Session session = world.session_row(world.session);
    EXPECT_EQ(session.status, SessionStatus::kLoggedOut);
    EXPECT_TRUE(session.end_time);
    EXPECT_EQ(world.grant_row(world.grant).revoke_reason, "logout");
  }
  EXPECT_THAT(ends(world), testing::Each("logout"));
  EXPECT_EQ(ends(world).size(), std::size_t{kRounds});
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ExchangeRace,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
