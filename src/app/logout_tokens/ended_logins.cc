#include "app/logout_tokens/ended_logins.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "app/jobs/job_state.h"
#include "app/logout_tokens/logout_job.h"

namespace doorward {
namespace {

Result<std::optional<ApiClient>> find_told(WriteTx& tx, const EnvironmentId& environment, const ApiClientId& id) {
  DOORWARD_TRY(auto client, tx.clients().find(id));
  if (client && client->environment_id != environment) client.reset();
  return client;
}

Result<void> insert_jobs(WriteTx& tx, Ids& ids, const ApiClient& client, const EndedLogin& login,
                         const TransactionId& txn, Timestamp now) {
  for (const std::string& uri : client.back_channel_logout_uris) {
    DOORWARD_CHECK(
        tx.jobs().insert(logout_job(ids.next<JobId>(), txn, client.environment_id, {.login = login, .uri = uri}, now)));
  }
  return {};
}

Job ended_logins_job(Ids& ids, const EnvironmentId& environment, std::string owner_id, const LoginsEnd& end) {
  return {.environment_id = environment,
          .id = ids.next<JobId>(),
          .owner_id = std::move(owner_id),
          .kind = std::string(kEndedLoginsJob),
          .txn = end.txn,
          .state = {{"ended_at", to_micros(end.at)}},
          .run_after = end.at,
          .create_time = end.at};
}

Result<std::vector<EndedLogin>> next_logins(WriteTx& tx, const Job& job) {
  const Timestamp at = from_micros(job_number(job.state, "ended_at"));
  const EndedLogin after{.client_id = ApiClientId(job_text(job.state, "after_client")),
                         .session_id = SessionId(job_text(job.state, "after_session")),
                         .subject = {}};
  const ConnectionId connection(job_text(job.state, "connection_id"));
  if (!connection.empty()) {
    return tx.sign_in().ended_logins_of_connection(job.environment_id, connection, at, after, kEndedLoginsBatch);
  }
  return tx.sign_in().ended_logins_of_client(job.environment_id, ApiClientId(job_text(job.state, "client_id")), at,
                                             after, kEndedLoginsBatch);
}

Result<bool> run_ended_logins(WriteTx& tx, Job& job, Ids& ids, Timestamp now) {
  DOORWARD_TRY(const auto logins, next_logins(tx, job));
  std::map<ApiClientId, std::optional<ApiClient>> clients;
  for (const EndedLogin& login : logins) {
    auto known = clients.find(login.client_id);
    if (known == clients.end()) {
      DOORWARD_TRY(auto client, find_told(tx, job.environment_id, login.client_id));
      known = clients.emplace(login.client_id, std::move(client)).first;
    }
    if (known->second) DOORWARD_CHECK(insert_jobs(tx, ids, *known->second, login, job.txn, now));
  }
  if (static_cast<std::int64_t>(logins.size()) < kEndedLoginsBatch) return true;
  job.state["after_session"] = logins.back().session_id.str();
  job.state["after_client"] = logins.back().client_id.str();
  return false;
}

}  // namespace

Result<void> owe_logout(WriteTx& tx, Ids& ids, const EnvironmentId& environment, const EndedLogin& login,
                        const TransactionId& txn, Timestamp now) {
  DOORWARD_TRY(const auto client, find_told(tx, environment, login.client_id));
  return client ? insert_jobs(tx, ids, *client, login, txn, now) : Result<void>();
}

Result<void> end_logins_of_connection(WriteTx& tx, Ids& ids, const EnvironmentId& environment,
                                      const ConnectionId& connection, const LoginsEnd& end) {
  DOORWARD_CHECK(tx.sign_in().revoke_grants_of_connection(environment, connection, end.at, end.reason));
  Job job = ended_logins_job(ids, environment, connection.str(), end);
  job.state["connection_id"] = connection.str();
  return tx.jobs().insert(job);
}

Result<void> end_logins_of_client(WriteTx& tx, Ids& ids, const EnvironmentId& environment, const ApiClientId& client,
                                  const LoginsEnd& end) {
  DOORWARD_CHECK(tx.sign_in().revoke_grants_of_client(environment, client, end.at, end.reason));
  Job job = ended_logins_job(ids, environment, client.str(), end);
  job.state["client_id"] = client.str();
  return tx.jobs().insert(job);
}

void handle_ended_logins(JobRunner& runner, Ids& ids, Clock& clock) {
  runner.handle(kEndedLoginsJob,
                [&ids, &clock](WriteTx& tx, Job& job) { return run_ended_logins(tx, job, ids, clock.now()); });
}

}  // namespace doorward
