// What an administrator decides about the behaviour of a directory's SCIM endpoint
// (doorward.v1.ScimSettingsService). What its values mean is protocol/scim/behaviour.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"
#include "protocol/scim/recognize.h"

namespace doorward {

struct ScimBehaviourView {
  ScimSettings settings;
  scim::ProfileChoice choice;  // of a request without marks of its own
};

struct ScimBehaviourPatch {
  std::optional<std::string> pinned_profile;      // empty text: none
  std::vector<ScimSettings::Override> overrides;  // an empty value: as the profile has it
  bool forget_recognition = false;
};

// All methods: kDirectoryNotFound for anything outside the caller's environment or the named organization.
class ScimBehaviours {
 public:
  ScimBehaviours(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  task<Result<ScimBehaviourView>> get(const Caller& by, const OrganizationId& organization, const DirectoryId& id);
  // kInvalidArgument for a profile, a switch or a value that does not exist, and for a switch that is named twice.
  task<Result<ScimBehaviourView>> update(const Caller& by, const OrganizationId& organization, const DirectoryId& id,
                                         ScimBehaviourPatch patch);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
