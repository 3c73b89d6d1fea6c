// Use cases of an identity provider on users of its directory.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "app/provisioning/push.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

struct ProvisionedUser {
  DirectoryUser user;
  std::vector<GroupReference> groups;  // direct memberships
};

// Everything happens in the directory that pushes. All methods: kDirectoryUserNotFound for an id
// that is not a user there; writes: kDirectoryDisabled, kDirectoryNotFound, what document_rules.h refuses, and
// kScimVersionMismatch by Push::conditions. Documents are those of protocol/scim/resource.h. Lists are those of
// search.h. Thread-safe.
class UserProvisioning {
 public:
  UserProvisioning(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // kUserNameTaken, also between simultaneous requests; a deactivated user of that name is taken over instead, with
  // this document, where Behaviour::inactive_conflict says so. A user without `active` is active. Members of groups
  // that wait for this user (see membership.h) are resolved.
  task<Result<ProvisionedUser>> create(Push& push, boost::json::object document);
  task<Result<ProvisionedUser>> get(Push& push, const DirectoryUserId& id, bool with_groups);
  // The document is one of scim::read_replacement: what it leaves out is as scim::replaced says.
  task<Result<ProvisionedUser>> replace(Push& push, const DirectoryUserId& id, boost::json::object document);
  task<Result<ProvisionedUser>> patch(Push& push, const DirectoryUserId& id, const scim::PatchRequest& request);
  // With its memberships; those whose manager it was have none any more.
  task<Result<void>> remove(Push& push, const DirectoryUserId& id);

 private:
  // Loads the user, lets `edit` make the new document of the old one, and keeps the difference.
  using Edit = std::function<Result<boost::json::object>(const boost::json::object& document)>;
  task<Result<ProvisionedUser>> change(std::string_view name, Push& push, const DirectoryUserId& id, const Edit& edit);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
