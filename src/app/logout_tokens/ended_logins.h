// The end of logins, and what is written down with it so that the applications are told: in the transaction that ends
// them, so no end goes untold and nothing is told that did not happen.
//
// Few logins at a time (a session) leave a job for each URI at once. Those of a whole connection or client leave one
// job, which makes the others in batches.
#pragma once

#include <string>

#include "app/jobs/job_runner.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/sign_in.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::string_view kEndedLoginsJob = "logins.ended";
inline constexpr std::int64_t kEndedLoginsBatch = 100;

// When logins end, by which transaction, and why: the reason of their grants' revocation.
struct LoginsEnd {
  TransactionId txn;
  Timestamp at;
  std::string reason;
};

// A client is owed one token for each of its back-channel logout URIs; nothing when it has none, or is gone. Inside the
// transaction that ends the login; errors are those of the store.
Result<void> owe_logout(WriteTx& tx, Ids& ids, const EnvironmentId& environment, const EndedLogin& login,
                        const TransactionId& txn, Timestamp now);

// Revokes what was granted through the connection, ends its sessions, and has the applications told.
Result<void> end_logins_of_connection(WriteTx& tx, Ids& ids, const EnvironmentId& environment,
                                      const ConnectionId& connection, const LoginsEnd& end);

// Revokes what was granted to the client and has it told.
Result<void> end_logins_of_client(WriteTx& tx, Ids& ids, const EnvironmentId& environment, const ApiClientId& client,
                                  const LoginsEnd& end);

// The handler of kEndedLoginsJob.
void handle_ended_logins(JobRunner& runner, Ids& ids, Clock& clock);

}  // namespace doorward
