// Use cases of clients: the applications of this environment that sign people in and call the API.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/clients/client_rules.h"
#include "app/paging/page_token.h"
#include "app/tokens/client_states.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "domain/caller.h"
#include "domain/environment.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::int64_t kMaxClients = 1000;  // of one environment

struct ListClients {
  std::vector<ClientType> types;  // empty: of every type
  std::uint32_t page_size = 0;
  std::string page_token;
};

struct ClientList {
  std::vector<ClientState> clients;  // newest first
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

// All methods: the caller's environment bounds what can be seen; kClientNotFound for anything else. What changes here
// counts from the moment the method returns on this node, and within ClientStates::kMaxAge on others. Every change
// leaves a record in the environment's history, unless nothing differs: then nothing happens.
class Clients {
 public:
  Clients(Store& store, const Clock& clock, Ids& ids, const Mac& mac, ClientStates& states, EnvironmentKind environment)
      : store_(store), clock_(clock), ids_(ids), page_tokens_(mac), states_(states), environment_(environment) {}

  // Without a secret. The errors of check_client_patch(); kClientTypeNotSupported for the environment's own client,
  // which the first start makes; kClientLimit.
  task<Result<ClientState>> create(const Caller& by, ClientType type, ClientPatch settings);
  task<Result<ClientState>> get(const Caller& by, ApiClientId id);
  task<Result<ClientList>> list(const Caller& by, ListClients query);
  // The errors of check_client_patch() and check_client_defaults(). Disabling revokes what people granted the client.
  task<Result<ClientState>> update(const Caller& by, ApiClientId id, ClientPatch patch);
  // With its secrets; revokes what people granted it. kClientInUse for the environment's own client.
  task<Result<void>> remove(const Caller& by, ApiClientId id);

 private:
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  PageTokens page_tokens_;
  ClientStates& states_;
  EnvironmentKind environment_;
};

}  // namespace doorward
