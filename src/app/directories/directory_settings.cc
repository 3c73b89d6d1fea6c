// What an administrator sets: names, attribute mappings, roles of groups. Each is one transaction that locks the
// directory, writes the new setting whole, and tells what follows for users or leaves that to a durable job.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "app/provisioning/change_sink.h"
#include "app/provisioning/profile_news.h"
#include "app/provisioning/role_news.h"
#include "app/provisioning/type_cache.h"
#include "domain/directory_snapshot.h"
#include "protocol/scim/attribute_mapping.h"

namespace doorward {
namespace {

using Size = DirectoryGroupRepository::Size;

Error groups_not_selectable() {
  return make_error(Reason::kDirectoryGroupsNotSelectable,
                    "The groups of a SCIM directory are those that its identity provider pushes: choose them there.");
}

DirectoryScope scope_of(const Directory& directory) {
  return {directory.environment_id, directory.organization_id, directory.id};
}

// Attributes of the directory's own schemas are sources too.
Result<void> check_mappings(WriteTx& tx, const Directory& directory, const std::vector<AttributeMapping>& mappings,
                            std::string_view field) {
  DOORWARD_TRY(const auto types, types_within(tx, directory));
  return scim::check_mappings(types->user(), mappings, field);
}

// Roles of the environment by name.
Result<std::map<std::string, RoleId>> roles_by_name(WriteTx& tx, const EnvironmentId& environment) {
  DOORWARD_TRY(const auto roles, tx.environments().roles(environment));
  std::map<std::string, RoleId> by_name;
  for (const Role& role : roles) by_name.emplace(role.name, role.id);
  return by_name;
}

// Each pair once, in the order of its first mention.
Result<std::vector<RoleAssignment>> resolved(WriteTx& tx, const EnvironmentId& environment,
                                             const std::vector<WantedRole>& wanted) {
  DOORWARD_TRY(const auto roles, roles_by_name(tx, environment));
  std::vector<RoleAssignment> assignments;
  std::set<std::pair<DirectoryGroupId, RoleId>> seen;
  for (const WantedRole& one : wanted) {
    const auto role = roles.find(one.role_name);
    if (role == roles.end() || (!one.role_id.empty() && one.role_id != role->second)) {
      return failure(Reason::kRoleNotFound, fmt::format("role not found: {}", one.role_name));
    }
    if (!seen.emplace(one.group_id, role->second).second) continue;
    assignments.push_back({.group_id = one.group_id, .role_id = role->second, .role_name = one.role_name});
  }
  return assignments;
}

// Sizes of all groups that either list names. The groups of `after` must exist.
Result<std::map<DirectoryGroupId, Size>> sizes_of(WriteTx& tx, const Directory& directory,
                                                  const std::vector<RoleAssignment>& before,
                                                  const std::vector<RoleAssignment>& after) {
  std::set<DirectoryGroupId> ids;
  for (const RoleAssignment& assignment : before) ids.insert(assignment.group_id);
  for (const RoleAssignment& assignment : after) ids.insert(assignment.group_id);
  std::map<DirectoryGroupId, Size> sizes;
  if (ids.empty()) return sizes;
  DOORWARD_TRY(const auto found, tx.directory_groups().sizes(directory.environment_id, directory.id,
                                                             std::vector<DirectoryGroupId>(ids.begin(), ids.end())));
  for (const Size& size : found) sizes.emplace(size.id, size);
  for (const RoleAssignment& assignment : after) {
    if (!sizes.contains(assignment.group_id)) {
      return failure(Reason::kDirectoryGroupNotFound,
                     fmt::format("directory group not found: {}", assignment.group_id.str()));
    }
  }
  return sizes;
}

}  // namespace

task<Result<DirectoryView>> Directories::update(const Caller& by, const OrganizationId& organization,
                                                const DirectoryId& id, DirectoryPatch patch) {
  const TransactionId txn = ids_.next<TransactionId>();
  auto updated =
      co_await store_.write("directory.update", write_options(by, id), [&](WriteTx& tx) -> Result<DirectoryView> {
        DOORWARD_TRY(const Directory before, lock_directory(tx, by.environment_id, organization, id));
        const Timestamp now = clock_.now();
        const ChangeContext context = ChangeContext::of(by, txn, now);
        if (patch.type != DirectoryType::kUnspecified && patch.type != before.type) {
          return failure(Reason::kDirectoryTypeNotSupported,
                         "directory.directory_type: the type of a directory cannot be changed.");
        }
        if (patch.selects_groups) return failure(groups_not_selectable());
        DOORWARD_CHECK(check_mappings(tx, before, patch.attribute_mappings, "directory.mappings"));
        DOORWARD_TRY(const auto assignments, assignments_of(tx, before));
        Directory after = before;
        if (!patch.name.empty()) after.name = patch.name;
        if (patch.provider != DirectoryProvider::kUnspecified) after.provider = patch.provider;
        if (!patch.attribute_mappings.empty()) after.attribute_mappings = patch.attribute_mappings;
        // Switching on is an event of its own; the other settings are a change without one.
        after.update_time = now;
        Directory named = after;
        after.enabled = before.enabled || patch.enable;
        auto settings = record_change(context, ids_.next<EventId>(), subject_of(named), ChangeOp::kUpdate,
                                      directory_snapshot(before, assignments), directory_snapshot(named, assignments));
        auto enabling = record_change(context, ids_.next<EventId>(), subject_of(after), ChangeOp::kEnable,
                                      directory_snapshot(settings ? named : before, assignments),
                                      directory_snapshot(after, assignments));
        if (!settings && !enabling) return view(tx, before);
        DOORWARD_CHECK(tx.directories().update(after));
        if (settings) DOORWARD_CHECK(tx.changes().append(*std::move(settings)));
        if (enabling) DOORWARD_CHECK(tx.changes().append(*std::move(enabling)));
        if (after.attribute_mappings != before.attribute_mappings) {
          ChangeSink sink(tx, scope_of(after), context, ids_);
          DOORWARD_CHECK(tell_mappings_changed(sink, after));
        }
        return view(tx, std::move(after));
      });
  memory_.forget(id);
  co_return updated;
}

task<Result<std::vector<AttributeMapping>>> Directories::update_attributes(const Caller& by,
                                                                           const OrganizationId& organization,
                                                                           const DirectoryId& id,
                                                                           std::vector<AttributeMapping> mappings) {
  using Outcome = Result<std::vector<AttributeMapping>>;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("directory.update_attributes", write_options(by, id), [&](WriteTx& tx) -> Outcome {
    DOORWARD_TRY(const Directory before, lock_directory(tx, by.environment_id, organization, id));
    const Timestamp now = clock_.now();
    const ChangeContext context = ChangeContext::of(by, txn, now);
    DOORWARD_CHECK(check_mappings(tx, before, mappings, "attribute_mapping.attributes"));
    if (before.attribute_mappings == mappings) return mappings;
    DOORWARD_TRY(const auto assignments, assignments_of(tx, before));
    Directory after = before;
    after.attribute_mappings = mappings;
    after.update_time = now;
    DOORWARD_CHECK(tx.directories().update(after));
    ChangeSink sink(tx, scope_of(after), context, ids_);
    DOORWARD_CHECK(
        sink.directory_changed(after, directory_snapshot(before, assignments), directory_snapshot(after, assignments)));
    DOORWARD_CHECK(tell_mappings_changed(sink, after));
    return mappings;
  });
}

task<Result<std::vector<RoleAssignment>>> Directories::assign_roles(const Caller& by,
                                                                    const OrganizationId& organization,
                                                                    const DirectoryId& id,
                                                                    std::vector<WantedRole> wanted) {
  using Outcome = Result<std::vector<RoleAssignment>>;
  if (wanted.size() > kMaxRoleAssignments) {
    co_return failure(invalid_field("role_assignments.assignments",
                                    fmt::format("must be at most {}", kMaxRoleAssignments), "repeated.max_items"));
  }
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("directory.assign_roles", write_options(by, id), [&](WriteTx& tx) -> Outcome {
    DOORWARD_TRY(const Directory before, lock_directory(tx, by.environment_id, organization, id));
    const Timestamp now = clock_.now();
    const ChangeContext context = ChangeContext::of(by, txn, now);
    DOORWARD_TRY(const auto old, assignments_of(tx, before));
    DOORWARD_TRY(auto assignments, resolved(tx, by.environment_id, wanted));
    DOORWARD_TRY(const auto sizes, sizes_of(tx, before, old, assignments));
    if (assignments == old) return assignments;
    Directory after = before;
    after.update_time = now;
    DOORWARD_CHECK(tx.directories().update(after));
    DOORWARD_CHECK(tx.directories().replace_role_assignments(by.environment_id, id, assignments));
    ChangeSink sink(tx, scope_of(after), context, ids_);
    DOORWARD_CHECK(
        sink.directory_changed(after, directory_snapshot(before, old), directory_snapshot(after, assignments)));
    std::vector<Size> changed;
    for (const DirectoryGroupId& group : groups_with_other_roles(old, assignments)) {
      if (const auto size = sizes.find(group); size != sizes.end()) changed.push_back(size->second);
    }
    DOORWARD_CHECK(tell_roles_changed(sink, changed));
    return assignments;
  });
}

task<Result<void>> Directories::assign_groups(const Caller& by, const OrganizationId& organization,
                                              const DirectoryId& id) {
  co_return co_await store_.read("directory.assign_groups", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) -> Result<void> {
                                   DOORWARD_CHECK(find_directory(tx, by.environment_id, organization, id));
                                   return failure(groups_not_selectable());
                                 });
}

}  // namespace doorward
