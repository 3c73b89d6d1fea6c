#include "app/changes/record.h"

#include <utility>

#include "domain/change_diff.h"
#include "protocol/webhook/event.h"

namespace doorward {
namespace {

ActorKind actor_kind(CallerKind kind) {
  switch (kind) {
    case CallerKind::kApiClient:
      return ActorKind::kApi;
    case CallerKind::kDirectory:
      return ActorKind::kScim;
    case CallerKind::kNone:
    case CallerKind::kSystem:
      return ActorKind::kSystem;
  }
  return ActorKind::kSystem;
}

}  // namespace

ChangeContext ChangeContext::of(const Caller& by, TransactionId txn, Timestamp now) {
  ChangeContext context;
  context.environment_id = by.environment_id;
  context.txn = std::move(txn);
  context.occurred_at = now;
  context.actor = {actor_kind(by.kind), by.id};
  context.caused = by.caused;
  if (!by.request_id.empty()) context.cause["request_id"] = by.request_id;
  return context;
}

std::optional<ChangeRecord> record_change(const ChangeContext& context, EventId id, ChangeSubject subject, ChangeOp op,
                                          std::optional<boost::json::object> before,
                                          std::optional<boost::json::object> after) {
  ChangeRecord record;
  record.changes = change_diff(before, after);
  if (record.changes.empty()) return std::nullopt;
  record.id = std::move(id);
  record.txn = context.txn;
  record.environment_id = context.environment_id;
  record.organization_id = std::move(subject.organization_id);
  record.directory_id = std::move(subject.directory_id);
  record.occurred_at = context.occurred_at;
  record.object = subject.object;
  record.object_id = std::move(subject.object_id);
  record.display_name = std::move(subject.display_name);
  record.op = op;
  record.before = std::move(before);
  record.after = std::move(after);
  record.actor = context.actor;
  record.cause = context.cause;
  record.event_type = webhook::event_type(record);
  return record;
}

}  // namespace doorward
