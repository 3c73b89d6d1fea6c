// The durable form of a range of deliveries that is sent again, and its work.
#pragma once

#include "app/webhooks/deliveries.h"
#include "domain/job.h"

namespace doorward {

// Owned by the endpoint: ranges of one endpoint are taken up one after the other.
Job resend_job(JobId id, TransactionId txn, const EnvironmentId& environment, const WebhookEndpointId& endpoint,
               const ResendRange& range, Timestamp now);

// One batch, oldest deliveries first; true when nothing is left, or the endpoint is gone or disabled.
Result<bool> run_resend(WriteTx& tx, Job& job, Timestamp now);

// False when nothing of the event's subject is left that could be sent. Test events are always there.
Result<bool> is_event_there(const ChangeRepository& changes, const Delivery& delivery);

}  // namespace doorward
