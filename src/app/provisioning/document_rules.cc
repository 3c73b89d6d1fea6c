#include "app/provisioning/document_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "protocol/scim/references.h"

namespace doorward {
namespace {

tl::unexpected<Error> taken() {
  return failure(Reason::kExternalIdTaken, "Another resource of this directory has this externalId.");
}

bool wants_unique(const Push& push) {
  return push.dialect.behaviour.external_id == scim::Behaviour::ExternalId::kUnique;
}

// True for the id of a user or group, or the external id of a user.
Result<bool> exists(WriteTx& tx, const DirectoryScope& scope, const std::string& id) {
  DOORWARD_TRY(const auto user, tx.directory_users().find(scope.environment, scope.directory, DirectoryUserId{id}));
  if (user) return true;
  DOORWARD_TRY(const auto group, tx.directory_groups().find(scope.environment, scope.directory, DirectoryGroupId{id}));
  if (group) return true;
  DOORWARD_TRY(const auto named, tx.directory_users().find_by_external_id(scope.environment, scope.directory, id));
  return named.size() == 1;
}

}  // namespace

Result<void> check_external_id(WriteTx& tx, const DirectoryScope& scope, const Push& push, const DirectoryUser& user) {
  if (!wants_unique(push) || !user.external_id) return {};
  DOORWARD_TRY(const auto known,
               tx.directory_users().find_by_external_id(scope.environment, scope.directory, *user.external_id));
  if (std::ranges::any_of(known, [&](const DirectoryUser& other) { return other.id != user.id; })) return taken();
  return {};
}

Result<void> check_external_id(WriteTx& tx, const DirectoryScope& scope, const Push& push,
                               const DirectoryGroup& group) {
  if (!wants_unique(push) || !group.external_id) return {};
  constexpr std::int64_t kEnough = 2;  // this group, and another
  DOORWARD_TRY(const auto known, tx.directory_groups().look_up(scope.environment, scope.directory,
                                                               DirectoryGroupRepository::Index::kExternalId,
                                                               *group.external_id, {}, kEnough));
  if (std::ranges::any_of(known, [&](const DirectoryGroupId& other) { return other != group.id; })) return taken();
  return {};
}

Result<void> check_references(WriteTx& tx, const DirectoryScope& scope, const Push& push,
                              const scim::ResourceType& type, const boost::json::object& before,
                              const boost::json::object& after) {
  if (push.dialect.behaviour.references != scim::Behaviour::References::kMustExist) return {};
  const std::vector<scim::DocumentReference> known = scim::references_of(type, before);
  for (const scim::DocumentReference& reference : scim::references_of(type, after)) {
    if (std::ranges::find(known, reference) != known.end()) continue;
    DOORWARD_TRY(const bool found, exists(tx, scope, reference.id));
    if (found) continue;
    return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" names nobody of this directory.", reference.where));
  }
  return {};
}

}  // namespace doorward
