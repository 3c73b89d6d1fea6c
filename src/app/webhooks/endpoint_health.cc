#include "app/webhooks/endpoint_health.h"

#include "app/changes/record.h"
#include "app/webhooks/endpoint_rules.h"
#include "domain/webhook_snapshot.h"

namespace doorward {

void EndpointHealth::add(const FinishedDelivery& finished) {
  if (finished.delivery.owner_id == kTestOwner) return;
  const DeliveryOutcome& outcome = finished.outcome;
  if (outcome.status == DeliveryStatus::kDelivered) succeeded_ = true;
  if (outcome.endpoint_gone) gone_ = true;
  if (outcome.failing_since && !failed_at_) failed_at_ = finished.attempt.started_at;
}

Result<bool> EndpointHealth::write_down(WriteTx& tx, Ids& ids, Timestamp now, Duration disable_after) const {
  if (gone_) return disable(tx, ids, kDisabledByGone, now, disable_after);
  if (succeeded_) {
    // Whatever was known when the attempts began: another queue may have noted a failure meanwhile.
    DOORWARD_CHECK(tx.webhook_endpoints().note_success(environment_, endpoint_));
    return false;
  }
  if (!failed_at_) return false;
  if (!failing_since_) {
    DOORWARD_CHECK(tx.webhook_endpoints().note_failure(environment_, endpoint_, *failed_at_));
    return false;
  }
  if (now - *failing_since_ < disable_after) return false;
  return disable(tx, ids, kDisabledByFailures, now, disable_after);
}

// The row, not what was known before, decides: somebody may have disabled it, or another queue may have succeeded.
Result<bool> EndpointHealth::disable(WriteTx& tx, Ids& ids, std::string_view reason, Timestamp now,
                                     Duration disable_after) const {
  DOORWARD_TRY(const auto found, tx.webhook_endpoints().lock(environment_, endpoint_));
  if (!found || !found->enabled) return false;
  if (reason == kDisabledByFailures && (!found->failing_since || now - *found->failing_since < disable_after)) {
    return false;
  }
  WebhookEndpoint disabled = *found;
  disabled.enabled = false;
  disabled.disabled_reason = reason;
  disabled.failing_since = found->failing_since.value_or(failed_at_.value_or(now));
  disabled.update_time = now;
  DOORWARD_CHECK(tx.webhook_endpoints().update(disabled));
  const Caller system{.kind = CallerKind::kSystem, .environment_id = environment_, .id = "webhooks"};
  auto record = record_change(ChangeContext::of(system, ids.next<TransactionId>(), now), ids.next<EventId>(),
                              subject_of(disabled), ChangeOp::kDisable, webhook_endpoint_snapshot(*found),
                              webhook_endpoint_snapshot(disabled));
  if (record) DOORWARD_CHECK(tx.changes().append(*std::move(record)));
  return true;
}

}  // namespace doorward
