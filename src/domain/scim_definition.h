// What an administrator added to the SCIM schemas of a directory, and resources of the types made of them. What the
// documents hold is protocol/scim's.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

enum class ScimDefinitionKind : std::uint8_t { kSchema = 1, kResourceType = 2 };

struct ScimDefinition {
  EnvironmentId environment_id;
  DirectoryId directory_id;
  ScimDefinitionKind kind = ScimDefinitionKind::kSchema;
  std::string name;  // the key: the URN of a schema without letter case, the name of a resource type
  boost::json::object document;
  Timestamp create_time;
  Timestamp update_time;
};

// A resource of a type other than User and Group.
struct ScimResource {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  ScimResourceId id;
  std::string type;  // name of the resource type
  std::optional<std::string> external_id;
  boost::json::object attributes;  // without id and meta
  std::int64_t version = 1;
  Timestamp create_time;
  Timestamp update_time;
};

}  // namespace doorward
