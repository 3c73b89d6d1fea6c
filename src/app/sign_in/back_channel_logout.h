// An identity provider says that somebody has logged out there (OpenID Connect Back-Channel Logout 1.0).
#pragma once

#include <chrono>
#include <string>

#include "app/grants/grants.h"
#include "app/relying_party/oidc_relying_party.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. Everything borrowed must outlive it.
class BackChannelLogout {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
  };

  BackChannelLogout(Ports ports, OidcRelyingParty& relying_party, const Grants& grants, EnvironmentId environment)
      : ports_(ports), relying_party_(relying_party), grants_(grants), environment_(std::move(environment)) {}

  // Ends the sessions that the token means, of this connection only; nothing that they granted works any longer.
  // kConnectionNotFound; kLogoutToken; kReplay for a token that was accepted before; the errors of
  // OidcRelyingParty::read_logout_token and of the store.
  task<Result<void>> end_sessions(ConnectionId connection, std::string logout_token,
                                  std::chrono::steady_clock::time_point deadline);

 private:
  const Ports ports_;
  OidcRelyingParty& relying_party_;
  const Grants& grants_;
  const EnvironmentId environment_;
};

}  // namespace doorward
