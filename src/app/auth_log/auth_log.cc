#include "app/auth_log/auth_log.h"

#include <utility>

#include "base/log.h"

namespace doorward {
namespace {

void log_failure(const AuthRequest& attempt) {
  if (attempt.status != AuthRequestStatus::kFailure) return;
  log::warning("sign_in.refused", {{"reason", attempt.reason},
                                   {"step", attempt.steps.empty() ? std::string() : attempt.steps.back().name},
                                   {"auth_request_id", attempt.id.str()},
                                   {"client_id", attempt.client_id.str()},
                                   {"connection_id", attempt.connection_id.str()},
                                   {"request_id", attempt.request_id}});
}

void log_loss(const AuthRequestId& id, const Error& error) {
  log::error("auth_log.lost",
             {{"auth_request_id", id.str()}, {"reason", reason_name(error.reason)}, {"detail", error.detail}});
}

}  // namespace

AuthRequest AuthLog::begin(const EnvironmentId& environment, LoginWorkflow workflow, const ApiClientId& client,
                           std::string request_id) const {
  AuthRequest attempt;
  attempt.environment_id = environment;
  attempt.id = ids_.next<AuthRequestId>();
  attempt.client_id = client;
  attempt.workflow = workflow;
  attempt.request_id = std::move(request_id);
  attempt.create_time = attempt.update_time = clock_.now();
  return attempt;
}

Result<void> AuthLog::amend(WriteTx& tx, const EnvironmentId& environment, const AuthRequestId& id,
                            const std::function<void(AuthRequest&)>& change) {
  DOORWARD_TRY(auto attempt, tx.auth_requests().lock(environment, id));
  if (!attempt) return {};
  change(*attempt);
  return tx.auth_requests().update(*attempt);
}

task<void> AuthLog::save(AuthRequest attempt, std::string source, std::optional<AuthRequestMessage> message) {
  log_failure(attempt);
  if (attempt.status == AuthRequestStatus::kFailure) {
    if (!refused_.check(source)) co_return;
    refused_.record_failure(source);
  }
  const auto saved = co_await store_.write("auth_log.save", {}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(insert(tx, attempt));
    return message ? tx.auth_requests().keep_message(*message) : Result<void>();
  });
  if (!saved) log_loss(attempt.id, saved.error());
}

task<void> AuthLog::note(EnvironmentId environment, AuthRequestId id, std::function<void(AuthRequest&)> change,
                         std::optional<AuthRequestMessage> message) {
  AuthRequest noted;
  const auto saved = co_await store_.write("auth_log.note", {}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(amend(tx, environment, id, [&](AuthRequest& attempt) {
      change(attempt);
      noted = attempt;
    }));
    const bool is_kept = message && !noted.id.empty();
    return is_kept ? tx.auth_requests().keep_message(*message) : Result<void>();
  });
  if (saved) {
    log_failure(noted);
  } else {
    log_loss(id, saved.error());
  }
}

}  // namespace doorward
