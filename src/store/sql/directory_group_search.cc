// What searches of identity providers read of groups: keys of indexes, and walks in the order of one.
#include <utility>

#include "store/sql/directory_groups.h"
#include "store/sql/resource_walk.h"

namespace doorward::store {
namespace {

#define FROM_GROUPS \
  "FROM directory_groups g WHERE g.environment_id = $1 AND g.directory_id = $2 AND g.delete_time IS NULL "
#define SELECT_GROUPS                                                                                         \
  "SELECT g.environment_id, g.directory_id, g.id, g.organization_id, g.display_name, g.display_name_folded, " \
  "g.external_id, g.attributes, g.member_count, g.version, g.create_time, g.update_time " FROM_GROUPS

constexpr WalkQueries kWalk{{
    {{{"directory_groups.by_creation", SELECT_GROUPS
       "AND (g.create_time, g.id) > ($3, $4) AND g.create_time <= $5 ORDER BY g.create_time, g.id LIMIT $6"},
      {"directory_groups.by_creation_backward",
       SELECT_GROUPS "AND (g.create_time, g.id) < ($3, $4) AND g.create_time >= $5 "
                     "ORDER BY g.create_time DESC, g.id DESC LIMIT $6"}}},
    {{{"directory_groups.by_change", SELECT_GROUPS
       "AND (g.update_time, g.id) > ($3, $4) AND g.update_time <= $5 ORDER BY g.update_time, g.id LIMIT $6"},
      {"directory_groups.by_change_backward",
       SELECT_GROUPS "AND (g.update_time, g.id) < ($3, $4) AND g.update_time >= $5 "
                     "ORDER BY g.update_time DESC, g.id DESC LIMIT $6"}}},
    {{{"directory_groups.by_name",
       SELECT_GROUPS "AND (g.display_name_folded, g.id) > ($3, $4) ORDER BY g.display_name_folded, g.id LIMIT $5"},
      {"directory_groups.by_name_backward", SELECT_GROUPS "AND (g.display_name_folded, g.id) < ($3, $4) "
                                                          "ORDER BY g.display_name_folded DESC, g.id DESC LIMIT $5"}}},
    {{{"directory_groups.by_id", SELECT_GROUPS "AND g.id > $3 ORDER BY g.id LIMIT $4"},
      {"directory_groups.by_id_backward", SELECT_GROUPS "AND g.id < $3 ORDER BY g.id DESC LIMIT $4"}}},
}};
constexpr WalkQueries kPosition{{
    {{{"directory_groups.position_by_creation",
       "SELECT g.create_time, g.id " FROM_GROUPS
       "AND g.create_time >= $3 AND g.create_time <= $4 ORDER BY g.create_time, g.id LIMIT 1 OFFSET $5"},
      {"directory_groups.position_by_creation_backward",
       "SELECT g.create_time, g.id " FROM_GROUPS
       "AND g.create_time >= $3 AND g.create_time <= $4 ORDER BY g.create_time DESC, g.id DESC LIMIT 1 OFFSET $5"}}},
    {{{"directory_groups.position_by_change",
       "SELECT g.update_time, g.id " FROM_GROUPS
       "AND g.update_time >= $3 AND g.update_time <= $4 ORDER BY g.update_time, g.id LIMIT 1 OFFSET $5"},
      {"directory_groups.position_by_change_backward",
       "SELECT g.update_time, g.id " FROM_GROUPS
       "AND g.update_time >= $3 AND g.update_time <= $4 ORDER BY g.update_time DESC, g.id DESC LIMIT 1 OFFSET $5"}}},
    {{{"directory_groups.position_by_name",
       "SELECT g.display_name_folded, g.id " FROM_GROUPS "ORDER BY g.display_name_folded, g.id LIMIT 1 OFFSET $3"},
      {"directory_groups.position_by_name_backward",
       "SELECT g.display_name_folded, g.id " FROM_GROUPS
       "ORDER BY g.display_name_folded DESC, g.id DESC LIMIT 1 OFFSET $3"}}},
    {{{"directory_groups.position_by_id", "SELECT g.id " FROM_GROUPS "ORDER BY g.id LIMIT 1 OFFSET $3"},
      {"directory_groups.position_by_id_backward", "SELECT g.id " FROM_GROUPS "ORDER BY g.id DESC LIMIT 1 OFFSET $3"}}},
}};
constexpr Query kCountByCreation{"directory_groups.count_by_creation",
                                 "SELECT count(*) " FROM_GROUPS "AND g.create_time >= $3 AND g.create_time <= $4"};
constexpr Query kCountByChange{"directory_groups.count_by_change",
                               "SELECT count(*) " FROM_GROUPS "AND g.update_time >= $3 AND g.update_time <= $4"};

#define IDS_OF(condition) "SELECT g.id " FROM_GROUPS "AND " condition " AND g.id > $4 ORDER BY g.id LIMIT $5"
constexpr Query kWithId{"directory_groups.ids_with_id", IDS_OF("g.id = $3")};
constexpr Query kWithDisplayName{"directory_groups.ids_with_display_name", IDS_OF("g.display_name_folded = $3")};
constexpr Query kWithExternalId{"directory_groups.ids_with_external_id", IDS_OF("g.external_id = $3")};
#undef IDS_OF
constexpr Query kWithMember{"group_members.group_ids",
                            "SELECT m.group_id FROM group_members m JOIN directory_groups g ON "
                            "g.environment_id = m.environment_id AND g.directory_id = m.directory_id AND "
                            "g.id = m.group_id WHERE m.environment_id = $1 AND m.directory_id = $2 AND m.value = $3 "
                            "AND g.delete_time IS NULL AND m.group_id > $4 ORDER BY m.group_id LIMIT $5"};
// $3: ids with commas between.
constexpr Query kFindEach{"directory_groups.find_each",
                          SELECT_GROUPS
                          "AND g.id IN (SELECT e.value FROM json_each('[\"' || replace($3, ',', '\",\"') || '\"]') e) "
                          "ORDER BY g.id",
                          SELECT_GROUPS "AND g.id = ANY(string_to_array($3, ',')) ORDER BY g.id"};
#undef SELECT_GROUPS
#undef FROM_GROUPS

const Query& query_of(DirectoryGroupRepository::Index index) {
  switch (index) {
    case DirectoryGroupRepository::Index::kDisplayName:
      return kWithDisplayName;
    case DirectoryGroupRepository::Index::kExternalId:
      return kWithExternalId;
    case DirectoryGroupRepository::Index::kMember:
      return kWithMember;
    case DirectoryGroupRepository::Index::kId:
      break;
  }
  return kWithId;
}

}  // namespace

Result<std::vector<DirectoryGroupId>> SqlDirectoryGroups::look_up(const EnvironmentId& environment,
                                                                  const DirectoryId& directory, Index index,
                                                                  const std::string& value,
                                                                  const DirectoryGroupId& after,
                                                                  std::int64_t limit) const {
  return find_all(connection_, query_of(index), {environment, directory, value, after, limit},
                  [](const Row& row) { return id_at<DirectoryGroupId>(row, 0); });
}

Result<std::vector<DirectoryGroup>> SqlDirectoryGroups::find_each(const EnvironmentId& environment,
                                                                  const DirectoryId& directory,
                                                                  const std::vector<DirectoryGroupId>& ids) const {
  return find_all(connection_, kFindEach, {environment, directory, id_list(ids)}, read_group);
}

Result<std::vector<DirectoryGroup>> SqlDirectoryGroups::walk(const EnvironmentId& environment,
                                                             const DirectoryId& directory, const ResourceWalk& walk,
                                                             const std::optional<ResourcePosition>& after,
                                                             std::int64_t limit) const {
  return walk_rows(connection_, kWalk, {environment, directory}, walk, after, limit, read_group);
}

Result<std::optional<ResourcePosition>> SqlDirectoryGroups::position(const EnvironmentId& environment,
                                                                     const DirectoryId& directory,
                                                                     const ResourceWalk& walk,
                                                                     std::int64_t offset) const {
  return find_position(connection_, kPosition, {environment, directory}, walk, offset);
}

Result<std::int64_t> SqlDirectoryGroups::count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                    const ResourceWalk& walk) const {
  if (!is_bounded(walk)) return count(environment, directory, {});
  const Query& query = walk.order == ResourceOrder::kCreated ? kCountByCreation : kCountByChange;
  return find_integer(connection_, query, {environment, directory, walk.from, walk.to});
}

}  // namespace doorward::store
