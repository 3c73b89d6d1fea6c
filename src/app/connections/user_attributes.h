// Use cases of custom SSO attributes (scalekit.v1.user_attributes.UserAttributeService).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxUserAttributes = 100;  // of an environment
inline constexpr std::size_t kLeastUserAttributeKey = 3;
inline constexpr std::size_t kLeastUserAttributeLabel = 3;

// What an update changes: texts that are empty, and a datatype of 0, stay as they are.
struct UserAttributePatch {
  std::string label;
  std::uint8_t datatype = 0;
  bool enabled = false;
  bool required = false;
  std::optional<std::string> default_saml_mapping;  // empty clears
  std::optional<std::string> default_oidc_mapping;
};

// Of the caller's environment. Every change leaves a record in its history.
class UserAttributes {
 public:
  UserAttributes(Store& store, Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // kUserAttributeReserved for a name that tokens use already, kUserAttributeTaken, kUserAttributeLimit;
  // kInvalidArgument at the field.
  task<Result<SsoUserAttribute>> create(const Caller& by, SsoUserAttribute input);
  // By key.
  task<Result<std::vector<SsoUserAttribute>>> list(const Caller& by);
  // kUserAttributeNotFound.
  task<Result<SsoUserAttribute>> update(const Caller& by, const std::string& key, UserAttributePatch patch);
  // kUserAttributeNotFound.
  task<Result<void>> remove(const Caller& by, const std::string& key);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
};

}  // namespace doorward
