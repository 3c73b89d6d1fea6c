#include "app/grants/grants.h"

#include <set>
#include <utility>

#include "app/changes/record.h"
#include "app/keys/secret_text.h"
#include "app/logout_tokens/ended_logins.h"
#include "domain/session_snapshot.h"

namespace doorward {
namespace {

SealedPlace logout_hint_place(const GrantId& grant) {
  return {.table = "authorization_grants", .row_id = grant.str(), .column = "logout_hint"};
}

SessionStatus status_after(SessionEnd end) {
  switch (end) {
    case SessionEnd::kLogout:
    case SessionEnd::kProviderLogout:
      return SessionStatus::kLoggedOut;
    case SessionEnd::kCodeReuse:
    case SessionEnd::kRefreshReuse:
    case SessionEnd::kRevoked:
      break;
  }
  return SessionStatus::kRevoked;
}

}  // namespace

std::string_view session_end_name(SessionEnd end) {
  switch (end) {
    case SessionEnd::kLogout:
      return "logout";
    case SessionEnd::kProviderLogout:
      return "provider_logout";
    case SessionEnd::kCodeReuse:
      return "code_reuse";
    case SessionEnd::kRefreshReuse:
      return "refresh_reuse";
    case SessionEnd::kRevoked:
      return "revoked";
  }
  return "";
}

Result<IssuedCode> Grants::issue_code(WriteTx& tx, const CodeOrder& order, Timestamp now) const {
  IssuedCode issued{.code = make_secret_text(ports_.random),
                    .grant_id = ports_.ids.next<GrantId>(),
                    .session_id = ports_.ids.next<SessionId>()};
  Grant grant{.environment_id = order.environment_id,
              .id = issued.grant_id,
              .client_id = order.request.client_id,
              .session_id = issued.session_id,
              .auth_request_id = order.auth_request_id,
              .scope = order.request.scope,
              .user = order.user,
              .create_time = now,
              .revoke_time = {},
              .revoke_reason = {}};
  grant.user.sealed_logout_hint.clear();
  if (!order.logout_hint.reveal().empty()) {
    grant.user.sealed_logout_hint = ports_.box.seal(logout_hint_place(grant.id), order.logout_hint);
  }
  DOORWARD_CHECK(tx.sign_in().insert(Session{.environment_id = order.environment_id,
                                             .organization_id = order.user.organization_id,
                                             .connection_id = order.user.connection_id,
                                             .id = issued.session_id,
                                             .subject = order.user.subject,
                                             .provider_subject = order.user.provider_subject,
                                             .provider_session = order.user.provider_session,
                                             .create_time = now,
                                             .last_active_time = now,
                                             .end_time = {}}));
  DOORWARD_CHECK(tx.sign_in().insert(grant));
  DOORWARD_CHECK(tx.sign_in().insert(AuthorizationCode{.environment_id = order.environment_id,
                                                       .code_hash = ports_.mac.lookup_hash(issued.code.reveal()),
                                                       .client_id = order.request.client_id,
                                                       .grant_id = issued.grant_id,
                                                       .redirect_uri = order.request.redirect_uri,
                                                       .code_challenge = order.request.code_challenge,
                                                       .nonce = order.request.nonce,
                                                       .create_time = now,
                                                       .expire_time = now + kAuthorizationCodeLife,
                                                       .used_time = {}}));
  return issued;
}

Result<void> Grants::end_session(WriteTx& tx, const Session& session, SessionEnd end, Timestamp now) const {
  if (session.status != SessionStatus::kActive) return {};
  const std::string reason(session_end_name(end));
  Session ended = session;
  ended.status = status_after(end);
  ended.end_time = now;
  DOORWARD_TRY(const bool first, tx.sign_in().end_session(session.environment_id, session.id, ended.status, now));
  if (!first) return {};
  ChangeContext context;
  context.environment_id = session.environment_id;
  context.txn = ports_.ids.next<TransactionId>();
  context.occurred_at = now;
  context.actor = {ActorKind::kSystem, "sign_in"};
  context.cause["reason"] = reason;
  DOORWARD_CHECK(tell_clients(tx, session, context.txn, now));
  DOORWARD_CHECK(tx.sign_in().revoke_grants_of_session(session.environment_id, session.id, now, reason));
  auto record = record_change(context, ports_.ids.next<EventId>(),
                              {.object = ObjectKind::kSession,
                               .object_id = session.id.str(),
                               .display_name = session.subject,
                               .organization_id = session.organization_id,
                               .directory_id = {}},
                              ChangeOp::kUpdate, session_snapshot(session), session_snapshot(ended, reason));
  return record ? tx.changes().append(*std::move(record)) : Result<void>();
}

// Each client once. One whose grants were revoked before, by its disabling, was told then.
Result<void> Grants::tell_clients(WriteTx& tx, const Session& session, const TransactionId& txn, Timestamp now) const {
  DOORWARD_TRY(const auto grants, tx.sign_in().grants_of_session(session.environment_id, session.id));
  std::set<ApiClientId> told;
  for (const Grant& grant : grants) {
    if (grant.revoke_time || !told.insert(grant.client_id).second) continue;
    const EndedLogin login{.client_id = grant.client_id, .session_id = session.id, .subject = session.subject};
    DOORWARD_CHECK(owe_logout(tx, ports_.ids, session.environment_id, login, txn, now));
  }
  return {};
}

Result<void> Grants::end_grant(WriteTx& tx, const Grant& grant, SessionEnd end, Timestamp now) const {
  DOORWARD_TRY(const auto session, tx.sign_in().find_session(grant.environment_id, grant.session_id));
  if (session && session->status == SessionStatus::kActive) return end_session(tx, *session, end, now);
  return tx.sign_in().revoke_grant(grant.environment_id, grant.id, now, std::string(session_end_name(end)));
}

Result<Secret<std::string>> Grants::logout_hint(const Grant& grant) const {
  if (grant.user.sealed_logout_hint.empty()) return Secret<std::string>();
  return ports_.box.open(logout_hint_place(grant.id), grant.user.sealed_logout_hint);
}

}  // namespace doorward
