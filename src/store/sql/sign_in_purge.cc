#include <array>

#include "store/sql/sign_in.h"

namespace doorward::store {
namespace {

#define DELETE_EXPIRED(table, key)                                                                       \
  "DELETE FROM " table " WHERE (environment_id, " key ") IN (SELECT environment_id, " key " FROM " table \
  " WHERE expire_time < $1 ORDER BY expire_time LIMIT $2)"
#define TOKENS_OF_GRANT                                                      \
  "refresh_tokens.environment_id = authorization_grants.environment_id AND " \
  "refresh_tokens.grant_id = authorization_grants.id"

constexpr std::array kExpired{
    Query{"login_transactions.purge", DELETE_EXPIRED("login_transactions", "state_hash")},
    Query{"refresh_tokens.purge", DELETE_EXPIRED("refresh_tokens", "token_hash")},
    Query{"pushed_requests.purge", DELETE_EXPIRED("pushed_requests", "uri_hash")},
    Query{"seen_keys.purge", DELETE_EXPIRED("seen_keys", "kind, seen_key")},
};
// One that is refreshed again and again is looked at when its last token runs out, and not in each round.
constexpr Query kPostpone{
    "authorization_grants.postpone",
    "UPDATE authorization_grants SET look_time = (SELECT max(expire_time) FROM refresh_tokens WHERE " TOKENS_OF_GRANT
    ") - $3 WHERE (environment_id, id) IN (SELECT environment_id, id FROM authorization_grants WHERE look_time < $1 "
    "AND revoke_time IS NULL AND EXISTS (SELECT 1 FROM refresh_tokens WHERE " TOKENS_OF_GRANT
    ") ORDER BY look_time LIMIT $2)"};
// In this order: a grant goes when nothing hangs on it, a session when no grant does. Codes stay for a while, so that
// a second use is noticed long after the first.
constexpr std::array kEnded{
    Query{"authorization_codes.purge", DELETE_EXPIRED("authorization_codes", "code_hash")},
    Query{"authorization_grants.purge_revoked",
          "DELETE FROM authorization_grants WHERE (environment_id, id) IN (SELECT environment_id, id "
          "FROM authorization_grants WHERE revoke_time < $1 ORDER BY revoke_time LIMIT $2)"},
    Query{"authorization_grants.purge_ended",
          "DELETE FROM authorization_grants WHERE (environment_id, id) IN (SELECT environment_id, id "
          "FROM authorization_grants WHERE look_time < $1 AND revoke_time IS NULL AND NOT EXISTS (SELECT 1 FROM "
          "refresh_tokens WHERE " TOKENS_OF_GRANT ") ORDER BY look_time LIMIT $2)"},
    Query{"sessions.purge",
          "DELETE FROM sessions WHERE (environment_id, id) IN (SELECT environment_id, id FROM sessions "
          "WHERE last_active_time < $1 AND (end_time IS NULL OR end_time < $1) AND NOT EXISTS (SELECT 1 FROM "
          "authorization_grants WHERE authorization_grants.environment_id = sessions.environment_id AND "
          "authorization_grants.session_id = sessions.id) ORDER BY last_active_time LIMIT $2)"},
};
#undef TOKENS_OF_GRANT
#undef DELETE_EXPIRED

}  // namespace

Result<bool> SqlSignIn::purge(Timestamp now, Timestamp ended_before, std::int64_t limit) {
  bool more = false;
  for (const Query& query : kExpired) {
    DOORWARD_TRY(const auto removed, connection_.execute(query, {now, limit}));
    more = more || removed >= limit;
  }
  const std::int64_t kept_for = std::chrono::duration_cast<std::chrono::microseconds>(now - ended_before).count();
  DOORWARD_TRY(const auto postponed, connection_.execute(kPostpone, {ended_before, limit, kept_for}));
  more = more || postponed >= limit;
  for (const Query& query : kEnded) {
    DOORWARD_TRY(const auto removed, connection_.execute(query, {ended_before, limit}));
    more = more || removed >= limit;
  }
  return more;
}

}  // namespace doorward::store
