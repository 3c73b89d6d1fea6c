#include "app/organizations/organizations.h"

#include <utility>

#include "app/changes/record.h"
#include "app/jobs/purge.h"
#include "app/logout_tokens/ended_logins.h"
#include "domain/organization_snapshot.h"

namespace doorward {
namespace {

// Why grants and sessions ended, as they keep it.
constexpr const char* kDeleted = "organization_deleted";

// Nobody signs in through them any more, and whoever did is out.
Result<void> remove_connections(WriteTx& tx, Ids& ids, const Organization& organization, const LoginsEnd& end) {
  DOORWARD_TRY(const auto connections, tx.connections().list(organization.environment_id, organization.id));
  for (const Connection& connection : connections) {
    // Held first: a login that is about to end would leave a grant behind those that are revoked here.
    DOORWARD_CHECK(tx.connections().lock(organization.environment_id, connection.id));
    DOORWARD_CHECK(end_logins_of_connection(tx, ids, organization.environment_id, connection.id, end));
    DOORWARD_CHECK(tx.connections().remove(organization.environment_id, connection.id));
  }
  return {};
}

// "" and absent are the same for optional texts: nothing is stored.
void set_or_clear(std::optional<std::string>& field, const std::optional<std::string>& value) {
  if (!value) return;
  if (value->empty()) {
    field.reset();
  } else {
    field = *value;
  }
}

Keyset position(const Organization& organization) { return {organization.create_time, organization.id.str()}; }

}  // namespace

task<Result<Organization>> Organizations::create(const Caller& by, NewOrganization input) {
  Organization organization;
  organization.environment_id = by.environment_id;
  organization.id = ids_.next<OrganizationId>();
  organization.display_name = std::move(input.display_name);
  organization.region_code = input.region_code == RegionCode::kUnspecified ? RegionCode::kUs : input.region_code;
  set_or_clear(organization.external_id, input.external_id);
  organization.metadata = std::move(input.metadata);
  set_or_clear(organization.slug, input.slug);
  set_or_clear(organization.logo_url, input.logo_url);
  organization.create_time = organization.update_time = clock_.now();

  auto record =
      record_change(ChangeContext::of(by, ids_.next<TransactionId>(), organization.create_time), ids_.next<EventId>(),
                    subject_of(organization), ChangeOp::kCreate, std::nullopt, organization_snapshot(organization));
  co_return co_await store_.write("organization.create", {.deadline = by.deadline},
                                  [&](WriteTx& tx) -> Result<Organization> {
                                    DOORWARD_CHECK(tx.organizations().insert(organization));
                                    DOORWARD_CHECK(tx.changes().append(*record));
                                    return organization;
                                  });
}

task<Result<Organization>> Organizations::get(const Caller& by, OrganizationKey key) {
  co_return co_await store_.read("organization.get", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) { return find_organization(tx, by.environment_id, key); });
}

task<Result<OrganizationList>> Organizations::list(const Caller& by, ListOrganizations query) {
  const std::string scope =
      page_scope({"organizations", by.environment_id.str(), by.id, query.external_id.value_or("")});
  DOORWARD_CO_TRY(const PageRequest page, page_tokens_.parse(scope, query.page_size, query.page_token));
  co_return co_await store_.read(
      "organization.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<OrganizationList> {
        OrganizationList list;
        if (query.external_id && !query.external_id->empty()) {
          DOORWARD_TRY(auto one, tx.organizations().find_by_external_id(by.environment_id, *query.external_id));
          if (one) list.organizations.push_back(*std::move(one));
          list.total_size = static_cast<std::int64_t>(list.organizations.size());
          return list;
        }
        DOORWARD_TRY(list.total_size, tx.organizations().count(by.environment_id));
        DOORWARD_TRY(auto rows, tx.organizations().list(by.environment_id, page));
        list.next_page_token = page_tokens_.next(scope, rows, position);
        list.prev_page_token = page_tokens_.previous(scope, rows, position);
        list.organizations = std::move(rows.items);
        return list;
      });
}

task<Result<Organization>> Organizations::update(const Caller& by, OrganizationKey key, OrganizationPatch patch) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "organization.update", {.deadline = by.deadline}, [&](WriteTx& tx) -> Result<Organization> {
        DOORWARD_TRY(const Organization before, lock_organization(tx, by.environment_id, key));
        Organization after = before;
        if (patch.display_name) after.display_name = *patch.display_name;
        set_or_clear(after.external_id, patch.external_id);
        if (patch.metadata) after.metadata = *patch.metadata;
        set_or_clear(after.slug, patch.slug);
        set_or_clear(after.logo_url, patch.logo_url);
        after.update_time = now;

        auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                                    organization_snapshot(before), organization_snapshot(after));
        if (!record) return before;
        DOORWARD_CHECK(tx.organizations().update(after));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return after;
      });
}

task<Result<void>> Organizations::remove(const Caller& by, OrganizationKey key) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  const JobId job_id = ids_.next<JobId>();
  co_return co_await store_.write("organization.delete", {.deadline = by.deadline}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const Organization organization, lock_organization(tx, by.environment_id, key));
    DOORWARD_CHECK(remove_connections(tx, ids_, organization, {context.txn, now, kDeleted}));
    DOORWARD_CHECK(tx.organizations().mark_deleted(by.environment_id, organization.id, now));
    DOORWARD_CHECK(
        tx.jobs().insert(purge_organization_job(job_id, context.txn, by.environment_id, organization.id, now)));
    auto record = record_change(context, event_id, subject_of(organization), ChangeOp::kDelete,
                                organization_snapshot(organization), std::nullopt);
    return tx.changes().append(*std::move(record));
  });
}

}  // namespace doorward
