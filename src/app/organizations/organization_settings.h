// Use cases of what an organization is set to: features, session policy, user management.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/organization.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

// All methods: the caller's environment bounds what can be seen; kOrganizationNotFound for anything else. Changes
// record organization.updated when something changed.
class OrganizationSettings {
 public:
  OrganizationSettings(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // Features that are not mentioned keep their value. kInvalidArgument at the feature's name when there is no such
  // feature, or when it is mentioned twice with different values.
  task<Result<Organization>> set_features(const Caller& by, OrganizationId id,
                                          std::vector<OrganizationFeature> features);

  task<Result<SessionPolicy>> session_policy(const Caller& by, OrganizationId id);
  // Refusals are those of change_session_policy().
  task<Result<SessionPolicy>> change_session_policy(const Caller& by, OrganizationId id, SessionPolicyPatch patch);
  // The same for every organization of the environment.
  task<Result<ApplicationSessionPolicy>> application_session_policy(const Caller& by, OrganizationId id);

  task<Result<std::optional<std::int32_t>>> max_allowed_users(const Caller& by, OrganizationId id);
  // nullopt and 0 lift the cap. kInvalidArgument for a negative number.
  task<Result<std::optional<std::int32_t>>> set_max_allowed_users(const Caller& by, OrganizationId id,
                                                                  std::optional<std::int32_t> max_allowed_users);

 private:
  task<Result<Organization>> get(const Caller& by, const OrganizationId& id);
  // Loads, changes and stores with its record, in one transaction; `change` may run more than once.
  task<Result<Organization>> change(const Caller& by, const OrganizationId& id,
                                    const std::function<Result<void>(WriteTx&, Organization&)>& change);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
