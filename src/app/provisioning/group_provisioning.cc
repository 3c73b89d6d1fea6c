#include "app/provisioning/group_provisioning.h"

#include <fmt/format.h>

#include <utility>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/directory_scope.h"
#include "app/provisioning/document_rules.h"
#include "app/provisioning/group_form.h"
#include "app/provisioning/membership_news.h"
#include "app/provisioning/role_news.h"
#include "app/provisioning/unique_values.h"
#include "app/provisioning/version.h"
#include "protocol/scim/stored_document.h"

namespace doorward {
namespace {

namespace json = boost::json;

Error group_not_found() { return make_error(Reason::kDirectoryGroupNotFound, "There is no such group."); }

StoreOptions write_options(const Caller& by) { return {.deadline = by.deadline, .serial_key = by.directory_id.str()}; }

scim::MemberDelta exactly(std::vector<scim::Member> members) {
  return {.kind = scim::MemberDelta::Kind::kReplaceAll, .members = std::move(members)};
}

std::int64_t net(const MembershipChange& change) {
  return static_cast<std::int64_t>(change.added.size()) - static_cast<std::int64_t>(change.removed.size());
}

// Members that name nobody yet wait for who will, or are refused.
Result<void> settle_waiting(Push& push, const MembershipChange& members) {
  if (!members.waiting) return {};
  if (push.dialect.behaviour.references == scim::Behaviour::References::kMustExist) {
    return failure(Reason::kScimInvalidValue,
                   fmt::format("The member \"{}\" is no user or group of this directory.", *members.waiting));
  }
  push.dialect.note(scim::Quirk::kWaitingReference);
  return {};
}

template <class Tx>
Result<ProvisionedGroup> loaded(Tx& tx, const DirectoryScope& scope, DirectoryGroup group, bool with_members) {
  ProvisionedGroup out{.group = std::move(group), .members = {}};
  if (with_members) {
    DOORWARD_TRY(out.members,
                 tx.directory_groups().members(scope.environment, scope.directory, out.group.id, "", kMemberPage));
    out.more_members = out.members.size() == static_cast<std::size_t>(kMemberPage);
  }
  return out;
}

}  // namespace

task<Result<ProvisionedGroup>> GroupProvisioning::create(Push& push, GroupInput input, bool with_members) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("scim.group.create", write_options(by), [&](WriteTx& tx) -> Result<ProvisionedGroup> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    const Timestamp now = clock_.now();
    DirectoryGroup group;
    group.environment_id = scope.environment;
    group.organization_id = scope.organization;
    group.directory_id = scope.directory;
    group.id = ids_.next<DirectoryGroupId>();
    group.create_time = group.update_time = now;
    set_group_document(group, input.document);
    DOORWARD_CHECK(check_external_id(tx, scope, push, group));
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    DOORWARD_CHECK(keep_unique_values(tx, directory, push.types->group(), group.id.str(), group.attributes));
    DOORWARD_CHECK(
        tx.directories().change_stats(scope.environment, scope.directory, {.groups = 1, .group_updated_at = now}));
    DOORWARD_TRY(
        const MembershipChange members,
        apply_member_deltas(tx, scope, group.id, {exactly(input.members.value_or(std::vector<scim::Member>()))}));
    DOORWARD_CHECK(settle_waiting(push, members));
    group.member_count = net(members);
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(tell_group_changed(sink, std::nullopt, group, members));
    return loaded(tx, scope, std::move(group), with_members);
  });
}

task<Result<ProvisionedGroup>> GroupProvisioning::get(Push& push, const DirectoryGroupId& id, bool with_members) {
  const Caller& by = push.by;
  co_return co_await store_.read(
      "scim.group.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ProvisionedGroup> {
        DOORWARD_TRY(auto group, tx.directory_groups().find(by.environment_id, by.directory_id, id));
        if (!group) return failure(group_not_found());
        const bool shown = !has_already(push, version_of(*group));
        return loaded(tx, DirectoryScope::of(by), *std::move(group), with_members && shown);
      });
}

task<Result<std::vector<GroupMember>>> GroupProvisioning::members_after(const Caller& by, const DirectoryGroupId& id,
                                                                        const std::string& value) {
  co_return co_await store_.read(
      "scim.group.members", {.deadline = by.deadline, .one_statement = true}, [&](const ReadTx& tx) {
        return tx.directory_groups().members(by.environment_id, by.directory_id, id, value, kMemberPage);
      });
}

task<Result<ProvisionedGroup>> GroupProvisioning::change(std::string_view name, Push& push, const DirectoryGroupId& id,
                                                         bool with_members, const Edit& edit) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write(name, write_options(by), [&](WriteTx& tx) -> Result<ProvisionedGroup> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    DOORWARD_TRY(auto before, tx.directory_groups().find(scope.environment, scope.directory, id));
    if (!before) return failure(group_not_found());
    DOORWARD_CHECK(check_conditions(push, version_of(*before)));
    json::object scratch;
    const json::object& known = scim::known_part(push.types->group(), before->attributes, scratch);
    DOORWARD_TRY(scim::GroupPatch patch, edit(known));
    DOORWARD_TRY(const MembershipChange members, apply_member_deltas(tx, scope, id, patch.deltas));
    DOORWARD_CHECK(settle_waiting(push, members));
    if (patch.document == known && members.empty() && !members.relabelled) {
      return loaded(tx, scope, *std::move(before), with_members);
    }
    const Timestamp now = clock_.now();
    DirectoryGroup after = *before;
    set_group_document(after, std::move(patch.document));
    if (after.external_id != before->external_id) DOORWARD_CHECK(check_external_id(tx, scope, push, after));
    after.member_count += net(members);
    after.version += 1;
    after.update_time = now;
    DOORWARD_CHECK(tx.directory_groups().update(after));
    DOORWARD_CHECK(keep_unique_values(tx, directory, push.types->group(), id.str(), after.attributes));
    DOORWARD_CHECK(tx.directories().change_stats(scope.environment, scope.directory, {.group_updated_at = now}));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(tell_group_changed(sink, before, after, members));
    return loaded(tx, scope, std::move(after), with_members);
  });
}

task<Result<ProvisionedGroup>> GroupProvisioning::replace(Push& push, const DirectoryGroupId& id, GroupInput input,
                                                          bool with_members) {
  const Edit edit = [&](const json::object& stored) -> Result<scim::GroupPatch> {
    scim::GroupPatch patch;
    DOORWARD_TRY(patch.document, scim::replaced(push.types->group(), stored, input.document, push.dialect));
    if (!input.members && push.dialect.behaviour.omitted_members_on_put == scim::Behaviour::Omitted::kKept) {
      push.dialect.note(scim::Quirk::kOmittedKept);
    } else {
      patch.deltas.push_back(exactly(input.members.value_or(std::vector<scim::Member>())));
    }
    return patch;
  };
  co_return co_await change("scim.group.replace", push, id, with_members, edit);
}

task<Result<ProvisionedGroup>> GroupProvisioning::patch(Push& push, const DirectoryGroupId& id,
                                                        const scim::PatchRequest& request, bool with_members) {
  const Edit edit = [&](const json::object& stored) {
    return scim::compile_group_patch(push.types->group(), stored, request, push.dialect);
  };
  co_return co_await change("scim.group.patch", push, id, with_members, edit);
}

task<Result<void>> GroupProvisioning::remove(Push& push, const DirectoryGroupId& id) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("scim.group.delete", write_options(by), [&](WriteTx& tx) -> Result<void> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    DOORWARD_TRY(const auto group, tx.directory_groups().find(scope.environment, scope.directory, id));
    if (!group) return failure(group_not_found());
    DOORWARD_CHECK(check_conditions(push, version_of(*group)));
    const Timestamp now = clock_.now();
    // No group may go on holding a member that is gone.
    DOORWARD_TRY(const auto holding,
                 tx.directory_groups().groups_holding(scope.environment, scope.directory, id.str()));
    for (const DirectoryGroupId& parent_id : holding) {
      DOORWARD_CHECK(tx.directory_groups().remove_members(scope.environment, scope.directory, parent_id, {id.str()}));
      DOORWARD_TRY(auto parent, tx.directory_groups().find(scope.environment, scope.directory, parent_id));
      if (!parent) continue;  // marked deleted
      parent->version += 1;
      parent->update_time = now;
      DOORWARD_CHECK(tx.directory_groups().update(*parent));
    }
    DOORWARD_CHECK(tx.directory_groups().mark_deleted(scope.environment, scope.directory, id, now));
    DOORWARD_CHECK(forget_unique_values(tx, directory, id.str()));
    DOORWARD_CHECK(
        tx.directories().change_stats(scope.environment, scope.directory, {.groups = -1, .group_updated_at = now}));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(drop_role_assignments(sink, id));
    return tell_group_deleted(sink, *group);
  });
}

}  // namespace doorward
