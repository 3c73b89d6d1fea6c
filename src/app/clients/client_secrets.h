// Use cases of the secrets by which a client proves itself.
//
// Several may be in force at a time, so that an application can be changed over while both work. Values are shown once,
// when they are made; only keyed hashes are kept. What ends here is refused by this node from the moment the method
// returns, and by others within ClientStates::kMaxAge, with the tokens that it bought.
#pragma once

#include <cstddef>
#include <optional>

#include "app/tokens/client_states.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "domain/caller.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxClientSecrets = 10;  // in force or not; those that ran out make room for new ones
inline constexpr Duration kDefaultClientSecretOverlap = std::chrono::hours(24);
inline constexpr Duration kMaxClientSecretOverlap = std::chrono::days(30);
inline constexpr Duration kMaxClientSecretLife = std::chrono::days(3660);  // ten years

struct ClientSecretRotation {
  Duration overlap = kDefaultClientSecretOverlap;  // how long the others stay in force; 0: they are deactivated
  std::optional<Timestamp> expire_time;            // of the new one
};

struct NewClientSecret {
  ClientSecret secret;
  Secret<std::string> plain;  // shown this once
};

// All methods: kClientNotFound for what the caller's environment does not have.
class ClientSecrets {
 public:
  ClientSecrets(Store& store, const Clock& clock, Ids& ids, Random& random, const Mac& mac, ClientStates& states)
      : store_(store), clock_(clock), ids_(ids), random_(random), mac_(mac), states_(states) {}

  // One more. kClientSecretLimit; kClientTypeNotSupported for a public client, which cannot keep a secret.
  task<Result<NewClientSecret>> create(const Caller& by, ApiClientId client);
  // As create(), and gives the others an end; one that they have already is not put off. kInvalidArgument at `overlap`
  // (below 0, above kMaxClientSecretOverlap) and at `expire_time` (past, beyond kMaxClientSecretLife).
  task<Result<NewClientSecret>> rotate(const Caller& by, ApiClientId client, ClientSecretRotation rotation);
  // kClientSecretNotFound; kLastClientSecret for the last one in force of the environment's own client, without which
  // nobody could call the API.
  task<Result<ClientSecret>> set_status(const Caller& by, ApiClientId client, ClientSecretId id, SecretStatus status);
  // The same errors.
  task<Result<void>> remove(const Caller& by, ApiClientId client, ClientSecretId id);

 private:
  struct Terms {
    std::optional<Duration> overlap;  // absent: the others stay as they are
    std::optional<Timestamp> expire_time;
  };
  task<Result<NewClientSecret>> add(const Caller& by, ApiClientId client, Terms terms);

  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  Random& random_;
  const Mac& mac_;
  ClientStates& states_;
};

}  // namespace doorward
