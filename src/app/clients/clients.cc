#include "app/clients/clients.h"

#include <fmt/format.h>

#include <utility>

#include "app/changes/record.h"
#include "app/logout_tokens/ended_logins.h"
#include "domain/client_snapshot.h"

namespace doorward {
namespace {

constexpr const char* kRevokedByDisabling = "client_disabled";
constexpr const char* kRevokedByDeletion = "client_deleted";

StoreOptions write_options(const Caller& by, const ApiClientId& id) {
  return {.deadline = by.deadline, .serial_key = id.str()};
}

ChangeOp op_of(const ApiClient& before, const ApiClient& after) {
  if (before.enabled == after.enabled) return ChangeOp::kUpdate;
  return after.enabled ? ChangeOp::kEnable : ChangeOp::kDisable;
}

Keyset position(const ApiClient& client) { return {client.create_time, client.id.str()}; }

std::string list_scope(const Caller& by, const std::vector<ClientType>& types) {
  std::string names;
  for (const ClientType type : types) names += fmt::format("{} ", client_type_name(type));
  return page_scope({"clients", by.environment_id.str(), by.id, names});
}

}  // namespace

task<Result<ClientState>> Clients::create(const Caller& by, ClientType type, ClientPatch settings) {
  if (type == ClientType::kEnvironment) {
    co_return failure(Reason::kClientTypeNotSupported, "Make a client of type WEB_APP, SPA or NTV.");
  }
  DOORWARD_CO_CHECK(check_client_patch(settings, type, environment_));
  const Timestamp now = clock_.now();
  ApiClient client{.environment_id = by.environment_id,
                   .id = ids_.next<ApiClientId>(),
                   .type = type,
                   .enforce_pkce = is_public(type),
                   .create_time = now,
                   .update_time = now};
  apply_client_patch(settings, client);
  const auto record = record_change(ChangeContext::of(by, ids_.next<TransactionId>(), now), ids_.next<EventId>(),
                                    subject_of(client), ChangeOp::kCreate, std::nullopt, client_snapshot(client));
  co_return co_await store_.write(
      "client.create", write_options(by, ApiClientId(by.environment_id.str())),
      [&](WriteTx& tx) -> Result<ClientState> {
        DOORWARD_TRY(const std::int64_t existing, tx.clients().count(by.environment_id, {}));
        if (existing >= kMaxClients) {
          return failure(Reason::kClientLimit,
                         fmt::format("There are {} clients already, which is the limit.", existing));
        }
        DOORWARD_CHECK(check_client_defaults(tx, client, settings));
        DOORWARD_CHECK(tx.clients().insert(client));
        DOORWARD_CHECK(tx.changes().append(*record));
        return ClientState{.client = client, .secrets = {}};
      });
}

task<Result<ClientState>> Clients::get(const Caller& by, ApiClientId id) {
  co_return co_await store_.read("client.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ClientState> {
    DOORWARD_TRY(auto client, find_client(tx, by.environment_id, id));
    DOORWARD_TRY(auto secrets, tx.clients().secrets(by.environment_id, id));
    return ClientState{.client = std::move(client), .secrets = std::move(secrets)};
  });
}

task<Result<ClientList>> Clients::list(const Caller& by, ListClients query) {
  const std::string scope = list_scope(by, query.types);
  DOORWARD_CO_TRY(const PageRequest request, page_tokens_.parse(scope, query.page_size, query.page_token));
  co_return co_await store_.read("client.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ClientList> {
    DOORWARD_TRY(auto page, tx.clients().search(by.environment_id, query.types, request));
    DOORWARD_TRY(const std::int64_t total, tx.clients().count(by.environment_id, query.types));
    ClientList list{.total_size = total,
                    .next_page_token = page_tokens_.next(scope, page, position),
                    .prev_page_token = page_tokens_.previous(scope, page, position)};
    for (ApiClient& client : page.items) {
      DOORWARD_TRY(auto secrets, tx.clients().secrets(by.environment_id, client.id));
      list.clients.push_back({.client = std::move(client), .secrets = std::move(secrets)});
    }
    return list;
  });
}

task<Result<ClientState>> Clients::update(const Caller& by, ApiClientId id, ClientPatch patch) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto updated = co_await store_.write("client.update", write_options(by, id), [&](WriteTx& tx) -> Result<ClientState> {
    DOORWARD_TRY(const ApiClient before, tx.clients().lock(by.environment_id, id));
    DOORWARD_CHECK(check_client_patch(patch, before.type, environment_));
    ApiClient after = before;
    apply_client_patch(patch, after);
    after.update_time = now;
    DOORWARD_CHECK(check_client_defaults(tx, after, patch));
    DOORWARD_TRY(auto secrets, tx.clients().secrets(by.environment_id, id));
    auto record = record_change(context, event_id, subject_of(after), op_of(before, after), client_snapshot(before),
                                client_snapshot(after));
    if (!record) return ClientState{.client = before, .secrets = std::move(secrets)};
    DOORWARD_CHECK(tx.clients().update(after));
    if (before.enabled && !after.enabled) {
      DOORWARD_CHECK(end_logins_of_client(tx, ids_, by.environment_id, id, {context.txn, now, kRevokedByDisabling}));
    }
    DOORWARD_CHECK(tx.changes().append(*std::move(record)));
    return ClientState{.client = std::move(after), .secrets = std::move(secrets)};
  });
  states_.forget(id);
  co_return updated;
}

task<Result<void>> Clients::remove(const Caller& by, ApiClientId id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  auto removed = co_await store_.write("client.delete", write_options(by, id), [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const ApiClient client, tx.clients().lock(by.environment_id, id));
    if (client.type == ClientType::kEnvironment) {
      return failure(Reason::kClientInUse, "The environment's own client cannot be deleted.");
    }
    // Nobody is told: the places to tell go with the client.
    DOORWARD_CHECK(tx.sign_in().revoke_grants_of_client(by.environment_id, id, now, kRevokedByDeletion));
    DOORWARD_CHECK(tx.clients().remove(by.environment_id, id));
    return tx.changes().append(*record_change(context, event_id, subject_of(client), ChangeOp::kDelete,
                                              client_snapshot(client), std::nullopt));
  });
  states_.forget(id);
  co_return removed;
}

}  // namespace doorward
