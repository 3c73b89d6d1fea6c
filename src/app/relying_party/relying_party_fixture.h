// A relying party with one connection to a provider in memory, for the unit tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/keys/key_ring.h"
#include "app/relying_party/client_secret_place.h"
#include "app/relying_party/oidc_relying_party.h"
#include "app/relying_party/provider_double.h"
#include "base/completion.h"
#include "ports/test_doubles.h"
#include "protocol/jose/test_keys.h"
#include "protocol/oauth/form.h"

namespace doorward::test {

template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "none" : std::string(reason_name(result.error().reason));
}
inline std::string text_of(Reason reason) { return std::string(reason_name(reason)); }

inline oauth::Form query_of(std::string_view url) {
  return oauth::parse_form(url.substr(std::min(url.find('?'), url.size() - 1) + 1)).value();
}

struct RelyingPartyFixture : testing::Test {
  RelyingPartyFixture() {
    connection.id = ConnectionId("conn_1");
    connection.organization_id = OrganizationId("org_1");
    connection.configuration = ConfigurationType::kDiscovery;
    connection.oidc.issuer = ProviderDouble::kBase;
    connection.oidc.client_id = "client-1";
    set_secret("s3cret");
  }

  void set_secret(std::string secret) {
    connection.oidc.sealed_client_secret = box->seal(client_secret_place(connection), Secret(std::move(secret)));
  }

  StartedLogin start(LoginStart with = {.state = "state-1"}) {
    auto started = sync_wait(party.start(connection, with));
    EXPECT_TRUE(started) << started.error().message << started.error().detail;
    // What an honest provider says then.
    const std::int64_t now = to_unix_seconds(clock.now());
    provider.claims = {{"iss", ProviderDouble::kBase},
                       {"aud", "client-1"},
                       {"sub", "u1"},
                       {"nonce", started->kept.nonce},
                       {"iat", now},
                       {"exp", now + 300},
                       {"email", "ann@corp.test"},
                       {"email_verified", true},
                       {"name", "Ann"}};
    return *std::move(started);
  }

  LoginFinish finish_of(const StartedLogin& started) {
    return {.kept = started.kept,
            .callback = {.state = "state-1", .code = "code-1"},
            .on_step = [this](AuthRequestStep step) { steps.push_back(std::move(step)); }};
  }
  Result<ProviderIdentity> finish(const LoginFinish& finish) { return sync_wait(party.finish(connection, finish)); }
  Result<ProviderIdentity> log_in() { return finish(finish_of(start())); }

  std::string step_names() const {
    std::string names;
    for (const AuthRequestStep& step : steps) names += step.name + (step.ok ? " " : "! ");
    return names;
  }

  ManualClock clock;
  CountingIds ids;
  SystemRandom random;
  InlineOffload offload;
  std::unique_ptr<KeyRing> box = [this] {
    const KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
    return KeyRing::open(kek, make_protected_keys(kek, EnvironmentId("env_1"), ids, random, clock.now()), random)
        .value();
  }();
  ProviderDouble provider;
  OidcRelyingParty party{
      {provider, clock, random, *box, offload},
      [](jose::Algorithm algorithm, std::string_view type, std::string_view claims) {
        return Result<std::string>(jose::test::private_key(algorithm).sign_compact("snk_1", std::string(type), claims));
      },
      "https://us.test"};
  Connection connection;
  std::vector<AuthRequestStep> steps;
};

}  // namespace doorward::test
