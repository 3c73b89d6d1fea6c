// Tests named after lines of the security catalogue, section S6, and S5 as far as it is about use.
#include <boost/json/parse.hpp>
#include <latch>
#include <thread>
#include <vector>

#include "sign_in/saml_suite.h"

namespace doorward::store {
namespace {

using SamlSignIns = SamlSignInSuite;
using testing::HasSubstr;
using testing::Not;

boost::json::object payload_of(const std::string& token) {
  const std::size_t first = token.find('.');
  return boost::json::parse(*base64url_decode(token.substr(first + 1, token.find('.', first + 1) - first - 1)))
      .as_object();
}

TEST_P(SamlSignIns, AWholeLoginEndsWithACode) {
  const auto sent = begin({{"login_hint", "ann@corp.test"}});
  ASSERT_TRUE(sent) << refusal(sent);
  EXPECT_TRUE(sent->location.starts_with("https://idp.test/sso?SAMLRequest="));
  EXPECT_TRUE(sent->answer_is_posted);
  const auto end = answer(*sent);
  ASSERT_TRUE(end) << refusal(end) << attempt().steps.back().expected << attempt().steps.back().received;
  EXPECT_TRUE(back(end).starts_with(std::string(kCallback) + "?code="));
  EXPECT_EQ(oauth::value_of(query_of(back(end)), "state"), "st");

  const auto there = sessions("ann");
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0].subject, connection_.id.str() + ";ann");
  EXPECT_EQ(there[0].provider_session, "s1");
  const AuthRequest entry = attempt();
  EXPECT_EQ(entry.status, AuthRequestStatus::kPending);
  EXPECT_EQ(entry.email, "ann@corp.test");
  EXPECT_EQ(entry.steps.back().name, "code_issued");
  EXPECT_GT(entry.steps.size(), 5U) << "what was compared is there, right as it was";
}

TEST_P(SamlSignIns, S93_EveryRequestHasAnIdOfItsOwnAndIsAnsweredOnce) {
  const auto first = begin();
  const auto second = begin();
  ASSERT_TRUE(first && second);
  EXPECT_NE(state_of(*first), state_of(*second));
  EXPECT_EQ(state_of(*first).size(), 43U) << "256 bits";
  ASSERT_EQ(refusal(answer(*first)), "accepted");
  EXPECT_EQ(refusal(answer(*first, {.assertion_id = "_a2"})), "in_response_to")
      << "another assertion to a used request";
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(refusal(answer(*second, {.assertion_id = "_a3"})), "in_response_to") << "too late";
}

TEST_P(SamlSignIns, S76_AnAnswerBelongsToALoginOfThisBrowserAndConnection) {
  const auto sent = begin();
  const auto other = begin();
  ASSERT_TRUE(sent && other);
  const std::string ours = sent->browser_secret.reveal();
  const std::string mine = xml_of({.state = state_of(*sent)});
  EXPECT_EQ(refusal(post(xml_of({.state = std::string(43, 'A')}), ours)), "in_response_to") << "unknown";
  EXPECT_EQ(refusal(post(xml_of({.state = "x"}), ours)), "in_response_to") << "none of ours";
  EXPECT_EQ(refusal(post(mine, other->browser_secret.reveal())), "in_response_to") << "another browser's";
  EXPECT_EQ(refusal(post(mine, ours, state_of(*other))), "in_response_to") << "another login's RelayState";
  EXPECT_EQ(attempt().side, ResponsibleSide::kPerson);
  EXPECT_EQ(sessions("ann").size(), 0U);
  EXPECT_EQ(refusal(post(mine, ours)), "accepted") << "and none of them used the login up";
}

TEST_P(SamlSignIns, S90_OnlyWithTheCookieOfTheLogin) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const auto end = post(xml_of({.state = state_of(*sent)}), "");
  EXPECT_EQ(refusal(end), "browser_binding");
  EXPECT_EQ(end.error().location, "") << "nobody is sent anywhere";
  EXPECT_EQ(attempt().reason, "browser_binding");
  EXPECT_EQ(sessions("ann").size(), 0U);
}

TEST_P(SamlSignIns, S79_AnAssertionIsGoodOnce) {
  const auto first = begin();
  ASSERT_TRUE(first);
  ASSERT_EQ(refusal(answer(*first)), "accepted");
  EXPECT_EQ(refusal(answer(*first)), "replay") << "the same again";
  EXPECT_EQ(attempt().reason, "replay");
  const auto second = begin();
  ASSERT_TRUE(second);
  EXPECT_EQ(refusal(answer(*second)), "replay") << "its id in an answer to another request";
  EXPECT_EQ(refusal(answer(*second, {.assertion_id = "_a2"})), "accepted") << "which did not use the login up";
}

TEST_P(SamlSignIns, S79_WhoeverIsFirstOnWhicheverNode) {
  constexpr int kEach = 50;
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const std::string xml = xml_of({.state = state_of(*sent)});
  auto other_store = open_another();
  SignIn other_sign_in({*other_store, clock_, other_store->ids(), random_, *keys_, *keys_},
                       {*clients_, *pushed_, *party_, *service_provider_, *grants_, *log_}, home_of_logins());
  AssertionConsumer other({*other_store, clock_, offload_}, {other_sign_in, *initiated_, *log_}, home_.id);
  std::vector<std::string> outcomes(2 * kEach);
  std::latch start(2 * kEach);
  std::vector<std::jthread> browsers;
  for (int i = 0; i < 2 * kEach; ++i) {
    browsers.emplace_back([&, i] {
      start.arrive_and_wait();
      AssertionConsumer& node = i % 2 == 0 ? *consumer_ : other;
      outcomes[static_cast<std::size_t>(i)] = refusal(sync_wait(
          node.consume(connection_.id, {.saml_response = base64_encode(xml)}, browser(sent->browser_secret.reveal()))));
    });
  }
  browsers.clear();
  EXPECT_EQ(std::ranges::count(outcomes, "accepted"), 1);
  EXPECT_EQ(std::ranges::count(outcomes, "replay"), 2 * kEach - 1);
  EXPECT_EQ(sessions("ann").size(), 1U);
}

TEST_P(SamlSignIns, S80_AnotherResponseAroundItMakesNoOtherAssertionOfIt) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  ASSERT_EQ(refusal(answer(*sent)), "accepted");
  EXPECT_EQ(refusal(answer(*sent, {.response_id = "_r2"})), "replay");
}

TEST_P(SamlSignIns, S79_H16_WithoutItsMemoryNothingIsAccepted) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  database_->run_sql("DROP TABLE seen_keys");
  const auto end = answer(*sent);
  EXPECT_EQ(refusal(end), "internal");
  EXPECT_EQ(attempt().reason, "internal");
  EXPECT_EQ(attempt().side, ResponsibleSide::kDoorward);
  EXPECT_EQ(refusal(post(xml_of({}), "")), "internal") << "nor one that begins at the provider";
  EXPECT_EQ(sessions("ann").size(), 0U);
}

TEST_P(SamlSignIns, S94_AnAssertionForOneConnectionIsNoneForAnother) {
  const doorward::Connection first = connection_;
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const std::string xml = xml_of({.state = state_of(*sent)});
  connection_ = saml_connection();  // pins the same certificate
  must([&](WriteTx& tx) { return tx.connections().insert(connection_); });
  EXPECT_EQ(refusal(post(xml, sent->browser_secret.reveal())), "destination");
  change_connection([](doorward::Connection& row) { row.saml.provider.entity_id = "https://other.test"; });
  EXPECT_EQ(refusal(post(xml, sent->browser_secret.reveal())), "issuer_mismatch");
  connection_ = first;
  EXPECT_EQ(refusal(post(xml, sent->browser_secret.reveal())), "accepted");
}

TEST_P(SamlSignIns, S96_AConnectionThatIsNotActiveSignsNobodyIn) {
  const auto sent = begin();
  const auto deleted = begin();
  ASSERT_TRUE(sent && deleted);
  const std::string xml = xml_of({.state = state_of(*deleted)});
  switch_connection(false);
  const auto end = answer(*sent);
  EXPECT_EQ(refusal(end), "connection_inactive");
  EXPECT_EQ(oauth::value_of(query_of(end.error().location), "error"), "connection_not_active");
  EXPECT_EQ(refusal(post(xml_of({}), "")), "connection_inactive") << "nor one that begins at the provider";
  must([&](WriteTx& tx) { return tx.connections().remove(home_.id, connection_.id); });
  EXPECT_EQ(refusal(post(xml, deleted->browser_secret.reveal())), "connection_inactive");
  EXPECT_EQ(refusal(post(xml_of({}), "")), "connection_not_found");
}

TEST_P(SamlSignIns, AnAddressOfAnotherKindOfConnectionIsNone) {
  doorward::Connection oidc = connection_;
  oidc.id = ids().next<ConnectionId>();
  oidc.type = ConnectionType::kOidc;
  must([&](WriteTx& tx) { return tx.connections().insert(oidc); });
  const std::string xml = xml_of({});
  connection_ = oidc;
  EXPECT_EQ(refusal(post(xml, "")), "connection_not_found");
}

// -- begun at the provider

TEST_P(SamlSignIns, S91_AnUnsolicitedAnswerBecomesASignInThatBeginsAtTheApplication) {
  const auto end = post(xml_of({}), "", "/reports");
  ASSERT_TRUE(end) << refusal(end);
  EXPECT_TRUE(back(end).starts_with(std::string(kInitiate) + "?idp_initiated_login="));
  const auto claims = payload_of(oauth::value_of(query_of(back(end)), "idp_initiated_login"));
  EXPECT_EQ(claims.at("connection_id"), boost::json::value(connection_.id.str()));
  EXPECT_EQ(claims.at("organization_id"), boost::json::value(organization_.id.str()));
  EXPECT_EQ(claims.at("login_hint"), boost::json::value("ann@corp.test"));
  EXPECT_EQ(claims.at("relay_state"), boost::json::value("/reports"));
  EXPECT_EQ(sessions("ann").size(), 0U) << "never a login";
  EXPECT_EQ(attempt().workflow, LoginWorkflow::kIdpInitiated);
  EXPECT_EQ(attempt().status, AuthRequestStatus::kSuccess);
  EXPECT_EQ(refusal(post(xml_of({}), "", "/reports")), "replay");
}

TEST_P(SamlSignIns, S91_UnlessTheConnectionSaysNo) {
  change_connection([](doorward::Connection& row) { row.allow_idp_initiated_login = false; });
  const auto end = post(xml_of({}), "");
  EXPECT_EQ(refusal(end), "unsolicited_disabled");
  EXPECT_TRUE(end.error().location.starts_with(std::string(kInitiate) + "?error=access_denied&error_description="));
  EXPECT_EQ(attempt().reason, "unsolicited_disabled");
  EXPECT_EQ(attempt().client_id, client_.id) << "who learns of it";
  const auto unchecked = post(xml_of({.is_signed = false}), "");
  EXPECT_EQ(refusal(unchecked), "unsigned") << "judged all the same";
  EXPECT_EQ(unchecked.error().location, "") << "a stranger sends nobody anywhere";

  client_.initiate_login_uri.clear();
  must([&](WriteTx& tx) { return tx.clients().update(client_); });
  const auto nowhere = post(xml_of({}), "");
  EXPECT_EQ(refusal(nowhere), "unsolicited_disabled") << "which is to be mended first";
  EXPECT_EQ(nowhere.error().location, "");
}

TEST_P(SamlSignIns, S91_NorByARequestOfTheProvider) {
  change_connection([](doorward::Connection& row) { row.allow_idp_initiated_login = false; });
  const auto asked = [&](const std::string& parameters) {
    return sync_wait(initiated_->begin(connection_.id, parameters, browser()));
  };
  const std::string issuer = "iss=" + percent_encode(kIdp);
  const auto refused = asked(issuer + "&login_hint=ann%40corp.test");
  EXPECT_EQ(refusal(refused), "unsolicited_disabled");
  EXPECT_TRUE(refused.error().location.starts_with(std::string(kInitiate) + "?error=access_denied&error_description="));
  EXPECT_EQ(attempt().reason, "unsolicited_disabled");
  EXPECT_EQ(attempt().client_id, client_.id);
  for (const auto& [parameters, why] :
       {std::pair(std::string("iss=https%3A%2F%2Fevil.test"), "issuer_mismatch"),
        std::pair(issuer + "&target_link_uri=https%3A%2F%2Fevil.test%2F", "unsolicited_disabled")}) {
    const auto stranger = asked(parameters);
    EXPECT_EQ(refusal(stranger), why);
    EXPECT_EQ(stranger.error().location, "") << parameters;
  }
  change_connection([](doorward::Connection& row) { row.allow_idp_initiated_login = true; });
  EXPECT_EQ(refusal(asked(issuer)), "accepted");
}

TEST_P(SamlSignIns, S92_NoRelayStateLeadsElsewhere) {
  int number = 0;
  for (const std::string& evil :
       {std::string("https://evil.test/"), std::string("//evil.test"), std::string("javascript:alert(1)"),
        std::string("a\r\nSet-Cookie: a=b"), std::string(10'240, 'a'), std::string("<script>")}) {
    const auto end = post(xml_of({.assertion_id = "_n" + std::to_string(++number)}), "", evil);
    ASSERT_TRUE(end) << refusal(end);
    EXPECT_TRUE(back(end).starts_with(std::string(kInitiate) + "?idp_initiated_login="));
    EXPECT_FALSE(payload_of(oauth::value_of(query_of(back(end)), "idp_initiated_login")).contains("relay_state"));
  }
  const auto end = post(xml_of({}), "", kCallback);
  ASSERT_TRUE(end) << refusal(end);
  EXPECT_EQ(payload_of(oauth::value_of(query_of(back(end)), "idp_initiated_login")).at("relay_state"),
            boost::json::value(kCallback))
      << "an address of the application's own";
}

TEST_P(SamlSignIns, WithoutAnInitiateLoginUrlTheConnectionsOwnAddressServesIfItIsRegistered) {
  client_.initiate_login_uri.clear();
  must([&](WriteTx& tx) { return tx.clients().update(client_); });
  EXPECT_EQ(refusal(post(xml_of({}), "")), "invalid_redirect_uri");
  change_connection([](doorward::Connection& row) { row.saml.default_redirect_uri = "https://evil.test/"; });
  EXPECT_EQ(refusal(post(xml_of({}), "")), "invalid_redirect_uri");
  change_connection([](doorward::Connection& row) { row.saml.default_redirect_uri = kCallback; });
  const auto end = post(xml_of({}), "");
  ASSERT_TRUE(end) << refusal(end);
  EXPECT_TRUE(back(end).starts_with(std::string(kCallback) + "?idp_initiated_login="));
}

// -- tests of a connection

TEST_P(SamlSignIns, ATestSignsNobodyInAndTellsWhatIsWrong) {
  switch_connection(false);
  const auto wrong = begin_test();
  ASSERT_TRUE(wrong) << refusal(wrong);
  auto end = answer(std::get<SentToProvider>(*wrong), {.issuer = "https://other.test"});
  ASSERT_TRUE(end) << refusal(end);
  const ConnectionTest failed = std::get<TestEnded>(*end).test;
  EXPECT_EQ(failed.status, ConnectionTestStatus::kFailure);
  EXPECT_EQ(failed.error, "invalid_saml_response");
  EXPECT_THAT(failed.error_details, HasSubstr("issuer_mismatch at issuer"));

  const auto right = begin_test();
  ASSERT_TRUE(right);
  end = answer(std::get<SentToProvider>(*right));
  ASSERT_TRUE(end) << refusal(end);
  EXPECT_EQ(std::get<TestEnded>(*end).test.status, ConnectionTestStatus::kSuccess);
  EXPECT_THAT(std::get<TestEnded>(*end).test.user_info, HasSubstr("ann@corp.test"));
  EXPECT_EQ(sessions("ann").size(), 0U);
}

TEST_P(SamlSignIns, ATestWhoseAnswerLacksAnAddressHasFailedForThat) {
  const auto sent = begin_test();
  ASSERT_TRUE(sent);
  const auto end = answer(std::get<SentToProvider>(*sent), {.email = ""});
  ASSERT_TRUE(end) << refusal(end);
  EXPECT_EQ(std::get<TestEnded>(*end).test.status, ConnectionTestStatus::kFailure);
  EXPECT_EQ(std::get<TestEnded>(*end).test.error, "mandatory_attribute_missing");
  EXPECT_EQ(attempt().steps.back().name, "profile");
}

TEST_P(SamlSignIns, S82_TheLoginEndsWhenTheProviderSays) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const Timestamp until = now() + std::chrono::minutes(30);
  ASSERT_EQ(refusal(answer(*sent, {.session_not_on_or_after = to_rfc3339(until)})), "accepted");
  const auto grants = must_read([&](const ReadTx& tx) {
    return tx.sign_in().grants_of_session(
        home_.id, tx.sign_in().sessions_at_provider(home_.id, connection_.id, "ann", "").value().at(0).id);
  });
  EXPECT_EQ(grants.at(0).user.session_end, until);
}

// -- aliases

TEST_P(SamlSignIns, AnAliasBelongsToItsConnection) {
  change_connection([](doorward::Connection& row) {
    row.saml.acs_aliases = {"https://us.test/old/acs?tenant=7", "https://old.test/saml/acs"};
  });
  must([&](WriteTx& tx) {
    return tx.saml_keys().assign_paths(home_.id, connection_.id, {"/old/acs?tenant=7", "/saml/acs"});
  });
  const auto alias_at = [&](const std::string& path) {
    const auto found = sync_wait(consumer_->find_alias(path, std::chrono::steady_clock::time_point::max())).value();
    return found && found->connection == connection_.id ? found->url : "none";
  };
  EXPECT_EQ(alias_at("/old/acs?tenant=7"), "https://us.test/old/acs?tenant=7");
  EXPECT_EQ(alias_at("/saml/acs"), "https://old.test/saml/acs");
  EXPECT_EQ(alias_at("/old/acs"), "none");
  EXPECT_EQ(alias_at("/old/acs?tenant=8"), "none");

  const auto sent = begin();
  ASSERT_TRUE(sent);
  EXPECT_EQ(refusal(sync_wait(consumer_->consume(
                connection_.id,
                {.saml_response =
                     base64_encode(xml_of({.state = state_of(*sent), .recipient = "https://us.test/old/acs?tenant=7"})),
                 .relay_state = state_of(*sent),
                 .received_at = "https://us.test/old/acs?tenant=7"},
                browser(sent->browser_secret.reveal())))),
            "accepted");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlSignIns, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
