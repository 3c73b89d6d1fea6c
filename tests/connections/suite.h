// What every test here stands on: a store with an environment and an organization, the use cases of connections, and
// providers that publish what the test wants.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/connections/connections.h"
#include "app/connections/metadata_double.h"
#include "app/connections/saml_patch.h"
#include "app/connections/saml_providers.h"
#include "app/keys/key_ring.h"
#include "app/saml_keys/saml_keys.h"
#include "ports/test_doubles.h"
#include "protocol/saml/certificate_text.h"
#include "store/suite.h"

namespace doorward {

class ConnectionSuite : public store::StoreSuite {
 protected:
  static constexpr const char* kUrl = "https://idp.test/metadata";

  void SetUp() override {
    StoreSuite::SetUp();
    environment_ = environment();
    acme_ = organization(environment_);
    const auto kek = KeyEncryptionKey::generate(random_);
    key_ring_ = KeyRing::open(kek, make_protected_keys(kek, environment_.id, ids(), random_, now()), random_).value();
    party_ = std::make_unique<OidcRelyingParty>(
        OidcRelyingParty::Ports{http_, clock_, random_, *key_ring_, offload_},
        [](jose::Algorithm, std::string_view, std::string_view) -> Result<std::string> {
          return failure(internal_error("no assertions here"));
        },
        "https://us.test");
    keys_ = std::make_unique<SamlKeys>(SamlKeys::Ports{store(), clock_, ids(), *key_ring_, offload_}, environment_.id);
    connections_ = std::make_unique<Connections>(
        Connections::Ports{store(), clock_, ids(), *key_ring_, http_, *key_ring_, offload_}, *party_, *keys_,
        Connections::Preset(), [](std::string_view path) { return path == "/oauth/token"; });
    providers_ = std::make_unique<SamlProviders>(SamlProviders::Ports{store(), clock_, ids(), http_, offload_});
  }
  void TearDown() override {
    providers_.reset();
    connections_.reset();
    keys_.reset();
    StoreSuite::TearDown();
  }

  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }

  test::ProviderKey key(const std::string& name, Duration life = std::chrono::days(365)) const {
    return test::provider_key(name, std::chrono::floor<std::chrono::seconds>(now()),
                              std::chrono::floor<std::chrono::seconds>(now() + life));
  }
  std::string pem(const std::string& name, Duration life = std::chrono::days(365)) const {
    return saml::to_pem(key(name, life).certificate);
  }

  Connection create(ConnectionType type = ConnectionType::kSaml) {
    return sync_wait(connections_->create(caller(), acme_.id, {.type = type, .provider = ConnectionProvider::kOkta}))
        .value()
        .connection;
  }
  Result<Connection> update(const Connection& connection, ConnectionPatch patch) {
    return sync_wait(connections_->update(caller(), acme_.id, connection.id, std::move(patch)))
        .transform([](ConnectionView view) { return std::move(view.connection); });
  }
  Result<Connection> update_saml(const Connection& connection, SamlPatch patch) {
    return update(connection, {.settings_type = ConnectionType::kSaml, .saml = std::move(patch)});
  }
  Connection by_hand(const std::string& certificates) {
    return update_saml(create(), {.entity_id = "https://idp.test/entity",
                                  .sso_url = "https://idp.test/sso",
                                  .certificates = certificates})
        .value();
  }
  // Follows kUrl, where the provider publishes these certificates.
  Connection by_metadata(const std::vector<std::string>& certificates) {
    http_.publish(kUrl, {.certificates = certificates});
    return update_saml(create(), {.metadata_url = kUrl}).value();
  }

  void sign_somebody_in(const Connection& connection) {
    Connection after = stored(connection);
    after.first_login_time = now();
    must([&](WriteTx& tx) { return tx.connections().update(after); });
  }
  Connection stored(const Connection& connection) {
    return must_read([&](const ReadTx& tx) { return tx.connections().find(environment_.id, connection.id); }).value();
  }
  std::vector<std::string> certificates_of(const Connection& connection) {
    std::vector<std::string> subjects;
    for (const auto& one : stored(connection).saml.provider.certificates) subjects.push_back(one.subject);
    return subjects;
  }
  std::optional<Timestamp> run_due() { return sync_wait(providers_->run_due()); }

  // Events of the organization since the last call, but those of nobody.
  std::vector<std::string> told() {
    std::vector<std::string> types;
    const auto changes = must_read(
        [&](const ReadTx& tx) { return tx.changes().history(environment_.id, acme_.id.str(), last_told_, 1000); });
    for (const ChangeRecord& change : changes) {
      last_told_ = change.owner_seq;
      if (!change.event_type.empty()) types.push_back(change.event_type);
    }
    return types;
  }

  Environment environment_;
  Organization acme_;
  test::SystemRandom random_;
  test::InlineOffload offload_;
  test::Publisher http_;
  std::unique_ptr<KeyRing> key_ring_;
  std::unique_ptr<OidcRelyingParty> party_;
  std::unique_ptr<SamlKeys> keys_;
  std::unique_ptr<Connections> connections_;
  std::unique_ptr<SamlProviders> providers_;
  std::int64_t last_told_ = 0;
};

}  // namespace doorward
