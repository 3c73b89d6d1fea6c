// Versions of resources: weak entity tags that change exactly when what is shown by default changes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/provisioning/push.h"
#include "base/result.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "domain/scim_definition.h"

namespace doorward {

// A user shows its groups, which change without touching its row: they are part of its version, in whatever order they
// come. Not where the directory shows groups on request only: there they need not be loaded.
std::string version_of(const DirectoryUser& user, std::span<const GroupReference> groups,
                       const scim::Behaviour& behaviour);

inline bool version_shows_groups(const scim::Behaviour& behaviour) {
  return behaviour.user_groups != scim::Behaviour::UserGroups::kOnRequest;
}

// Counts every change of the group and of its members.
std::string version_of(const DirectoryGroup& group);

std::string version_of(const ScimResource& resource);

// Whether whoever reads a resource of this version has it already and need not be shown it (If-None-Match).
bool has_already(const Push& push, std::string_view version);

// Inside the transaction that is about to change a resource of this version. kScimVersionMismatch when the request
// wants to meet another one.
Result<void> check_conditions(const Push& push, const std::string& version);

}  // namespace doorward
