// Authorization codes, grants and refresh tokens.
#include <boost/json/serialize.hpp>

#include "store/sql/document.h"
#include "store/sql/read_row.h"
#include "store/sql/sign_in.h"

namespace doorward::store {
namespace {

namespace json = boost::json;

#define CODE_COLUMNS "environment_id, code_hash, client_id, grant_id, document, create_time, expire_time, used_time"
#define GRANT_COLUMNS \
  "environment_id, id, client_id, session_id, connection_id, document, create_time, revoke_time, revoke_reason"
#define REFRESH_COLUMNS "environment_id, token_hash, grant_id, create_time, expire_time, used_time"
#define REVOKE(column)                                                          \
  "UPDATE authorization_grants SET revoke_time = $3, revoke_reason = $4 WHERE " \
  "environment_id = $1 AND " column " = $2 AND revoke_time IS NULL"
#define ENDED(column)                                                                                               \
  "SELECT DISTINCT g.client_id, g.session_id, s.subject FROM authorization_grants g JOIN sessions s ON "            \
  "s.environment_id = g.environment_id AND s.id = g.session_id WHERE g.environment_id = $1 AND g.revoke_time = $3 " \
  "AND " column " = $2 AND (g.session_id, g.client_id) > ($4, $5) ORDER BY g.session_id, g.client_id LIMIT $6"

constexpr Query kInsertCode{"authorization_codes.insert",
                            "INSERT INTO authorization_codes(" CODE_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Query kFindCode{"authorization_codes.find", "SELECT " CODE_COLUMNS
                                                      " FROM authorization_codes "
                                                      "WHERE environment_id = $1 AND code_hash = $2"};
// Whoever changes the row has used the code: a second one waits for the first and then finds nothing to change.
constexpr Query kUseCode{"authorization_codes.use",
                         "UPDATE authorization_codes SET used_time = $3 WHERE environment_id = $1 AND code_hash = $2 "
                         "AND used_time IS NULL"};

constexpr Query kInsertGrant{"authorization_grants.insert",
                             "INSERT INTO authorization_grants(" GRANT_COLUMNS
                             ", look_time) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $7)"};
constexpr Query kFindGrant{"authorization_grants.find",
                           "SELECT " GRANT_COLUMNS " FROM authorization_grants WHERE environment_id = $1 AND id = $2"};
constexpr Query kGrantsOfSession{"authorization_grants.of_session",
                                 "SELECT " GRANT_COLUMNS
                                 " FROM authorization_grants WHERE environment_id = $1 "
                                 "AND session_id = $2 ORDER BY create_time, id"};
constexpr Query kRevoke{"authorization_grants.revoke", REVOKE("id")};
constexpr Query kRevokeOfSession{"authorization_grants.revoke_of_session", REVOKE("session_id")};
constexpr Query kRevokeOfConnection{"authorization_grants.revoke_of_connection", REVOKE("connection_id")};
constexpr Query kRevokeOfClient{"authorization_grants.revoke_of_client", REVOKE("client_id")};
constexpr Query kEndedOfConnection{"authorization_grants.ended_of_connection", ENDED("g.connection_id")};
constexpr Query kEndedOfClient{"authorization_grants.ended_of_client", ENDED("g.client_id")};
constexpr Query kEndSessionsOfConnection{
    "sessions.end_of_connection",
    "UPDATE sessions SET status = $4, end_time = $3 WHERE environment_id = $1 AND connection_id = $2 AND status = 1"};

constexpr Query kInsertRefresh{"refresh_tokens.insert",
                               "INSERT INTO refresh_tokens(" REFRESH_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kFindRefresh{"refresh_tokens.find", "SELECT " REFRESH_COLUMNS
                                                    " FROM refresh_tokens "
                                                    "WHERE environment_id = $1 AND token_hash = $2"};
constexpr Query kUseRefresh{"refresh_tokens.use",
                            "UPDATE refresh_tokens SET used_time = $3 WHERE environment_id = $1 AND token_hash = $2 "
                            "AND used_time IS NULL"};
#undef ENDED
#undef REVOKE
#undef REFRESH_COLUMNS
#undef GRANT_COLUMNS
#undef CODE_COLUMNS

AuthorizationCode read_code(const Row& row) {
  const json::object document = compact_object_at(row, 4);
  return AuthorizationCode{.environment_id = id_at<EnvironmentId>(row, 0),
                           .code_hash = text_at(row, 1),
                           .client_id = id_at<ApiClientId>(row, 2),
                           .grant_id = id_at<GrantId>(row, 3),
                           .redirect_uri = text_in(document, "redirect_uri"),
                           .code_challenge = text_in(document, "code_challenge"),
                           .nonce = text_in(document, "nonce"),
                           .create_time = time_at(row, 5),
                           .expire_time = time_at(row, 6),
                           .used_time = optional_time_at(row, 7)};
}

json::object write_user(const SignedInUser& user) {
  json::object document{{"organization_id", user.organization_id.str()},
                        {"organization_external_id", user.organization_external_id},
                        {"subject", user.subject},
                        {"email", user.email},
                        {"email_verified", user.email_verified},
                        {"claims", user.claims},
                        {"provider_subject", user.provider_subject},
                        {"provider_session", user.provider_session},
                        {"sealed_logout_hint", user.sealed_logout_hint},
                        {"auth_time", to_micros(user.auth_time)}};
  if (user.session_end) document["session_end"] = to_micros(*user.session_end);
  return document;
}

SignedInUser read_user(const json::object& document, ConnectionId connection) {
  SignedInUser user{.organization_id = OrganizationId(text_in(document, "organization_id")),
                    .organization_external_id = text_in(document, "organization_external_id"),
                    .connection_id = std::move(connection),
                    .subject = text_in(document, "subject"),
                    .email = text_in(document, "email"),
                    .email_verified = flag_in(document, "email_verified"),
                    .claims = document.at("claims").as_object(),
                    .provider_subject = text_in(document, "provider_subject"),
                    .provider_session = text_in(document, "provider_session"),
                    .sealed_logout_hint = text_in(document, "sealed_logout_hint"),
                    .auth_time = from_micros(number_in(document, "auth_time")),
                    .session_end = std::nullopt};
  if (document.contains("session_end")) user.session_end = from_micros(number_in(document, "session_end"));
  return user;
}

Grant read_grant(const Row& row) {
  // Not compact: the claims live on in the grant.
  const json::object document = object_at(row, 5);
  return Grant{.environment_id = id_at<EnvironmentId>(row, 0),
               .id = id_at<GrantId>(row, 1),
               .client_id = id_at<ApiClientId>(row, 2),
               .session_id = id_at<SessionId>(row, 3),
               .auth_request_id = AuthRequestId(text_in(document, "auth_request_id")),
               .scope = text_in(document, "scope"),
               .user = read_user(document.at("user").as_object(), id_at<ConnectionId>(row, 4)),
               .create_time = time_at(row, 6),
               .revoke_time = optional_time_at(row, 7),
               .revoke_reason = text_at(row, 8)};
}

EndedLogin read_ended_login(const Row& row) {
  return EndedLogin{
      .client_id = id_at<ApiClientId>(row, 0), .session_id = id_at<SessionId>(row, 1), .subject = text_at(row, 2)};
}

RefreshToken read_refresh_token(const Row& row) {
  return RefreshToken{.environment_id = id_at<EnvironmentId>(row, 0),
                      .token_hash = text_at(row, 1),
                      .grant_id = id_at<GrantId>(row, 2),
                      .create_time = time_at(row, 3),
                      .expire_time = time_at(row, 4),
                      .used_time = optional_time_at(row, 5)};
}

}  // namespace

Result<void> SqlSignIn::insert(const AuthorizationCode& code) {
  const std::string document = json::serialize(json::object{
      {"redirect_uri", code.redirect_uri}, {"code_challenge", code.code_challenge}, {"nonce", code.nonce}});
  return connection_.post(
      kInsertCode, {code.environment_id, Value::bytes(std::string_view(code.code_hash)), code.client_id, code.grant_id,
                    document, code.create_time, code.expire_time, code.used_time});
}

Result<std::optional<AuthorizationCode>> SqlSignIn::find_code(const EnvironmentId& environment,
                                                              const std::string& code_hash) const {
  return find_one(connection_, kFindCode, {environment, Value::bytes(std::string_view(code_hash))}, read_code);
}

Result<bool> SqlSignIn::use_code(const EnvironmentId& environment, const std::string& code_hash, Timestamp at) {
  DOORWARD_TRY(const auto used,
               connection_.execute(kUseCode, {environment, Value::bytes(std::string_view(code_hash)), at}));
  return used == 1;
}

Result<void> SqlSignIn::insert(const Grant& grant) {
  const std::string document = json::serialize(json::object{
      {"auth_request_id", grant.auth_request_id.str()}, {"scope", grant.scope}, {"user", write_user(grant.user)}});
  return connection_.post(kInsertGrant,
                          {grant.environment_id, grant.id, grant.client_id, grant.session_id, grant.user.connection_id,
                           document, grant.create_time, grant.revoke_time, grant.revoke_reason});
}

Result<std::optional<Grant>> SqlSignIn::find_grant(const EnvironmentId& environment, const GrantId& id) const {
  return find_one(connection_, kFindGrant, {environment, id}, read_grant);
}

Result<std::vector<Grant>> SqlSignIn::grants_of_session(const EnvironmentId& environment,
                                                        const SessionId& session) const {
  return find_all(connection_, kGrantsOfSession, {environment, session}, read_grant);
}

Result<void> SqlSignIn::revoke_grant(const EnvironmentId& environment, const GrantId& id, Timestamp at,
                                     const std::string& reason) {
  return connection_.post(kRevoke, {environment, id, at, reason});
}

Result<void> SqlSignIn::revoke_grants_of_session(const EnvironmentId& environment, const SessionId& session,
                                                 Timestamp at, const std::string& reason) {
  return connection_.post(kRevokeOfSession, {environment, session, at, reason});
}

Result<void> SqlSignIn::revoke_grants_of_connection(const EnvironmentId& environment, const ConnectionId& connection,
                                                    Timestamp at, const std::string& reason) {
  DOORWARD_CHECK(connection_.post(kRevokeOfConnection, {environment, connection, at, reason}));
  return connection_.post(kEndSessionsOfConnection, {environment, connection, at, SessionStatus::kRevoked});
}

Result<void> SqlSignIn::revoke_grants_of_client(const EnvironmentId& environment, const ApiClientId& client,
                                                Timestamp at, const std::string& reason) {
  return connection_.post(kRevokeOfClient, {environment, client, at, reason});
}

Result<std::vector<EndedLogin>> SqlSignIn::ended_logins_of_connection(const EnvironmentId& environment,
                                                                      const ConnectionId& connection, Timestamp at,
                                                                      const EndedLogin& after,
                                                                      std::int64_t limit) const {
  return find_all(connection_, kEndedOfConnection,
                  {environment, connection, at, after.session_id, after.client_id, limit}, read_ended_login);
}

Result<std::vector<EndedLogin>> SqlSignIn::ended_logins_of_client(const EnvironmentId& environment,
                                                                  const ApiClientId& client, Timestamp at,
                                                                  const EndedLogin& after, std::int64_t limit) const {
  return find_all(connection_, kEndedOfClient, {environment, client, at, after.session_id, after.client_id, limit},
                  read_ended_login);
}

Result<void> SqlSignIn::insert(const RefreshToken& token) {
  return connection_.post(kInsertRefresh, {token.environment_id, Value::bytes(std::string_view(token.token_hash)),
                                           token.grant_id, token.create_time, token.expire_time, token.used_time});
}

Result<std::optional<RefreshToken>> SqlSignIn::find_refresh_token(const EnvironmentId& environment,
                                                                  const std::string& token_hash) const {
  return find_one(connection_, kFindRefresh, {environment, Value::bytes(std::string_view(token_hash))},
                  read_refresh_token);
}

Result<bool> SqlSignIn::use_refresh_token(const EnvironmentId& environment, const std::string& token_hash,
                                          Timestamp at) {
  DOORWARD_TRY(const auto used,
               connection_.execute(kUseRefresh, {environment, Value::bytes(std::string_view(token_hash)), at}));
  return used == 1;
}

}  // namespace doorward::store
