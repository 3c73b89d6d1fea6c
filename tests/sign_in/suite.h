// Signing in without a socket: a real database, an identity provider in memory, a browser that is a cookie.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/grants/pushed_requests.h"
#include "app/keys/key_ring.h"
#include "app/relying_party/client_secret_place.h"
#include "app/relying_party/provider_double.h"
#include "app/sign_in/sign_in.h"
#include "base/log.h"
#include "ports/test_doubles.h"
#include "protocol/oauth/form.h"
#include "store/suite.h"

namespace doorward::store {

inline oauth::Form query_of(const std::string& url) { return oauth::parse_form(url.substr(url.find('?') + 1)).value(); }

class SignInSuite : public StoreSuite {
 protected:
  static constexpr const char* kBaseUrl = "https://us.test";
  static constexpr const char* kCallback = "https://app.test/cb";

  void SetUp() override {
    StoreSuite::SetUp();
    home_ = environment();
    organization_ = organization(home_);
    const auto kek = KeyEncryptionKey::generate(random_);
    keys_ = KeyRing::open(kek, make_protected_keys(kek, home_.id, ids(), random_, now()), random_).value();
    client_ = {.environment_id = home_.id,
               .id = ids().next<ApiClientId>(),
               .name = "App",
               .redirect_uris = {kCallback},
               .create_time = now(),
               .update_time = now()};
    connection_ = {.environment_id = home_.id,
                   .organization_id = organization_.id,
                   .id = ids().next<ConnectionId>(),
                   .status = ConnectionStatus::kCompleted,
                   .enabled = true,
                   .configuration = ConfigurationType::kDiscovery,
                   .create_time = now(),
                   .update_time = now()};
    connection_.oidc.issuer = test::ProviderDouble::kBase;
    connection_.oidc.client_id = "client-1";
    connection_.oidc.sealed_client_secret =
        keys_->seal(client_secret_place(connection_), Secret<std::string>("s3cret"));
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.clients().insert(client_));
      return tx.connections().insert(connection_);
    });
    clients_.emplace(store(), clock_);
    pushed_.emplace(PushedRequests::Ports{store(), clock_, random_, *keys_}, EnvironmentKind::kProduction);
    party_ = std::make_unique<OidcRelyingParty>(
        OidcRelyingParty::Ports{provider_, clock_, random_, *keys_, offload_},
        [](jose::Algorithm, std::string_view, std::string_view) -> Result<std::string> {
          return failure(internal_error("no assertions here"));
        },
        kBaseUrl);
    saml_keys_.emplace(SamlKeys::Ports{store(), clock_, ids(), *keys_, offload_}, home_.id);
    service_provider_.emplace(SamlServiceProvider::Ports{clock_, offload_}, *saml_keys_, kBaseUrl);
    grants_.emplace(Grants::Ports{ids(), random_, *keys_, *keys_});
    log_.emplace(store(), clock_, ids());
    make_sign_in();
  }
  void TearDown() override {
    log::set_sink(nullptr, log::Level::kInfo);
    sign_in_.reset();
    StoreSuite::TearDown();
  }

  void make_sign_in(SignInLimits limits = {}) {
    sign_in_.emplace(SignIn::Ports{store(), clock_, ids(), random_, *keys_, *keys_},
                     SignIn::Parts{*clients_, *pushed_, *party_, *service_provider_, *grants_, *log_}, home_of_logins(),
                     limits);
  }

  SignIn::Home home_of_logins() const { return {home_.id, EnvironmentKind::kProduction, kBaseUrl}; }

  oauth::Form request(oauth::Form changes = {}) const {
    oauth::Form form{{"response_type", "code"},
                     {"client_id", client_.id.str()},
                     {"redirect_uri", kCallback},
                     {"state", "st"},
                     {"connection_id", connection_.id.str()}};
    for (auto& [name, value] : changes) form[name] = value;
    return form;
  }
  static BrowserCall browser(std::string secret = {}) {
    return {.browser_secret = std::move(secret), .source = "192.0.2.1", .request_id = "req_1"};
  }

  SignInResult<SentToProvider> begin(oauth::Form changes = {}) {
    return sync_wait(sign_in_->begin(request(std::move(changes)), browser()));
  }
  SignInResult<TestBegun> begin_test() { return sync_wait(sign_in_->begin_test(connection_.id, browser())); }
  // Of a login that began: what an honest provider says then.
  oidc::CallbackParameters answer_to(const SentToProvider& sent) {
    const oauth::Form asked = query_of(sent.location);
    const std::int64_t seconds = to_unix_seconds(now());
    provider_.claims = {{"iss", test::ProviderDouble::kBase},
                        {"aud", "client-1"},
                        {"sub", "u1"},
                        {"nonce", oauth::value_of(asked, "nonce")},
                        {"iat", seconds},
                        {"exp", seconds + 300},
                        {"email", "ann@corp.test"},
                        {"email_verified", true},
                        {"name", "Ann"}};
    return {.state = oauth::value_of(asked, "state"), .code = "code-1"};
  }
  SignInResult<SignInEnd> finish(const SentToProvider& sent, oidc::CallbackParameters answer) {
    return sync_wait(sign_in_->finish(connection_.id, std::move(answer), browser(sent.browser_secret.reveal())));
  }
  SignInResult<SignInEnd> finish(const SentToProvider& sent) { return finish(sent, answer_to(sent)); }

  void switch_connection(bool enabled) {
    connection_.enabled = enabled;
    must([&](WriteTx& tx) { return tx.connections().update(connection_); });
  }

  // Of the authentication log, newest first.
  std::vector<AuthRequest> attempts(std::uint32_t limit) {
    return must_read([&](const ReadTx& tx) { return tx.auth_requests().list(home_.id, {}, {.limit = limit}); }).items;
  }
  AuthRequest attempt() { return attempts(1).at(0); }

  // The reason in the last line of the server's log that is called `event`, of those while `act` ran; "": none.
  template <class Act>
  static std::string logged_reason(std::string_view event, Act act) {
    static std::string wanted;
    static std::string reason;
    wanted = event;
    reason.clear();
    log::set_sink(
        [](log::Level, std::string_view line, log::Fields fields) {
          if (line != wanted) return;
          for (const log::Field& field : fields) {
            if (field.key == "reason") reason = std::get<std::string_view>(field.value);
          }
        },
        log::Level::kWarning);
    act();
    log::set_sink(nullptr, log::Level::kInfo);
    return reason;
  }

  Environment home_;
  Organization organization_;
  ApiClient client_;
  doorward::Connection connection_;
  test::SystemRandom random_;
  test::InlineOffload offload_;
  test::ProviderDouble provider_;
  std::unique_ptr<KeyRing> keys_;
  std::optional<ClientStates> clients_;
  std::optional<PushedRequests> pushed_;
  std::unique_ptr<OidcRelyingParty> party_;
  std::optional<SamlKeys> saml_keys_;
  std::optional<SamlServiceProvider> service_provider_;
  std::optional<Grants> grants_;
  std::optional<AuthLog> log_;
  std::optional<SignIn> sign_in_;
};

template <class T>
std::string refusal(const SignInResult<T>& result) {
  return result ? "accepted" : std::string(reason_name(result.error().error.reason));
}

}  // namespace doorward::store
