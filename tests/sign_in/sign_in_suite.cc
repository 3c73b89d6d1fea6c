#include <thread>
#include <utility>
#include <vector>

#include "sign_in/suite.h"

namespace doorward::store {
namespace {

using SignIns = SignInSuite;

std::string back(const SignInResult<SignInEnd>& end) { return std::get<SentBack>(*end).location; }

TEST_P(SignIns, AWholeLoginEndsWithACode) {
  const auto sent = begin({{"login_hint", "ann@corp.test"}});
  ASSERT_TRUE(sent) << refusal(sent);
  EXPECT_TRUE(sent->location.starts_with("https://idp.test/authorize?"));
  EXPECT_EQ(sent->browser_secret.reveal().size(), 43U) << "256 bits";
  EXPECT_EQ(attempt().status, AuthRequestStatus::kInitiated);

  const auto end = finish(*sent);
  ASSERT_TRUE(end) << refusal(end);
  const oauth::Form told = query_of(back(end));
  EXPECT_TRUE(back(end).starts_with(std::string(kCallback) + "?code="));
  EXPECT_EQ(oauth::value_of(told, "state"), "st");
  EXPECT_EQ(oauth::value_of(told, "iss"), "https://us.test");

  const AuthRequest entry = attempt();
  EXPECT_EQ(entry.status, AuthRequestStatus::kPending) << "until the code is redeemed";
  EXPECT_EQ(entry.email, "ann@corp.test");
  EXPECT_EQ(entry.connection_id, connection_.id);
  EXPECT_EQ(entry.client_id, client_.id);
}

TEST_P(SignIns, TheDatabaseHoldsNothingThatFinishesALogin) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const std::string state = oauth::value_of(query_of(sent->location), "state");
  const auto stored =
      must_read([&](const ReadTx& tx) { return tx.sign_in().find_transaction(home_.id, keys_->lookup_hash(state)); });
  ASSERT_TRUE(stored);
  EXPECT_NE(stored->state_hash, state);
  EXPECT_EQ(stored->sealed_secrets.find(oauth::value_of(query_of(sent->location), "nonce")), std::string::npos);
  EXPECT_EQ(stored->browser_hash, keys_->lookup_hash(sent->browser_secret.reveal()));
}

TEST_P(SignIns, D01_ALoginLastsTenMinutes) {
  const auto in_time = begin();
  const auto late = begin();
  ASSERT_TRUE(in_time && late);
  const auto answer = answer_to(*late);
  clock_.advance(std::chrono::minutes(10) - std::chrono::seconds(1));
  provider_.claims.clear();
  EXPECT_NE(refusal(finish(*in_time)), "state");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(refusal(finish(*late, answer)), "state");
}

TEST_P(SignIns, D01_OnlyTheBrowserThatBegan) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  for (const char* other : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const auto end = sync_wait(sign_in_->finish(connection_.id, answer_to(*sent), browser(other)));
    EXPECT_EQ(refusal(end), "browser_binding");
    EXPECT_EQ(end.error().location, "") << "nobody is sent anywhere";
    EXPECT_EQ(attempt().reason, "browser_binding");
  }
  EXPECT_EQ(provider_.requests_of("/token"), 0);
  EXPECT_EQ(refusal(finish(*sent)), "accepted");
}

TEST_P(SignIns, D01_OnlyTheConnectionThatWasAsked) {
  doorward::Connection other = connection_;
  other.id = ids().next<ConnectionId>();
  must([&](WriteTx& tx) { return tx.connections().insert(other); });
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const auto end = sync_wait(sign_in_->finish(other.id, answer_to(*sent), browser(sent->browser_secret.reveal())));
  EXPECT_EQ(refusal(end), "state");
  EXPECT_EQ(refusal(finish(*sent)), "accepted");
}

TEST_P(SignIns, D31_OneAnswerIsTakenOnceAndTheProviderAskedOnce) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const auto answer = answer_to(*sent);
  ASSERT_EQ(refusal(finish(*sent, answer)), "accepted");
  for (int again = 0; again < 3; ++again) EXPECT_EQ(refusal(finish(*sent, answer)), "state");
  EXPECT_EQ(provider_.requests_of("/token"), 1);
  EXPECT_EQ(attempt().reason, "state");
}

TEST_P(SignIns, D31_NorByWhatTheProviderRefuses) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  auto answer = answer_to(*sent);
  answer.code.clear();
  answer.error = "access_denied";
  EXPECT_EQ(refusal(finish(*sent, answer)), "authentication_not_completed");
  EXPECT_EQ(refusal(finish(*sent)), "state");
  EXPECT_EQ(provider_.requests_of("/token"), 0);
}

TEST_P(SignIns, ARefusalOfTheProvidersAnswerGoesBackWithoutItsReason) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const auto answer = answer_to(*sent);
  provider_.claims["nonce"] = "of another login";
  const auto end = finish(*sent, answer);
  EXPECT_EQ(refusal(end), "nonce");
  const oauth::Form told = query_of(end.error().location);
  EXPECT_EQ(oauth::value_of(told, "error"), "invalid_id_token");
  EXPECT_EQ(oauth::value_of(told, "state"), "st");
  EXPECT_EQ(end.error().location.find("nonce"), std::string::npos);
  EXPECT_EQ(attempt().reason, "nonce");
  EXPECT_EQ(attempt().side, ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(must_read([&](const ReadTx& tx) {
              return tx.sign_in().sessions_at_provider(home_.id, connection_.id, "u1", "");
            }).size(),
            0U)
      << "nothing is written before the last check";
}

TEST_P(SignIns, AConnectionThatIsDisabledMeanwhileSignsNobodyIn) {
  const auto before = begin();
  const auto during = begin();
  ASSERT_TRUE(before && during);
  switch_connection(false);
  EXPECT_EQ(refusal(finish(*before)), "connection_inactive");
  EXPECT_EQ(provider_.requests_of("/token"), 0);

  switch_connection(true);
  const auto honest = provider_.answers["/token"];
  provider_.answers["/token"] = [&](const HttpRequest& asked) {
    // Beside the store: the login waits on the store's own thread for this answer.
    database_->run_sql("UPDATE connections SET enabled = 0");
    return honest(asked);
  };
  const auto end = finish(*during);
  EXPECT_EQ(refusal(end), "connection_inactive");
  EXPECT_EQ(oauth::value_of(query_of(end.error().location), "error"), "connection_not_active");
}

TEST_P(SignIns, AClientThatIsDisabledMeanwhileGetsNoCode) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  must([&](WriteTx& tx) { return tx.clients().set_enabled(home_.id, client_.id, false, now()); });
  const auto end = finish(*sent);
  EXPECT_EQ(refusal(end), "application_not_active") << "at once";
  EXPECT_EQ(oauth::value_of(query_of(end.error().location), "error"), "application_not_active");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(refusal(begin()), "application_not_active");
}

TEST_P(SignIns, ADeletedConnectionEndsItsLogins) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  must([&](WriteTx& tx) { return tx.connections().remove(home_.id, connection_.id); });
  EXPECT_EQ(refusal(finish(*sent)), "connection_inactive");
}

TEST_P(SignIns, ARedirectUriThatWasJustRegisteredIsKnown) {
  ASSERT_TRUE(begin());
  client_.redirect_uris.push_back("https://app.test/new");
  must([&](WriteTx& tx) { return tx.clients().update(client_); });
  EXPECT_EQ(refusal(begin({{"redirect_uri", "https://app.test/new"}})), "accepted");
}

TEST_P(SignIns, P04_RefusalsGoBackOnlyToARegisteredRedirectUri) {
  const auto wrong_uri = begin({{"redirect_uri", "https://evil.test/"}, {"scope", "nonsense"}});
  EXPECT_EQ(refusal(wrong_uri), "invalid_redirect_uri");
  EXPECT_EQ(wrong_uri.error().location, "");
  EXPECT_EQ(attempt().steps.back().received, "https://evil.test/");
  const auto wrong_client = begin({{"client_id", "skc_1"}});
  EXPECT_EQ(refusal(wrong_client), "invalid_client");
  EXPECT_EQ(wrong_client.error().location, "");
  const auto wrong_scope = begin({{"scope", "nonsense"}});
  EXPECT_EQ(refusal(wrong_scope), "invalid_scope");
  EXPECT_TRUE(wrong_scope.error().location.starts_with(std::string(kCallback) + "?error=invalid_scope"));
}

TEST_P(SignIns, L13_AClientOfAnotherEnvironmentIsUnknownHere) {
  ApiClient foreign = client_;
  foreign.environment_id = environment().id;
  foreign.id = ids().next<ApiClientId>();
  must([&](WriteTx& tx) { return tx.clients().insert(foreign); });
  EXPECT_EQ(refusal(begin({{"client_id", foreign.id.str()}})), "invalid_client");
}

TEST_P(SignIns, AProviderThatCannotBeAskedIsTheApplicationsTroubleToo) {
  provider_.answers["/.well-known/openid-configuration"] = [](const HttpRequest&) {
    return HttpResponse{.status = 500, .body = ""};
  };
  const auto sent = begin();
  EXPECT_EQ(refusal(sent), "discovery_failed");
  EXPECT_EQ(oauth::value_of(query_of(sent.error().location), "error"), "server_error");
  EXPECT_EQ(sent.error().location.find("500"), std::string::npos) << "why is for the administrator";
  EXPECT_EQ(attempt().status, AuthRequestStatus::kFailure);
  EXPECT_EQ(attempt().steps.back().name, "discovery");
  EXPECT_EQ(attempt().steps.back().received, "status 500");
}

TEST_P(SignIns, H12_OneSourceStartsSoManyLogins) {
  make_sign_in({.source = {.burst = 2, .refill_per_second = 1}});
  EXPECT_TRUE(begin());
  EXPECT_TRUE(begin());
  const auto third = begin();
  EXPECT_EQ(refusal(third), "rate_limited");
  EXPECT_EQ(third.error().error.retry_after_seconds, 1U);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_TRUE(begin());
}

TEST_P(SignIns, H12_OfOneClientSoManyLoginsStartWhoeverAsks) {
  make_sign_in({.client = {.burst = 2, .refill_per_second = 1}});
  const auto from = [&](const char* source) {
    BrowserCall call = browser();
    call.source = source;
    return refusal(sync_wait(sign_in_->begin(request(), call)));
  };
  EXPECT_EQ(from("192.0.2.1"), "accepted");
  EXPECT_EQ(from("192.0.2.2"), "accepted");
  EXPECT_EQ(from("192.0.2.3"), "rate_limited");
  ApiClient other = client_;
  other.id = ids().next<ApiClientId>();
  must([&](WriteTx& tx) { return tx.clients().insert(other); });
  EXPECT_EQ(refusal(begin({{"client_id", other.id.str()}})), "accepted") << "another client is another matter";
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(from("192.0.2.3"), "accepted");
}

TEST_P(SignIns, ATestSignsNobodyInAndMayTryWhatIsNotEnabled) {
  switch_connection(false);
  const auto begun = begin_test();
  ASSERT_TRUE(begun) << refusal(begun);
  const auto end = finish(std::get<SentToProvider>(*begun));
  ASSERT_TRUE(end) << refusal(end);
  const ConnectionTest& test = std::get<TestEnded>(*end).test;
  EXPECT_EQ(test.status, ConnectionTestStatus::kSuccess);
  EXPECT_NE(test.user_info.find("ann@corp.test"), std::string::npos);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) {
    return tx.connections().tested_since(home_.id, connection_.id, connection_.create_time);
  }));
  EXPECT_EQ(attempt().status, AuthRequestStatus::kSuccess);
  EXPECT_EQ(attempt().workflow, LoginWorkflow::kConnectionTest);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) {
                return tx.sign_in().sessions_at_provider(home_.id, connection_.id, "u1", "");
              }).empty());
}

TEST_P(SignIns, ATestTellsWhatIsWrong) {
  const auto begun = begin_test();
  ASSERT_TRUE(begun) << refusal(begun);
  const auto& sent = std::get<SentToProvider>(*begun);
  const auto answer = answer_to(sent);
  provider_.claims["aud"] = "somebody else";
  const auto end = finish(sent, answer);
  ASSERT_TRUE(end) << refusal(end);
  const ConnectionTest& test = std::get<TestEnded>(*end).test;
  EXPECT_EQ(test.status, ConnectionTestStatus::kFailure);
  EXPECT_EQ(test.error, "invalid_id_token");
  EXPECT_NE(test.error_details.find("audience"), std::string::npos) << test.error_details;
  EXPECT_EQ(attempt().reason, "audience");
}

TEST_P(SignIns, ATestThatCannotBeginHasFailedAndSaysWhy) {
  const std::pair<Result<HttpResponse>, std::string> cases[] = {
      {HttpResponse{.status = 404}, "status 404"},
      {failure(Reason::kTargetUnreachable, "x"), "target_unreachable"},
      {failure(Reason::kTargetCertificateUntrusted, "x"), "target_certificate_untrusted"},
      {failure(Reason::kEgressForbidden, "x"), "egress_forbidden"},
      {test::json_answer({{"issuer", "https://other.test"}}), "https://other.test"},
  };
  for (const auto& [answer, why] : cases) {
    provider_.answers["/.well-known/openid-configuration"] = [&](const HttpRequest&) { return answer; };
    const auto begun = begin_test();
    ASSERT_TRUE(begun) << refusal(begun);
    const ConnectionTestId id = std::get<TestEnded>(*begun).test.id;
    const auto kept =
        must_read([&](const ReadTx& tx) { return tx.connections().find_test(home_.id, connection_.id, id); });
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->status, ConnectionTestStatus::kFailure);
    EXPECT_EQ(kept->finish_time, now());
    EXPECT_TRUE(kept->error_details.starts_with("discovery_failed at discovery; ")) << kept->error_details;
    EXPECT_TRUE(kept->error_details.ends_with("received: " + why)) << kept->error_details;
    EXPECT_EQ(attempt().workflow, LoginWorkflow::kConnectionTest);
    EXPECT_EQ(attempt().steps.back().name, "discovery");
    EXPECT_EQ(attempt().steps.back().received, why);
    clock_.advance(std::chrono::minutes(1));  // a provider that fails is left alone so long
  }
  EXPECT_EQ(attempt().steps.back().expected, test::ProviderDouble::kBase);
}

TEST_P(SignIns, OneSourceStartsFewerTestsThanAreKept) {
  const int most = static_cast<int>(kTestStartLimits.burst);
  for (int i = 0; i < most; ++i) ASSERT_TRUE(begin_test()) << i;
  EXPECT_EQ(refusal(begin_test()), "rate_limited");
  BrowserCall other = browser();
  other.source = "192.0.2.2";
  EXPECT_TRUE(sync_wait(sign_in_->begin_test(connection_.id, other))) << "an administrator elsewhere is not kept out";
  EXPECT_TRUE(begin()) << "nor are logins";
  const double in_a_life =
      kTestStartLimits.burst + kTestStartLimits.refill_per_second * std::chrono::duration<double>(kLoginLife).count();
  EXPECT_LT(in_a_life, static_cast<double>(kKeptConnectionTests));
}

TEST_P(SignIns, TheConnectionKnowsThatSomebodySignedIn) {
  const auto stored = [&] {
    return *must_read([&](const ReadTx& tx) { return tx.connections().find(home_.id, connection_.id); });
  };
  EXPECT_EQ(stored().first_login_time, std::nullopt);
  const auto begun = begin_test();
  ASSERT_TRUE(begun && finish(std::get<SentToProvider>(*begun)));
  EXPECT_EQ(stored().first_login_time, std::nullopt) << "a test signs nobody in";
  const Timestamp first = now();
  for (int i = 0; i < 2; ++i) {
    const auto sent = begin();
    ASSERT_TRUE(sent && finish(*sent));
    clock_.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(stored().first_login_time, first);
}

TEST_P(SignIns, S96_ALoginThatADomainLedHereEndsWithTheDomain) {
  OrganizationDomain domain{.environment_id = home_.id,
                            .organization_id = organization_.id,
                            .id = ids().next<DomainId>(),
                            .name = "corp.test",
                            .status = VerificationStatus::kVerified,
                            .create_time = now(),
                            .update_time = now()};
  must([&](WriteTx& tx) { return tx.domains().insert(domain); });
  const auto by_domain = [&] { return begin({{"connection_id", ""}, {"domain_hint", "CORP.test"}}); };
  const auto by_address = [&] { return begin({{"connection_id", ""}, {"login_hint", "ann@corp.test"}}); };
  const auto in_time = by_domain();
  ASSERT_TRUE(in_time) << refusal(in_time);
  EXPECT_EQ(refusal(finish(*in_time)), "accepted");
  const auto late = by_domain();
  const auto late_by_address = by_address();
  const auto by_id = begin({{"login_hint", "ann@corp.test"}});
  ASSERT_TRUE(late && late_by_address && by_id);

  domain.status = VerificationStatus::kFailed;
  must([&](WriteTx& tx) { return tx.domains().update(domain); });
  const auto end = finish(*late);
  EXPECT_EQ(refusal(end), "connection_inactive");
  EXPECT_EQ(oauth::value_of(query_of(end.error().location), "error"), "connection_not_active");
  EXPECT_EQ(refusal(finish(*late_by_address)), "connection_inactive");
  EXPECT_EQ(refusal(finish(*by_id)), "accepted") << "no domain led here";
  EXPECT_EQ(refusal(by_domain()), "domain_not_found");

  const Organization other = organization(home_);
  domain.status = VerificationStatus::kVerified;
  must([&](WriteTx& tx) { return tx.domains().update(domain); });
  const auto moved = by_domain();
  ASSERT_TRUE(moved);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.domains().remove(home_.id, organization_.id, domain.id));
    domain.id = ids().next<DomainId>();
    domain.organization_id = other.id;
    return tx.domains().insert(domain);
  });
  EXPECT_EQ(refusal(finish(*moved)), "connection_inactive") << "verified, and somebody else's";
}

TEST_P(SignIns, L10_AnAnswerOfTheProviderBeforeIsWorthNothing) {
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const auto honest = provider_.answers["/token"];
  provider_.answers["/token"] = [&](const HttpRequest& asked) {
    database_->run_sql("UPDATE connections SET document = replace(document, 'https://idp.test', 'https://other.test')");
    return honest(asked);
  };
  EXPECT_EQ(refusal(finish(*sent)), "issuer_mismatch");
}

// Who can write the database lets a tenant's provider have another tenant's secret.
TEST_P(SignIns, K01_ASecretThatWasSwappedBetweenTenantsDoesNotOpen) {
  const Organization stranger = organization(home_);
  doorward::Connection theirs = connection_;
  theirs.organization_id = stranger.id;
  theirs.id = ids().next<ConnectionId>();
  theirs.oidc.sealed_client_secret = keys_->seal(client_secret_place(theirs), Secret<std::string>("their s3cret"));
  must([&](WriteTx& tx) { return tx.connections().insert(theirs); });
  const auto swap = [&] {
    std::swap(connection_.oidc.sealed_client_secret, theirs.oidc.sealed_client_secret);
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.connections().update(connection_));
      return tx.connections().update(theirs);
    });
  };
  const auto before = begin();
  ASSERT_TRUE(before);
  swap();
  EXPECT_EQ(refusal(finish(*before)), "secret_unreadable");
  EXPECT_EQ(provider_.requests_of("/token"), 0) << "nothing was sent in its place";
  swap();
  const auto after = begin();
  ASSERT_TRUE(after);
  EXPECT_EQ(refusal(finish(*after)), "accepted") << "each in its own row again";
}

TEST_P(SignIns, WhatIsAskedOfTheAuthenticationIsHeldAndShown) {
  const auto sent = begin({{"acr_values", "gold silver"}});
  ASSERT_TRUE(sent) << refusal(sent);
  EXPECT_EQ(oauth::value_of(query_of(sent->location), "acr_values"), "gold silver");
  const auto weak = answer_to(*sent);
  provider_.claims["acr"] = "bronze";
  EXPECT_EQ(refusal(finish(*sent, weak)), "authn_context");
  EXPECT_EQ(attempt().steps.back().received, "bronze");

  const auto again = begin({{"acr_values", "gold silver"}});
  ASSERT_TRUE(again);
  const auto strong = answer_to(*again);
  provider_.claims["acr"] = "silver";
  ASSERT_EQ(refusal(finish(*again, strong)), "accepted");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SignIns, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
