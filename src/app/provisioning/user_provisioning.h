// Use cases of an identity provider on users of its directory.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "app/provisioning/push.h"
#include "app/provisioning/search.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

struct ProvisionedUser {
  DirectoryUser user;
  std::vector<GroupReference> groups;  // direct memberships
};

// Everything happens in the directory that pushes. All methods: kDirectoryUserNotFound for an id
// that is not a user there; writes: kDirectoryDisabled, kDirectoryNotFound. Documents are those of
// protocol/scim/resource.h. Thread-safe.
class UserProvisioning {
 public:
  UserProvisioning(Store& store, Clock& clock, Ids& ids, Offload& offload)
      : store_(store), clock_(clock), ids_(ids), offload_(offload) {}

  // kUserNameTaken, also between simultaneous requests. A user without `active` is active. Members of groups that wait
  // for this user (see membership.h) are resolved.
  task<Result<ProvisionedUser>> create(Push& push, boost::json::object document);
  task<Result<ProvisionedUser>> get(Push& push, const DirectoryUserId& id);
  // What the document leaves out is cleared, but for `active` and `externalId`, which stay: leaving them out must
  // neither flip an account nor break the provider's link to it.
  task<Result<ProvisionedUser>> replace(Push& push, const DirectoryUserId& id, boost::json::object document);
  task<Result<ProvisionedUser>> patch(Push& push, const DirectoryUserId& id, const scim::PatchRequest& request);
  // With its memberships.
  task<Result<void>> remove(Push& push, const DirectoryUserId& id);

  // Errors of scim::BoundFilter::bind; kDeadlineExceeded when a search without index outlasts the caller.
  task<Result<Found<ProvisionedUser>>> list(Push& push, const ProvisioningSearch& search);

 private:
  // Loads the user, lets `edit` make the new document of the old one, and keeps the difference.
  using Edit = std::function<Result<boost::json::object>(const boost::json::object& document)>;
  task<Result<ProvisionedUser>> change(std::string_view name, Push& push, const DirectoryUserId& id, const Edit& edit);
  task<Result<Found<ProvisionedUser>>> scan(Push& push, const ProvisioningSearch& search,
                                            const scim::BoundFilter& filter);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Offload& offload_;
};

}  // namespace doorward
