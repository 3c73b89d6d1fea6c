// Split by what it keeps: login_transactions.cc (with pushed requests and seen keys), grants.cc (with codes and refresh
// tokens), sessions.cc, sign_in_purge.cc.
#pragma once

#include "ports/store/sign_in.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlSignIn : public SignInRepository {
 public:
  explicit SqlSignIn(Connection& connection) : connection_(connection) {}

  Result<void> insert(const LoginTransaction& transaction) override;
  Result<std::optional<LoginTransaction>> find_transaction(const EnvironmentId& environment,
                                                           const std::string& state_hash) const override;
  Result<bool> take_transaction(const EnvironmentId& environment, const std::string& state_hash) override;

  Result<void> insert(const AuthorizationCode& code) override;
  Result<std::optional<AuthorizationCode>> find_code(const EnvironmentId& environment,
                                                     const std::string& code_hash) const override;
  Result<bool> use_code(const EnvironmentId& environment, const std::string& code_hash, Timestamp at) override;

  Result<void> insert(const Grant& grant) override;
  Result<std::optional<Grant>> find_grant(const EnvironmentId& environment, const GrantId& id) const override;
  Result<std::vector<Grant>> grants_of_session(const EnvironmentId& environment,
                                               const SessionId& session) const override;
  Result<void> revoke_grant(const EnvironmentId& environment, const GrantId& id, Timestamp at,
                            const std::string& reason) override;
  Result<void> revoke_grants_of_session(const EnvironmentId& environment, const SessionId& session, Timestamp at,
                                        const std::string& reason) override;
  Result<void> revoke_grants_of_connection(const EnvironmentId& environment, const ConnectionId& connection,
                                           Timestamp at, const std::string& reason) override;
  Result<void> revoke_grants_of_client(const EnvironmentId& environment, const ApiClientId& client, Timestamp at,
                                       const std::string& reason) override;

  Result<std::vector<EndedLogin>> ended_logins_of_connection(const EnvironmentId& environment,
                                                             const ConnectionId& connection, Timestamp at,
                                                             const EndedLogin& after,
                                                             std::int64_t limit) const override;
  Result<std::vector<EndedLogin>> ended_logins_of_client(const EnvironmentId& environment, const ApiClientId& client,
                                                         Timestamp at, const EndedLogin& after,
                                                         std::int64_t limit) const override;

  Result<void> insert(const RefreshToken& token) override;
  Result<std::optional<RefreshToken>> find_refresh_token(const EnvironmentId& environment,
                                                         const std::string& token_hash) const override;
  Result<bool> use_refresh_token(const EnvironmentId& environment, const std::string& token_hash,
                                 Timestamp at) override;

  Result<void> insert(const Session& session) override;
  Result<std::optional<Session>> find_session(const EnvironmentId& environment, const SessionId& id) const override;
  Result<bool> touch_session(const EnvironmentId& environment, const SessionId& id, Timestamp at) override;
  Result<bool> end_session(const EnvironmentId& environment, const SessionId& id, SessionStatus end,
                           Timestamp at) override;
  Result<std::vector<Session>> sessions_at_provider(const EnvironmentId& environment, const ConnectionId& connection,
                                                    const std::string& provider_subject,
                                                    const std::string& provider_session) const override;

  Result<void> insert(const PushedRequest& request) override;
  Result<std::optional<PushedRequest>> take_pushed_request(const EnvironmentId& environment,
                                                           const std::string& uri_hash, Timestamp now) override;

  Result<bool> note_seen(const EnvironmentId& environment, const std::string& kind, const std::string& key,
                         Timestamp expire_time) override;

  Result<bool> purge(Timestamp now, Timestamp ended_before, std::int64_t limit) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
