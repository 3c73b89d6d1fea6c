#include "store/sql/scim_definitions.h"

#include <boost/json/serialize.hpp>

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kList{"scim_definitions.list",
                      "SELECT environment_id, directory_id, kind, name, document, create_time, update_time FROM "
                      "scim_definitions WHERE environment_id = $1 AND directory_id = $2 "
                      "ORDER BY create_time, kind, name"};
constexpr Query kPut{"scim_definitions.put",
                     "INSERT INTO scim_definitions(environment_id, directory_id, kind, name, document, create_time, "
                     "update_time) VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT(environment_id, directory_id, kind, "
                     "name) DO UPDATE SET document = excluded.document, update_time = excluded.update_time"};
constexpr Query kRemove{"scim_definitions.remove",
                        "DELETE FROM scim_definitions WHERE environment_id = $1 AND directory_id = $2 AND kind = $3 "
                        "AND name = $4"};

ScimDefinition read_definition(const Row& row) {
  return ScimDefinition{.environment_id = id_at<EnvironmentId>(row, 0),
                        .directory_id = id_at<DirectoryId>(row, 1),
                        .kind = enum_at<ScimDefinitionKind>(row, 2),
                        .name = text_at(row, 3),
                        .document = object_at(row, 4),
                        .create_time = time_at(row, 5),
                        .update_time = time_at(row, 6)};
}

}  // namespace

Result<std::vector<ScimDefinition>> SqlScimDefinitions::list(const EnvironmentId& environment,
                                                             const DirectoryId& directory) const {
  return find_all(connection_, kList, {environment, directory}, read_definition);
}

Result<void> SqlScimDefinitions::put(const ScimDefinition& definition) {
  return connection_.post(
      kPut, {definition.environment_id, definition.directory_id, definition.kind, definition.name,
             boost::json::serialize(definition.document), definition.create_time, definition.update_time});
}

Result<void> SqlScimDefinitions::remove(const EnvironmentId& environment, const DirectoryId& directory,
                                        ScimDefinitionKind kind, const std::string& name) {
  return connection_.post(kRemove, {environment, directory, kind, name});
}

}  // namespace doorward::store
