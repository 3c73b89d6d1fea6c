#include "app/jobs/purge.h"

#include "app/jobs/job_state.h"

namespace doorward {
namespace {

Job purge_job(JobId id, TransactionId txn, const EnvironmentId& environment, std::string owner_id,
              std::string_view kind, Timestamp now) {
  Job job;
  job.environment_id = environment;
  job.id = std::move(id);
  job.owner_id = std::move(owner_id);
  job.kind = kind;
  job.txn = std::move(txn);
  job.run_after = now;
  job.create_time = now;
  return job;
}

}  // namespace

Job purge_organization_job(JobId id, TransactionId txn, const EnvironmentId& environment,
                           const OrganizationId& organization, Timestamp now) {
  Job job = purge_job(std::move(id), std::move(txn), environment, organization.str(), kPurgeOrganizationJob, now);
  job.state["organization_id"] = organization.str();
  return job;
}

Job purge_directory_job(JobId id, TransactionId txn, const EnvironmentId& environment,
                        const OrganizationId& organization, const DirectoryId& directory, Timestamp now) {
  Job job = purge_job(std::move(id), std::move(txn), environment, directory.str(), kPurgeDirectoryJob, now);
  job.state["organization_id"] = organization.str();
  job.state["directory_id"] = directory.str();
  return job;
}

Result<bool> run_purge_organization(WriteTx& tx, Job& job) {
  DOORWARD_TRY(const std::int64_t removed,
               tx.organizations().purge_batch(job.environment_id,
                                              OrganizationId{job_text(job.state, "organization_id")}, kPurgeBatchRows));
  return removed == 0;
}

Result<bool> run_purge_directory(WriteTx& tx, Job& job) {
  DOORWARD_TRY(const std::int64_t removed,
               tx.directories().purge_batch(job.environment_id, OrganizationId{job_text(job.state, "organization_id")},
                                            DirectoryId{job_text(job.state, "directory_id")}, kPurgeBatchRows));
  return removed == 0;
}

}  // namespace doorward
