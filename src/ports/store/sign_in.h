#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/sign_in.h"

namespace doorward {

// What is used at most once, by whichever node: each take_ and use_ method succeeds for one caller, whatever the race.
class SignInRepository {
 public:
  virtual ~SignInRepository() = default;

  virtual Result<void> insert(const LoginTransaction& transaction) = 0;
  virtual Result<std::optional<LoginTransaction>> find_transaction(const EnvironmentId& environment,
                                                                   const std::string& state_hash) const = 0;
  // Removes it; false when it was gone.
  virtual Result<bool> take_transaction(const EnvironmentId& environment, const std::string& state_hash) = 0;

  virtual Result<void> insert(const AuthorizationCode& code) = 0;
  virtual Result<std::optional<AuthorizationCode>> find_code(const EnvironmentId& environment,
                                                             const std::string& code_hash) const = 0;
  // Marks it used; false when it was.
  virtual Result<bool> use_code(const EnvironmentId& environment, const std::string& code_hash, Timestamp at) = 0;

  virtual Result<void> insert(const Grant& grant) = 0;
  virtual Result<std::optional<Grant>> find_grant(const EnvironmentId& environment, const GrantId& id) const = 0;
  // Oldest first, revoked ones too.
  virtual Result<std::vector<Grant>> grants_of_session(const EnvironmentId& environment,
                                                       const SessionId& session) const = 0;
  // Those that are not revoked yet.
  virtual Result<void> revoke_grant(const EnvironmentId& environment, const GrantId& id, Timestamp at,
                                    const std::string& reason) = 0;
  virtual Result<void> revoke_grants_of_session(const EnvironmentId& environment, const SessionId& session,
                                                Timestamp at, const std::string& reason) = 0;
  // With the sessions of the connection: what happens when it is disabled or deleted.
  virtual Result<void> revoke_grants_of_connection(const EnvironmentId& environment, const ConnectionId& connection,
                                                   Timestamp at, const std::string& reason) = 0;
  virtual Result<void> revoke_grants_of_client(const EnvironmentId& environment, const ApiClientId& client,
                                               Timestamp at, const std::string& reason) = 0;

  // The logins whose grants were revoked at `at`, of a connection or of a client: each once, in the order of session
  // and client, from behind `after` on (empty: from the first); at most `limit`.
  virtual Result<std::vector<EndedLogin>> ended_logins_of_connection(const EnvironmentId& environment,
                                                                     const ConnectionId& connection, Timestamp at,
                                                                     const EndedLogin& after,
                                                                     std::int64_t limit) const = 0;
  virtual Result<std::vector<EndedLogin>> ended_logins_of_client(const EnvironmentId& environment,
                                                                 const ApiClientId& client, Timestamp at,
                                                                 const EndedLogin& after, std::int64_t limit) const = 0;

  virtual Result<void> insert(const RefreshToken& token) = 0;
  virtual Result<std::optional<RefreshToken>> find_refresh_token(const EnvironmentId& environment,
                                                                 const std::string& token_hash) const = 0;
  // Marks it used; false when it was.
  virtual Result<bool> use_refresh_token(const EnvironmentId& environment, const std::string& token_hash,
                                         Timestamp at) = 0;

  virtual Result<void> insert(const Session& session) = 0;
  virtual Result<std::optional<Session>> find_session(const EnvironmentId& environment, const SessionId& id) const = 0;
  // Notes that an active session was in use; false when it is over.
  virtual Result<bool> touch_session(const EnvironmentId& environment, const SessionId& id, Timestamp at) = 0;
  // Ends an active session; false when it had ended: an end is never changed.
  virtual Result<bool> end_session(const EnvironmentId& environment, const SessionId& id, SessionStatus end,
                                   Timestamp at) = 0;
  // Active sessions of a person at a provider: by its subject, its session, or both; an empty text does not narrow, and
  // at least one is not empty.
  virtual Result<std::vector<Session>> sessions_at_provider(const EnvironmentId& environment,
                                                            const ConnectionId& connection,
                                                            const std::string& provider_subject,
                                                            const std::string& provider_session) const = 0;

  virtual Result<void> insert(const PushedRequest& request) = 0;
  // Removes and returns it; nullopt when there is none, or no longer.
  virtual Result<std::optional<PushedRequest>> take_pushed_request(const EnvironmentId& environment,
                                                                   const std::string& uri_hash, Timestamp now) = 0;

  // Notes that `key` (a `jti`, a nonce) was seen, until `expire_time`; false when it had been. `kind` keeps apart what
  // has nothing to do with each other, e.g. "client_assertion:skc_1", "logout_token:conn_1".
  virtual Result<bool> note_seen(const EnvironmentId& environment, const std::string& kind, const std::string& key,
                                 Timestamp expire_time) = 0;

  // Forgets what ran out before `now`: transactions, refresh tokens, pushed requests, seen keys. And what ran out
  // before `ended_before`: codes, grants that are revoked or older and without a refresh token, sessions without
  // grants. At most `limit` rows of each; whether there may be more.
  virtual Result<bool> purge(Timestamp now, Timestamp ended_before, std::int64_t limit) = 0;
};

}  // namespace doorward
