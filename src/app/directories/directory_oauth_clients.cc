#include "app/directories/directory_oauth_clients.h"

#include <fmt/format.h>

#include <utility>

#include "app/changes/record.h"
#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "domain/directory_snapshot.h"

namespace doorward {
namespace {

ChangeSubject subject_of(const DirectoryOauthClient& client) {
  return {.object = ObjectKind::kDirectoryOauthClient,
          .object_id = client.id.str(),
          .display_name = client.name,
          .organization_id = client.organization_id,
          .directory_id = client.directory_id};
}

Result<void> check(const NewDirectoryOauthClient& input) {
  if (input.name.size() > kMaxOauthClientNameBytes) {
    return failure(
        invalid_field("name", fmt::format("Use {} bytes at most.", kMaxOauthClientNameBytes), "string.max_bytes"));
  }
  if (input.token_life < kLeastDirectoryTokenLife || input.token_life > kMostDirectoryTokenLife) {
    return failure(invalid_field(
        "token_life",
        fmt::format("Give between {} and {} seconds, or leave it out for {}.", kLeastDirectoryTokenLife.count(),
                    kMostDirectoryTokenLife.count(), kDefaultDirectoryTokenLife.count()),
        "duration.range"));
  }
  return {};
}

}  // namespace

task<Result<CreatedDirectoryOauthClient>> DirectoryOauthClients::create(const Caller& by, OrganizationId organization,
                                                                        DirectoryId directory,
                                                                        NewDirectoryOauthClient input) {
  const Timestamp now = clock_.now();
  DOORWARD_CO_CHECK(check(input));
  DOORWARD_CO_CHECK(check_secret_expiry(input.secret_expire_time, now));
  CreatedDirectoryOauthClient made;
  made.client = {.environment_id = by.environment_id,
                 .organization_id = organization,
                 .directory_id = directory,
                 .id = ids_.next<DirectoryOauthClientId>(),
                 .name = std::move(input.name),
                 .token_life = std::chrono::duration_cast<std::chrono::seconds>(input.token_life),
                 .create_time = now};
  made.secret = make_directory_secret(by.environment_id, {organization, directory, made.client.id},
                                      ids_.next<DirectorySecretId>(), input.secret_expire_time, random_, mac_, now);
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  co_return co_await store_.write(
      "directory_oauth_client.create", write_options(by, directory),
      [&](WriteTx& tx) -> Result<CreatedDirectoryOauthClient> {
        DOORWARD_TRY(const Directory owner, lock_directory(tx, by.environment_id, organization, directory));
        DOORWARD_TRY(const auto clients, tx.directory_secrets().clients(by.environment_id, directory));
        if (clients.size() >= kMaxDirectoryOauthClients) {
          return failure(
              Reason::kDirectoryOauthClientLimit,
              fmt::format("The directory has {} OAuth clients, which is the limit. Delete one first.", clients.size()));
        }
        DOORWARD_CHECK(tx.directory_secrets().insert_client(made.client));
        DOORWARD_CHECK(tx.changes().append(*record_change(context, ids_.next<EventId>(), subject_of(made.client),
                                                          ChangeOp::kCreate, std::nullopt,
                                                          directory_oauth_client_snapshot(made.client))));
        DOORWARD_CHECK(add_directory_secret(tx, context, ids_.next<EventId>(), owner, made.secret.secret));
        return made;
      });
}

task<Result<std::vector<DirectoryOauthClient>>> DirectoryOauthClients::list(const Caller& by,
                                                                            OrganizationId organization,
                                                                            DirectoryId directory) {
  co_return co_await store_.read("directory_oauth_client.list", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) -> Result<std::vector<DirectoryOauthClient>> {
                                   DOORWARD_CHECK(find_directory(tx, by.environment_id, organization, directory));
                                   return tx.directory_secrets().clients(by.environment_id, directory);
                                 });
}

task<Result<void>> DirectoryOauthClients::remove(const Caller& by, OrganizationId organization, DirectoryId directory,
                                                 DirectoryOauthClientId id) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  auto removed = co_await store_.write(
      "directory_oauth_client.remove", write_options(by, directory), [&](WriteTx& tx) -> Result<void> {
        DOORWARD_CHECK(lock_directory(tx, by.environment_id, organization, directory));
        DOORWARD_TRY(const auto client, find_oauth_client(tx, by.environment_id, directory, id));
        DOORWARD_CHECK(tx.directory_secrets().remove_client(by.environment_id, directory, id));
        return tx.changes().append(*record_change(context, event_id, subject_of(client), ChangeOp::kDelete,
                                                  directory_oauth_client_snapshot(client), std::nullopt));
      });
  memory_.forget(directory);
  co_return removed;
}

}  // namespace doorward
