// Makes change records: what every use case does alike when it has changed something.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "domain/caller.h"
#include "domain/change.h"
#include "ports/ids.h"

namespace doorward {

// What varies between records of one request.
struct ChangeSubject {
  ObjectKind object = ObjectKind::kOrganization;
  std::string object_id;
  std::string display_name;
  OrganizationId organization_id;  // empty for what belongs to the environment as a whole
  DirectoryId directory_id;        // empty for what has no directory
};

// Shared by all records of one request or job: who, when, and the transaction id.
struct ChangeContext {
  EnvironmentId environment_id;
  TransactionId txn;
  Timestamp occurred_at;
  Actor actor;
  boost::json::object cause;
  CausedChanges* caused = nullptr;  // of the caller

  // From an edge's caller; `cause` starts with the request id.
  static ChangeContext of(const Caller& by, TransactionId txn, Timestamp now);
};

// A complete record: `changes` is the exact difference of the snapshots, `event_type` what subscribers are told
// (protocol/webhook/event.h). nullopt when the snapshots do not differ: no difference, no record.
std::optional<ChangeRecord> record_change(const ChangeContext& context, EventId id, ChangeSubject subject, ChangeOp op,
                                          std::optional<boost::json::object> before,
                                          std::optional<boost::json::object> after);

}  // namespace doorward
