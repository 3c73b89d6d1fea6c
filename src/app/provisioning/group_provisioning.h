// Use cases of an identity provider on groups of its directory.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "app/provisioning/membership.h"
#include "app/provisioning/push.h"
#include "app/provisioning/search.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/directory_group.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

struct ProvisionedGroup {
  DirectoryGroup group;
  std::vector<GroupMember> members;  // in the order of their value; empty unless asked for
};

// A Group document of protocol/scim/resource.h and its members; nullopt: the provider did not speak of them.
struct GroupInput {
  boost::json::object document;
  std::optional<std::vector<scim::Member>> members;
};

// Everything happens in the directory that pushes. All methods: kDirectoryGroupNotFound for an id
// that is not a group there; writes: kDirectoryDisabled, kDirectoryNotFound, and
// kScimVersionMismatch by Push::conditions. `with_members` decides whether the answer loads them; no use case needs the
// whole list to change it. Thread-safe.
class GroupProvisioning {
 public:
  GroupProvisioning(Store& store, Clock& clock, Ids& ids, Offload& offload)
      : store_(store), clock_(clock), ids_(ids), offload_(offload) {}

  task<Result<ProvisionedGroup>> create(Push& push, GroupInput input, bool with_members);
  task<Result<ProvisionedGroup>> get(Push& push, const DirectoryGroupId& id, bool with_members);
  // The document is one of scim::read_replacement: what it leaves out is as scim::replaced says. Members that are left
  // out go, or stay where Behaviour::omitted_members_on_put says so.
  task<Result<ProvisionedGroup>> replace(Push& push, const DirectoryGroupId& id, GroupInput input, bool with_members);
  task<Result<ProvisionedGroup>> patch(Push& push, const DirectoryGroupId& id, const scim::PatchRequest& request,
                                       bool with_members);
  // The users stay.
  task<Result<void>> remove(Push& push, const DirectoryGroupId& id);

  // As UserProvisioning::list.
  task<Result<Found<ProvisionedGroup>>> list(Push& push, const ProvisioningSearch& search);

 private:
  using Edit = std::function<Result<scim::GroupPatch>(const boost::json::object& document)>;
  task<Result<ProvisionedGroup>> change(std::string_view name, Push& push, const DirectoryGroupId& id,
                                        bool with_members, const Edit& edit);
  task<Result<Found<ProvisionedGroup>>> scan(Push& push, const ProvisioningSearch& search,
                                             const scim::BoundFilter& filter);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Offload& offload_;
};

}  // namespace doorward
