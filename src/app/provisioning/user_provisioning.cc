#include "app/provisioning/user_provisioning.h"

#include <functional>
#include <utility>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/directory_scope.h"
#include "app/provisioning/document_rules.h"
#include "app/provisioning/email_index.h"
#include "app/provisioning/manager_news.h"
#include "app/provisioning/membership.h"
#include "app/provisioning/membership_news.h"
#include "app/provisioning/unique_values.h"
#include "app/provisioning/user_form.h"
#include "app/provisioning/version.h"
#include "protocol/scim/stored_document.h"

namespace doorward {
namespace {

namespace json = boost::json;

Error user_not_found() { return make_error(Reason::kDirectoryUserNotFound, "There is no such user."); }

// The store says which rule broke; the provider needs to hear which attribute.
Error readable(Error error) {
  if (error.reason == Reason::kUserNameTaken) {
    error.message = "Another user of this directory has this userName.";
  }
  return error;
}

StoreOptions write_options(const Caller& by) { return {.deadline = by.deadline, .serial_key = by.directory_id.str()}; }

// Members that named this user by its external id before it existed become real ones. True when there were any.
// In most directories nobody waits, and nobody is asked.
Result<bool> resolve_references(ChangeSink& sink, const Directory& directory, const DirectoryUser& user) {
  if (!user.external_id || !directory.has_waiting_members) return false;
  bool any = false;
  const DirectoryScope& scope = sink.scope();
  DirectoryGroupRepository& groups = sink.tx().directory_groups();
  DOORWARD_TRY(const auto holding, groups.groups_holding(scope.environment, scope.directory, *user.external_id));
  for (const DirectoryGroupId& id : holding) {
    DOORWARD_TRY(auto group, groups.find(scope.environment, scope.directory, id));
    if (!group) continue;  // marked deleted
    DOORWARD_TRY(const auto waiting, groups.find_member(scope.environment, scope.directory, id, *user.external_id));
    if (!waiting || waiting->kind != MemberKind::kUnresolved) continue;
    scim::MemberDelta removal{.kind = scim::MemberDelta::Kind::kRemove, .ids = {*user.external_id}};
    scim::MemberDelta arrival{
        .kind = scim::MemberDelta::Kind::kAdd,
        .members = {
            {.value = user.id.str(), .type = waiting->type.value_or(""), .display = waiting->display.value_or("")}}};
    DOORWARD_TRY(const MembershipChange members,
                 apply_member_deltas(sink.tx(), scope, id, {std::move(removal), std::move(arrival)}));
    const DirectoryGroup before = *group;
    group->version += 1;
    group->update_time = sink.context().occurred_at;
    DOORWARD_CHECK(groups.update(*group));
    DOORWARD_CHECK(tell_group_changed(sink, before, *group, members));
    any = true;
  }
  return any;
}

// The user after its groups were told of, which moves its version.
Result<ProvisionedUser> load(WriteTx& tx, const DirectoryScope& scope, const DirectoryUserId& id) {
  DOORWARD_TRY(auto found, tx.directory_users().find_with_groups(scope.environment, scope.directory, id));
  if (!found) return failure(user_not_found());
  return ProvisionedUser{std::move(found->user), std::move(found->groups)};
}

ChangeOp op_of(const DirectoryUser& before, const DirectoryUser& after) {
  if (before.active == after.active) return ChangeOp::kUpdate;
  return after.active ? ChangeOp::kActivate : ChangeOp::kDeactivate;
}

// Stores the new document of a user that exists, when it says something new.
Result<ProvisionedUser> keep_document(ChangeSink& sink, const Directory& directory, const Push& push,
                                      ProvisionedUser known, json::object document) {
  WriteTx& tx = sink.tx();
  const DirectoryScope& scope = sink.scope();
  const DirectoryUser& before = known.user;
  const scim::ResourceType& type = push.types->user();
  json::object scratch;
  if (document == scim::known_part(type, before.attributes, scratch)) return known;
  DOORWARD_CHECK(check_references(tx, scope, push, type, before.attributes, document));
  const Timestamp now = sink.context().occurred_at;
  DirectoryUser after = before;
  set_user_document(type, after, std::move(document), directory.attribute_mappings);
  after.version += 1;
  after.update_time = now;
  if (after.external_id != before.external_id) DOORWARD_CHECK(check_external_id(tx, scope, push, after));
  DOORWARD_CHECK(tx.directory_users().update(after));
  DOORWARD_CHECK(keep_unique_values(tx, directory, type, after.id.str(), after.attributes));
  DOORWARD_CHECK(keep_email_index(tx, scope, after.id, before.attributes, after.attributes));
  DOORWARD_CHECK(tx.directories().change_stats(scope.environment, scope.directory, {.user_updated_at = now}));
  DOORWARD_CHECK(sink.user_changed(after, op_of(before, after), user_snapshot(before, known.groups),
                                   user_snapshot(after, known.groups)));
  const bool renamed = after.external_id != before.external_id;
  known.user = std::move(after);
  if (renamed) {
    DOORWARD_TRY(const bool joined, resolve_references(sink, directory, known.user));
    if (joined) return load(tx, scope, known.user.id);
  }
  return known;
}

// The deactivated user of this name whom a create may take over; nullopt when there is none, or must not.
Result<std::optional<ProvisionedUser>> find_adoptable(WriteTx& tx, const DirectoryScope& scope, const Push& push,
                                                      const std::string& user_name_folded) {
  if (push.dialect.behaviour.inactive_conflict != scim::Behaviour::Conflict::kAdopt) {
    return std::optional<ProvisionedUser>();
  }
  DOORWARD_TRY(auto known,
               tx.directory_users().find_by_user_name(scope.environment, scope.directory, user_name_folded));
  if (!known || known->active) return std::optional<ProvisionedUser>();
  DOORWARD_TRY(auto groups, tx.directory_users().groups_of(scope.environment, scope.directory, known->id));
  return std::optional<ProvisionedUser>(ProvisionedUser{*std::move(known), std::move(groups)});
}

}  // namespace

task<Result<ProvisionedUser>> UserProvisioning::create(Push& push, json::object document) {
  const Caller& by = push.by;
  if (!document.contains("active")) document["active"] = true;
  const TransactionId txn = ids_.next<TransactionId>();
  auto created =
      co_await store_.write("scim.user.create", write_options(by), [&](WriteTx& tx) -> Result<ProvisionedUser> {
        const DirectoryScope scope = DirectoryScope::of(by);
        DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
        // Times are taken under the lock, so that creation order is the order of lists.
        const Timestamp now = clock_.now();
        ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
        ProvisionedUser out;
        DirectoryUser& user = out.user;
        user.environment_id = scope.environment;
        user.organization_id = scope.organization;
        user.directory_id = scope.directory;
        user.id = ids_.next<DirectoryUserId>();
        user.create_time = user.update_time = now;
        set_user_document(push.types->user(), user, document, directory.attribute_mappings);
        DOORWARD_TRY(auto adopted, find_adoptable(tx, scope, push, user.user_name_folded));
        if (adopted) {
          push.dialect.note(scim::Quirk::kAdopted);
          return keep_document(sink, directory, push, *std::move(adopted), document);
        }
        DOORWARD_CHECK(check_references(tx, scope, push, push.types->user(), {}, user.attributes));
        DOORWARD_CHECK(check_external_id(tx, scope, push, user));
        DOORWARD_CHECK(tx.directory_users().insert(user));
        DOORWARD_CHECK(keep_unique_values(tx, directory, push.types->user(), user.id.str(), user.attributes));
        DOORWARD_CHECK(keep_email_index(tx, scope, user.id, {}, user.attributes));
        DOORWARD_CHECK(
            tx.directories().change_stats(scope.environment, scope.directory, {.users = 1, .user_updated_at = now}));
        DOORWARD_CHECK(sink.user_changed(user, ChangeOp::kCreate, std::nullopt, user_snapshot(user, {})));
        DOORWARD_TRY(const bool joined, resolve_references(sink, directory, user));
        return joined ? load(tx, scope, user.id) : out;
      });
  co_return std::move(created).map_error(readable);
}

task<Result<ProvisionedUser>> UserProvisioning::get(Push& push, const DirectoryUserId& id, bool with_groups) {
  const Caller& by = push.by;
  co_return co_await store_.read(
      "scim.user.get", {.deadline = by.deadline, .one_statement = true},
      [&](const ReadTx& tx) -> Result<ProvisionedUser> {
        if (!with_groups) {
          DOORWARD_TRY(auto user, tx.directory_users().find(by.environment_id, by.directory_id, id));
          if (!user) return failure(user_not_found());
          return ProvisionedUser{*std::move(user), {}};
        }
        DOORWARD_TRY(auto found, tx.directory_users().find_with_groups(by.environment_id, by.directory_id, id));
        if (!found) return failure(user_not_found());
        return ProvisionedUser{std::move(found->user), std::move(found->groups)};
      });
}

task<Result<ProvisionedUser>> UserProvisioning::change(std::string_view name, Push& push, const DirectoryUserId& id,
                                                       const Edit& edit) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  auto changed = co_await store_.write(name, write_options(by), [&](WriteTx& tx) -> Result<ProvisionedUser> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    DOORWARD_TRY(auto found, tx.directory_users().find_with_groups(scope.environment, scope.directory, id));
    if (!found) return failure(user_not_found());
    DOORWARD_CHECK(check_conditions(push, version_of(found->user, found->groups, push.dialect.behaviour)));
    json::object scratch;
    DOORWARD_TRY(json::object document, edit(scim::known_part(push.types->user(), found->user.attributes, scratch)));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, clock_.now()), ids_);
    return keep_document(sink, directory, push, {std::move(found->user), std::move(found->groups)},
                         std::move(document));
  });
  co_return std::move(changed).map_error(readable);
}

task<Result<ProvisionedUser>> UserProvisioning::replace(Push& push, const DirectoryUserId& id, json::object document) {
  const Edit edit = [&](const json::object& stored) {
    return scim::replaced(push.types->user(), stored, document, push.dialect);
  };
  co_return co_await change("scim.user.replace", push, id, edit);
}

task<Result<ProvisionedUser>> UserProvisioning::patch(Push& push, const DirectoryUserId& id,
                                                      const scim::PatchRequest& request) {
  const Edit edit = [&](const json::object& stored) {
    return scim::apply_patch(push.types->user(), stored, request, push.dialect);
  };
  co_return co_await change("scim.user.patch", push, id, edit);
}

task<Result<void>> UserProvisioning::remove(Push& push, const DirectoryUserId& id) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("scim.user.delete", write_options(by), [&](WriteTx& tx) -> Result<void> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    DOORWARD_TRY(const auto user, tx.directory_users().find(scope.environment, scope.directory, id));
    if (!user) return failure(user_not_found());
    const Timestamp now = clock_.now();
    DOORWARD_TRY(const auto groups, tx.directory_users().groups_of(scope.environment, scope.directory, id));
    DOORWARD_CHECK(check_conditions(push, version_of(*user, groups, push.dialect.behaviour)));
    for (const GroupReference& reference : groups) {
      DOORWARD_TRY(auto group, tx.directory_groups().find(scope.environment, scope.directory, reference.id));
      if (!group) continue;
      const scim::MemberDelta removal{.kind = scim::MemberDelta::Kind::kRemove, .ids = {id.str()}};
      DOORWARD_CHECK(apply_member_deltas(tx, scope, reference.id, {removal}));
      group->version += 1;
      group->update_time = now;
      DOORWARD_CHECK(tx.directory_groups().update(*group));
    }
    DOORWARD_CHECK(tx.directory_users().remove(scope.environment, scope.directory, id));
    DOORWARD_CHECK(forget_unique_values(tx, directory, id.str()));
    DOORWARD_CHECK(keep_email_index(tx, scope, id, user->attributes, {}));
    DOORWARD_CHECK(
        tx.directories().change_stats(scope.environment, scope.directory, {.users = -1, .user_updated_at = now}));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(sink.user_changed(*user, ChangeOp::kDelete, user_snapshot(*user, groups), std::nullopt));
    return drop_manager(sink, id);
  });
}

}  // namespace doorward
