// What is refused at the assertion consumer service: what it leaves of the login, and what is known of it afterwards.
// Tests named after lines of the security catalogue.
#include <vector>

#include "sign_in/saml_suite.h"

namespace doorward::store {
namespace {

using SamlRefusals = SamlSignInSuite;
using testing::HasSubstr;
using testing::Not;

TEST_P(SamlRefusals, S95_RubbishUsesNoLoginUp) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const AuthRequestId id = attempt().id;
  const auto entry = [&] {
    return *must_read([&](const ReadTx& tx) { return tx.auth_requests().find(home_.id, id); });
  };
  const std::string ours = sent->browser_secret.reveal();
  EXPECT_EQ(refusal(post("<!DOCTYPE x><x/>", ours)), "dtd_forbidden");
  EXPECT_EQ(refusal(post("not xml", ours)), "not_wellformed");
  const auto unsigned_answer = answer(*sent, {.is_signed = false});
  EXPECT_EQ(refusal(unsigned_answer), "unsigned");
  const oauth::Form told = query_of(unsigned_answer.error().location);
  EXPECT_EQ(oauth::value_of(told, "error"), "signature_validation_failed");
  EXPECT_EQ(oauth::value_of(told, "state"), "st");
  EXPECT_EQ(entry().status, AuthRequestStatus::kFailure);
  EXPECT_EQ(refusal(answer(*sent)), "accepted");
  EXPECT_EQ(entry().status, AuthRequestStatus::kPending) << "the better answer is the last word";
  EXPECT_EQ(entry().reason, "");
}

TEST_P(SamlRefusals, S06_WhatCannotBeReadIsOfTheLoginThatItsRelayStateNames) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const AuthRequestId id = attempt().id;
  for (const auto& [xml, why] : {std::pair("<!DOCTYPE x><x/>", "dtd_forbidden"), std::pair("<x>", "not_wellformed"),
                                 std::pair("<x/>", "wrong_root")}) {
    const auto end = post(xml, sent->browser_secret.reveal(), state_of(*sent));
    EXPECT_EQ(refusal(end), why);
    EXPECT_EQ(oauth::value_of(query_of(end.error().location), "error"), "malformed_saml_response");
    EXPECT_EQ(oauth::value_of(query_of(end.error().location), "state"), "st");
    EXPECT_EQ(attempt().id, id) << "no attempt beside it";
    EXPECT_EQ(attempt().reason, why);
  }
  EXPECT_EQ(refusal(post("<x>", "", state_of(*sent))), "browser_binding") << "S-90";
  EXPECT_EQ(refusal(post("<x>", sent->browser_secret.reveal(), std::string(43, 'A'))), "not_wellformed");
  EXPECT_EQ(attempt().workflow, LoginWorkflow::kServiceProviderInitiated);
  EXPECT_NE(attempt().id, id);
  EXPECT_EQ(refusal(post("<x>", sent->browser_secret.reveal(), "/reports")), "not_wellformed");
  EXPECT_EQ(attempt().workflow, LoginWorkflow::kIdpInitiated) << "nothing says that it was asked for";
  const auto unsolicited = post(xml_of({}), sent->browser_secret.reveal(), state_of(*sent));
  ASSERT_TRUE(unsolicited) << refusal(unsolicited);
  EXPECT_THAT(back(unsolicited), HasSubstr("?idp_initiated_login=")) << "what can be read says it itself";
  EXPECT_EQ(refusal(answer(*sent, {.assertion_id = "_a2"})), "accepted");
}

TEST_P(SamlRefusals, S05_AFormThatHoldsNoAnswerIsAnAttemptAndCounts) {
  make_consumer({.burst = 1, .refill_per_second = 1});
  const auto refused = [&](Reason reason) {
    return reason_name(
        sync_wait(consumer_->refuse_form(connection_.id, make_error(reason, "Not so."), browser())).reason);
  };
  EXPECT_EQ(refused(Reason::kMalformedRequest), "malformed_request");
  const AuthRequest entry = attempt();
  EXPECT_EQ(entry.reason, "malformed_request");
  EXPECT_EQ(entry.connection_id, connection_.id);
  EXPECT_EQ(entry.status, AuthRequestStatus::kFailure);
  EXPECT_EQ(entry.side, ResponsibleSide::kIdentityProvider) << "no application sent it";
  EXPECT_EQ(entry.steps.back().name, "callback");
  EXPECT_EQ(entry.steps.back().expected, "Not so.");
  EXPECT_EQ(refused(Reason::kDuplicateParam), "rate_limited");
  EXPECT_EQ(refusal(post("x", "")), "rate_limited") << "as for answers that hold one";
  EXPECT_EQ(attempt().id, entry.id);
}

TEST_P(SamlRefusals, S95_OneSourceSendsSoMuchRubbish) {
  make_consumer({.burst = 2, .refill_per_second = 1});
  const auto sent = begin();
  ASSERT_TRUE(sent);
  EXPECT_EQ(refusal(post("x", "")), "not_wellformed");
  EXPECT_EQ(refusal(post("x", "")), "not_wellformed");
  EXPECT_EQ(refusal(answer(*sent)), "rate_limited");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(refusal(answer(*sent)), "accepted");
}

// -- what is kept of them

std::vector<AuthRequestMessage> kept_messages(ReadTx const& tx, const EnvironmentId& environment,
                                              const AuthRequestId& id, Timestamp now) {
  return tx.auth_requests().messages(environment, id, now).value();
}

TEST_P(SamlRefusals, G01_ARefusedAnswerIsKeptForADayWithoutThePerson) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  ASSERT_EQ(refusal(answer(*sent, {.audience = "https://somebody.else"})), "audience");
  const AuthRequest entry = attempt();
  const auto kept = [&] {
    return must_read([&](const ReadTx& tx) -> Result<std::vector<AuthRequestMessage>> {
      return kept_messages(tx, home_.id, entry.id, now());
    });
  };
  ASSERT_EQ(kept().size(), 1U);
  EXPECT_EQ(kept()[0].name, "response");
  const std::string text = open_message(*keys_, kept()[0]).value();
  EXPECT_THAT(text, HasSubstr("<saml:Audience>https://somebody.else</saml:Audience>"));
  for (const std::string& gone : {std::string("ann@corp.test"), std::string(">ann<"), state_of(*sent)}) {
    EXPECT_THAT(text, Not(HasSubstr(gone)));
    for (const AuthRequestStep& step : entry.steps) EXPECT_THAT(step.expected + step.received, Not(HasSubstr(gone)));
  }
  const auto audience = std::ranges::find(entry.steps, std::string("audience"), &AuthRequestStep::name);
  ASSERT_NE(audience, entry.steps.end());
  EXPECT_EQ(audience->reason, "audience");
  EXPECT_THAT(audience->received, HasSubstr("https://somebody.else"));
  EXPECT_EQ(entry.side, ResponsibleSide::kIdentityProvider);
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(kept().size(), 0U);
}

TEST_P(SamlRefusals, G01_AnAcceptedAnswerIsKeptOnlyWhileTheConnectionIsDebugged) {
  for (const bool debugged : {false, true}) {
    change_connection([&](doorward::Connection& row) { row.debug_enabled = debugged; });
    const auto sent = begin();
    ASSERT_TRUE(sent);
    ASSERT_EQ(refusal(answer(*sent, {.assertion_id = debugged ? "_a2" : "_a1"})), "accepted");
    const AuthRequestId id = attempt().id;
    const auto kept = must_read([&](const ReadTx& tx) -> Result<std::vector<AuthRequestMessage>> {
      return kept_messages(tx, home_.id, id, now());
    });
    EXPECT_EQ(kept.size(), debugged ? 1U : 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlRefusals, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
