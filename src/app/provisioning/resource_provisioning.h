// Use cases of an identity provider on resources of the types that an administrator defined for its directory.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string_view>

#include "app/provisioning/push.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/scim_definition.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

// As UserProvisioning, but that nothing follows from such a resource: no profile, no roles, no event for subscribers.
// Its changes are recorded in the history of the directory. `type` is one of push.types. All methods:
// kScimResourceNotFound for an id that is no resource of this type; writes: kScimUniqueness, kDirectoryDisabled,
// kDirectoryNotFound, kStoreBusy when the schemas changed meanwhile. Lists are those of search.h. Thread-safe.
class ResourceProvisioning {
 public:
  ResourceProvisioning(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  task<Result<ScimResource>> create(Push& push, const scim::ResourceType& type, boost::json::object document);
  task<Result<ScimResource>> get(Push& push, const scim::ResourceType& type, const ScimResourceId& id);
  // What the document leaves out is cleared, but for `externalId`.
  task<Result<ScimResource>> replace(Push& push, const scim::ResourceType& type, const ScimResourceId& id,
                                     boost::json::object document);
  task<Result<ScimResource>> patch(Push& push, const scim::ResourceType& type, const ScimResourceId& id,
                                   const scim::PatchRequest& request);
  task<Result<void>> remove(Push& push, const scim::ResourceType& type, const ScimResourceId& id);

 private:
  using Edit = std::function<Result<boost::json::object>(const boost::json::object& document)>;
  task<Result<ScimResource>> change(std::string_view name, Push& push, const scim::ResourceType& type,
                                    const ScimResourceId& id, const Edit& edit);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
