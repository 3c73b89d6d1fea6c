#include "app/directories/directories.h"

#include <utility>

#include "app/changes/record.h"
#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "app/jobs/purge.h"
#include "domain/directory_snapshot.h"

namespace doorward {
namespace {

// A name for people until somebody gives a better one.
std::string default_name(DirectoryProvider provider) {
  switch (provider) {
    case DirectoryProvider::kOkta:
      return "Okta Directory";
    case DirectoryProvider::kGoogle:
      return "Google Workspace Directory";
    case DirectoryProvider::kMicrosoftAd:
      return "Microsoft Entra ID Directory";
    case DirectoryProvider::kAuth0:
      return "Auth0 Directory";
    case DirectoryProvider::kOneLogin:
      return "OneLogin Directory";
    case DirectoryProvider::kJumpCloud:
      return "JumpCloud Directory";
    case DirectoryProvider::kPingIdentity:
      return "Ping Identity Directory";
    case DirectoryProvider::kUnspecified:
      break;
  }
  return "SCIM Directory";
}

}  // namespace

task<Result<DirectoryView>> Directories::create(const Caller& by, const OrganizationId& organization,
                                                NewDirectory input) {
  if (input.type != DirectoryType::kScim) {
    co_return failure(Reason::kDirectoryTypeNotSupported,
                      "directory.directory_type: only SCIM directories can be created.");
  }
  Directory directory;
  directory.environment_id = by.environment_id;
  directory.organization_id = organization;
  directory.id = ids_.next<DirectoryId>();
  directory.name = default_name(input.provider);
  directory.type = input.type;
  directory.provider = input.provider;
  directory.create_time = directory.update_time = clock_.now();
  const auto record =
      record_change(ChangeContext::of(by, ids_.next<TransactionId>(), directory.create_time), ids_.next<EventId>(),
                    subject_of(directory), ChangeOp::kCreate, std::nullopt, directory_snapshot(directory, {}));
  co_return co_await store_.write(
      "directory.create", write_options(by, directory.id), [&](WriteTx& tx) -> Result<DirectoryView> {
        // The lock keeps the organization from being deleted between this look and the commit.
        DOORWARD_TRY(const auto owner, tx.organizations().lock(by.environment_id, organization));
        if (!owner) return failure(organization_not_found());
        DOORWARD_CHECK(tx.directories().insert(directory));
        DOORWARD_CHECK(tx.changes().append(*record));
        return viewed(directory, {}, {});
      });
}

task<Result<DirectoryView>> Directories::get(const Caller& by, const OrganizationId& organization,
                                             const DirectoryId& id) {
  co_return co_await store_.read(
      "directory.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DirectoryView> {
        DOORWARD_TRY(auto directory, find_directory(tx, by.environment_id, organization, id));
        return view(tx, std::move(directory));
      });
}

task<Result<std::vector<DirectoryView>>> Directories::list(const Caller& by, const OrganizationId& organization) {
  co_return co_await store_.read(
      "directory.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<std::vector<DirectoryView>> {
        DOORWARD_TRY(const auto owner, tx.organizations().find(by.environment_id, organization));
        if (!owner) return failure(organization_not_found());
        DOORWARD_TRY(auto directories, tx.directories().list(by.environment_id, organization));
        std::vector<DirectoryView> views;
        for (Directory& directory : directories) {
          DOORWARD_TRY(auto one, view(tx, std::move(directory)));
          views.push_back(std::move(one));
        }
        return views;
      });
}

task<Result<Directory>> Directories::set_enabled(const Caller& by, const OrganizationId& organization,
                                                 const DirectoryId& id, bool enabled) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto changed =
      co_await store_.write("directory.set_enabled", write_options(by, id), [&](WriteTx& tx) -> Result<Directory> {
        DOORWARD_TRY(const Directory before, lock_directory(tx, by.environment_id, organization, id));
        DOORWARD_TRY(const auto assignments, assignments_of(tx, before));
        Directory after = before;
        after.enabled = enabled;
        after.update_time = now;
        auto record =
            record_change(context, event_id, subject_of(after), enabled ? ChangeOp::kEnable : ChangeOp::kDisable,
                          directory_snapshot(before, assignments), directory_snapshot(after, assignments));
        if (!record) return before;
        DOORWARD_CHECK(tx.directories().update(after));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return after;
      });
  memory_.forget(id);
  co_return changed;
}

task<Result<void>> Directories::remove(const Caller& by, const OrganizationId& organization, const DirectoryId& id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  const JobId job_id = ids_.next<JobId>();
  auto removed = co_await store_.write("directory.delete", write_options(by, id), [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const Directory directory, lock_directory(tx, by.environment_id, organization, id));
    if (directory.enabled) {
      return failure(Reason::kDirectoryEnabled, "directory is enabled: disable it before you delete it");
    }
    DOORWARD_TRY(const auto assignments, assignments_of(tx, directory));
    DOORWARD_CHECK(tx.directories().mark_deleted(by.environment_id, organization, id, now));
    DOORWARD_CHECK(
        tx.jobs().insert(purge_directory_job(job_id, context.txn, by.environment_id, organization, id, now)));
    return tx.changes().append(*record_change(context, event_id, subject_of(directory), ChangeOp::kDelete,
                                              directory_snapshot(directory, assignments), std::nullopt));
  });
  memory_.forget(id);
  co_return removed;
}

task<Result<NewDirectorySecret>> Directories::create_secret(const Caller& by, const OrganizationId& organization,
                                                            const DirectoryId& id) {
  co_return co_await secrets_.create(by, {.organization = organization, .directory = id}, std::nullopt);
}

task<Result<NewDirectorySecret>> Directories::regenerate_secret(const Caller& by, const OrganizationId& organization,
                                                                const DirectoryId& id) {
  co_return co_await secrets_.rotate(by, {.organization = organization, .directory = id},
                                     {.overlap = Duration::zero(), .expire_time = std::nullopt});
}

}  // namespace doorward
