#include <algorithm>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "app/sign_in/back_channel_logout.h"
#include "protocol/oidc/id_token.h"
#include "protocol/oidc/logout_token.h"
#include "sign_in/suite.h"

namespace doorward::store {
namespace {

namespace json = boost::json;

class BackChannelLogouts : public SignInSuite {
 protected:
  void SetUp() override {
    SignInSuite::SetUp();
    logout_.emplace(BackChannelLogout::Ports{store(), clock_}, *party_, *grants_, home_.id);
  }

  // The same provider and client again, for another connection: it names people and their sessions alike.
  doorward::Connection twin() {
    doorward::Connection other = connection_;
    other.id = ids().next<ConnectionId>();
    other.oidc.sealed_client_secret = keys_->seal(client_secret_place(other), Secret<std::string>("s3cret"));
    must([&](WriteTx& tx) { return tx.connections().insert(other); });
    return other;
  }

  void sign_in(const doorward::Connection& connection, const std::string& subject, const std::string& session) {
    const auto sent = begin({{"connection_id", connection.id.str()}});
    ASSERT_TRUE(sent) << refusal(sent);
    const oidc::CallbackParameters answer = answer_to(*sent);
    provider_.claims["sub"] = subject;
    provider_.claims["sid"] = session;
    ASSERT_EQ(refusal(sync_wait(sign_in_->finish(connection.id, answer, browser(sent->browser_secret.reveal())))),
              "accepted");
  }

  // What the provider calls the sessions that are active, in their order.
  std::vector<std::string> sessions(const doorward::Connection& connection, const std::string& subject) {
    std::vector<std::string> names;
    for (const Session& session : must_read([&](const ReadTx& tx) {
           return tx.sign_in().sessions_at_provider(home_.id, connection.id, subject, "");
         })) {
      names.push_back(session.provider_session);
    }
    std::ranges::sort(names);
    return names;
  }

  // An empty subject or session is not said.
  json::object claims(const std::string& token_id, const std::string& subject, const std::string& session) const {
    const std::int64_t seconds = to_unix_seconds(now());
    json::object claims{
        {"iss", test::ProviderDouble::kBase},
        {"aud", "client-1"},
        {"jti", token_id},
        {"iat", seconds},
        {"exp", seconds + 60},
        {"events", json::object{{"http://schemas.openid.net/event/backchannel-logout", json::object{}}}}};
    if (!subject.empty()) claims["sub"] = subject;
    if (!session.empty()) claims["sid"] = session;
    return claims;
  }
  std::string logout_token(const std::string& token_id, const std::string& subject, const std::string& session) const {
    return provider_.sign(claims(token_id, subject, session));
  }

  std::string told(const doorward::Connection& connection, const std::string& token) {
    const auto ended =
        sync_wait(logout_->end_sessions(connection.id, token, std::chrono::steady_clock::time_point::max()));
    return ended ? "accepted" : std::string(reason_name(ended.error().reason));
  }

  std::optional<BackChannelLogout> logout_;
};

using Names = std::vector<std::string>;

TEST_P(BackChannelLogouts, D29_ATokenEndsThatSessionOfThatPersonAtThatConnection) {
  const doorward::Connection other = twin();
  sign_in(connection_, "ann", "s1");
  sign_in(connection_, "ann", "s2");
  sign_in(connection_, "ben", "s1");
  sign_in(other, "ann", "s1");
  EXPECT_EQ(told(connection_, logout_token("j1", "ann", "s1")), "accepted");
  EXPECT_EQ(sessions(connection_, "ann"), Names{"s2"});
  EXPECT_EQ(sessions(connection_, "ben"), Names{"s1"});
  EXPECT_EQ(sessions(other, "ann"), Names{"s1"}) << "another connection's person of this name is another";

  EXPECT_EQ(told(connection_, logout_token("j2", "", "s1")), "accepted");
  EXPECT_EQ(sessions(connection_, "ben"), Names{}) << "whose session it was";
  EXPECT_EQ(sessions(connection_, "ann"), Names{"s2"});
  EXPECT_EQ(told(connection_, logout_token("j3", "ann", "")), "accepted");
  EXPECT_EQ(sessions(connection_, "ann"), Names{}) << "every session of the person";
  EXPECT_EQ(sessions(other, "ann"), Names{"s1"});
}

TEST_P(BackChannelLogouts, D29_ATokenCountsOnce) {
  const doorward::Connection other = twin();
  const std::string token = logout_token("j1", "ann", "s1");
  sign_in(connection_, "ann", "s1");
  ASSERT_EQ(told(connection_, token), "accepted");
  sign_in(connection_, "ann", "s1");
  sign_in(other, "ann", "s1");
  EXPECT_EQ(told(connection_, token), "replay");
  EXPECT_EQ(told(connection_, logout_token("j1", "ann", "")), "replay") << "it is the token's id that counts";
  EXPECT_EQ(sessions(connection_, "ann"), Names{"s1"});
  EXPECT_EQ(sessions(other, "ann"), Names{"s1"});
}

// From a provider whose clock is as far ahead as is borne: its tokens are good for longest.
TEST_P(BackChannelLogouts, D29_ATokenIsRememberedAsLongAsItIsGood) {
  json::object ahead = claims("j1", "ann", "s1");
  ahead["iat"] = to_unix_seconds(now() + oidc::kProviderClockSkew);
  ahead["exp"] = to_unix_seconds(now() + std::chrono::hours(1));
  const std::string token = provider_.sign(ahead);
  ASSERT_EQ(told(connection_, token), "accepted");
  const Timestamp begun = now();
  while (now() <= begun + oidc::kMostLogoutTokenAge + oidc::kProviderClockSkew) {
    sync_wait(store().write("test.purge", {}, [&](WriteTx& tx) {
      return tx.sign_in().purge(now(), now() - std::chrono::hours(24), 1'000);
    })).value();
    EXPECT_EQ(told(connection_, token), "replay") << to_unix_seconds(now()) - to_unix_seconds(begun);
    clock_.advance(std::chrono::seconds(30));
  }
  EXPECT_EQ(told(connection_, token), "logout_token") << "too old";
}

TEST_P(BackChannelLogouts, D29_AConnectionThatIsNoneOrSpeaksSaml) {
  doorward::Connection saml = connection_;
  saml.id = ids().next<ConnectionId>();
  saml.type = ConnectionType::kSaml;
  EXPECT_EQ(told(saml, logout_token("j1", "ann", "s1")), "connection_not_found");
  must([&](WriteTx& tx) { return tx.connections().insert(saml); });
  EXPECT_EQ(told(saml, logout_token("j1", "ann", "s1")), "connection_not_found");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, BackChannelLogouts,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
