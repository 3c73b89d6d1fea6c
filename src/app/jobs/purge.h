// What follows the deletion of an organization or a directory: its rows go in bounded batches.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/job.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::string_view kPurgeOrganizationJob = "organization.purge";
inline constexpr std::string_view kPurgeDirectoryJob = "directory.purge";
constexpr std::int64_t kPurgeBatchRows = 500;

Job purge_organization_job(JobId id, TransactionId txn, const EnvironmentId& environment,
                           const OrganizationId& organization, Timestamp now);
Job purge_directory_job(JobId id, TransactionId txn, const EnvironmentId& environment,
                        const OrganizationId& organization, const DirectoryId& directory, Timestamp now);

// One batch; true when nothing is left. The handlers of the two kinds for JobRunner.
Result<bool> run_purge_organization(WriteTx& tx, Job& job);
Result<bool> run_purge_directory(WriteTx& tx, Job& job);

}  // namespace doorward
