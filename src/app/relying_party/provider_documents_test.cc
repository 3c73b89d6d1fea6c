// Discovery and key sets: when they are fetched, how often, and what their failures mean.
#include "app/relying_party/provider_documents.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "app/relying_party/relying_party_fixture.h"

namespace doorward {
namespace {

namespace json = boost::json;
using test::reason_of;
using test::text_of;

constexpr const char* kDocument = "/.well-known/openid-configuration";
constexpr const char* kLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

struct Documents : test::RelyingPartyFixture {
  std::string started() { return reason_of(sync_wait(party.start(connection, {.state = "s"}))); }

  std::string logout_token() {
    const std::int64_t now = to_unix_seconds(clock.now());
    return provider.sign({{"iss", "https://idp.test"},
                          {"aud", "client-1"},
                          {"sub", "u1"},
                          {"jti", "j1"},
                          {"iat", now},
                          {"exp", now + 60},
                          {"events", json::object{{kLogoutEvent, json::object{}}}}});
  }
  Result<oidc::LogoutNotice> read_logout(const std::string& token) {
    return sync_wait(party.read_logout_token(connection, token, SteadyTime::max()));
  }
};

TEST_F(Documents, AreFetchedOnceAnHour) {
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of(kDocument), 1);
  EXPECT_EQ(provider.requests_of("/keys"), 1);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of(kDocument), 2);
  EXPECT_EQ(provider.requests_of("/keys"), 2);
}

TEST_F(Documents, ConcurrentLoginsShareAFetch) {
  provider.hold();
  int done = 0;
  std::vector<std::string> outcomes(3);
  const LoginStart with{.state = "s"};
  for (std::string& outcome : outcomes) {
    start_task(party.start(connection, with), [&](std::exception_ptr, std::optional<Result<StartedLogin>> started) {
      outcome = reason_of(*started);
      ++done;
    });
  }
  EXPECT_EQ(done, 0);
  EXPECT_EQ(provider.requests.size(), 1U);
  provider.release();
  EXPECT_EQ(done, 3);
  EXPECT_EQ(outcomes, std::vector<std::string>(3, "none"));
  EXPECT_EQ(provider.requests.size(), 1U);
}

TEST_F(Documents, D12_DiscoveryThatFailsIsNotTriedAgainAtOnce) {
  const std::pair<const char*, Result<HttpResponse>> cases[] = {
      {"redirect", HttpResponse{.status = 302, .headers = {{"location", "https://evil.test/"}}}},
      {"absent", HttpResponse{.status = 404}},
      {"trickle", failure(Reason::kDeadlineExceeded, "x")},
      {"too long", HttpResponse{.status = 200, .body = std::string(oidc::kMostMetadataBytes + 1, ' ')}},
      {"html", HttpResponse{.status = 200, .body = "<html>"}},
      {"another issuer", test::json_answer({{"issuer", "https://evil.test"}})},
  };
  for (const auto& [name, answer] : cases) {
    provider.requests.clear();
    provider.answers[kDocument] = [&](const HttpRequest& request) {
      EXPECT_LE(request.timeout, std::chrono::seconds(10));
      EXPECT_EQ(request.max_response_bytes, oidc::kMostMetadataBytes + 1);
      return answer;
    };
    EXPECT_EQ(started(), text_of(Reason::kDiscoveryFailed)) << name;
    EXPECT_EQ(started(), text_of(Reason::kDiscoveryFailed)) << name;
    EXPECT_EQ(provider.requests.size(), 1U) << name;
    clock.advance(std::chrono::minutes(1));
  }
}

TEST_F(Documents, D12_AnHttpEndpointInTheDocument) {
  provider.metadata["jwks_uri"] = "http://idp.test/keys";
  EXPECT_EQ(started(), text_of(Reason::kDiscoveryFailed));
}

TEST_F(Documents, D12_TheDocumentOfAnotherIssuerThanTheConnections) {
  connection.oidc.discovery_endpoint = "https://idp.test/.well-known/openid-configuration";
  connection.oidc.issuer = "https://other.test";
  const auto refused = sync_wait(party.start(connection, {.state = "s"}));
  EXPECT_EQ(reason_of(refused), text_of(Reason::kDiscoveryFailed));
  EXPECT_EQ(refused.error().detail, "expected https://other.test, received https://idp.test");
}

TEST_F(Documents, PromptCreateReachesAProviderThatKnowsIt) {
  const auto prompt = [&] {
    const auto started = sync_wait(party.start(connection, {.state = "s", .prompt = "create login"}));
    return oauth::value_of(test::query_of(started.value().redirect_url), "prompt");
  };
  EXPECT_EQ(prompt(), "login");
  provider.metadata["prompt_values_supported"] = json::array{"login", "create"};
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(prompt(), "login create");
}

TEST_F(Documents, KnownAddressesServeWhenDiscoveryFails) {
  connection.oidc.authorize_uri = "https://idp.test/authorize";
  connection.oidc.token_uri = "https://idp.test/token";
  connection.oidc.jwks_uri = "https://idp.test/keys";
  provider.answers[kDocument] = [](const HttpRequest&) { return HttpResponse{.status = 503}; };
  EXPECT_EQ(reason_of(log_in()), "none");
}

TEST_F(Documents, WhatWasFetchedServesForADayWhenFetchingFails) {
  EXPECT_EQ(reason_of(log_in()), "none");
  for (const char* path : {kDocument, "/keys"}) {
    provider.answers[path] = [](const HttpRequest&) { return HttpResponse{.status = 503}; };
  }
  clock.advance(std::chrono::hours(23));
  EXPECT_EQ(reason_of(log_in()), "none");
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(started(), text_of(Reason::kDiscoveryFailed));
}

TEST_F(Documents, D14_ANewKeyIsFetchedOnce) {
  EXPECT_EQ(reason_of(log_in()), "none");
  provider.rotate();
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of("/keys"), 2);
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of("/keys"), 2);
}

TEST_F(Documents, D14_ANewKeyUnderTheNameOfTheOldOneIsFetchedOnce) {
  EXPECT_EQ(reason_of(log_in()), "none");
  const std::string name = provider.key_id;
  provider.rotate();
  provider.key_id = name;
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of("/keys"), 2);
  const std::string published = provider.key_set();
  provider.answers["/keys"] = [&](const HttpRequest&) { return HttpResponse{.status = 200, .body = published}; };
  clock.advance(std::chrono::minutes(1));
  provider.rotate();
  provider.key_id = name;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(reason_of(log_in()), text_of(Reason::kSignatureInvalid));
  EXPECT_EQ(provider.requests_of("/keys"), 3) << "forgeries fetch once a minute";
}

TEST_F(Documents, D14_UnknownKeysFetchOnceAMinute) {
  EXPECT_EQ(reason_of(log_in()), "none");
  const std::string published = provider.key_set();
  provider.answers["/keys"] = [&](const HttpRequest&) { return HttpResponse{.status = 200, .body = published}; };
  for (int i = 0; i < 1000; ++i) {
    if (i % 100 == 0) provider.rotate();
    EXPECT_EQ(reason_of(log_in()), text_of(Reason::kUnknownKid));
  }
  EXPECT_EQ(provider.requests_of("/keys"), 2);
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kUnknownKid));
  EXPECT_EQ(provider.requests_of("/keys"), 3);
}

TEST_F(Documents, D14_LogoutTokensDoNotUseUpTheFetchOfLogins) {
  EXPECT_EQ(reason_of(log_in()), "none");
  const std::string published = provider.key_set();
  const auto honest = std::exchange(provider.answers["/keys"],
                                    [&](const HttpRequest&) { return HttpResponse{.status = 200, .body = published}; });
  provider.rotate();
  EXPECT_EQ(reason_of(read_logout(logout_token())), text_of(Reason::kLogoutToken));
  EXPECT_EQ(reason_of(read_logout(logout_token())), text_of(Reason::kLogoutToken));
  EXPECT_EQ(provider.requests_of("/keys"), 2);
  provider.answers["/keys"] = honest;
  EXPECT_EQ(reason_of(log_in()), "none");
  EXPECT_EQ(provider.requests_of("/keys"), 3);
}

TEST_F(Documents, D15_AKeySetBeyondBounds) {
  provider.answers["/keys"] = [](const HttpRequest& request) {
    EXPECT_EQ(request.max_response_bytes, jose::kMostKeySetBytes + 1);
    json::array keys;
    for (int i = 0; i < 10'000; ++i) keys.emplace_back(json::object{{"kty", "oct"}});
    return test::json_answer({{"keys", keys}});
  };
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kJwksFailed));
  EXPECT_EQ(reason_of(log_in()), text_of(Reason::kJwksFailed));
  EXPECT_EQ(provider.requests_of("/keys"), 1);
}

TEST_F(Documents, D16_ATokenWithoutKidUnderOneKey) {
  const StartedLogin started = start();
  provider.answers["/token"] = [&](const HttpRequest&) {
    return test::json_answer({{"id_token", provider.key->sign_compact("", "JWT", json::serialize(provider.claims))}});
  };
  EXPECT_EQ(reason_of(finish(finish_of(started))), "none");
}

TEST_F(Documents, OurOwnShortageIsNotHeldAgainstTheProvider) {
  provider.answers[kDocument] = [](const HttpRequest&) -> Result<HttpResponse> {
    return failure(Reason::kOverloaded, "x");
  };
  EXPECT_EQ(started(), text_of(Reason::kOverloaded));
  provider.answers[kDocument] = [&](const HttpRequest&) { return test::json_answer(provider.metadata); };
  EXPECT_EQ(started(), "none");
}

TEST_F(Documents, D29_LogoutTokensAreVerifiedLikeIdTokens) {
  EXPECT_EQ(reason_of(read_logout(logout_token())), "none");
  EXPECT_EQ(reason_of(read_logout("x")), text_of(Reason::kLogoutToken));
  std::string forged = logout_token();
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(reason_of(read_logout(forged)), text_of(Reason::kLogoutToken));
  start();
  EXPECT_EQ(reason_of(read_logout(provider.sign(provider.claims))), text_of(Reason::kLogoutToken)) << "an ID token";
  provider.answers["/keys"] = [](const HttpRequest&) { return HttpResponse{.status = 503}; };
  clock.advance(std::chrono::hours(25));
  EXPECT_EQ(reason_of(read_logout(logout_token())), text_of(Reason::kJwksFailed)) << "cannot be judged now";
}

TEST_F(Documents, AreFetchedAnewForTheAdministrator) {
  const auto metadata = sync_wait(party.discover("https://idp.test", oidc::PlainHttp::kForbidden, SteadyTime::max()));
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->token_endpoint, "https://idp.test/token");
  EXPECT_EQ(reason_of(sync_wait(party.discover("https://nobody.test", oidc::PlainHttp::kForbidden, SteadyTime::max()))),
            text_of(Reason::kDiscoveryFailed));
}

struct Cache : testing::Test {
  using Strings = ProviderCache<std::string>;
  Strings::Fetch fetch_of(std::size_t bytes) {
    return [this, bytes]() -> task<Result<Strings::Fetched>> { return fetched(bytes); };
  }
  task<Result<Strings::Fetched>> fetched(std::size_t bytes) {
    ++fetches;
    co_return Strings::Fetched{.value = std::make_shared<const std::string>("x"), .bytes = bytes};
  }
  int fetches = 0;
  const Timestamp now = from_micros(0);
};

TEST_F(Cache, ForgetsTheLongestUnusedBeyondItsBound) {
  Strings cache({.most_bytes = 100});
  sync_wait(cache.get("a", now, fetch_of(40)));
  sync_wait(cache.get("b", now, fetch_of(40)));
  sync_wait(cache.get("a", now, fetch_of(40)));
  sync_wait(cache.get("c", now, fetch_of(40)));
  EXPECT_EQ(fetches, 3);
  sync_wait(cache.get("a", now, fetch_of(40)));
  EXPECT_EQ(fetches, 3) << "used lately";
  sync_wait(cache.get("b", now, fetch_of(40)));
  EXPECT_EQ(fetches, 4) << "forgotten";
}

}  // namespace
}  // namespace doorward
