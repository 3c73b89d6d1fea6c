// The authentication log: every attempt to sign in leaves one entry, which later steps complete. Whoever decides
// something about an attempt writes it here: in the transaction of the decision where there is one, else by save() and
// note().
//
// Anybody can send a browser to /oauth/authorize. What is refused there before an identity provider was chosen is
// therefore kept at a bounded rate for each source (save()); what is beyond is in the server's log only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/auth_log/attempt.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. An attempt of an id that retention has taken away is left alone by all methods: there is nothing to add
// to.
class AuthLog {
 public:
  // Refused attempts of one source that are logged in a row, then one each second.
  static constexpr FailureLimiter::Limits kRefusedLimits{.burst = 60, .refill_per_second = 1};

  AuthLog(Store& store, const Clock& clock, Ids& ids)
      : store_(store), clock_(clock), ids_(ids), refused_(clock, kRefusedLimits) {}

  // A new entry, INITIATED, in memory only.
  AuthRequest begin(const EnvironmentId& environment, LoginWorkflow workflow, const ApiClientId& client,
                    std::string request_id = {}) const;

  Timestamp now() const { return clock_.now(); }

  // Inside the caller's transaction.
  static Result<void> insert(WriteTx& tx, const AuthRequest& attempt) { return tx.auth_requests().insert(attempt); }
  static Result<void> update(WriteTx& tx, const AuthRequest& attempt) { return tx.auth_requests().update(attempt); }
  // Reads the entry, lets `change` add to it, and stores it.
  static Result<void> amend(WriteTx& tx, const EnvironmentId& environment, const AuthRequestId& id,
                            const std::function<void(AuthRequest&)>& change);

  // In a transaction of their own, where the decision was to change nothing else. They never fail the request: what
  // cannot be stored is told in the server's log. A failure that they keep is a line there too ("sign_in.refused").
  // A new entry that has ended; `source` is the peer's address, for the bound above if it was refused. `message` goes
  // with it.
  task<void> save(AuthRequest attempt, std::string source, std::optional<AuthRequestMessage> message = std::nullopt);
  // Adds to an entry that exists.
  task<void> note(EnvironmentId environment, AuthRequestId id, std::function<void(AuthRequest&)> change,
                  std::optional<AuthRequestMessage> message = std::nullopt);

 private:
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  FailureLimiter refused_;
};

}  // namespace doorward
