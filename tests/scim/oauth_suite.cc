// OAuth clients of a directory: tokens that open its SCIM endpoint and nothing else.
#include "app/directories/directory_oauth_clients.h"
#include "app/directories/directory_tokens.h"
#include "app/keys/signing_keys.h"
#include "app/tokens/token_class.h"
#include "base/encoding.h"
#include "edge/oauth/directory_token_endpoint.h"
#include "suite.h"

namespace doorward::test {
namespace {

using namespace std::chrono_literals;

class OauthSuite : public ScimSuite {
 protected:
  CreatedDirectoryOauthClient create(NewDirectoryOauthClient input = {.name = "Entra"}) {
    return create(home_, std::move(input));
  }
  CreatedDirectoryOauthClient create(const Tenant& tenant, NewDirectoryOauthClient input = {.name = "Entra"}) {
    return must(sync_wait(clients_.create(operator_, tenant.organization, tenant.directory, std::move(input))));
  }

  Answer buy(const Tenant& tenant, const std::string& form, const std::string& authorization = {}) {
    net::Request request;
    request.method = "POST";
    request.path = fmt::format("/directory/{}/oauth/token", tenant.directory.str());
    request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    if (!authorization.empty()) request.headers.push_back({"authorization", authorization});
    request.body = form;
    request.peer = "192.0.2.1";
    request.deadline = std::chrono::steady_clock::time_point::max();
    net::Response response = sync_wait(token_endpoint_.handle(request));
    Answer answer{response.status, std::move(response.headers), std::move(response.body), nullptr};
    answer.body = boost::json::parse(answer.text);
    return answer;
  }
  static std::string form_of(const CreatedDirectoryOauthClient& client) {
    return fmt::format("grant_type=client_credentials&client_id={}&client_secret={}", client.client.id.str(),
                       client.secret.plain.reveal());
  }
  std::string token(const CreatedDirectoryOauthClient& client) {
    const Answer answer = buy(home_, form_of(client));
    if (answer.status != 200) throw std::runtime_error(answer.text);
    return answer.str("/access_token");
  }

  Answer get(const Tenant& tenant, const std::string& bearer) {
    return ScimSuite::send_to(oauth_endpoint_, tenant, {"GET", "/Users", "", bearer});
  }
  Answer post(const std::string& bearer, const std::string& name) {
    return ScimSuite::send_to(oauth_endpoint_, home_,
                              {"POST", "/Users", fmt::format(R"({{"userName":"{}"}})", name), bearer});
  }
  // Why the authenticator takes no such bearer.
  std::string refusal(const Tenant& tenant, const std::string& bearer) {
    const auto caller = sync_wait(
        oauth_authenticator_.authenticate(tenant.directory, bearer, std::chrono::steady_clock::time_point::max()));
    return caller ? "accepted" : std::string(reason_name(caller.error().reason));
  }
  // A token that Doorward signed for something else.
  std::string signed_token(TokenClass token_class, const std::string& audience) {
    const std::int64_t now = to_unix_seconds(clock_.now());
    boost::json::object claims{{"iss", kBaseUrl},
                               {"sub", "skc_1"},
                               {"jti", "tkn_1"},
                               {"iat", now},
                               {"nbf", now},
                               {"exp", now + 60},
                               {"aud", boost::json::array{boost::json::value(audience)}}};
    claims[kTokenClassClaim] = token_class_name(token_class);
    return signing_keys_.sign(jose::Algorithm::kRs256, "JWT", boost::json::serialize(claims));
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  DirectoryOauthClients clients_{*store_, clock_, store_->ids(), random_, mac_, credentials_};
  SigningKeys signing_keys_ =
      must(SigningKeys::load({make_signing_key(environment_, ids(), *keys_, clock_.now())}, *keys_));
  DirectoryTokens tokens_{{*store_, clock_, store_->ids(), mac_, offload_}, signing_keys_, environment_, kBaseUrl};
  DirectoryAuthenticator oauth_authenticator_{*store_, clock_, mac_, credentials_, environment_, &tokens_};
  edge::ScimEndpoint oauth_endpoint_{
      oauth_authenticator_, types_, users_, groups_, resources_, search_, failures_, offload_, kBaseUrl};
  edge::DirectoryTokenEndpoint token_endpoint_{tokens_};
};

TEST_F(OauthSuite, ATokenOpensItsDirectoryAsASecretDoes) {
  const auto client = create();
  const Answer bought = buy(home_, form_of(client));
  ASSERT_EQ(bought.status, 200) << bought.text;
  EXPECT_EQ(bought.str("/token_type"), "Bearer");
  EXPECT_EQ(bought.body.at("expires_in").as_int64(), 3600);
  EXPECT_EQ(bought.str("/scope"), "scim");
  EXPECT_EQ(bought.header("cache-control"), "no-store");
  EXPECT_EQ(post(bought.str("/access_token"), "ann").status, 201);
  EXPECT_EQ(get(home_, home_.secret).status, 200) << "secrets are taken beside tokens";
  EXPECT_EQ(history().back().actor.id, client.client.id.str());
}

TEST_F(OauthSuite, TakesBasicAndAnyScope) {
  const auto client = create();
  const std::string basic = "Basic " + base64_encode(client.client.id.str() + ":" + client.secret.plain.reveal());
  EXPECT_EQ(buy(home_, "grant_type=client_credentials&scope=whatever", basic).status, 200);
}

TEST_F(OauthSuite, RefusesInTheErrorsOfOAuth) {
  const auto client = create();
  const auto expect = [&](const Answer& answer, int status, std::string_view error) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.str("/error"), error) << answer.text;
  };
  expect(buy(home_, "grant_type=client_credentials"), 401, "invalid_client");
  expect(buy(home_, form_of(client) + "x"), 401, "invalid_client");
  expect(buy(home_, "grant_type=password&client_id=a&client_secret=b"), 400, "unsupported_grant_type");
  expect(buy(home_, "client_id=a&client_secret=b"), 400, "invalid_request");
  const Tenant other = make_tenant();
  const Answer elsewhere = buy(other, form_of(client));
  expect(elsewhere, 401, "invalid_client");
  Tenant nowhere = home_;
  nowhere.directory = DirectoryId("dir_1");
  EXPECT_EQ(buy(nowhere, form_of(client)).text, elsewhere.text) << "an unknown directory is not told apart";
  expect(buy(home_, fmt::format("grant_type=client_credentials&client_id=&client_secret={}", home_.secret)), 401,
         "invalid_client");
}

TEST_F(OauthSuite, ATokenLivesAsLongAsItsClientSays) {
  const auto client = create({.name = "short", .token_life = 5min});
  const std::string bearer = token(client);
  clock_.advance(5min - 1s);
  EXPECT_EQ(get(home_, bearer).status, 200);
  clock_.advance(1s + 5s);  // with the skew that nodes are allowed
  EXPECT_EQ(get(home_, bearer).status, 401);
  EXPECT_EQ(refusal(home_, bearer), "token_expired");
}

TEST_F(OauthSuite, ATokenOfOneDirectoryIsNoneOfAnother) {
  const std::string bearer = token(create());
  const Tenant other = make_tenant();
  EXPECT_EQ(get(other, bearer).status, 401);
  EXPECT_EQ(refusal(other, bearer), "directory_secret_invalid");
}

TEST_F(OauthSuite, NoTokenPassesForOneOfAnotherClass) {
  const std::string scim_base = fmt::format("{}/directory/{}/scim/v2", kBaseUrl, home_.directory.str());
  EXPECT_EQ(refusal(home_, signed_token(TokenClass::kApi, kBaseUrl)), "wrong_token_class");
  EXPECT_EQ(refusal(home_, signed_token(TokenClass::kApi, scim_base)), "wrong_token_class");
  EXPECT_EQ(refusal(home_, signed_token(TokenClass::kLogin, scim_base)), "wrong_token_class");
  EXPECT_EQ(refusal(home_, signed_token(TokenClass::kDirectory, kBaseUrl)), "directory_secret_invalid") << "audience";
  EXPECT_EQ(refusal(home_, signed_token(TokenClass::kDirectory, scim_base)), "token_revoked") << "no secret behind it";

  const TokenVerifier api(signing_keys_, kBaseUrl);
  const auto stolen = api.verify_api(token(create()), clock_.now());
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().reason, Reason::kWrongTokenClass);
}

TEST_F(OauthSuite, ForgedTokensAreRefused) {
  std::string bearer = token(create());
  bearer[bearer.size() - 10] = bearer[bearer.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(refusal(home_, bearer), "directory_secret_invalid");
  EXPECT_EQ(refusal(home_, "a.b.c"), "directory_secret_invalid");
  EXPECT_EQ(refusal(home_, std::string(100'000, 'a') + ".b.c"), "directory_secret_invalid");
}

TEST_F(OauthSuite, TheSecretOfAClientIsNoBearer) {
  const auto client = create();
  EXPECT_EQ(refusal(home_, client.secret.plain.reveal()), "directory_secret_invalid");
  EXPECT_EQ(must(sync_wait(secrets_.list(operator_, {home_.organization, home_.directory}))).size(), 1U);
  EXPECT_EQ(must(sync_wait(directories_.get(operator_, home_.organization, home_.directory))).secrets.size(), 1U);
}

TEST_F(OauthSuite, TokensDieWithTheSecretThatBoughtThem) {
  const auto client = create();
  const SecretOwner owner{home_.organization, home_.directory, client.client.id};
  const std::string first = token(client);
  ASSERT_EQ(get(home_, first).status, 200);
  const auto rotated = must(sync_wait(secrets_.rotate(operator_, owner, {.overlap = 1h, .expire_time = {}})));
  EXPECT_EQ(get(home_, first).status, 200) << "during the overlap";
  ASSERT_TRUE(sync_wait(secrets_.revoke(operator_, owner, client.secret.secret.id)));
  EXPECT_EQ(get(home_, first).status, 401);
  EXPECT_EQ(refusal(home_, first), "token_revoked");
  EXPECT_EQ(buy(home_, form_of(client)).status, 401);
  CreatedDirectoryOauthClient anew = client;
  anew.secret = rotated;
  EXPECT_EQ(get(home_, token(anew)).status, 200);
}

TEST_F(OauthSuite, ADeletedClientIsRefusedFromTheNextRequestOn) {
  const auto client = create();
  const std::string bearer = token(client);
  ASSERT_EQ(get(home_, bearer).status, 200);
  ASSERT_TRUE(sync_wait(clients_.remove(operator_, home_.organization, home_.directory, client.client.id)));
  EXPECT_EQ(get(home_, bearer).status, 401);
  EXPECT_EQ(post(bearer, "late").status, 401);
  EXPECT_EQ(buy(home_, form_of(client)).status, 401);
  EXPECT_EQ(sync_wait(clients_.remove(operator_, home_.organization, home_.directory, client.client.id)).error().reason,
            Reason::kDirectoryOauthClientNotFound);
  EXPECT_EQ(get(home_, home_.secret).status, 200) << "bearer secrets stay";
}

TEST_F(OauthSuite, GuessingIsLimitedWithoutLockingOthersOut) {
  const auto client = create();
  for (int i = 0; i < static_cast<int>(kGuessLimits.burst); ++i) {
    ASSERT_EQ(buy(home_, form_of(client) + "x").status, 401);
  }
  const Answer held = buy(home_, form_of(client));
  EXPECT_EQ(held.status, 429) << "even the right one, from there";
  EXPECT_NE(held.header("retry-after"), "");
  EXPECT_EQ(buy(home_, form_of(create())).status, 200) << "another client from the same address";
}

TEST_F(OauthSuite, ADirectoryHasABoundedNumberOfClients) {
  for (std::size_t i = 0; i < kMaxDirectoryOauthClients; ++i) create();
  EXPECT_EQ(sync_wait(clients_.create(operator_, home_.organization, home_.directory, {})).error().reason,
            Reason::kDirectoryOauthClientLimit);
  EXPECT_EQ(must(sync_wait(clients_.list(operator_, home_.organization, home_.directory))).size(),
            kMaxDirectoryOauthClients);
  create(make_tenant());
}

TEST(DirectoryTokenEndpoint, KnowsItsPath) {
  using edge::DirectoryTokenEndpoint;
  EXPECT_EQ(DirectoryTokenEndpoint::directory_of("/directory/dir_1/oauth/token"), DirectoryId("dir_1"));
  for (const char* path : {"/directory/dir_1/scim/v2/oauth/token", "/directory//oauth/token", "/directory/oauth/token",
                           "/directory/dir_1/oauth/token/", "/oauth/token", "/directory/dir_1/oauth/tokens"}) {
    EXPECT_FALSE(DirectoryTokenEndpoint::directory_of(path)) << path;
  }
}

}  // namespace
}  // namespace doorward::test
