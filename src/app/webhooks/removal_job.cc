#include "app/webhooks/removal_job.h"

#include <utility>

namespace doorward {

Job removal_job(JobId id, TransactionId txn, const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                Timestamp now) {
  Job job;
  job.environment_id = environment;
  job.id = std::move(id);
  job.owner_id = endpoint.str();
  job.kind = kRemovalJob;
  job.txn = std::move(txn);
  job.run_after = now;
  job.create_time = now;
  return job;
}

Result<bool> run_removal(WriteTx& tx, Job& job) {
  DOORWARD_TRY(
      const std::int64_t cancelled,
      tx.webhook_endpoints().cancel_batch(job.environment_id, WebhookEndpointId(job.owner_id), kRemovalBatchRows));
  return cancelled == 0;
}

}  // namespace doorward
