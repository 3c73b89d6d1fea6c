#include "app/domains/domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/changes/record.h"
#include "app/connections/connection_records.h"
#include "app/keys/secret_text.h"
#include "domain/connection_snapshot.h"
#include "domain/domain_name.h"
#include "domain/domain_verification.h"
#include "domain/organization_domain_snapshot.h"

namespace doorward {
namespace {

Error domain_not_found() { return make_error(Reason::kDomainNotFound, "domain not found"); }

Result<std::string> business_domain(const std::string& text, std::string field) {
  auto name = canonical_domain(text);
  if (!name)
    return failure(invalid_field(std::move(field), "must be a domain name such as acme.com", "string.hostname"));
  DOORWARD_CHECK(check_business_domain(*name));
  return *std::move(name);
}

// Taken by the application's word, or needing none.
void vouch_for(OrganizationDomain& domain, Timestamp now) {
  const bool owned = domain.type == DomainType::kOrganizationDomain;
  domain.status = owned ? VerificationStatus::kVerified : VerificationStatus::kAutoVerified;
  domain.method = owned ? VerificationMethod::kAdmin : VerificationMethod::kNotApplicable;
  domain.verified_time = now;
  domain.failed_checks = 0;
  domain.next_check.reset();
}

// Of a domain that the organization has. kDomainTaken: another one has it verified.
Result<OrganizationDomain> vouch_for(WriteTx& tx, const ChangeContext& context, const EventId& event_id,
                                     const OrganizationDomain& before, DomainType type) {
  OrganizationDomain after = before;
  after.type = type;
  vouch_for(after, context.occurred_at);
  after.update_time = context.occurred_at;
  DOORWARD_CHECK(tx.domains().update(after));
  DOORWARD_CHECK(
      tx.changes().append(*record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                                         organization_domain_snapshot(before), organization_domain_snapshot(after))));
  return after;
}

template <class Tx>
Result<void> check_connection(Tx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                              const std::optional<ConnectionId>& connection) {
  if (!connection) return {};
  DOORWARD_TRY(const auto found, tx.connections().find(environment, *connection));
  if (found && found->organization_id == organization) return {};
  return failure(Reason::kConnectionNotFound, "connection not found");
}

template <class Tx>
Result<OrganizationDomain> find_domain(Tx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                       const DomainId& id, const std::optional<ConnectionId>& connection) {
  DOORWARD_CHECK(check_connection(tx, environment, organization, connection));
  DOORWARD_TRY(auto domain, tx.domains().find(environment, organization, id));
  if (!domain) return failure(domain_not_found());
  if (connection) {
    DOORWARD_TRY(const auto led, tx.connections().domains(environment, *connection));
    if (std::ranges::find(led, id) == led.end()) return failure(domain_not_found());
  }
  return *std::move(domain);
}

// That other domains lead to the connection than before, in its own history. `before` is locked.
Result<void> record_domains(WriteTx& tx, const ChangeContext& context, const EventId& event_id,
                            const Connection& before, const std::vector<DomainId>& were,
                            const std::vector<DomainId>& are) {
  Connection after = before;
  after.update_time = context.occurred_at;
  DOORWARD_CHECK(tx.connections().update(after));
  auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                              connection_snapshot(before, were), connection_snapshot(after, are));
  return record ? tx.changes().append(*std::move(record)) : Result<void>();
}

}  // namespace

Result<void> Domains::lead_to(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& domain,
                              const ConnectionId& id) {
  DOORWARD_TRY(const Connection connection, lock_connection(tx, domain.environment_id, domain.organization_id, id));
  DOORWARD_TRY(const auto were, tx.connections().domains(domain.environment_id, id));
  if (std::ranges::find(were, domain.id) != were.end()) return {};
  if (were.size() >= kMaxAssignedDomains) {
    return failure(Reason::kDomainLimit,
                   fmt::format("The connection has {} domains, which is the limit.", kMaxAssignedDomains));
  }
  std::vector<DomainId> are = were;
  are.insert(std::ranges::upper_bound(are, domain.id), domain.id);
  DOORWARD_CHECK(tx.connections().assign_domains(domain.environment_id, id, are));
  return record_domains(tx, context, ids_.next<EventId>(), connection, were, are);
}

Result<void> Domains::lead_nowhere(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& domain) {
  DOORWARD_TRY(const auto connections, tx.connections().list(domain.environment_id, domain.organization_id));
  for (const Connection& one : connections) {
    DOORWARD_TRY(const auto seen, tx.connections().domains(domain.environment_id, one.id));
    if (std::ranges::find(seen, domain.id) == seen.end()) continue;
    const auto locked = tx.connections().lock(domain.environment_id, one.id);
    if (!locked && locked.error().reason == Reason::kConnectionNotFound) continue;
    if (!locked) return tl::unexpected(locked.error());
    DOORWARD_TRY(const auto were, tx.connections().domains(domain.environment_id, one.id));
    std::vector<DomainId> are = were;
    std::erase(are, domain.id);
    if (are == were) continue;
    DOORWARD_CHECK(tx.connections().assign_domains(domain.environment_id, one.id, are));
    DOORWARD_CHECK(record_domains(tx, context, ids_.next<EventId>(), *locked, were, are));
  }
  return {};
}

ChangeSubject subject_of(const OrganizationDomain& domain) {
  return {.object = ObjectKind::kOrganizationDomain,
          .object_id = domain.id.str(),
          .display_name = domain.name,
          .organization_id = domain.organization_id};
}

task<Result<OrganizationDomain>> Domains::create(const Caller& by, OrganizationKey key, NewDomain input) {
  OrganizationDomain domain{.type = input.type};
  DOORWARD_CO_TRY(domain.name, business_domain(input.name, "domain.domain"));
  if (domain.type == DomainType::kUnspecified) domain.type = DomainType::kOrganizationDomain;
  vouch_for(domain, clock_.now());
  co_return co_await add(by, std::move(key), std::move(domain), std::move(input.connection));
}

task<Result<OrganizationDomain>> Domains::claim(const Caller& by, OrganizationId organization, std::string name) {
  OrganizationDomain domain{.txt_record_key = std::string(kTxtRecordKey),
                            .txt_record_secret = std::string(kTxtSecretPrefix) + make_secret_text(random_).reveal(),
                            .next_check = clock_.now() + kFirstLook};
  DOORWARD_CO_TRY(domain.name, business_domain(name, "domain"));
  if (txt_record_name(domain).size() > kMaxDomainName) {
    co_return failure(
        invalid_field("domain", "leaves no room for the name of a TXT record below it", "string.max_len"));
  }
  co_return co_await add(by, std::move(organization), std::move(domain), std::nullopt);
}

task<Result<OrganizationDomain>> Domains::add(const Caller& by, OrganizationKey key, OrganizationDomain domain,
                                              std::optional<ConnectionId> connection) {
  domain.environment_id = by.environment_id;
  domain.id = ids_.next<DomainId>();
  domain.create_time = domain.update_time = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), domain.create_time);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "domain.create", {.deadline = by.deadline}, [&](WriteTx& tx) -> Result<OrganizationDomain> {
        DOORWARD_TRY(const Organization organization, lock_organization(tx, by.environment_id, key));
        OrganizationDomain added = domain;
        added.organization_id = organization.id;
        DOORWARD_TRY(const auto others,
                     tx.domains().list(by.environment_id, organization.id, DomainType::kUnspecified, 0, kMaxDomains));
        const auto claimed = std::ranges::find_if(others, [&](const OrganizationDomain& other) {
          return other.name == added.name && other.type == added.type && !other.is_verified();
        });
        if (added.is_verified() && claimed != others.end()) {
          DOORWARD_TRY(const OrganizationDomain vouched, vouch_for(tx, context, event_id, *claimed, added.type));
          if (connection) DOORWARD_CHECK(lead_to(tx, context, vouched, *connection));
          return vouched;
        }
        if (std::ssize(others) >= kMaxDomains) {
          return failure(Reason::kDomainLimit,
                         fmt::format("The organization has {} domains, which is the limit.", kMaxDomains));
        }
        DOORWARD_CHECK(tx.domains().insert(added));
        if (connection) DOORWARD_CHECK(lead_to(tx, context, added, *connection));
        DOORWARD_CHECK(tx.changes().append(*record_change(context, event_id, subject_of(added), ChangeOp::kCreate,
                                                          std::nullopt, organization_domain_snapshot(added))));
        return added;
      });
}

task<Result<OrganizationDomain>> Domains::get(const Caller& by, OrganizationKey key, DomainId id,
                                              std::optional<ConnectionId> connection) {
  co_return co_await store_.read(
      "domain.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<OrganizationDomain> {
        DOORWARD_TRY(const Organization organization, find_organization(tx, by.environment_id, key));
        return find_domain(tx, by.environment_id, organization.id, id, connection);
      });
}

task<Result<DomainList>> Domains::list(const Caller& by, OrganizationKey key, ListDomains query) {
  if (query.page_size < 0) co_return failure(invalid_field("page_size", "must be at least 0", "int32.gte"));
  if (query.page_number < 0) co_return failure(invalid_field("page_number", "must be at least 0", "int32.gte"));
  DomainList list{.page_size = query.page_size == 0 ? kMaxDomains : std::min(query.page_size, kMaxDomains),
                  .page_number = std::max(query.page_number, 1)};
  const std::int64_t offset = std::int64_t{list.page_number - 1} * list.page_size;
  co_return co_await store_.read("domain.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DomainList> {
    DOORWARD_TRY(const Organization organization, find_organization(tx, by.environment_id, key));
    DOORWARD_CHECK(check_connection(tx, by.environment_id, organization.id, query.connection));
    DomainList found = list;
    if (!query.connection) {
      DOORWARD_TRY(found.domains,
                   tx.domains().list(by.environment_id, organization.id, query.type, offset, list.page_size));
      return found;
    }
    DOORWARD_TRY(auto all, tx.domains().list(by.environment_id, organization.id, query.type, 0, kMaxDomains));
    DOORWARD_TRY(const auto led, tx.connections().domains(by.environment_id, *query.connection));
    std::erase_if(all,
                  [&](const OrganizationDomain& domain) { return std::ranges::find(led, domain.id) == led.end(); });
    const auto begin = std::min<std::int64_t>(offset, std::ssize(all));
    const auto end = std::min<std::int64_t>(begin + list.page_size, std::ssize(all));
    found.domains.assign(all.begin() + begin, all.begin() + end);
    return found;
  });
}

task<Result<OrganizationDomain>> Domains::change_type(const Caller& by, OrganizationId organization, DomainId id,
                                                      DomainType type) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write("domain.change_type", {.deadline = by.deadline},
                                  [&](WriteTx& tx) -> Result<OrganizationDomain> {
                                    DOORWARD_CHECK(lock_organization(tx, by.environment_id, organization));
                                    DOORWARD_TRY(const OrganizationDomain before,
                                                 find_domain(tx, by.environment_id, organization, id, std::nullopt));
                                    if (before.type == type) return before;
                                    return vouch_for(tx, context, event_id, before, type);
                                  });
}

task<Result<void>> Domains::remove(const Caller& by, OrganizationKey key, DomainId id,
                                   std::optional<ConnectionId> connection) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write("domain.delete", {.deadline = by.deadline}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const Organization organization, lock_organization(tx, by.environment_id, key));
    DOORWARD_TRY(const OrganizationDomain domain, find_domain(tx, by.environment_id, organization.id, id, connection));
    DOORWARD_CHECK(lead_nowhere(tx, context, domain));
    DOORWARD_CHECK(tx.domains().remove(by.environment_id, organization.id, id));
    return tx.changes().append(*record_change(context, event_id, subject_of(domain), ChangeOp::kDelete,
                                              organization_domain_snapshot(domain), std::nullopt));
  });
}

}  // namespace doorward
