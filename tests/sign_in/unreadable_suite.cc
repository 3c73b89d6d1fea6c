// What a browser brings and nobody can read: an authorization request, and an answer at the callback of an OpenID
// connection. Tests named after lines of the security catalogue.
#include <string>

#include "protocol/oauth/authorization_request.h"
#include "sign_in/suite.h"

namespace doorward::store {
namespace {

using UnreadableMessages = SignInSuite;

TEST_P(UnreadableMessages, D01_D27_WhatIsNoAnswerIsAnAttemptThatIsRefused) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const AuthRequestId begun = attempt().id;
  const std::string state = oauth::value_of(query_of(sent->location), "state");
  const struct {
    std::string query;
    const char* why;
    ResponsibleSide side;
  } cases[] = {
      {"code=c", "state", ResponsibleSide::kPerson},
      {"", "state", ResponsibleSide::kPerson},
      {"code=c&error=access_denied&state=" + state, "malformed_request", ResponsibleSide::kIdentityProvider},
      {"code=c&code=d&state=" + state, "malformed_request", ResponsibleSide::kIdentityProvider},
      {"state=" + state, "malformed_request", ResponsibleSide::kIdentityProvider},
      {"code=%zz&state=" + state, "malformed_request", ResponsibleSide::kIdentityProvider},
      {"code=" + std::string(oauth::kMostFormBytes, 'c') + "&state=" + state, "payload_too_large",
       ResponsibleSide::kIdentityProvider},
  };
  for (const auto& [query, why, side] : cases) {
    clock_.advance(std::chrono::milliseconds(1));
    const std::string logged = logged_reason("sign_in.refused", [&] {
      const auto end = sync_wait(
          sign_in_->finish(connection_.id, oidc::read_callback(query), browser(sent->browser_secret.reveal())));
      EXPECT_EQ(refusal(end), why) << query;
      EXPECT_EQ(end.error().location, "") << "nobody is sent anywhere";
    });
    EXPECT_EQ(logged, why);
    const AuthRequest entry = attempt();
    EXPECT_NE(entry.id, begun);
    EXPECT_EQ(entry.status, AuthRequestStatus::kFailure);
    EXPECT_EQ(entry.reason, why) << query;
    EXPECT_EQ(entry.side, side) << query;
    EXPECT_EQ(entry.connection_id, connection_.id);
    EXPECT_EQ(entry.request_id, "req_1");
    ASSERT_EQ(entry.steps.size(), 1U);
    EXPECT_EQ(entry.steps.back().name, "callback");
    EXPECT_NE(entry.steps.back().expected, "") << "what would have been right";
  }
  EXPECT_EQ(refusal(finish(*sent)), "accepted") << "none of these used the login up";
}

TEST_P(UnreadableMessages, D27_AFloodOfWhatIsNoAnswerFillsNoLog) {
  const auto flood = static_cast<std::size_t>(AuthLog::kRefusedLimits.burst) + 5;
  for (std::size_t i = 0; i < flood; ++i) {
    const std::string logged = logged_reason("sign_in.refused", [&] {
      sync_wait(sign_in_->finish(connection_.id, oidc::read_callback("code=c"), browser()));
    });
    ASSERT_EQ(logged, "state") << "the server's log has it";
  }
  EXPECT_EQ(attempts(100).size(), static_cast<std::size_t>(AuthLog::kRefusedLimits.burst));
  clock_.advance(std::chrono::seconds(1));
  sync_wait(sign_in_->finish(connection_.id, oidc::read_callback("code=c&state=s&error=e"), browser()));
  EXPECT_EQ(attempt().reason, "malformed_request");
}

TEST_P(UnreadableMessages, P33_ARequestThatCannotBeReadIsInTheServersLog) {
  const std::string client = "client_id=" + client_.id.str();
  for (const std::string& query : {client + "&" + client, client + "&scope=%zz", client + "&state=a&state=b"}) {
    const std::string logged = logged_reason("sign_in.refused", [&] {
      const auto sent = sync_wait(sign_in_->begin(oauth::read_authorization_form(query), browser()));
      EXPECT_EQ(refusal(sent), "invalid_request") << query;
      EXPECT_EQ(sent.error().location, "");
    });
    EXPECT_EQ(logged, "invalid_request") << query;
  }
  EXPECT_TRUE(attempts(10).empty()) << "no client is known to have sent it";

  make_sign_in({.source = {.burst = 1, .refill_per_second = 1}});
  const auto unreadable = [&] {
    return sync_wait(sign_in_->begin(oauth::read_authorization_form("a=%zz"), browser()));
  };
  EXPECT_EQ(refusal(unreadable()), "invalid_request");
  EXPECT_EQ(refusal(unreadable()), "rate_limited") << "it counts as a start";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, UnreadableMessages,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
