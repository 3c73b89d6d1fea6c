// What searches of identity providers read of users: keys of indexes, and walks in the order of one.
#include <utility>

#include "store/sql/directory_users.h"
#include "store/sql/resource_walk.h"

namespace doorward::store {
namespace {

#define FROM_USERS "FROM directory_users u WHERE u.environment_id = $1 AND u.directory_id = $2 "
#define SELECT_USERS                                                                                                   \
  "SELECT u.environment_id, u.directory_id, u.id, u.organization_id, u.user_name, u.user_name_folded, u.external_id, " \
  "u.email, u.active, u.attributes, u.version, u.create_time, u.update_time " FROM_USERS

constexpr WalkQueries kWalk{{
    {{{"directory_users.by_creation", SELECT_USERS
       "AND (u.create_time, u.id) > ($3, $4) AND u.create_time <= $5 ORDER BY u.create_time, u.id LIMIT $6"},
      {"directory_users.by_creation_backward",
       SELECT_USERS "AND (u.create_time, u.id) < ($3, $4) AND u.create_time >= $5 "
                    "ORDER BY u.create_time DESC, u.id DESC LIMIT $6"}}},
    {{{"directory_users.by_change", SELECT_USERS
       "AND (u.update_time, u.id) > ($3, $4) AND u.update_time <= $5 ORDER BY u.update_time, u.id LIMIT $6"},
      {"directory_users.by_change_backward",
       SELECT_USERS "AND (u.update_time, u.id) < ($3, $4) AND u.update_time >= $5 "
                    "ORDER BY u.update_time DESC, u.id DESC LIMIT $6"}}},
    // No two users have one name: the id decides nothing.
    {{{"directory_users.by_name",
       SELECT_USERS "AND u.user_name_folded > $3 AND u.id <> $4 ORDER BY u.user_name_folded LIMIT $5"},
      {"directory_users.by_name_backward",
       SELECT_USERS "AND u.user_name_folded < $3 AND u.id <> $4 ORDER BY u.user_name_folded DESC LIMIT $5"}}},
    {{{"directory_users.by_id", SELECT_USERS "AND u.id > $3 ORDER BY u.id LIMIT $4"},
      {"directory_users.by_id_backward", SELECT_USERS "AND u.id < $3 ORDER BY u.id DESC LIMIT $4"}}},
}};
constexpr WalkQueries kPosition{{
    {{{"directory_users.position_by_creation",
       "SELECT u.create_time, u.id " FROM_USERS
       "AND u.create_time >= $3 AND u.create_time <= $4 ORDER BY u.create_time, u.id LIMIT 1 OFFSET $5"},
      {"directory_users.position_by_creation_backward",
       "SELECT u.create_time, u.id " FROM_USERS
       "AND u.create_time >= $3 AND u.create_time <= $4 ORDER BY u.create_time DESC, u.id DESC LIMIT 1 OFFSET $5"}}},
    {{{"directory_users.position_by_change",
       "SELECT u.update_time, u.id " FROM_USERS
       "AND u.update_time >= $3 AND u.update_time <= $4 ORDER BY u.update_time, u.id LIMIT 1 OFFSET $5"},
      {"directory_users.position_by_change_backward",
       "SELECT u.update_time, u.id " FROM_USERS
       "AND u.update_time >= $3 AND u.update_time <= $4 ORDER BY u.update_time DESC, u.id DESC LIMIT 1 OFFSET $5"}}},
    {{{"directory_users.position_by_name",
       "SELECT u.user_name_folded, u.id " FROM_USERS "ORDER BY u.user_name_folded LIMIT 1 OFFSET $3"},
      {"directory_users.position_by_name_backward",
       "SELECT u.user_name_folded, u.id " FROM_USERS "ORDER BY u.user_name_folded DESC LIMIT 1 OFFSET $3"}}},
    {{{"directory_users.position_by_id", "SELECT u.id " FROM_USERS "ORDER BY u.id LIMIT 1 OFFSET $3"},
      {"directory_users.position_by_id_backward", "SELECT u.id " FROM_USERS "ORDER BY u.id DESC LIMIT 1 OFFSET $3"}}},
}};
constexpr Query kCountByCreation{"directory_users.count_by_creation",
                                 "SELECT count(*) " FROM_USERS "AND u.create_time >= $3 AND u.create_time <= $4"};
constexpr Query kCountByChange{"directory_users.count_by_change",
                               "SELECT count(*) " FROM_USERS "AND u.update_time >= $3 AND u.update_time <= $4"};

#define IDS_OF(condition) "SELECT u.id " FROM_USERS "AND " condition " AND u.id > $4 ORDER BY u.id LIMIT $5"
constexpr Query kWithId{"directory_users.ids_with_id", IDS_OF("u.id = $3")};
constexpr Query kWithUserName{"directory_users.ids_with_user_name", IDS_OF("u.user_name_folded = $3")};
constexpr Query kWithExternalId{"directory_users.ids_with_external_id", IDS_OF("u.external_id = $3")};
constexpr Query kWithEmail{"directory_user_emails.ids",
                           "SELECT e.user_id FROM directory_user_emails e JOIN directory_users u ON "
                           "u.environment_id = e.environment_id AND u.directory_id = e.directory_id AND "
                           "u.id = e.user_id WHERE e.environment_id = $1 AND e.directory_id = $2 AND "
                           "e.email_folded = $3 AND e.user_id > $4 ORDER BY e.user_id LIMIT $5"};
constexpr Query kInGroup{"group_members.user_ids",
                         "SELECT m.value FROM directory_groups g JOIN group_members m ON "
                         "m.environment_id = g.environment_id AND m.directory_id = g.directory_id AND "
                         "m.group_id = g.id WHERE g.environment_id = $1 AND g.directory_id = $2 AND g.id = $3 AND "
                         "g.delete_time IS NULL AND m.kind = 1 AND m.value > $4 ORDER BY m.value LIMIT $5"};
#undef IDS_OF
constexpr Query kEmailsIndexed{"directories.emails_indexed",
                               "SELECT emails_indexed FROM directories WHERE environment_id = $1 AND id = $2"};
constexpr Query kMarkEmailsIndexed{
    "directories.mark_emails_indexed",
    "UPDATE directories SET emails_indexed = 1 WHERE environment_id = $1 AND id = $2 AND emails_indexed = 0"};
constexpr Query kAddEmail{"directory_user_emails.insert",
                          "INSERT INTO directory_user_emails(environment_id, directory_id, email_folded, user_id) "
                          "VALUES($1, $2, $3, $4) "
                          "ON CONFLICT(environment_id, directory_id, email_folded, user_id) DO NOTHING"};
constexpr Query kRemoveEmail{"directory_user_emails.remove",
                             "DELETE FROM directory_user_emails WHERE environment_id = $1 AND directory_id = $2 AND "
                             "email_folded = $3 AND user_id = $4"};
// $3: ids with commas between.
constexpr Query kFindEach{"directory_users.find_each",
                          SELECT_USERS
                          "AND u.id IN (SELECT e.value FROM json_each('[\"' || replace($3, ',', '\",\"') || '\"]') e) "
                          "ORDER BY u.id",
                          SELECT_USERS "AND u.id = ANY(string_to_array($3, ',')) ORDER BY u.id"};
#undef SELECT_USERS
#undef FROM_USERS

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
                       .profile = {},
                       .roles = {},
                       .version = row.integer(10),
                       .create_time = time_at(row, 11),
                       .update_time = time_at(row, 12)};
}

const Query& query_of(DirectoryUserRepository::Index index) {
  switch (index) {
    case DirectoryUserRepository::Index::kUserName:
      return kWithUserName;
    case DirectoryUserRepository::Index::kExternalId:
      return kWithExternalId;
    case DirectoryUserRepository::Index::kEmail:
      return kWithEmail;
    case DirectoryUserRepository::Index::kGroup:
      return kInGroup;
    case DirectoryUserRepository::Index::kId:
      break;
  }
  return kWithId;
}

}  // namespace

Result<std::optional<std::vector<DirectoryUserId>>> SqlDirectoryUsers::look_up(const EnvironmentId& environment,
                                                                               const DirectoryId& directory,
                                                                               Index index, const std::string& value,
                                                                               const DirectoryUserId& after,
                                                                               std::int64_t limit) const {
  if (index == Index::kEmail) {
    DOORWARD_TRY(const auto complete, find_one(connection_, kEmailsIndexed, {environment, directory},
                                               [](const Row& row) { return bool_at(row, 0); }));
    if (!complete.value_or(true)) return std::optional<std::vector<DirectoryUserId>>();
  }
  DOORWARD_TRY(auto ids, find_all(connection_, query_of(index), {environment, directory, value, after, limit},
                                  [](const Row& row) { return id_at<DirectoryUserId>(row, 0); }));
  return std::optional(std::move(ids));
}

Result<std::vector<DirectoryUser>> SqlDirectoryUsers::find_each(const EnvironmentId& environment,
                                                                const DirectoryId& directory,
                                                                const std::vector<DirectoryUserId>& ids) const {
  return find_all(connection_, kFindEach, {environment, directory, id_list(ids)}, read_user);
}

Result<std::vector<DirectoryUser>> SqlDirectoryUsers::walk(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const ResourceWalk& walk,
                                                           const std::optional<ResourcePosition>& after,
                                                           std::int64_t limit) const {
  return walk_rows(connection_, kWalk, {environment, directory}, walk, after, limit, read_user);
}

Result<std::optional<ResourcePosition>> SqlDirectoryUsers::position(const EnvironmentId& environment,
                                                                    const DirectoryId& directory,
                                                                    const ResourceWalk& walk,
                                                                    std::int64_t offset) const {
  return find_position(connection_, kPosition, {environment, directory}, walk, offset);
}

Result<std::int64_t> SqlDirectoryUsers::count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const ResourceWalk& walk) const {
  if (!is_bounded(walk)) return count(environment, directory, {});
  const Query& query = walk.order == ResourceOrder::kCreated ? kCountByCreation : kCountByChange;
  return find_integer(connection_, query, {environment, directory, walk.from, walk.to});
}

Result<void> SqlDirectoryUsers::change_emails(const EnvironmentId& environment, const DirectoryId& directory,
                                              const DirectoryUserId& user, const std::vector<std::string>& removed,
                                              const std::vector<std::string>& added) {
  for (const std::string& email : removed) {
    DOORWARD_CHECK(connection_.post(kRemoveEmail, {environment, directory, email, user}));
  }
  for (const std::string& email : added) {
    DOORWARD_CHECK(connection_.post(kAddEmail, {environment, directory, email, user}));
  }
  return {};
}

Result<void> SqlDirectoryUsers::emails_complete(const EnvironmentId& environment, const DirectoryId& directory) {
  return connection_.post(kMarkEmailsIndexed, {environment, directory});
}

}  // namespace doorward::store
