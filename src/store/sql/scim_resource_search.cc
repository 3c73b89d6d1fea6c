// What searches of identity providers read of resources of a directory's own types: keys of indexes, and walks in the
// order of one.
#include <utility>

#include "store/sql/resource_walk.h"
#include "store/sql/scim_resources.h"

namespace doorward::store {
namespace {

#define FROM_RESOURCES "FROM scim_resources r WHERE r.environment_id = $1 AND r.directory_id = $2 AND r.type = $3 "
#define SELECT_RESOURCES                                                                                    \
  "SELECT r.environment_id, r.organization_id, r.directory_id, r.id, r.type, r.external_id, r.attributes, " \
  "r.version, r.create_time, r.update_time " FROM_RESOURCES
#define WALK_FORWARD(column) \
  "AND (r." column ", r.id) > ($4, $5) AND r." column " <= $6 ORDER BY r." column ", r.id LIMIT $7"
#define WALK_BACKWARD(column) \
  "AND (r." column ", r.id) < ($4, $5) AND r." column " >= $6 ORDER BY r." column " DESC, r.id DESC LIMIT $7"
#define POSITION_FORWARD(column)                                                                                 \
  "SELECT r." column ", r.id " FROM_RESOURCES "AND r." column " >= $4 AND r." column " <= $5 ORDER BY r." column \
  ", r.id LIMIT 1 OFFSET $6"
#define POSITION_BACKWARD(column)                                                                                \
  "SELECT r." column ", r.id " FROM_RESOURCES "AND r." column " >= $4 AND r." column " <= $5 ORDER BY r." column \
  " DESC, r.id DESC LIMIT 1 OFFSET $6"

constexpr std::array<Query, 2> kNoNames{};

constexpr WalkQueries kWalk{{
    {{{"scim_resources.by_creation", SELECT_RESOURCES WALK_FORWARD("create_time")},
      {"scim_resources.by_creation_backward", SELECT_RESOURCES WALK_BACKWARD("create_time")}}},
    {{{"scim_resources.by_change", SELECT_RESOURCES WALK_FORWARD("update_time")},
      {"scim_resources.by_change_backward", SELECT_RESOURCES WALK_BACKWARD("update_time")}}},
    kNoNames,
    {{{"scim_resources.by_id", SELECT_RESOURCES "AND r.id > $4 ORDER BY r.id LIMIT $5"},
      {"scim_resources.by_id_backward", SELECT_RESOURCES "AND r.id < $4 ORDER BY r.id DESC LIMIT $5"}}},
}};
constexpr WalkQueries kPosition{{
    {{{"scim_resources.position_by_creation", POSITION_FORWARD("create_time")},
      {"scim_resources.position_by_creation_backward", POSITION_BACKWARD("create_time")}}},
    {{{"scim_resources.position_by_change", POSITION_FORWARD("update_time")},
      {"scim_resources.position_by_change_backward", POSITION_BACKWARD("update_time")}}},
    kNoNames,
    {{{"scim_resources.position_by_id", "SELECT r.id " FROM_RESOURCES "ORDER BY r.id LIMIT 1 OFFSET $4"},
      {"scim_resources.position_by_id_backward",
       "SELECT r.id " FROM_RESOURCES "ORDER BY r.id DESC LIMIT 1 OFFSET $4"}}},
}};
constexpr Query kCountByCreation{"scim_resources.count_by_creation",
                                 "SELECT count(*) " FROM_RESOURCES "AND r.create_time >= $4 AND r.create_time <= $5"};
constexpr Query kCountByChange{"scim_resources.count_by_change",
                               "SELECT count(*) " FROM_RESOURCES "AND r.update_time >= $4 AND r.update_time <= $5"};

#define IDS_OF(condition) "SELECT r.id " FROM_RESOURCES "AND " condition " AND r.id > $5 ORDER BY r.id LIMIT $6"
constexpr Query kWithId{"scim_resources.ids_with_id", IDS_OF("r.id = $4")};
constexpr Query kWithExternalId{"scim_resources.ids_with_external_id", IDS_OF("r.external_id = $4")};
#undef IDS_OF
// $4: ids with commas between.
constexpr Query kFindEach{"scim_resources.find_each",
                          SELECT_RESOURCES
                          "AND r.id IN (SELECT e.value FROM json_each('[\"' || replace($4, ',', '\",\"') || '\"]') e) "
                          "ORDER BY r.id",
                          SELECT_RESOURCES "AND r.id = ANY(string_to_array($4, ',')) ORDER BY r.id"};
#undef POSITION_BACKWARD
#undef POSITION_FORWARD
#undef WALK_BACKWARD
#undef WALK_FORWARD
#undef SELECT_RESOURCES
#undef FROM_RESOURCES

}  // namespace

Result<std::vector<ScimResourceId>> SqlScimResources::look_up(const EnvironmentId& environment,
                                                              const DirectoryId& directory, const std::string& type,
                                                              Index index, const std::string& value,
                                                              const ScimResourceId& after, std::int64_t limit) const {
  const Query& query = index == Index::kExternalId ? kWithExternalId : kWithId;
  return find_all(connection_, query, {environment, directory, type, value, after, limit},
                  [](const Row& row) { return id_at<ScimResourceId>(row, 0); });
}

Result<std::vector<ScimResource>> SqlScimResources::find_each(const EnvironmentId& environment,
                                                              const DirectoryId& directory, const std::string& type,
                                                              const std::vector<ScimResourceId>& ids) const {
  return find_all(connection_, kFindEach, {environment, directory, type, id_list(ids)}, read_scim_resource);
}

Result<std::vector<ScimResource>> SqlScimResources::walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                         const std::string& type, const ResourceWalk& walk,
                                                         const std::optional<ResourcePosition>& after,
                                                         std::int64_t limit) const {
  return walk_rows(connection_, kWalk, {environment, directory, type}, walk, after, limit, read_scim_resource);
}

Result<std::optional<ResourcePosition>> SqlScimResources::position(const EnvironmentId& environment,
                                                                   const DirectoryId& directory,
                                                                   const std::string& type, const ResourceWalk& walk,
                                                                   std::int64_t offset) const {
  return find_position(connection_, kPosition, {environment, directory, type}, walk, offset);
}

Result<std::int64_t> SqlScimResources::count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const std::string& type, const ResourceWalk& walk) const {
  if (!is_bounded(walk)) return count(environment, directory, type);
  const Query& query = walk.order == ResourceOrder::kCreated ? kCountByCreation : kCountByChange;
  return find_integer(connection_, query, {environment, directory, type, walk.from, walk.to});
}

}  // namespace doorward::store
