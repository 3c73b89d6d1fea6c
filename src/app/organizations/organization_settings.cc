#include "app/organizations/organization_settings.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "app/changes/record.h"
#include "app/organizations/lookup.h"
#include "domain/organization_snapshot.h"

namespace doorward {
namespace {

// By the names under which they are kept.
Result<std::map<std::string_view, bool>> known_features(const std::vector<OrganizationFeature>& features) {
  std::map<std::string_view, bool> known;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const auto refused = [&](std::string description, std::string constraint) {
      return failure(
          invalid_field(fmt::format("settings.features[{}].name", i), std::move(description), std::move(constraint)));
    };
    const auto name = organization_feature(features[i].name);
    if (!name) {
      return refused(fmt::format("must be one of \"{}\"", fmt::join(kOrganizationFeatures, "\", \"")), "string.in");
    }
    const auto [entry, first] = known.emplace(*name, features[i].enabled);
    if (!first && entry->second != features[i].enabled) {
      return refused("names a feature that is switched both on and off", "repeated.unique");
    }
  }
  return known;
}

Result<ApplicationSessionPolicy> application_policy(const EnvironmentRepository& environments,
                                                    const EnvironmentId& id) {
  DOORWARD_TRY(const auto environment, environments.find(id));
  if (!environment) return failure(internal_error("no environment " + id.str()));
  return environment->session_policy;
}

}  // namespace

task<Result<Organization>> OrganizationSettings::get(const Caller& by, const OrganizationId& id) {
  co_return co_await store_.read("organization.get", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) { return find_organization(tx, by.environment_id, id); });
}

task<Result<Organization>> OrganizationSettings::change(
    const Caller& by, const OrganizationId& id, const std::function<Result<void>(WriteTx&, Organization&)>& change) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "organization.settings", {.deadline = by.deadline}, [&](WriteTx& tx) -> Result<Organization> {
        DOORWARD_TRY(const Organization before, lock_organization(tx, by.environment_id, id));
        Organization after = before;
        DOORWARD_CHECK(change(tx, after));
        after.update_time = now;
        auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                                    organization_snapshot(before), organization_snapshot(after));
        if (!record) return before;
        DOORWARD_CHECK(tx.organizations().update(after));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return after;
      });
}

task<Result<Organization>> OrganizationSettings::set_features(const Caller& by, OrganizationId id,
                                                              std::vector<OrganizationFeature> features) {
  DOORWARD_CO_TRY(const auto known, known_features(features));
  co_return co_await change(by, id, [&](WriteTx&, Organization& organization) -> Result<void> {
    for (const auto& [name, enabled] : known) set_feature(organization.features, name, enabled);
    return {};
  });
}

task<Result<SessionPolicy>> OrganizationSettings::session_policy(const Caller& by, OrganizationId id) {
  DOORWARD_CO_TRY(const Organization organization, co_await get(by, id));
  co_return organization.session_policy;
}

task<Result<SessionPolicy>> OrganizationSettings::change_session_policy(const Caller& by, OrganizationId id,
                                                                        SessionPolicyPatch patch) {
  DOORWARD_CO_TRY(const Organization organization,
                  co_await change(by, id, [&](WriteTx& tx, Organization& changed) -> Result<void> {
                    DOORWARD_TRY(const auto application, application_policy(tx.environments(), by.environment_id));
                    DOORWARD_TRY(changed.session_policy,
                                 doorward::change_session_policy(changed.session_policy, patch, application));
                    return {};
                  }));
  co_return organization.session_policy;
}

task<Result<ApplicationSessionPolicy>> OrganizationSettings::application_session_policy(const Caller& by,
                                                                                        OrganizationId id) {
  co_return co_await store_.read("organization.application_session_policy", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) -> Result<ApplicationSessionPolicy> {
                                   DOORWARD_CHECK(find_organization(tx, by.environment_id, id));
                                   return application_policy(tx.environments(), by.environment_id);
                                 });
}

task<Result<std::optional<std::int32_t>>> OrganizationSettings::max_allowed_users(const Caller& by, OrganizationId id) {
  DOORWARD_CO_TRY(const Organization organization, co_await get(by, id));
  co_return organization.max_allowed_users;
}

task<Result<std::optional<std::int32_t>>> OrganizationSettings::set_max_allowed_users(
    const Caller& by, OrganizationId id, std::optional<std::int32_t> max_allowed_users) {
  if (max_allowed_users.value_or(0) < 0) {
    co_return failure(invalid_field("settings.max_allowed_users", "must be at least 0", "int32.gte"));
  }
  DOORWARD_CO_TRY(const Organization organization,
                  co_await change(by, id, [&](WriteTx&, Organization& changed) -> Result<void> {
                    changed.max_allowed_users = max_allowed_users;
                    return {};
                  }));
  co_return organization.max_allowed_users;
}

}  // namespace doorward
