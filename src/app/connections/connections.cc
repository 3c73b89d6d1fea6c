#include "app/connections/connections.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/connections/connection_change.h"
#include "app/connections/connection_patch.h"
#include "app/connections/connection_records.h"
#include "app/connections/patch_fields.h"
#include "app/connections/saml_patch.h"
#include "app/logout_tokens/ended_logins.h"
#include "app/organizations/lookup.h"
#include "app/relying_party/client_secret_place.h"
#include "crypto/hash.h"
#include "domain/connection_snapshot.h"
#include "domain/connection_status.h"

namespace doorward {
namespace {

// Why grants and sessions ended, as they keep it.
constexpr const char* kDisabled = "connection_disabled";
constexpr const char* kDeleted = "connection_deleted";

bool is_offered(ConnectionType type) { return type == ConnectionType::kOidc || type == ConnectionType::kSaml; }

// A patch for a connection of another type.
Result<void> check_type(const Connection& connection, const ConnectionPatch& patch) {
  if (patch.type != ConnectionType::kInvalid && patch.type != connection.type) {
    return failure(Reason::kConnectionTypeNotSupported, "connection.type: the type of a connection cannot be changed.");
  }
  if (!patch.settings_type || *patch.settings_type == connection.type) return {};
  return failure(Reason::kConnectionTypeNotSupported,
                 fmt::format("connection.settings: the connection is of type {}, and these are settings of another.",
                             connection_type_name(connection.type)));
}

// With the provider's status or answer, or why it was not reached: whoever sets up the connection must know.
Error explained(Error error) {
  if (error.reason != Reason::kDiscoveryFailed || error.detail.empty()) return error;
  if (error.message.ends_with('.')) error.message.pop_back();
  error.message += ": " + error.detail + ".";
  return error;
}

// Each once, and each an organization domain of the connection's organization.
Result<std::vector<DomainId>> checked_domains(WriteTx& tx, const Connection& connection,
                                              std::vector<DomainId> domains) {
  std::ranges::sort(domains);
  const auto repeated = std::ranges::unique(domains);
  domains.erase(repeated.begin(), repeated.end());
  for (const DomainId& id : domains) {
    DOORWARD_TRY(const auto domain, tx.domains().find(connection.environment_id, connection.organization_id, id));
    if (!domain || domain->type != DomainType::kOrganizationDomain) {
      return failure(Reason::kDomainNotFound, fmt::format("organization domain not found: {}", id.str()));
    }
  }
  return domains;
}

Error changed_meanwhile() {
  return make_error(Reason::kStoreConflict, "Somebody else changed the connection meanwhile. Try again.");
}

}  // namespace

task<Result<ConnectionView>> Connections::create(const Caller& by, const OrganizationId& organization,
                                                 NewConnection input) {
  if (!is_offered(input.type)) {
    co_return failure(Reason::kConnectionTypeNotSupported,
                      "connection.type: connections of type OIDC and SAML can be created.");
  }
  DOORWARD_CO_CHECK(check_new_connection(input));
  Connection connection;
  connection.environment_id = by.environment_id;
  connection.organization_id = organization;
  connection.id = ids_.next<ConnectionId>();
  connection.type = input.type;
  connection.provider = input.provider;
  connection.provider_key = std::move(input.provider_key);
  connection.key_id = std::move(input.key_id);
  if (preset_) preset_(connection);
  connection.enabled = false;
  connection.status = status_of(connection);
  connection.configure_time = connection.create_time = connection.update_time = clock_.now();
  // The customer's provider is told of our key before we are told of the provider.
  if (connection.type == ConnectionType::kSaml) DOORWARD_CO_CHECK(co_await saml_keys_.current());
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), connection.create_time);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "connection.create", write_options(by, connection.id), [&](WriteTx& tx) -> Result<ConnectionView> {
        // The lock keeps the organization from being deleted between this look and the commit, and the limit.
        DOORWARD_CHECK(lock_organization(tx, by.environment_id, organization));
        DOORWARD_TRY(const auto existing, tx.connections().list(by.environment_id, organization));
        if (existing.size() >= kMaxConnections) {
          return failure(
              Reason::kConnectionLimit,
              fmt::format("The organization has {} connections already, which is the limit.", existing.size()));
        }
        Connection made = connection;
        if (made.type == ConnectionType::kSaml) {
          DOORWARD_CHECK(tx.saml_keys().hold());
          DOORWARD_TRY(const SamlCertificateId key, current_saml_key(tx, by.environment_id));
          made.saml.certificate_id = key.str();
        }
        DOORWARD_CHECK(tx.connections().insert(made));
        DOORWARD_CHECK(tx.connections().schedule_check(by.environment_id, made.id, next_check(made, made.create_time)));
        DOORWARD_CHECK(tx.changes().append(*record_change(context, event_id, subject_of(made), ChangeOp::kCreate,
                                                          std::nullopt, connection_snapshot(made, {}))));
        return view(tx, std::move(made));
      });
}

task<Result<ConnectionView>> Connections::get(const Caller& by, const OrganizationId& organization,
                                              const ConnectionId& id) {
  co_return co_await store_.read(
      "connection.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ConnectionView> {
        DOORWARD_TRY(auto connection, find_connection(tx.connections(), by.environment_id, organization, id));
        return view(tx, std::move(connection));
      });
}

task<Result<ConnectionView>> Connections::assign_domains(const Caller& by, const OrganizationId& organization,
                                                         const ConnectionId& id, std::vector<DomainId> domains) {
  if (domains.size() > kMaxAssignedDomains) {
    co_return failure(invalid_field("domain_ids", fmt::format("Name {} domains at most.", kMaxAssignedDomains),
                                    "repeated.max_items"));
  }
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "connection.assign_domains", write_options(by, id), [&](WriteTx& tx) -> Result<ConnectionView> {
        DOORWARD_TRY(const Connection before, lock_connection(tx, by.environment_id, organization, id));
        DOORWARD_TRY(const auto assigned, tx.connections().domains(by.environment_id, id));
        DOORWARD_TRY(const auto wanted, checked_domains(tx, before, domains));
        Connection after = before;
        after.update_time = now;
        auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                                    connection_snapshot(before, assigned), connection_snapshot(after, wanted));
        if (!record) return view(tx, before);
        DOORWARD_CHECK(tx.connections().update(after));
        DOORWARD_CHECK(tx.connections().assign_domains(by.environment_id, id, wanted));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return view(tx, std::move(after));
      });
}

task<Result<Connection>> Connections::set_enabled(const Caller& by, const OrganizationId& organization,
                                                  const ConnectionId& id, bool enabled) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "connection.set_enabled", write_options(by, id), [&](WriteTx& tx) -> Result<Connection> {
        DOORWARD_TRY(const Connection before, lock_connection(tx, by.environment_id, organization, id));
        if (before.enabled == enabled) return before;
        if (enabled && before.status != ConnectionStatus::kCompleted) return failure(incomplete(before, "."));
        DOORWARD_TRY(const auto domains, tx.connections().domains(by.environment_id, id));
        Connection after = before;
        after.enabled = enabled;
        after.update_time = now;
        DOORWARD_CHECK(tx.connections().update(after));
        if (!enabled) {
          DOORWARD_CHECK(end_logins_of_connection(tx, ids_, by.environment_id, id, {context.txn, now, kDisabled}));
        }
        DOORWARD_CHECK(tx.changes().append(
            *record_change(context, event_id, subject_of(after), enabled ? ChangeOp::kEnable : ChangeOp::kDisable,
                           connection_snapshot(before, domains), connection_snapshot(after, domains))));
        return after;
      });
}

task<Result<void>> Connections::remove(const Caller& by, const OrganizationId& organization, const ConnectionId& id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write("connection.delete", write_options(by, id), [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const Connection connection, lock_connection(tx, by.environment_id, organization, id));
    DOORWARD_TRY(const auto domains, tx.connections().domains(by.environment_id, id));
    DOORWARD_CHECK(end_logins_of_connection(tx, ids_, by.environment_id, id, {context.txn, now, kDeleted}));
    DOORWARD_CHECK(tx.connections().remove(by.environment_id, id));
    return tx.changes().append(*record_change(context, event_id, subject_of(connection), ChangeOp::kDelete,
                                              connection_snapshot(connection, domains), std::nullopt));
  });
}

task<Result<ConnectionView>> Connections::update(const Caller& by, const OrganizationId& organization,
                                                 const ConnectionId& id, ConnectionPatch patch) {
  DOORWARD_CO_TRY(const Connection seen, co_await find(by, organization, id));
  DOORWARD_CO_CHECK(check_type(seen, patch));
  DOORWARD_CO_CHECK(check_patch(patch, seen.type));
  if (seen.type == ConnectionType::kSaml) co_return co_await update_saml(by, seen, std::move(patch));
  co_return co_await update_oidc(by, seen, std::move(patch));
}

// Requests go out before the transaction, for what the connection is now; the transaction looks whether that still is
// what is wanted.
task<Result<ConnectionView>> Connections::update_oidc(const Caller& by, const Connection& seen, ConnectionPatch patch) {
  std::optional<DiscoveredProvider> found;
  if (const auto target = discovery_target(seen, patch)) {
    const auto deadline = std::min(by.deadline, std::chrono::steady_clock::now() + kDiscoveryTimeout);
    auto metadata = co_await relying_party_.discover(target->given, target->plain_http, deadline);
    if (!metadata) co_return failure(explained(std::move(metadata).error()));
    found = DiscoveredProvider{.target = *target, .metadata = *std::move(metadata)};
  }
  std::string sealed;
  if (patch.oidc.client_secret && !patch.oidc.client_secret->reveal().empty()) {
    sealed = secrets_.seal(client_secret_place(seen), *patch.oidc.client_secret);
  }
  co_return co_await change(by, seen, [&](const Connection& before, Timestamp now) -> Result<Connection> {
    const auto target = discovery_target(before, patch);
    if (target != (found ? std::optional(found->target) : std::nullopt)) return failure(changed_meanwhile());
    DOORWARD_TRY(Connection after, patched(before, patch, found));
    if (patch.oidc.client_secret) set_client_secret(*patch.oidc.client_secret, sealed, now, after);
    DOORWARD_CHECK(check_addresses(http_, before, after));
    return after;
  });
}

task<Result<ConnectionView>> Connections::update_saml(const Caller& by, const Connection& seen, ConnectionPatch patch) {
  DOORWARD_CO_CHECK(check_saml_patch(patch.saml));
  std::optional<DescribedProvider> found;
  DOORWARD_CO_TRY(const auto source, metadata_source(seen, patch, clock_.now()));
  if (source) {
    if (!source->url.empty()) {
      const auto plain_http = source->allow_http ? oidc::PlainHttp::kAllowed : oidc::PlainHttp::kForbidden;
      DOORWARD_CO_CHECK(check_address(http_, "idp_metadata_url", source->url, plain_http, true));
    }
    const auto deadline = std::min(by.deadline, std::chrono::steady_clock::now() + kDiscoveryTimeout);
    DOORWARD_CO_TRY(auto description, co_await saml_metadata_.read(*source, deadline));
    found = DescribedProvider{.source = *source, .description = std::move(description)};
  }
  if (seen.saml.certificate_id.empty()) DOORWARD_CO_CHECK(co_await saml_keys_.current());
  co_return co_await change(by, seen, [&](const Connection& before, Timestamp now) -> Result<Connection> {
    DOORWARD_TRY(const auto wanted, metadata_source(before, patch, now));
    if (wanted != (found ? std::optional(found->source) : std::nullopt)) return failure(changed_meanwhile());
    DOORWARD_TRY(Connection after, patched_saml(before, patch, found, now));
    DOORWARD_CHECK(check_saml_addresses(http_, before, after));
    return after;
  });
}

template <class Make>
task<Result<ConnectionView>> Connections::change(const Caller& by, const Connection& seen, Make make) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "connection.update", write_options(by, seen.id), [&](WriteTx& tx) -> Result<ConnectionView> {
        DOORWARD_TRY(const Connection before, lock_connection(tx, by.environment_id, seen.organization_id, seen.id));
        DOORWARD_TRY(Connection after, make(before, context.occurred_at));
        DOORWARD_CHECK(check_new_aliases(tx, before, after));
        DOORWARD_CHECK(take_issuer(before, after));
        DOORWARD_TRY(Connection stored, store_change(tx, ids_, context, event_id, before, std::move(after)));
        return view(tx, std::move(stored));
      });
}

Result<void> Connections::check_new_aliases(WriteTx& tx, const Connection& before, const Connection& after) const {
  const std::vector<std::string>& known = before.saml.acs_aliases;
  const std::vector<std::string>& aliases = after.saml.acs_aliases;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    if (std::ranges::find(known, aliases[i]) != known.end()) continue;
    std::string path = alias_path(aliases[i]);
    path.resize(std::min(path.find('?'), path.size()));
    bool is_own = is_own_path_(path);
    // An id of the product of before may look as ours do.
    if (const auto id = connection_in(path); id && !is_own) {
      DOORWARD_TRY(const auto connection, tx.connections().find(after.environment_id, *id));
      is_own = connection.has_value();
    }
    if (!is_own) continue;
    return failure(invalid_field(fmt::format("acs_aliases[{}]", i), "Doorward has an address of its own at this path.",
                                 "string.not_in"));
  }
  return {};
}

// The same secret again changes nothing.
void Connections::set_client_secret(const Secret<std::string>& value, const std::string& sealed, Timestamp now,
                                    Connection& connection) const {
  OidcSettings& oidc = connection.oidc;
  if (value.reveal().empty()) {
    oidc.sealed_client_secret.clear();
    oidc.client_secret_time.reset();
    return;
  }
  if (!oidc.sealed_client_secret.empty()) {
    const auto known = secrets_.open(client_secret_place(connection), oidc.sealed_client_secret);
    if (known && crypto::constant_time_equal(known->reveal(), value.reveal())) return;
  }
  oidc.sealed_client_secret = sealed;
  oidc.client_secret_time = now;
}

task<Result<Connection>> Connections::find(const Caller& by, const OrganizationId& organization,
                                           const ConnectionId& id) {
  co_return co_await store_.read("connection.find", {.deadline = by.deadline}, [&](const ReadTx& tx) {
    return find_connection(tx.connections(), by.environment_id, organization, id);
  });
}

task<Result<ConnectionTest>> Connections::test_result(const Caller& by, const ConnectionId& id,
                                                      const ConnectionTestId& test) {
  const Timestamp now = clock_.now();
  co_return co_await store_.read(
      "connection.test_result", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ConnectionTest> {
        DOORWARD_TRY(const auto connection, tx.connections().find(by.environment_id, id));
        if (!connection) return failure(connection_not_found());
        DOORWARD_TRY(auto found, tx.connections().find_test(by.environment_id, id, test));
        if (!found) return failure(Reason::kConnectionTestNotFound, "connection test not found");
        if (found->status == ConnectionTestStatus::kPending && found->create_time + kConnectionTestLife <= now) {
          found->status = ConnectionTestStatus::kFailure;
          found->error = reason_name(Reason::kAuthenticationNotCompleted);
          found->error_description = "Nobody came back from the identity provider in time.";
        }
        return *std::move(found);
      });
}

}  // namespace doorward
