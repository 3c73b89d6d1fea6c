#include "app/directories/directory_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "app/keys/secret_text.h"
#include "domain/directory_snapshot.h"

namespace doorward {
namespace {

Result<void> check_overlap(Duration overlap) {
  // Other nodes look at the end of a secret once a second.
  const bool is_brief = overlap != Duration::zero() && overlap < std::chrono::seconds(1);
  if (!is_brief && overlap >= Duration::zero() && overlap <= kMaxDirectorySecretOverlap) return {};
  return failure(invalid_field(
      "overlap",
      fmt::format("Give 0, between 1 and {} seconds, or leave it out for {}.",
                  std::chrono::duration_cast<std::chrono::seconds>(kMaxDirectorySecretOverlap).count(),
                  std::chrono::duration_cast<std::chrono::seconds>(kDefaultDirectorySecretOverlap).count()),
      "duration.range"));
}

ChangeSubject subject_of(const Directory& directory, const DirectorySecret& secret) {
  return {.object = ObjectKind::kDirectorySecret,
          .object_id = secret.id.str(),
          .display_name = directory.name,
          .organization_id = secret.organization_id,
          .directory_id = secret.directory_id};
}

// Locked to the end of the transaction; the client is there when one is named.
Result<Directory> lock_owner(WriteTx& tx, const EnvironmentId& environment, const SecretOwner& owner) {
  DOORWARD_TRY(auto directory, lock_directory(tx, environment, owner.organization, owner.directory));
  if (!owner.client.empty()) DOORWARD_CHECK(find_oauth_client(tx, environment, owner.directory, owner.client));
  return directory;
}

// Ends one, now or at a time, and leaves a record of it. Nothing when it has that end already.
Result<void> end_secret(WriteTx& tx, const ChangeContext& context, EventId event, const Directory& directory,
                        const DirectorySecret& secret, std::optional<Timestamp> at) {
  DirectorySecret ended = secret;
  if (!at) {
    ended.status = SecretStatus::kInactive;
  } else if (!secret.expire_time || *secret.expire_time > *at) {
    ended.expire_time = at;
  }
  auto record = record_change(context, std::move(event), subject_of(directory, ended), ChangeOp::kUpdate,
                              directory_secret_snapshot(secret), directory_secret_snapshot(ended));
  if (!record) return {};
  DOORWARD_CHECK(tx.directory_secrets().end(ended));
  return tx.changes().append(*std::move(record));
}

}  // namespace

Result<void> check_secret_expiry(const std::optional<Timestamp>& expire_time, Timestamp now) {
  if (!expire_time || (*expire_time > now && *expire_time <= now + kMaxDirectorySecretLife)) return {};
  return failure(
      invalid_field("expire_time",
                    fmt::format("Name a time within the next {} days, or leave it out for a secret without an end.",
                                std::chrono::duration_cast<std::chrono::days>(kMaxDirectorySecretLife).count()),
                    "timestamp.range"));
}

Result<void> add_directory_secret(WriteTx& tx, const ChangeContext& context, EventId event, const Directory& directory,
                                  const DirectorySecret& secret) {
  DOORWARD_CHECK(tx.directory_secrets().insert(secret));
  return tx.changes().append(*record_change(context, std::move(event), subject_of(directory, secret), ChangeOp::kCreate,
                                            std::nullopt, directory_secret_snapshot(secret)));
}

NewDirectorySecret make_directory_secret(const EnvironmentId& environment, const SecretOwner& owner,
                                         DirectorySecretId id, std::optional<Timestamp> expire_time, Random& random,
                                         const Mac& mac, Timestamp now) {
  NewDirectorySecret made;
  made.plain = make_secret_text(random);
  made.secret = {.environment_id = environment,
                 .organization_id = owner.organization,
                 .directory_id = owner.directory,
                 .client_id = owner.client,
                 .id = std::move(id),
                 .lookup_hash = mac.lookup_hash(made.plain.reveal()),
                 .secret_suffix = shown_suffix(made.plain),
                 .create_time = now,
                 .expire_time = expire_time};
  return made;
}

task<Result<std::vector<DirectorySecret>>> DirectorySecrets::list(const Caller& by, SecretOwner owner) {
  co_return co_await store_.read(
      "directory_secret.list", {.deadline = by.deadline},
      [&](const ReadTx& tx) -> Result<std::vector<DirectorySecret>> {
        DOORWARD_CHECK(find_directory(tx, by.environment_id, owner.organization, owner.directory));
        if (!owner.client.empty()) {
          DOORWARD_CHECK(find_oauth_client(tx, by.environment_id, owner.directory, owner.client));
        }
        return tx.directory_secrets().list(by.environment_id, owner.directory, owner.client);
      });
}

task<Result<NewDirectorySecret>> DirectorySecrets::create(const Caller& by, SecretOwner owner,
                                                          std::optional<Timestamp> expire_time) {
  co_return co_await add(by, std::move(owner), {.overlap = std::nullopt, .expire_time = expire_time});
}

task<Result<NewDirectorySecret>> DirectorySecrets::rotate(const Caller& by, SecretOwner owner,
                                                          DirectorySecretRotation rotation) {
  DOORWARD_CO_CHECK(check_overlap(rotation.overlap));
  co_return co_await add(by, std::move(owner), {.overlap = rotation.overlap, .expire_time = rotation.expire_time});
}

task<Result<NewDirectorySecret>> DirectorySecrets::add(const Caller& by, SecretOwner owner, Terms terms) {
  const Timestamp now = clock_.now();
  DOORWARD_CO_CHECK(check_secret_expiry(terms.expire_time, now));
  const NewDirectorySecret made = make_directory_secret(by.environment_id, owner, ids_.next<DirectorySecretId>(),
                                                        terms.expire_time, random_, mac_, now);
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const bool ends_others_now = terms.overlap && *terms.overlap == Duration::zero();
  auto added = co_await store_.write(
      "directory_secret.add", write_options(by, owner.directory), [&](WriteTx& tx) -> Result<NewDirectorySecret> {
        DOORWARD_TRY(const Directory directory, lock_owner(tx, by.environment_id, owner));
        DirectorySecretRepository& secrets = tx.directory_secrets();
        DOORWARD_TRY(auto others, secrets.list(by.environment_id, owner.directory, owner.client));
        std::erase_if(others, [&](const DirectorySecret& secret) { return !secret.is_live(now); });
        if (!ends_others_now && others.size() >= kMaxDirectorySecrets) {
          return failure(Reason::kDirectorySecretLimit,
                         fmt::format("There are {} live secrets already, which is the limit. Revoke one that is not "
                                     "used any more, or rotate with an overlap of 0.",
                                     others.size()));
        }
        if (terms.overlap) {
          const auto end = ends_others_now ? std::nullopt : std::optional(now + *terms.overlap);
          for (const DirectorySecret& other : others) {
            DOORWARD_CHECK(end_secret(tx, context, ids_.next<EventId>(), directory, other, end));
          }
        }
        DOORWARD_CHECK(secrets.forget_ended(by.environment_id, owner.directory, owner.client, now, kKeptEndedSecrets));
        DOORWARD_CHECK(add_directory_secret(tx, context, ids_.next<EventId>(), directory, made.secret));
        return made;
      });
  memory_.forget(owner.directory);
  co_return added;
}

task<Result<void>> DirectorySecrets::revoke(const Caller& by, SecretOwner owner, DirectorySecretId id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto revoked = co_await store_.write(
      "directory_secret.revoke", write_options(by, owner.directory), [&](WriteTx& tx) -> Result<void> {
        DOORWARD_TRY(const Directory directory, lock_owner(tx, by.environment_id, owner));
        DOORWARD_TRY(const auto secret, tx.directory_secrets().find(by.environment_id, owner.directory, id));
        if (!secret || secret->client_id != owner.client) {
          return failure(Reason::kDirectorySecretNotFound, "directory secret not found");
        }
        if (!secret->is_live(now)) return {};
        return end_secret(tx, context, event_id, directory, *secret, std::nullopt);
      });
  memory_.forget(owner.directory);
  co_return revoked;
}

}  // namespace doorward
