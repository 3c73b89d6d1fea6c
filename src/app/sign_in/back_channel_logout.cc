#include "app/sign_in/back_channel_logout.h"

#include <optional>
#include <utility>

namespace doorward {

task<Result<void>> BackChannelLogout::end_sessions(ConnectionId id, std::string logout_token,
                                                   std::chrono::steady_clock::time_point deadline) {
  DOORWARD_CO_TRY(
      const auto connection,
      co_await ports_.store.read("back_channel_logout.find", {.deadline = deadline, .one_statement = true},
                                 [&](const ReadTx& tx) { return tx.connections().find(environment_, id); }));
  if (!connection || connection->type != ConnectionType::kOidc) {
    co_return failure(Reason::kConnectionNotFound, "There is no such connection.");
  }
  DOORWARD_CO_TRY(const oidc::LogoutNotice notice,
                  co_await relying_party_.read_logout_token(*connection, logout_token, deadline));
  const Timestamp now = ports_.clock.now();
  co_return co_await ports_.store.write(
      "back_channel_logout.end", {.deadline = deadline, .serial_key = id.str()}, [&](WriteTx& tx) -> Result<void> {
        SignInRepository& sign_in = tx.sign_in();
        DOORWARD_TRY(const bool is_new,
                     sign_in.note_seen(environment_, "logout_token:" + id.str(), notice.token_id, notice.expires_at));
        if (!is_new) return failure(Reason::kReplay, "The logout token was used before.");
        DOORWARD_TRY(const auto sessions,
                     sign_in.sessions_at_provider(environment_, id, notice.subject, notice.session));
        for (const Session& session : sessions) {
          DOORWARD_CHECK(grants_.end_session(tx, session, SessionEnd::kProviderLogout, now));
        }
        return {};
      });
}

}  // namespace doorward
