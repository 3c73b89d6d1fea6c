#include "store/sql/read_row.h"
#include "store/sql/sign_in.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                               \
  "environment_id, organization_id, connection_id, id, subject, provider_subject, provider_session, status, " \
  "create_time, last_active_time, end_time"
// The literal lets PostgreSQL see that the index of active sessions has all of them.
#define AT_PROVIDER "SELECT " COLUMNS " FROM sessions WHERE environment_id = $1 AND connection_id = $2 AND status = 1 "
#define OLDEST_FIRST " ORDER BY create_time, id"

constexpr Query kInsert{"sessions.insert",
                        "INSERT INTO sessions(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr Query kFind{"sessions.find", "SELECT " COLUMNS " FROM sessions WHERE environment_id = $1 AND id = $2"};
constexpr Query kTouch{
    "sessions.touch", "UPDATE sessions SET last_active_time = $3 WHERE environment_id = $1 AND id = $2 AND status = 1"};
constexpr Query kEnd{
    "sessions.end",
    "UPDATE sessions SET status = $3, end_time = $4 WHERE environment_id = $1 AND id = $2 AND status = 1"};
constexpr Query kOfSubject{"sessions.of_provider_subject", AT_PROVIDER "AND provider_subject = $3" OLDEST_FIRST};
constexpr Query kOfSession{"sessions.of_provider_session",
                           AT_PROVIDER "AND provider_session <> '' AND provider_session = $3" OLDEST_FIRST};
#undef OLDEST_FIRST
#undef AT_PROVIDER
#undef COLUMNS

Session read_session(const Row& row) {
  return Session{.environment_id = id_at<EnvironmentId>(row, 0),
                 .organization_id = id_at<OrganizationId>(row, 1),
                 .connection_id = id_at<ConnectionId>(row, 2),
                 .id = id_at<SessionId>(row, 3),
                 .subject = text_at(row, 4),
                 .provider_subject = text_at(row, 5),
                 .provider_session = text_at(row, 6),
                 .status = enum_at<SessionStatus>(row, 7),
                 .create_time = time_at(row, 8),
                 .last_active_time = time_at(row, 9),
                 .end_time = optional_time_at(row, 10)};
}

}  // namespace

Result<void> SqlSignIn::insert(const Session& session) {
  return connection_.post(kInsert, {session.environment_id, session.organization_id, session.connection_id, session.id,
                                    session.subject, session.provider_subject, session.provider_session, session.status,
                                    session.create_time, session.last_active_time, session.end_time});
}

Result<std::optional<Session>> SqlSignIn::find_session(const EnvironmentId& environment, const SessionId& id) const {
  return find_one(connection_, kFind, {environment, id}, read_session);
}

Result<bool> SqlSignIn::touch_session(const EnvironmentId& environment, const SessionId& id, Timestamp at) {
  DOORWARD_TRY(const auto rows, connection_.execute(kTouch, {environment, id, at}));
  return rows > 0;
}

Result<bool> SqlSignIn::end_session(const EnvironmentId& environment, const SessionId& id, SessionStatus end,
                                    Timestamp at) {
  DOORWARD_TRY(const auto rows, connection_.execute(kEnd, {environment, id, end, at}));
  return rows > 0;
}

Result<std::vector<Session>> SqlSignIn::sessions_at_provider(const EnvironmentId& environment,
                                                             const ConnectionId& connection,
                                                             const std::string& provider_subject,
                                                             const std::string& provider_session) const {
  if (provider_session.empty()) {
    return find_all(connection_, kOfSubject, {environment, connection, provider_subject}, read_session);
  }
  DOORWARD_TRY(auto sessions,
               find_all(connection_, kOfSession, {environment, connection, provider_session}, read_session));
  if (!provider_subject.empty()) {
    std::erase_if(sessions, [&](const Session& session) { return session.provider_subject != provider_subject; });
  }
  return sessions;
}

}  // namespace doorward::store
