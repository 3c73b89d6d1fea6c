// What follows the removal of an endpoint: what waited for it is cancelled in bounded batches, however much it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/job.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::string_view kRemovalJob = "webhook_endpoint.cancel";
inline constexpr std::int64_t kRemovalBatchRows = 500;

Job removal_job(JobId id, TransactionId txn, const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                Timestamp now);

// One batch; true when nothing waits any more. The handler of kRemovalJob for JobRunner.
Result<bool> run_removal(WriteTx& tx, Job& job);

}  // namespace doorward
