#include "app/clients/client_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "app/changes/record.h"
#include "app/clients/client_rules.h"
#include "app/keys/secret_text.h"
#include "domain/client_snapshot.h"

namespace doorward {
namespace {

StoreOptions write_options(const Caller& by, const ApiClientId& client) {
  return {.deadline = by.deadline, .serial_key = client.str()};
}

Result<void> check_overlap(Duration overlap) {
  if (overlap >= Duration::zero() && overlap <= kMaxClientSecretOverlap) return {};
  return failure(
      invalid_field("overlap",
                    fmt::format("Give between 0 and {} seconds, or leave it out for {}.",
                                std::chrono::duration_cast<std::chrono::seconds>(kMaxClientSecretOverlap).count(),
                                std::chrono::duration_cast<std::chrono::seconds>(kDefaultClientSecretOverlap).count()),
                    "duration.range"));
}

Result<void> check_expiry(const std::optional<Timestamp>& expire_time, Timestamp now) {
  if (!expire_time || (*expire_time > now && *expire_time <= now + kMaxClientSecretLife)) return {};
  return failure(
      invalid_field("expire_time",
                    fmt::format("Name a time within the next {} days, or leave it out for a secret without an end.",
                                std::chrono::duration_cast<std::chrono::days>(kMaxClientSecretLife).count()),
                    "timestamp.range"));
}

// A client that is locked to the end of the transaction, with its secrets.
Result<ClientState> lock_state(WriteTx& tx, const EnvironmentId& environment, const ApiClientId& id) {
  DOORWARD_TRY(auto client, tx.clients().lock(environment, id));
  DOORWARD_TRY(auto secrets, tx.clients().secrets(environment, id));
  return ClientState{.client = std::move(client), .secrets = std::move(secrets)};
}

Result<ClientSecret> find_secret(const ClientState& state, const ClientSecretId& id) {
  const ClientSecret* secret = state.find_secret(id);
  if (secret == nullptr) return failure(Reason::kClientSecretNotFound, "client secret not found");
  return *secret;
}

// A secret that is about to end must not be the only one that opens the API.
Result<void> check_not_last(const ClientState& state, const ClientSecret& ending, Timestamp now) {
  if (state.client.type != ClientType::kEnvironment || !ending.is_live(now)) return {};
  const bool another = std::ranges::any_of(
      state.secrets, [&](const ClientSecret& secret) { return secret.id != ending.id && secret.is_live(now); });
  if (another) return {};
  return failure(Reason::kLastClientSecret,
                 "This is the last secret in force of the environment's own client. Create another one first.");
}

// Leaves a record of it. Nothing when it is so already.
Result<ClientSecret> change_secret(WriteTx& tx, const ChangeContext& context, EventId event, const ApiClient& client,
                                   const ClientSecret& before, ClientSecret after) {
  auto record = record_change(context, std::move(event), subject_of(client, after), ChangeOp::kUpdate,
                              client_secret_snapshot(before), client_secret_snapshot(after));
  if (!record) return before;
  after.update_time = context.occurred_at;
  DOORWARD_CHECK(tx.clients().update_secret(after));
  DOORWARD_CHECK(tx.changes().append(*std::move(record)));
  return after;
}

Result<void> remove_secret(WriteTx& tx, const ChangeContext& context, EventId event, const ApiClient& client,
                           const ClientSecret& secret) {
  DOORWARD_CHECK(tx.clients().remove_secret(client.environment_id, client.id, secret.id));
  return tx.changes().append(*record_change(context, std::move(event), subject_of(client, secret), ChangeOp::kDelete,
                                            client_secret_snapshot(secret), std::nullopt));
}

// The secret with the end that a rotation gives it.
ClientSecret ended(ClientSecret secret, Duration overlap, Timestamp now) {
  if (overlap == Duration::zero()) {
    secret.status = SecretStatus::kInactive;
  } else if (!secret.expire_time || *secret.expire_time > now + overlap) {
    secret.expire_time = now + overlap;
  }
  return secret;
}

}  // namespace

task<Result<NewClientSecret>> ClientSecrets::create(const Caller& by, ApiClientId client) {
  co_return co_await add(by, std::move(client), {});
}

task<Result<NewClientSecret>> ClientSecrets::rotate(const Caller& by, ApiClientId client,
                                                    ClientSecretRotation rotation) {
  DOORWARD_CO_CHECK(check_overlap(rotation.overlap));
  co_return co_await add(by, std::move(client), {.overlap = rotation.overlap, .expire_time = rotation.expire_time});
}

task<Result<NewClientSecret>> ClientSecrets::add(const Caller& by, ApiClientId client, Terms terms) {
  const Timestamp now = clock_.now();
  DOORWARD_CO_CHECK(check_expiry(terms.expire_time, now));
  NewClientSecret made;
  made.plain = make_secret_text(random_);
  made.secret = {.environment_id = by.environment_id,
                 .client_id = client,
                 .id = ids_.next<ClientSecretId>(),
                 .lookup_hash = mac_.lookup_hash(made.plain.reveal()),
                 .secret_suffix = shown_suffix(made.plain),
                 .create_time = now,
                 .update_time = now,
                 .expire_time = terms.expire_time};
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  auto added = co_await store_.write(
      "client_secret.add", write_options(by, client), [&](WriteTx& tx) -> Result<NewClientSecret> {
        DOORWARD_TRY(const ClientState state, lock_state(tx, by.environment_id, client));
        if (is_public(state.client.type)) {
          return failure(Reason::kClientTypeNotSupported,
                         "A client of type SPA or NTV has no secret: it proves itself by PKCE.");
        }
        std::size_t kept = 0;
        for (const ClientSecret& other : state.secrets) {
          if (other.expire_time && *other.expire_time <= now) {
            DOORWARD_CHECK(remove_secret(tx, context, ids_.next<EventId>(), state.client, other));
            continue;
          }
          ++kept;
          if (!terms.overlap || !other.is_live(now)) continue;
          DOORWARD_CHECK(
              change_secret(tx, context, ids_.next<EventId>(), state.client, other, ended(other, *terms.overlap, now)));
        }
        if (kept >= kMaxClientSecrets) {
          return failure(Reason::kClientSecretLimit,
                         fmt::format("There are {} secrets already, which is the limit. Delete one that is not used "
                                     "any more.",
                                     kept));
        }
        DOORWARD_CHECK(tx.clients().insert_secret(made.secret));
        DOORWARD_CHECK(
            tx.changes().append(*record_change(context, ids_.next<EventId>(), subject_of(state.client, made.secret),
                                               ChangeOp::kCreate, std::nullopt, client_secret_snapshot(made.secret))));
        return made;
      });
  states_.forget(client);
  co_return added;
}

task<Result<ClientSecret>> ClientSecrets::set_status(const Caller& by, ApiClientId client, ClientSecretId id,
                                                     SecretStatus status) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto changed = co_await store_.write(
      "client_secret.update", write_options(by, client), [&](WriteTx& tx) -> Result<ClientSecret> {
        DOORWARD_TRY(const ClientState state, lock_state(tx, by.environment_id, client));
        DOORWARD_TRY(const ClientSecret before, find_secret(state, id));
        if (status != SecretStatus::kActive) DOORWARD_CHECK(check_not_last(state, before, now));
        ClientSecret after = before;
        after.status = status;
        return change_secret(tx, context, event_id, state.client, before, std::move(after));
      });
  states_.forget(client);
  co_return changed;
}

task<Result<void>> ClientSecrets::remove(const Caller& by, ApiClientId client, ClientSecretId id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto removed =
      co_await store_.write("client_secret.delete", write_options(by, client), [&](WriteTx& tx) -> Result<void> {
        DOORWARD_TRY(const ClientState state, lock_state(tx, by.environment_id, client));
        DOORWARD_TRY(const ClientSecret secret, find_secret(state, id));
        DOORWARD_CHECK(check_not_last(state, secret, now));
        return remove_secret(tx, context, event_id, state.client, secret);
      });
  states_.forget(client);
  co_return removed;
}

}  // namespace doorward
