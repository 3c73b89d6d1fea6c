// Appends the change records of one request or job to its transaction, tells the caller who wants to know of them, and
// knows what they need of the directory.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "app/changes/record.h"
#include "app/provisioning/directory_scope.h"
#include "base/result.h"
#include "domain/caused_changes.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "domain/group_roles.h"
#include "domain/scim_definition.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

// A user as a group's change record names it.
struct NamedUser {
  DirectoryUserId id;
  std::string email;  // empty when unknown
};

// What a group's change record says of its members beside the difference of the snapshots.
struct MemberLists {
  std::vector<NamedUser> added;
  std::vector<NamedUser> removed;
  // Long lists are cut into several records of one transaction id.
  std::int64_t part = 1;
  std::int64_t parts = 1;
};

class ChangeSink {
 public:
  ChangeSink(WriteTx& tx, DirectoryScope scope, ChangeContext context, Ids& ids)
      : tx_(tx), scope_(std::move(scope)), context_(std::move(context)), ids_(ids) {
    if (context_.caused != nullptr) context_.caused->begin(context_.txn);
  }

  // All: nothing when the snapshots do not differ.
  Result<void> directory_changed(const Directory& directory, boost::json::object before, boost::json::object after);
  Result<void> user_changed(const DirectoryUser& user, ChangeOp op, std::optional<boost::json::object> before,
                            std::optional<boost::json::object> after);
  Result<void> group_changed(const DirectoryGroup& group, ChangeOp op, std::optional<boost::json::object> before,
                             std::optional<boost::json::object> after);
  Result<void> resource_changed(const ScimResource& resource, ChangeOp op, std::optional<boost::json::object> before,
                                std::optional<boost::json::object> after);
  // With `members`, a record is made even when the snapshots do not differ.
  Result<void> members_changed(const DirectoryGroup& group, ChangeOp op, std::optional<boost::json::object> before,
                               std::optional<boost::json::object> after, const MemberLists& members);

  // Moves the directory's user_updated_at. What an administrator caused is no synchronisation.
  Result<void> users_updated();

  // Which roles the directory's groups give, as assigned when this is first called. A directory without assignments
  // costs no query.
  Result<const GroupRoles*> group_roles();

  WriteTx& tx() { return tx_; }
  const DirectoryScope& scope() const { return scope_; }
  const ChangeContext& context() const { return context_; }
  Ids& ids() { return ids_; }

 private:
  Result<void> append(std::optional<ChangeRecord> record);
  ChangeSubject subject(ObjectKind kind, const std::string& id, std::string title) const;

  WriteTx& tx_;
  DirectoryScope scope_;
  ChangeContext context_;
  Ids& ids_;
  std::optional<GroupRoles> group_roles_;
};

}  // namespace doorward
