// What every test here stands on: a store with one environment, its own client, and the use cases.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/clients/client_secrets.h"
#include "app/clients/clients.h"
#include "app/keys/key_ring.h"
#include "ports/test_doubles.h"
#include "store/suite.h"

namespace doorward {

inline constexpr store::DatabaseKind kDatabases[] = {store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres};

class ClientSuite : public store::StoreSuite {
 protected:
  void SetUp() override;

  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }
  Caller stranger() const { return {.kind = CallerKind::kApiClient, .environment_id = other_.id, .id = "skc_2"}; }

  Clients clients(EnvironmentKind kind = EnvironmentKind::kDevelopment) {
    return Clients(store(), clock_, ids(), *keys_, *states_, kind);
  }
  ClientSecrets secrets() { return ClientSecrets(store(), clock_, ids(), random_, *keys_, *states_); }

  Result<ClientState> create(ClientType type, ClientPatch settings) {
    auto use_cases = clients();
    if (!settings.name) settings.name = "Shop";
    return sync_wait(use_cases.create(caller(), type, std::move(settings)));
  }
  ApiClientId created(ClientType type = ClientType::kWebApp, ClientPatch settings = {}) {
    return create(type, std::move(settings)).value().client.id;
  }
  Result<ClientState> update(const ApiClientId& id, ClientPatch patch) {
    auto use_cases = clients();
    return sync_wait(use_cases.update(caller(), id, std::move(patch)));
  }
  Result<ClientState> get(const ApiClientId& id) {
    auto use_cases = clients();
    return sync_wait(use_cases.get(caller(), id));
  }
  Result<void> remove(const ApiClientId& id) {
    auto use_cases = clients();
    return sync_wait(use_cases.remove(caller(), id));
  }
  // What this node knows of a client, remembered or read.
  std::shared_ptr<const ClientState> known(const ApiClientId& id);

  // "Client create", "ClientSecret update", in the order of the environment's history.
  std::vector<std::string> history();
  std::vector<ChangeRecord> records();

  Environment environment_;
  Environment other_;
  ApiClientId own_;  // the environment's own client, with one secret
  ClientSecretId own_secret_;
  test::SystemRandom random_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<ClientStates> states_;
};

}  // namespace doorward
