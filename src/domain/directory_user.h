// What an identity provider told us of a person, in two forms: `attributes` as it was sent (SCIM names and values,
// never changed in spelling), and `profile`, the same normalised to one set of names whatever the provider.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

struct DirectoryUser {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  DirectoryUserId id;
  std::string user_name;         // as sent
  std::string user_name_folded;  // for uniqueness and lookup: caseExact is false (RFC 7643 section 4.1.1)
  std::optional<std::string> external_id;
  std::string email;  // normalised choice; empty when the provider sent none
  bool active = true;
  boost::json::object attributes;  // SCIM resource without id, meta, groups and anything never returned
  boost::json::object profile;     // normalised attributes without groups and roles
  std::vector<std::string> roles;  // names that the user's groups give, sorted, as last told (domain/group_roles.h)
  std::string manager;             // id of its manager as the attributes name it; empty when they name none
  std::int64_t version = 1;        // counts changes of the representation: weak ETag
  Timestamp create_time;
  Timestamp update_time;
};

}  // namespace doorward
