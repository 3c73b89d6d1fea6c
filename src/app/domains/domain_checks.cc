#include "app/domains/domain_checks.h"

#include <algorithm>
#include <utility>

#include "app/domains/domains.h"
#include "base/log.h"
#include "base/when_all.h"
#include "domain/organization_domain_snapshot.h"

namespace doorward {
namespace {

constexpr const char* kWorkerName = "domain-checks";

Error domain_not_found() { return make_error(Reason::kDomainNotFound, "domain not found"); }

bool is_proven_by_dns(const OrganizationDomain& domain) {
  return domain.type == DomainType::kOrganizationDomain && domain.method == VerificationMethod::kDns;
}

// Locked one after the other in one order, whoever asks.
Result<void> lock_owners(WriteTx& tx, const EnvironmentId& environment, std::vector<OrganizationId> owners) {
  std::ranges::sort(owners);
  for (const OrganizationId& owner : owners) DOORWARD_CHECK(lock_organization(tx, environment, owner));
  return {};
}

}  // namespace

task<DomainChecks::Look> DomainChecks::look_for(const OrganizationDomain& domain, Resolver::SteadyTime deadline) {
  auto values = co_await resolver_.texts(txt_record_name(domain), deadline);
  if (values) {
    const bool found = proves(*values, domain);
    co_return Look{.outcome = found ? RecordLook::kFound : RecordLook::kMissing, .values = *std::move(values)};
  }
  if (values.error().reason == Reason::kNameNotFound) co_return Look{.outcome = RecordLook::kMissing};
  co_return Look{.error = std::move(values).error()};
}

task<std::vector<DomainChecks::Look>> DomainChecks::look_for_all(const std::vector<OrganizationDomain>& domains) {
  const auto deadline = std::chrono::steady_clock::now() + kLookTimeout;
  std::vector<task<Look>> asked;
  asked.reserve(domains.size());
  for (const OrganizationDomain& domain : domains) asked.push_back(look_for(domain, deadline));
  std::vector<Look> looks;
  looks.reserve(domains.size());
  for (std::optional<Look>& look : co_await when_all(std::move(asked)))
    looks.push_back(std::move(look).value_or(Look()));
  co_return looks;
}

Result<void> DomainChecks::keep(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& before,
                                const OrganizationDomain& after) {
  DOORWARD_CHECK(tx.domains().update(after));
  auto record = record_change(context, ids_.next<EventId>(), subject_of(after), ChangeOp::kUpdate,
                              organization_domain_snapshot(before), organization_domain_snapshot(after));
  return record ? tx.changes().append(*std::move(record)) : Result<void>();
}

Result<DomainCheck> DomainChecks::settle(WriteTx& tx, const ChangeContext& context, const Verdict& verdict) {
  const OrganizationDomain& seen = verdict.seen;
  const Timestamp now = context.occurred_at;
  const auto other_owner = [&]() -> Result<std::optional<OrganizationDomain>> {
    DOORWARD_TRY(auto owner, tx.domains().find_verified(seen.environment_id, seen.name));
    if (owner && owner->organization_id == seen.organization_id) owner.reset();
    return owner;
  };
  DOORWARD_TRY(const auto expected, other_owner());
  std::vector<OrganizationId> owners = {seen.organization_id};
  if (expected) owners.push_back(expected->organization_id);
  DOORWARD_CHECK(lock_owners(tx, seen.environment_id, std::move(owners)));

  DOORWARD_TRY(const auto found, tx.domains().find(seen.environment_id, seen.organization_id, seen.id));
  if (!found) return failure(domain_not_found());
  const OrganizationDomain& before = *found;
  DomainCheck check{.domain = before, .found = verdict.look.values};
  if (!is_proven_by_dns(before)) return check;

  RecordLook outcome = verdict.look.outcome;
  if (outcome == RecordLook::kMissing) check.why_not = Reason::kDomainRecordMissing;
  if (outcome == RecordLook::kFound && !before.is_verified()) {
    DOORWARD_TRY(const auto owner, other_owner());
    if (owner && (!expected || owner->id != expected->id)) {
      return failure(Reason::kStoreConflict, "Other changes got in the way. Try again.");
    }
    if (owner && is_proven_by_dns(*owner) && !proves(verdict.look.values, *owner)) {
      DOORWARD_CHECK(keep(tx, context, *owner, lost(*owner, now)));
    } else if (owner) {
      check.why_not = Reason::kDomainTaken;
      outcome = RecordLook::kMissing;  // of no use, for the schedule
    }
  }
  check.domain = verdict.asked ? after_asked_look(before, outcome, now) : after_scheduled_look(before, outcome, now);
  if (!verdict.asked || outcome == RecordLook::kFound) DOORWARD_CHECK(keep(tx, context, before, check.domain));
  return check;
}

task<Result<DomainCheck>> DomainChecks::settle(const Caller& by, const Verdict& verdict) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  auto check = co_await store_.write("domain.check", {.deadline = by.deadline},
                                     [&](WriteTx& tx) { return settle(tx, context, verdict); });
  if (check && check->domain.status != verdict.seen.status) {
    log::info("domain.verification", {{"domain_id", check->domain.id.str()},
                                      {"organization_id", check->domain.organization_id.str()},
                                      {"status", verification_status_name(check->domain.status)}});
  }
  co_return check;
}

task<Result<DomainCheck>> DomainChecks::check(const Caller& by, OrganizationKey key, DomainId id) {
  DOORWARD_CO_TRY(const OrganizationDomain domain,
                  co_await store_.read(
                      "domain.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<OrganizationDomain> {
                        DOORWARD_TRY(const Organization organization, find_organization(tx, by.environment_id, key));
                        DOORWARD_TRY(auto found, tx.domains().find(by.environment_id, organization.id, id));
                        if (!found) return failure(domain_not_found());
                        return *std::move(found);
                      }));
  if (!is_proven_by_dns(domain)) co_return DomainCheck{.domain = domain};
  const auto deadline = std::min<Resolver::SteadyTime>(by.deadline, std::chrono::steady_clock::now() + kLookTimeout);
  const Look look = co_await look_for(domain, deadline);
  if (look.error) co_return failure(*look.error);
  co_return co_await settle(by, {.seen = domain, .look = look, .asked = true});
}

task<std::optional<Timestamp>> DomainChecks::run_due() {
  while (!stopping_.load()) {
    const Timestamp now = clock_.now();
    const auto due =
        co_await store_.read("domains.next_due", {}, [](const ReadTx& tx) { return tx.domains().next_due(); });
    if (due && (!*due || **due > now)) co_return *due ? std::min(**due, now + kIdle) : now + kIdle;
    if (!due) {
      log::warning("domains.check_failed", {{"reason", reason_name(due.error().reason)}});
      co_return now + kIdle;
    }
    const auto taken = co_await store_.write(
        "domains.claim_due", {}, [&](WriteTx& tx) { return tx.domains().claim_due(now, now + kClaim, kLooksAtOnce); });
    if (!taken) {
      log::warning("domains.check_failed", {{"reason", reason_name(taken.error().reason)}});
      co_return now + kIdle;
    }
    const std::vector<Look> looks = co_await look_for_all(*taken);
    for (std::size_t i = 0; i < taken->size(); ++i) {
      const OrganizationDomain& domain = (*taken)[i];
      const Caller system{.kind = CallerKind::kSystem, .environment_id = domain.environment_id, .id = kWorkerName};
      const auto checked = co_await settle(system, {.seen = domain, .look = looks[i]});
      // Not there any more is no fault; anything else is tried again when the claim runs out.
      if (checked || reason_code(checked.error().reason) == Code::kNotFound) continue;
      log::warning("domains.check_failed",
                   {{"domain_id", domain.id.str()}, {"reason", reason_name(checked.error().reason)}});
    }
  }
  co_return std::nullopt;
}

}  // namespace doorward
