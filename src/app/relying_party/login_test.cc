// Logins from their start to the profile, and what is refused on the way.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "app/relying_party/relying_party_fixture.h"
#include "base/encoding.h"
#include "protocol/oauth/pkce.h"

namespace doorward {
namespace {

namespace json = boost::json;
using test::query_of;
using test::reason_of;
using test::text_of;

struct Login : test::RelyingPartyFixture {
  oauth::Form token_request() const {
    for (const HttpRequest& request : provider.requests) {
      if (request.url == "https://idp.test/token") return oauth::parse_form(request.body).value();
    }
    return {};
  }
};

TEST_F(Login, BringsAProfile) {
  const StartedLogin started = start({.state = "state-1", .login_hint = "ann@corp.test"});
  ASSERT_TRUE(started.redirect_url.starts_with("https://idp.test/authorize?"));
  const oauth::Form query = query_of(started.redirect_url);
  EXPECT_EQ(oauth::value_of(query, "redirect_uri"), "https://us.test/sso/v1/oidc/conn_1/callback");
  EXPECT_EQ(oauth::value_of(query, "state"), "state-1");
  EXPECT_EQ(oauth::value_of(query, "nonce"), started.kept.nonce);
  EXPECT_EQ(oauth::value_of(query, "login_hint"), "ann@corp.test");
  provider.claims["sid"] = "s1";

  const auto identity = finish(finish_of(started));
  ASSERT_TRUE(identity) << identity.error().message << identity.error().detail;
  EXPECT_EQ(identity->issuer, "https://idp.test");
  EXPECT_EQ(identity->subject, "u1");
  EXPECT_EQ(identity->session, "s1");
  EXPECT_EQ(identity->profile.email, "ann@corp.test");
  EXPECT_TRUE(identity->profile.email_verified);
  EXPECT_EQ(step_names(), "callback token_exchange id_token profile ");
  EXPECT_EQ(provider.requests_of("/userinfo"), 0) << "the ID token said enough";
}

TEST_F(Login, AsksUserInfoForWhatTheIdTokenLacks) {
  const StartedLogin started = start();
  provider.claims.erase("email");
  provider.userinfo = {{"sub", "u1"}, {"email", "ann@corp.test"}, {"email_verified", true}};
  const auto identity = finish(finish_of(started));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->profile.email, "ann@corp.test");
  EXPECT_EQ(step_names(), "callback token_exchange id_token userinfo profile ");
}

TEST_F(Login, D03_EveryLoginProvesItselfByAVerifierOfItsOwn) {
  const StartedLogin first = start();
  const StartedLogin second = start();
  EXPECT_NE(first.kept.code_verifier, second.kept.code_verifier);
  EXPECT_NE(first.kept.nonce, second.kept.nonce);
  EXPECT_EQ(base64url_decode(second.kept.code_verifier)->size(), 32U) << "256 bits";
  EXPECT_EQ(oauth::value_of(query_of(second.redirect_url), "code_challenge"),
            oauth::code_challenge(second.kept.code_verifier));
  ASSERT_TRUE(finish(finish_of(second)));
  EXPECT_EQ(oauth::value_of(token_request(), "code_verifier"), second.kept.code_verifier);
  EXPECT_EQ(oauth::value_of(token_request(), "redirect_uri"), "https://us.test/sso/v1/oidc/conn_1/callback");
}

TEST_F(Login, D03_ACodeOfAnotherChallengeIsRefusedByTheProvider) {
  provider.answers["/token"] = [](const HttpRequest&) { return test::json_answer({{"error", "invalid_grant"}}, 400); };
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kTokenExchange));
  EXPECT_EQ(steps.back().received, "status 400, invalid_grant: ");
}

TEST_F(Login, D04_TheAnswerOfAnotherProviderIsNotExchanged) {
  LoginFinish mixed = finish_of(start());
  mixed.callback.issuer = "https://evil.test";
  EXPECT_EQ(reason_of(finish(mixed)), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(steps.back().expected, "https://idp.test");
  EXPECT_EQ(steps.back().received, "https://evil.test");

  LoginFinish changed = finish_of(start());
  changed.kept.issuer = "https://former.test";  // the connection got another provider meanwhile
  EXPECT_EQ(reason_of(finish(changed)), text_of(Reason::kIssuerMismatch));

  LoginFinish refused = finish_of(start());
  refused.callback = {.state = "state-1", .issuer = "https://evil.test", .error = "access_denied"};
  EXPECT_EQ(reason_of(finish(refused)), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(provider.requests_of("/token"), 0);
}

TEST_F(Login, D05_APromisedIssuerMustBeThereExactly) {
  provider.metadata["authorization_response_iss_parameter_supported"] = true;
  LoginFinish answer = finish_of(start());
  EXPECT_EQ(reason_of(finish(answer)), text_of(Reason::kIssuerMismatch)) << "absent";
  answer.callback.issuer = "https://idp.test/";
  EXPECT_EQ(reason_of(finish(answer)), text_of(Reason::kIssuerMismatch)) << "a slash more";
  EXPECT_EQ(provider.requests_of("/token"), 0);
  answer.callback.issuer = "https://idp.test";
  EXPECT_EQ(reason_of(finish(answer)), "none");
}

TEST_F(Login, RefusalsOfTheProviderAreToldApart) {
  LoginFinish answer = finish_of(start());
  answer.callback = {.state = "state-1", .error = "access_denied", .error_description = "<b>\r\nno"};
  EXPECT_EQ(reason_of(finish(answer)), text_of(Reason::kAuthenticationNotCompleted));
  EXPECT_EQ(steps.back().received, "access_denied: <b>??no");
  answer.callback.error = "server_error";
  EXPECT_EQ(reason_of(finish(answer)), text_of(Reason::kProviderError));
  EXPECT_EQ(provider.requests_of("/token"), 0);
}

std::string with_header(std::string_view header, std::string_view token) {
  return base64url_encode(header) + std::string(token.substr(token.find('.')));
}

TEST_F(Login, D06_NoneIsNoAlgorithm) {
  const StartedLogin started = start();
  for (const char* algorithm : {R"("none")", R"("None")", R"("")", R"("HS256")", "null"}) {
    const std::string header = std::string(R"({"typ":"JWT","kid":"k1","alg":)") + algorithm + "}";
    provider.answers["/token"] = [&](const HttpRequest&) {
      return test::json_answer({{"id_token", with_header(header, provider.sign(provider.claims))}});
    };
    EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kAlgForbidden)) << algorithm;
  }
}

TEST_F(Login, D07_TheConnectionPinsTheAlgorithm) {
  connection.oidc.id_token_signed_response_alg = "RS256";
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kAlgForbidden)) << "signed with ES256";
  connection.oidc.id_token_signed_response_alg = "ES256";
  EXPECT_EQ(reason_of(log_in()), "none");
  connection.oidc.id_token_signed_response_alg = "HS256";
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kAlgForbidden));
}

TEST_F(Login, D08_KeysInTheHeaderAreNotLookedAt) {
  const StartedLogin started = start();
  const std::string header = R"({"alg":"ES256","typ":"JWT","kid":"evil","jku":"https://evil.test/keys",)"
                             R"("x5u":"https://evil.test/cert","x5c":["MAA="]})";
  provider.answers["/token"] = [&](const HttpRequest&) {
    return test::json_answer({{"id_token", with_header(header, provider.sign(provider.claims))}});
  };
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kUnknownKid));
  for (const HttpRequest& request : provider.requests) EXPECT_TRUE(request.url.starts_with("https://idp.test/"));
}

TEST_F(Login, D13_EachAddressIsJudgedWhenItIsUsed) {
  for (const auto& [path, reason] :
       {std::pair{"/token", Reason::kTokenExchange}, std::pair{"/keys", Reason::kJwksFailed},
        std::pair{"/userinfo", Reason::kUserInfoFailed}}) {
    const auto before = std::exchange(provider.answers[path], [](const HttpRequest&) -> Result<HttpResponse> {
      return failure(Reason::kEgressForbidden, "The address is not allowed.");
    });
    const StartedLogin started = start();
    provider.claims.erase("email");
    EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(reason)) << path;
    EXPECT_EQ(steps.back().received, "egress_forbidden");
    provider.answers[path] = before;
    clock.advance(std::chrono::minutes(2));
  }
}

TEST_F(Login, D20_AFreshLoginIsAskedForAndChecked) {
  const StartedLogin started = start({.state = "state-1", .prompt = "login"});
  EXPECT_EQ(oauth::value_of(query_of(started.redirect_url), "prompt"), "login");
  EXPECT_EQ(oauth::value_of(query_of(started.redirect_url), "max_age"), "0");
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kStaleAuthn));
  provider.claims["auth_time"] = to_unix_seconds(clock.now());
  EXPECT_EQ(reason_of(finish(finish_of(started))), "none");
}

TEST_F(Login, D22_UserInfoOfAnotherPersonEndsIt) {
  const StartedLogin started = start();
  provider.claims.erase("email");
  provider.userinfo = {{"sub", "u2"}, {"email", "ceo@corp.test"}};
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kSubMismatch));
}

TEST_F(Login, D06_SignedUserInfoIsVerifiedToo) {
  const StartedLogin started = start();
  provider.claims.erase("email");
  std::string body;
  provider.answers["/userinfo"] = [&](const HttpRequest& request) -> Result<HttpResponse> {
    EXPECT_EQ(request.headers.back().second, "Bearer at");
    return HttpResponse{.status = 200, .headers = {{"content-type", "application/jwt"}}, .body = body};
  };
  body = provider.sign({{"sub", "u1"}, {"email", "ann@corp.test"}});
  EXPECT_EQ(reason_of(finish(finish_of(started))), "none");
  body = with_header(R"({"alg":"none","kid":"k1"})", body);
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kAlgForbidden));
}

TEST_F(Login, D24_TheTokenEndpointFails) {
  const StartedLogin started = start();
  for (const Reason reason : {Reason::kTargetCertificateUntrusted, Reason::kTargetCertificateWrongHost,
                              Reason::kDeadlineExceeded, Reason::kTargetUnreachable}) {
    provider.answers["/token"] = [&](const HttpRequest&) -> Result<HttpResponse> { return failure(reason, "x"); };
    EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kTokenExchange));
    EXPECT_EQ(steps.back().received, text_of(reason));
  }
  provider.answers["/token"] = [&](const HttpRequest& request) -> Result<HttpResponse> {
    EXPECT_LT(request.max_response_bytes, std::size_t{1} << 20U);
    return HttpResponse{.status = 200, .body = std::string(request.max_response_bytes, 'x')};
  };
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kTokenExchange));
  provider.answers["/token"] = [&](const HttpRequest&) -> Result<HttpResponse> {
    return failure(Reason::kOverloaded, "x");
  };
  EXPECT_EQ(reason_of(finish(finish_of(started))), text_of(Reason::kOverloaded)) << "ours, not the provider's";
}

TEST_F(Login, D24_TimeRunsOut) {
  LoginFinish late = finish_of(start());
  late.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(reason_of(finish(late)), text_of(Reason::kDeadlineExceeded));
  EXPECT_EQ(provider.requests_of("/token"), 0);
}

TEST_F(Login, D25_SecretsAreSentTheWayTheConnectionSays) {
  const auto request = [&] {
    provider.requests.clear();
    EXPECT_EQ(reason_of(log_in()), "none");
    for (const HttpRequest& sent : provider.requests) EXPECT_EQ(sent.url.find("s3cret"), std::string::npos);
    return token_request();
  };
  connection.oidc.token_auth_type = TokenAuthType::kClientSecretPost;
  EXPECT_EQ(oauth::value_of(request(), "client_secret"), "s3cret");
  connection.oidc.token_auth_type = TokenAuthType::kClientSecretBasic;
  EXPECT_FALSE(request().contains("client_secret"));
  connection.oidc.token_auth_type = TokenAuthType::kNone;
  EXPECT_EQ(oauth::value_of(request(), "client_id"), "client-1");
  connection.oidc.token_auth_type = TokenAuthType::kClientSecretJwt;
  EXPECT_TRUE(request().contains("client_assertion"));
}

TEST_F(Login, D25_PrivateKeyJwtForTheTokenEndpointOrTheIssuer) {
  connection.oidc.token_auth_type = TokenAuthType::kPrivateKeyJwt;
  connection.oidc.sealed_client_secret.clear();
  const auto claims = [&] {
    provider.requests.clear();
    EXPECT_EQ(reason_of(log_in()), "none");
    const oauth::Form request = token_request();
    const auto verified =
        jose::verify_compact(oauth::value_of(request, "client_assertion"), jose::test::find_key(), "JWT");
    EXPECT_TRUE(verified);
    EXPECT_EQ(verified->header().key_id, "snk_1");
    return jose::read_claims(*verified).value();
  };
  const jose::Claims first = claims();
  EXPECT_EQ(first.audience, std::vector<std::string>{"https://idp.test/token"});
  EXPECT_EQ(first.expires_at - *first.issued_at, std::chrono::seconds(60));
  connection.oidc.assertion_to_issuer = true;
  const jose::Claims second = claims();
  EXPECT_EQ(second.audience, std::vector<std::string>{"https://idp.test"});
  EXPECT_NE(second.token_id, first.token_id);
}

// No answer to a refresh can name another issuer, person or client, because nobody refreshes.
TEST_F(Login, D28_ARefreshTokenOfTheProviderIsNeitherAskedForNorUsed) {
  const StartedLogin started = start();
  EXPECT_EQ(oauth::value_of(query_of(started.redirect_url), "scope"), "openid profile email");
  provider.answers["/token"] = [&](const HttpRequest&) {
    return test::json_answer({{"id_token", provider.sign(provider.claims)},
                              {"access_token", "at"},
                              {"token_type", "Bearer"},
                              {"refresh_token", "r3fresh"}});
  };
  ASSERT_TRUE(finish(finish_of(started)));
  EXPECT_EQ(provider.requests_of("/token"), 1);
  EXPECT_EQ(oauth::value_of(token_request(), "grant_type"), "authorization_code");
  for (const HttpRequest& request : provider.requests) EXPECT_EQ(request.body.find("r3fresh"), std::string::npos);
}

TEST_F(Login, D32_AConnectionWithAnHttpAddressDoesNotStart) {
  connection.configuration = ConfigurationType::kManual;
  connection.oidc.authorize_uri = "https://idp.test/authorize";
  connection.oidc.token_uri = "https://idp.test/token";
  connection.oidc.jwks_uri = "http://idp.test/keys";
  EXPECT_EQ(reason_of(sync_wait(party.start(connection, {.state = "s"}))), text_of(Reason::kConnectionIncomplete));
  EXPECT_TRUE(provider.requests.empty());
  connection.oidc.jwks_uri = "https://idp.test/keys";
  EXPECT_EQ(reason_of(log_in()), "none") << "by hand is as good as by discovery";
}

TEST_F(Login, IncompleteConnectionsDoNotStart) {
  const auto started = [&] { return reason_of(sync_wait(party.start(connection, {.state = "s"}))); };
  connection.oidc.client_id.clear();
  EXPECT_EQ(started(), text_of(Reason::kConnectionIncomplete));
  connection.oidc.client_id = "client-1";
  connection.oidc.token_auth_type = TokenAuthType::kClientSecretBasic;
  connection.oidc.sealed_client_secret.clear();
  EXPECT_EQ(started(), text_of(Reason::kConnectionIncomplete));
  connection.oidc.issuer.clear();
  EXPECT_EQ(started(), text_of(Reason::kConnectionIncomplete));
}

TEST_F(Login, LeadsToTheProvidersLogout) {
  EXPECT_EQ(party.end_session_url(connection, Secret<std::string>("t"), "https://us.test/out", "s"), "");
  connection.oidc.end_session_uri = "https://idp.test/logout";
  const std::string url = party.end_session_url(connection, Secret<std::string>("t"), "https://us.test/out", "s");
  const oauth::Form query = query_of(url);
  EXPECT_EQ(oauth::value_of(query, "id_token_hint"), "t");
  EXPECT_EQ(oauth::value_of(query, "client_id"), "client-1");
  EXPECT_EQ(oauth::value_of(query, "post_logout_redirect_uri"), "https://us.test/out");
  EXPECT_EQ(oauth::value_of(query, "state"), "s");
}

TEST(KeptSecrets, AreReadAsWritten) {
  const KeptSecrets kept{.nonce = "n",
                         .code_verifier = "v",
                         .issuer = "https://idp.test",
                         .started_at = from_micros(1'800'000'000'000'123),
                         .max_age = std::chrono::seconds(0),
                         .acr_values = {"a", "b"}};
  const auto read = KeptSecrets::from_text(kept.to_text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->nonce, kept.nonce);
  EXPECT_EQ(read->code_verifier, kept.code_verifier);
  EXPECT_EQ(read->issuer, kept.issuer);
  EXPECT_EQ(read->started_at, kept.started_at);
  EXPECT_EQ(read->max_age, kept.max_age);
  EXPECT_EQ(read->acr_values, kept.acr_values);
  EXPECT_FALSE(KeptSecrets::from_text(Secret<std::string>("{}")));
  EXPECT_FALSE(KeptSecrets::from_text(Secret<std::string>("x")));
}

}  // namespace
}  // namespace doorward
