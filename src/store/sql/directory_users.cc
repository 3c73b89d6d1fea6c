#include "store/sql/directory_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                 \
  "u.environment_id, u.directory_id, u.id, u.organization_id, u.user_name, u.user_name_folded, u.external_id, " \
  "u.email, u.active, u.attributes, u.profile, u.version, u.create_time, u.update_time, u.roles, u.manager"
#define SELECT_USERS "SELECT " COLUMNS " FROM directory_users u WHERE u.environment_id = $1 AND u.directory_id = $2 "
// The members of a group come from the index of its members; the join is by key.
#define SELECT_MEMBERS                                                                                          \
  "SELECT " COLUMNS                                                                                             \
  " FROM group_members m JOIN directory_users u ON u.environment_id = m.environment_id AND "                    \
  "u.directory_id = m.directory_id AND u.id = m.value WHERE m.environment_id = $1 AND m.directory_id = $2 AND " \
  "m.group_id = $7 "
#define AFTER "AND (u.create_time, u.id) > ($3, $4) AND u.update_time > $5 ORDER BY u.create_time, u.id LIMIT $6"
#define BEFORE \
  "AND (u.create_time, u.id) < ($3, $4) AND u.update_time > $5 ORDER BY u.create_time DESC, u.id DESC LIMIT $6"

constexpr Query kFind{"directory_users.find", SELECT_USERS "AND u.id = $3"};
// The groups come as a JSON list of [id, name]. They are read by the key of the user's memberships, as in kGroupsOf.
#define GROUPS_OF_USER                                                                                             \
  "FROM group_members m JOIN directory_groups g ON g.environment_id = m.environment_id AND "                       \
  "g.directory_id = m.directory_id AND g.id = m.group_id WHERE m.environment_id = $1 AND m.directory_id = $2 AND " \
  "m.value = $3 AND g.delete_time IS NULL"
#define SELECT_WITH(groups)      \
  "SELECT " COLUMNS ", (" groups \
  ") FROM directory_users u WHERE u.environment_id = $1 AND u.directory_id = $2 AND u.id = $3"
constexpr Query kFindWithGroups{
    "directory_users.find_with_groups",
    SELECT_WITH(
        "SELECT json_group_array(json_array(o.id, o.display_name)) FROM (SELECT g.id, g.display_name " GROUPS_OF_USER
        " ORDER BY g.display_name, g.id) o"),
    SELECT_WITH("SELECT CAST(json_agg(json_build_array(g.id, g.display_name) ORDER BY g.display_name, g.id) AS "
                "TEXT) " GROUPS_OF_USER)};
#undef GROUPS_OF_USER
#undef SELECT_WITH
constexpr Query kFindByUserName{"directory_users.find_by_user_name", SELECT_USERS "AND u.user_name_folded = $3"};
constexpr Query kFindByExternalId{"directory_users.find_by_external_id",
                                  SELECT_USERS "AND u.external_id = $3 ORDER BY u.create_time, u.id"};
constexpr Query kManagedBy{"directory_users.managed_by",
                           SELECT_USERS "AND u.manager = $3 AND u.manager <> '' ORDER BY u.id LIMIT $4"};
constexpr Query kAfter{"directory_users.list", SELECT_USERS AFTER};
constexpr Query kBefore{"directory_users.list_backward", SELECT_USERS BEFORE};
constexpr Query kMembersAfter{"directory_users.list_members", SELECT_MEMBERS AFTER};
constexpr Query kMembersBefore{"directory_users.list_members_backward", SELECT_MEMBERS BEFORE};
constexpr Query kTotal{"directory_users.total",
                       "SELECT total_users FROM directories WHERE environment_id = $1 AND id = $2"};
constexpr Query kCount{"directory_users.count",
                       "SELECT count(*) FROM directory_users WHERE environment_id = $1 AND directory_id = $2 AND "
                       "update_time > $3"};
constexpr Query kCountMembers{"directory_users.count_members",
                              "SELECT count(*) FROM group_members m JOIN directory_users u ON "
                              "u.environment_id = m.environment_id AND u.directory_id = m.directory_id AND "
                              "u.id = m.value WHERE m.environment_id = $1 AND m.directory_id = $2 AND m.group_id = $3 "
                              "AND u.update_time > $4"};
constexpr Query kGroupsOf{"directory_users.groups_of",
                          "SELECT g.id, g.display_name FROM group_members m JOIN directory_groups g ON "
                          "g.environment_id = m.environment_id AND g.directory_id = m.directory_id AND "
                          "g.id = m.group_id WHERE m.environment_id = $1 AND m.directory_id = $2 AND m.value = $3 AND "
                          "g.delete_time IS NULL ORDER BY g.display_name, g.id"};
// $3: ids with commas between.
#define SELECT_GROUPS                                                                                    \
  "SELECT m.value, g.id, g.display_name FROM group_members m JOIN directory_groups g ON "                \
  "g.environment_id = m.environment_id AND g.directory_id = m.directory_id AND g.id = m.group_id WHERE " \
  "m.environment_id = $1 AND m.directory_id = $2 AND g.delete_time IS NULL AND m.value "
constexpr Query kGroupsOfEach{"directory_users.groups_of_each",
                              SELECT_GROUPS
                              "IN (SELECT e.value FROM json_each('[\"' || replace($3, ',', '\",\"') || '\"]') e) "
                              "ORDER BY g.display_name, g.id",
                              SELECT_GROUPS "= ANY(string_to_array($3, ',')) ORDER BY g.display_name, g.id"};
#undef SELECT_GROUPS
constexpr Query kInsert{"directory_users.insert",
                        "INSERT INTO directory_users(environment_id, directory_id, id, organization_id, user_name, "
                        "user_name_folded, external_id, email, active, attributes, profile, version, create_time, "
                        "update_time, roles, manager) "
                        "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"};
constexpr Query kUpdate{"directory_users.update",
                        "UPDATE directory_users SET user_name = $4, user_name_folded = $5, external_id = $6, "
                        "email = $7, active = $8, attributes = $9, profile = $10, version = $11, update_time = $12, "
                        "roles = $13, manager = $14 "
                        "WHERE environment_id = $1 AND directory_id = $2 AND id = $3"};
constexpr Query kRemoveMemberships{"directory_users.remove_memberships",
                                   "DELETE FROM group_members WHERE environment_id = $1 AND directory_id = $2 AND "
                                   "value = $3"};
constexpr Query kRemove{"directory_users.remove",
                        "DELETE FROM directory_users WHERE environment_id = $1 AND directory_id = $2 AND id = $3"};
#undef COLUMNS
#undef SELECT_USERS
#undef SELECT_MEMBERS
#undef AFTER
#undef BEFORE

// Names of roles have no commas.
std::string roles_text(const std::vector<std::string>& roles) { return fmt::format("{}", fmt::join(roles, ",")); }

std::vector<std::string> read_roles(std::string_view text) {
  std::vector<std::string> roles;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    roles.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return roles;
}

DirectoryUser read_user(const Row& row) {
  return DirectoryUser{.environment_id = id_at<EnvironmentId>(row, 0),
                       .organization_id = id_at<OrganizationId>(row, 3),
                       .directory_id = id_at<DirectoryId>(row, 1),
                       .id = id_at<DirectoryUserId>(row, 2),
                       .user_name = text_at(row, 4),
                       .user_name_folded = text_at(row, 5),
                       .external_id = optional_text_at(row, 6),
                       .email = text_at(row, 7),
                       .active = bool_at(row, 8),
                       .attributes = compact_object_at(row, 9),
                       .profile = compact_object_at(row, 10),
                       .roles = read_roles(row.text(14)),
                       .manager = text_at(row, 15),
                       .version = row.integer(11),
                       .create_time = time_at(row, 12),
                       .update_time = time_at(row, 13)};
}

constexpr int kGroupsColumn = 16;

std::vector<GroupReference> read_groups(const Row& row, int column) {
  std::vector<GroupReference> groups;
  // Of a user without groups one database says so by null, the other by an empty list.
  if (row.is_null(column) || row.text(column) == "[]") return groups;
  for (const boost::json::value& pair : boost::json::parse(row.text(column)).as_array()) {
    groups.push_back({.id = DirectoryGroupId{std::string(pair.at(0).as_string())},
                      .display_name = std::string(pair.at(1).as_string())});
  }
  return groups;
}

// A bound that every row passes keeps one statement for the filtered and the unfiltered list.
std::int64_t after_or_ever(const std::optional<Timestamp>& time) {
  return time ? to_micros(*time) : std::numeric_limits<std::int64_t>::min();
}

}  // namespace

Result<std::optional<DirectoryUser>> SqlDirectoryUsers::find(const EnvironmentId& environment,
                                                             const DirectoryId& directory,
                                                             const DirectoryUserId& id) const {
  return find_one(connection_, kFind, {environment, directory, id}, read_user);
}

Result<std::optional<DirectoryUserWithGroups>> SqlDirectoryUsers::find_with_groups(const EnvironmentId& environment,
                                                                                   const DirectoryId& directory,
                                                                                   const DirectoryUserId& id) const {
  return find_one(connection_, kFindWithGroups, {environment, directory, id}, [](const Row& row) {
    return DirectoryUserWithGroups{.user = read_user(row), .groups = read_groups(row, kGroupsColumn)};
  });
}

Result<std::optional<DirectoryUser>> SqlDirectoryUsers::find_by_user_name(const EnvironmentId& environment,
                                                                          const DirectoryId& directory,
                                                                          const std::string& user_name_folded) const {
  return find_one(connection_, kFindByUserName, {environment, directory, user_name_folded}, read_user);
}

Result<std::vector<DirectoryUser>> SqlDirectoryUsers::find_by_external_id(const EnvironmentId& environment,
                                                                          const DirectoryId& directory,
                                                                          const std::string& external_id) const {
  return find_all(connection_, kFindByExternalId, {environment, directory, external_id}, read_user);
}

Result<std::vector<DirectoryUser>> SqlDirectoryUsers::managed_by(const EnvironmentId& environment,
                                                                 const DirectoryId& directory,
                                                                 const std::string& manager, std::int64_t limit) const {
  return find_all(connection_, kManagedBy, {environment, directory, manager, limit}, read_user);
}

Result<Page<DirectoryUser>> SqlDirectoryUsers::list(const EnvironmentId& environment, const DirectoryId& directory,
                                                    const DirectoryUserQuery& query, const PageRequest& page) const {
  const std::int64_t updated_after = after_or_ever(query.updated_after);
  const auto rows = [&](const Query& all, const Query& members) {
    return [&](const Keyset& position, std::int64_t limit) {
      if (query.group_id) {
        return find_all(
            connection_, members,
            {environment, directory, position.created_at, position.id, updated_after, limit, *query.group_id},
            read_user);
      }
      return find_all(connection_, all,
                      {environment, directory, position.created_at, position.id, updated_after, limit}, read_user);
    };
  };
  return read_page<DirectoryUser>(ListOrder::kOldestFirst, page, rows(kAfter, kMembersAfter),
                                  rows(kBefore, kMembersBefore));
}

Result<std::int64_t> SqlDirectoryUsers::count(const EnvironmentId& environment, const DirectoryId& directory,
                                              const DirectoryUserQuery& query) const {
  if (query.group_id) {
    return find_integer(connection_, kCountMembers,
                        {environment, directory, *query.group_id, after_or_ever(query.updated_after)});
  }
  // Counting 100,000 rows for every page would cost more than the page: the directory keeps its total.
  if (!query.updated_after) {
    DOORWARD_CHECK(directories_.flush());
    return find_integer(connection_, kTotal, {environment, directory});
  }
  return find_integer(connection_, kCount, {environment, directory, *query.updated_after});
}

Result<std::vector<GroupReference>> SqlDirectoryUsers::groups_of(const EnvironmentId& environment,
                                                                 const DirectoryId& directory,
                                                                 const DirectoryUserId& user) const {
  return find_all(connection_, kGroupsOf, {environment, directory, user}, [](const Row& row) {
    return GroupReference{.id = id_at<DirectoryGroupId>(row, 0), .display_name = text_at(row, 1)};
  });
}

Result<std::vector<std::vector<GroupReference>>> SqlDirectoryUsers::groups_of_each(
    const EnvironmentId& environment, const DirectoryId& directory, const std::vector<DirectoryUserId>& users) const {
  std::vector<std::vector<GroupReference>> groups(users.size());
  if (users.empty()) return groups;
  std::unordered_map<std::string_view, std::size_t> positions;
  for (std::size_t i = 0; i < users.size(); ++i) positions.emplace(users[i].str(), i);
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(kGroupsOfEach, {environment, directory, id_list(users)}, [&](const Row& row) {
                 groups[positions.at(row.text(0))].push_back(
                     {.id = id_at<DirectoryGroupId>(row, 1), .display_name = text_at(row, 2)});
               }));
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (const std::size_t first = positions.at(users[i].str()); first != i) groups[i] = groups[first];
  }
  return groups;
}

Result<void> SqlDirectoryUsers::insert(const DirectoryUser& user) {
  return connection_.post(kInsert,
                          {user.environment_id, user.directory_id, user.id, user.organization_id, user.user_name,
                           user.user_name_folded, user.external_id, user.email, user.active,
                           boost::json::serialize(user.attributes), boost::json::serialize(user.profile), user.version,
                           user.create_time, user.update_time, roles_text(user.roles), user.manager});
}

Result<void> SqlDirectoryUsers::update(const DirectoryUser& user) {
  return connection_.post(kUpdate, {user.environment_id, user.directory_id, user.id, user.user_name,
                                    user.user_name_folded, user.external_id, user.email, user.active,
                                    boost::json::serialize(user.attributes), boost::json::serialize(user.profile),
                                    user.version, user.update_time, roles_text(user.roles), user.manager});
}

Result<void> SqlDirectoryUsers::remove(const EnvironmentId& environment, const DirectoryId& directory,
                                       const DirectoryUserId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveMemberships, {environment, directory, id}));
  return connection_.post(kRemove, {environment, directory, id});
}

}  // namespace doorward::store
