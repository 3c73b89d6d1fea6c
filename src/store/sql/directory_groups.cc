#include "store/sql/directory_groups.h"

#include <boost/json/serialize.hpp>
#include <limits>

#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                       \
  "g.environment_id, g.directory_id, g.id, g.organization_id, g.display_name, g.display_name_folded, g.external_id, " \
  "g.attributes, g.member_count, g.version, g.create_time, g.update_time"
#define SELECT_LIVING                                                                 \
  "SELECT " COLUMNS                                                                   \
  " FROM directory_groups g WHERE g.environment_id = $1 AND g.directory_id = $2 AND " \
  "g.delete_time IS NULL "
#define MEMBER_COLUMNS "group_id, value, kind, display, type"
#define SELECT_MEMBERS \
  "SELECT " MEMBER_COLUMNS " FROM group_members WHERE environment_id = $1 AND directory_id = $2 AND group_id = $3 "

constexpr Query kFind{"directory_groups.find", SELECT_LIVING "AND g.id = $3"};
constexpr Query kAfter{"directory_groups.list", SELECT_LIVING
                       "AND (g.create_time, g.id) > ($3, $4) AND g.update_time > $5 ORDER BY g.create_time, g.id "
                       "LIMIT $6"};
constexpr Query kBefore{"directory_groups.list_backward", SELECT_LIVING
                        "AND (g.create_time, g.id) < ($3, $4) AND g.update_time > $5 ORDER BY g.create_time DESC, "
                        "g.id DESC LIMIT $6"};
constexpr Query kTotal{"directory_groups.total",
                       "SELECT total_groups FROM directories WHERE environment_id = $1 AND id = $2"};
constexpr Query kSummaries{"directory_groups.summaries",
                           "SELECT g.environment_id, g.directory_id, g.id, g.organization_id, g.display_name, "
                           "g.display_name_folded, g.external_id, '{}', g.member_count, g.version, g.create_time, "
                           "g.update_time FROM directory_groups g WHERE g.environment_id = $1 AND g.directory_id = $2 "
                           "AND g.delete_time IS NULL AND (g.create_time, g.id) > ($3, $4) "
                           "ORDER BY g.create_time, g.id LIMIT $5"};
// $3: ids with commas between.
#define SELECT_SIZES                                                                                   \
  "SELECT id, member_count FROM directory_groups WHERE environment_id = $1 AND directory_id = $2 AND " \
  "delete_time IS NULL AND id "
constexpr Query kSizes{"directory_groups.sizes",
                       SELECT_SIZES "IN (SELECT e.value FROM json_each('[\"' || replace($3, ',', '\",\"') || '\"]') e)",
                       SELECT_SIZES "= ANY(string_to_array($3, ','))"};
#undef SELECT_SIZES
constexpr Query kFindDeleted{"directory_groups.find_deleted",
                             "SELECT " COLUMNS
                             " FROM directory_groups g WHERE g.environment_id = $1 AND g.directory_id = $2 AND "
                             "g.delete_time IS NOT NULL AND g.id = $3"};
constexpr Query kCount{"directory_groups.count",
                       "SELECT count(*) FROM directory_groups WHERE environment_id = $1 AND directory_id = $2 AND "
                       "delete_time IS NULL AND update_time > $3"};
constexpr Query kInsert{"directory_groups.insert",
                        "INSERT INTO directory_groups(environment_id, directory_id, id, organization_id, display_name, "
                        "display_name_folded, external_id, attributes, member_count, version, create_time, "
                        "update_time) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr Query kUpdate{"directory_groups.update",
                        "UPDATE directory_groups SET display_name = $4, display_name_folded = $5, external_id = $6, "
                        "attributes = $7, version = $8, update_time = $9 "
                        "WHERE environment_id = $1 AND directory_id = $2 AND id = $3 AND delete_time IS NULL"};
constexpr Query kDelete{"directory_groups.mark_deleted",
                        "UPDATE directory_groups SET delete_time = $4 "
                        "WHERE environment_id = $1 AND directory_id = $2 AND id = $3 AND delete_time IS NULL"};
constexpr Query kMembers{"group_members.list", SELECT_MEMBERS "AND value > $4 ORDER BY value LIMIT $5"};
constexpr Query kFindMember{"group_members.find", SELECT_MEMBERS "AND value = $4"};
constexpr Query kGroupsHolding{"group_members.groups_holding",
                               "SELECT group_id FROM group_members WHERE environment_id = $1 AND directory_id = $2 AND "
                               "value = $3 ORDER BY group_id"};
constexpr Query kRemoveThrough{"group_members.remove_through",
                               "DELETE FROM group_members WHERE environment_id = $1 AND directory_id = $2 AND "
                               "group_id = $3 AND value <= $4"};
constexpr Query kChangeCount{"directory_groups.change_member_count",
                             "UPDATE directory_groups SET member_count = member_count + $4 "
                             "WHERE environment_id = $1 AND directory_id = $2 AND id = $3"};
constexpr Query kRemove{"directory_groups.remove",
                        "DELETE FROM directory_groups WHERE environment_id = $1 AND directory_id = $2 AND id = $3 AND "
                        "delete_time IS NOT NULL"};
#undef COLUMNS
#undef SELECT_LIVING
#undef MEMBER_COLUMNS
#undef SELECT_MEMBERS

GroupMember read_member(const Row& row) {
  return GroupMember{.group_id = id_at<DirectoryGroupId>(row, 0),
                     .value = text_at(row, 1),
                     .kind = enum_at<MemberKind>(row, 2),
                     .display = optional_text_at(row, 3),
                     .type = optional_text_at(row, 4)};
}

}  // namespace

DirectoryGroup read_group(const Row& row) {
  return DirectoryGroup{.environment_id = id_at<EnvironmentId>(row, 0),
                        .organization_id = id_at<OrganizationId>(row, 3),
                        .directory_id = id_at<DirectoryId>(row, 1),
                        .id = id_at<DirectoryGroupId>(row, 2),
                        .display_name = text_at(row, 4),
                        .display_name_folded = text_at(row, 5),
                        .external_id = optional_text_at(row, 6),
                        .attributes = object_at(row, 7),
                        .member_count = row.integer(8),
                        .version = row.integer(9),
                        .create_time = time_at(row, 10),
                        .update_time = time_at(row, 11)};
}

Result<std::optional<DirectoryGroup>> SqlDirectoryGroups::find(const EnvironmentId& environment,
                                                               const DirectoryId& directory,
                                                               const DirectoryGroupId& id) const {
  return find_one(connection_, kFind, {environment, directory, id}, read_group);
}

Result<Page<DirectoryGroup>> SqlDirectoryGroups::list(const EnvironmentId& environment, const DirectoryId& directory,
                                                      const DirectoryGroupQuery& query, const PageRequest& page) const {
  const std::int64_t updated_after =
      query.updated_after ? to_micros(*query.updated_after) : std::numeric_limits<std::int64_t>::min();
  const auto rows = [&](const Query& statement) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, statement,
                      {environment, directory, position.created_at, position.id, updated_after, limit}, read_group);
    };
  };
  return read_page<DirectoryGroup>(ListOrder::kOldestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::vector<DirectoryGroup>> SqlDirectoryGroups::summaries(const EnvironmentId& environment,
                                                                  const DirectoryId& directory,
                                                                  const std::optional<Keyset>& after,
                                                                  std::int64_t limit) const {
  const Keyset from = after.value_or(Keyset{from_micros(std::numeric_limits<std::int64_t>::min()), ""});
  return find_all(connection_, kSummaries, {environment, directory, from.created_at, from.id, limit}, read_group);
}

Result<std::vector<DirectoryGroupRepository::Size>> SqlDirectoryGroups::sizes(
    const EnvironmentId& environment, const DirectoryId& directory, const std::vector<DirectoryGroupId>& ids) const {
  return find_all(connection_, kSizes, {environment, directory, id_list(ids)}, [](const Row& row) {
    return Size{.id = id_at<DirectoryGroupId>(row, 0), .member_count = row.integer(1)};
  });
}

Result<std::optional<DirectoryGroup>> SqlDirectoryGroups::find_deleted(const EnvironmentId& environment,
                                                                       const DirectoryId& directory,
                                                                       const DirectoryGroupId& id) const {
  return find_one(connection_, kFindDeleted, {environment, directory, id}, read_group);
}

Result<std::int64_t> SqlDirectoryGroups::count(const EnvironmentId& environment, const DirectoryId& directory,
                                               const DirectoryGroupQuery& query) const {
  if (!query.updated_after) {
    DOORWARD_CHECK(directories_.flush());
    return find_integer(connection_, kTotal, {environment, directory});
  }
  return find_integer(connection_, kCount, {environment, directory, *query.updated_after});
}

Result<void> SqlDirectoryGroups::insert(const DirectoryGroup& group) {
  return connection_.post(
      kInsert, {group.environment_id, group.directory_id, group.id, group.organization_id, group.display_name,
                group.display_name_folded, group.external_id, boost::json::serialize(group.attributes),
                group.member_count, group.version, group.create_time, group.update_time});
}

Result<void> SqlDirectoryGroups::update(const DirectoryGroup& group) {
  return connection_.post(
      kUpdate, {group.environment_id, group.directory_id, group.id, group.display_name, group.display_name_folded,
                group.external_id, boost::json::serialize(group.attributes), group.version, group.update_time});
}

Result<void> SqlDirectoryGroups::mark_deleted(const EnvironmentId& environment, const DirectoryId& directory,
                                              const DirectoryGroupId& id, Timestamp at) {
  return connection_.post(kDelete, {environment, directory, id, at});
}

Result<std::vector<GroupMember>> SqlDirectoryGroups::members(const EnvironmentId& environment,
                                                             const DirectoryId& directory,
                                                             const DirectoryGroupId& group,
                                                             const std::string& after_value, std::int64_t limit) const {
  return find_all(connection_, kMembers, {environment, directory, group, after_value, limit}, read_member);
}

Result<std::optional<GroupMember>> SqlDirectoryGroups::find_member(const EnvironmentId& environment,
                                                                   const DirectoryId& directory,
                                                                   const DirectoryGroupId& group,
                                                                   const std::string& value) const {
  return find_one(connection_, kFindMember, {environment, directory, group, value}, read_member);
}

Result<std::vector<DirectoryGroupId>> SqlDirectoryGroups::groups_holding(const EnvironmentId& environment,
                                                                         const DirectoryId& directory,
                                                                         const std::string& value) const {
  return find_all(connection_, kGroupsHolding, {environment, directory, value},
                  [](const Row& row) { return id_at<DirectoryGroupId>(row, 0); });
}

Result<std::vector<GroupMember>> SqlDirectoryGroups::take_members(const EnvironmentId& environment,
                                                                  const DirectoryId& directory,
                                                                  const DirectoryGroupId& group, std::int64_t limit) {
  DOORWARD_TRY(auto taken, members(environment, directory, group, "", limit));
  if (!taken.empty()) {
    DOORWARD_CHECK(connection_.post(kRemoveThrough, {environment, directory, group, taken.back().value}));
  }
  return taken;
}

Result<void> SqlDirectoryGroups::change_member_count(const EnvironmentId& environment, const DirectoryId& directory,
                                                     const DirectoryGroupId& group, std::int64_t delta) {
  return connection_.post(kChangeCount, {environment, directory, group, delta});
}

Result<void> SqlDirectoryGroups::remove(const EnvironmentId& environment, const DirectoryId& directory,
                                        const DirectoryGroupId& group) {
  return connection_.post(kRemove, {environment, directory, group});
}

}  // namespace doorward::store
