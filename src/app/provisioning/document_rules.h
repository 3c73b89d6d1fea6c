// Rules on a document that need the directory's other rows, as the behaviour of the request has them.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "app/provisioning/directory_scope.h"
#include "app/provisioning/push.h"
#include "base/result.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "ports/store.h"
#include "protocol/scim/schema.h"

namespace doorward {

// kExternalIdTaken when another user, or another group, has this external id and Behaviour::external_id wants it
// unique.
Result<void> check_external_id(WriteTx& tx, const DirectoryScope& scope, const Push& push, const DirectoryUser& user);
Result<void> check_external_id(WriteTx& tx, const DirectoryScope& scope, const Push& push, const DirectoryGroup& group);

// kScimInvalidValue when `after` refers to a user or group that does not exist, where Behaviour::references wants it
// to. What `before` already refers to is not looked at again.
Result<void> check_references(WriteTx& tx, const DirectoryScope& scope, const Push& push,
                              const scim::ResourceType& type, const boost::json::object& before,
                              const boost::json::object& after);

}  // namespace doorward
