// Use cases of an identity provider on groups of its directory.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "app/provisioning/membership.h"
#include "app/provisioning/push.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/directory_group.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

struct ProvisionedGroup {
  DirectoryGroup group;
  std::vector<GroupMember> members;  // in the order of their value; empty unless asked for
  bool more_members = false;         // there are more behind these; see GroupProvisioning::members_after
};

// A Group document of protocol/scim/resource.h and its members; nullopt: the provider did not speak of them.
struct GroupInput {
  boost::json::object document;
  std::optional<std::vector<scim::Member>> members;
};

// Everything happens in the directory that pushes. All methods: kDirectoryGroupNotFound for an id
// that is not a group there; writes: kDirectoryDisabled, kDirectoryNotFound, and kScimVersionMismatch by
// Push::conditions. `with_members` decides whether the answer loads them, kMemberPage at most; no use case needs the
// whole list to change it. Thread-safe.
class GroupProvisioning {
 public:
  GroupProvisioning(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  task<Result<ProvisionedGroup>> create(Push& push, GroupInput input, bool with_members);
  task<Result<ProvisionedGroup>> get(Push& push, const DirectoryGroupId& id, bool with_members);
  // The next kMemberPage members, behind the one of this value; none when the group is gone.
  task<Result<std::vector<GroupMember>>> members_after(const Caller& by, const DirectoryGroupId& id,
                                                       const std::string& value);
  // The document is one of scim::read_replacement: what it leaves out is as scim::replaced says. Members that are left
  // out go, or stay where Behaviour::omitted_members_on_put says so.
  task<Result<ProvisionedGroup>> replace(Push& push, const DirectoryGroupId& id, GroupInput input, bool with_members);
  task<Result<ProvisionedGroup>> patch(Push& push, const DirectoryGroupId& id, const scim::PatchRequest& request,
                                       bool with_members);
  // The users stay.
  task<Result<void>> remove(Push& push, const DirectoryGroupId& id);

 private:
  using Edit = std::function<Result<scim::GroupPatch>(const boost::json::object& document)>;
  task<Result<ProvisionedGroup>> change(std::string_view name, Push& push, const DirectoryGroupId& id,
                                        bool with_members, const Edit& edit);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
