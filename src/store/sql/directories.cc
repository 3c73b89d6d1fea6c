#include "store/sql/directories.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "store/sql/purge.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                            \
  "environment_id, organization_id, id, name, type, provider, enabled, status, create_time, update_time, " \
  "last_synced_at, total_users, total_groups, user_updated_at, group_updated_at, attribute_mappings, "     \
  "role_assignments, "                                                                                     \
  "waiting_members, scim_profile, scim_overrides, recognised_profile, recognised_by, recognised_time, "    \
  "schema_version, credentials_generation"
#define SELECT_LIVING "SELECT " COLUMNS " FROM directories WHERE environment_id = $1 AND delete_time IS NULL "

constexpr Query kFind{"directories.find", SELECT_LIVING "AND organization_id = $2 AND id = $3"};
constexpr Query kFindById{"directories.find_by_id", SELECT_LIVING "AND id = $2"};
constexpr Query kLock{"directories.lock", SELECT_LIVING "AND id = $2", SELECT_LIVING "AND id = $2 FOR UPDATE"};
constexpr Query kList{"directories.list",
                      SELECT_LIVING "AND organization_id = $2 ORDER BY enabled DESC, create_time, id"};
constexpr Query kInsert{"directories.insert", "INSERT INTO directories(" COLUMNS
                                              ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                                              "$15, $16, 0, 0, $17, $18, $19, $20, $21, 0, 0)"};
constexpr Query kUpdate{
    "directories.update",
    "UPDATE directories SET name = $4, type = $5, provider = $6, enabled = $7, status = $8, "
    "update_time = $9, attribute_mappings = $10, scim_profile = $11, scim_overrides = $12, recognised_profile = $13, "
    "recognised_by = $14, recognised_time = $15 WHERE environment_id = $1 AND organization_id = $2 AND id = $3 AND "
    "delete_time IS NULL"};
constexpr Query kRecognise{
    "directories.recognise",
    "UPDATE directories SET recognised_profile = $3, recognised_by = $4, recognised_time = $5 WHERE "
    "environment_id = $1 AND id = $2 AND recognised_profile = '' AND delete_time IS NULL"};
constexpr Query kRaiseSchemaVersion{"directories.raise_schema_version",
                                    "UPDATE directories SET schema_version = schema_version + 1 WHERE "
                                    "environment_id = $1 AND id = $2 AND delete_time IS NULL"};
constexpr Query kDelete{
    "directories.mark_deleted",
    "UPDATE directories SET delete_time = $4 WHERE environment_id = $1 AND organization_id = $2 AND "
    "id = $3 AND delete_time IS NULL"};
constexpr Query kDeactivateSecretsOfDeleted{"directories.deactivate_secrets_of_deleted",
                                            "UPDATE directory_secrets SET status = $4 WHERE environment_id = $1 AND "
                                            "organization_id = $2 AND directory_id = $3"};
constexpr Query kRoleAssignments{
    "directory_role_assignments.list",
    "SELECT a.group_id, a.role_id, r.name FROM directory_role_assignments a JOIN roles r ON "
    "r.environment_id = a.environment_id AND r.id = a.role_id WHERE a.environment_id = $1 AND a.directory_id = $2 "
    "ORDER BY a.position"};
constexpr Query kRemoveRoleAssignments{
    "directory_role_assignments.remove",
    "DELETE FROM directory_role_assignments WHERE environment_id = $1 AND directory_id = $2"};
constexpr Query kInsertRoleAssignment{
    "directory_role_assignments.insert",
    "INSERT INTO directory_role_assignments(environment_id, directory_id, group_id, role_id, position) "
    "VALUES($1, $2, $3, $4, $5)"};
constexpr Query kCountRoleAssignments{
    "directories.count_role_assignments",
    "UPDATE directories SET role_assignments = $3 WHERE environment_id = $1 AND id = $2 AND delete_time IS NULL"};
#undef COLUMNS
#undef SELECT_LIVING

// Pairs of text as one column; empty when there are none.
template <class Pair>
std::string pairs_text(const std::vector<Pair>& pairs) {
  if (pairs.empty()) return {};
  boost::json::array list;
  for (const auto& [first, second] : pairs) list.push_back(boost::json::array{first, second});
  return boost::json::serialize(list);
}

template <class Pair>
std::vector<Pair> read_pairs(std::string_view text) {
  std::vector<Pair> pairs;
  if (text.empty()) return pairs;
  const boost::json::value list = boost::json::parse(text);
  for (const boost::json::value& pair : list.as_array()) {
    pairs.push_back({std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string())});
  }
  return pairs;
}

// Three columns from `first` on.
std::optional<ScimSettings::Recognition> read_recognition(const Row& row, int first) {
  const auto at = optional_time_at(row, first + 2);
  if (!at) return std::nullopt;
  return ScimSettings::Recognition{.profile = text_at(row, first), .by = text_at(row, first + 1), .at = *at};
}

// A recognition as its columns.
struct RecognitionColumns {
  explicit RecognitionColumns(const std::optional<ScimSettings::Recognition>& recognition) {
    if (!recognition) return;
    profile = recognition->profile;
    by = recognition->by;
    at = recognition->at;
  }

  std::string profile;
  std::string by;
  std::optional<Timestamp> at;
};

Directory read_directory(const Row& row) {
  return Directory{.environment_id = id_at<EnvironmentId>(row, 0),
                   .organization_id = id_at<OrganizationId>(row, 1),
                   .id = id_at<DirectoryId>(row, 2),
                   .name = text_at(row, 3),
                   .type = enum_at<DirectoryType>(row, 4),
                   .provider = enum_at<DirectoryProvider>(row, 5),
                   .enabled = bool_at(row, 6),
                   .status = enum_at<DirectoryStatus>(row, 7),
                   .create_time = time_at(row, 8),
                   .update_time = time_at(row, 9),
                   .last_synced_at = optional_time_at(row, 10),
                   .stats = {.total_users = row.integer(11),
                             .total_groups = row.integer(12),
                             .user_updated_at = optional_time_at(row, 13),
                             .group_updated_at = optional_time_at(row, 14)},
                   .attribute_mappings = read_pairs<AttributeMapping>(row.text(15)),
                   .has_role_assignments = bool_at(row, 16),
                   .schema_version = row.integer(23),
                   .has_waiting_members = bool_at(row, 17),
                   .credentials_generation = row.integer(24),
                   .scim = {.pinned_profile = text_at(row, 18),
                            .overrides = read_pairs<ScimSettings::Override>(row.text(19)),
                            .recognition = read_recognition(row, 20)}};
}

}  // namespace

Result<std::optional<Directory>> SqlDirectories::find(const EnvironmentId& environment,
                                                      const OrganizationId& organization, const DirectoryId& id) const {
  DOORWARD_CHECK(state_.flush());
  return find_one(connection_, kFind, {environment, organization, id}, read_directory);
}

Result<std::optional<Directory>> SqlDirectories::find_by_id(const EnvironmentId& environment,
                                                            const DirectoryId& id) const {
  DOORWARD_CHECK(state_.flush());
  return find_one(connection_, kFindById, {environment, id}, read_directory);
}

Result<std::vector<Directory>> SqlDirectories::list(const EnvironmentId& environment,
                                                    const OrganizationId& organization) const {
  DOORWARD_CHECK(state_.flush());
  return find_all(connection_, kList, {environment, organization}, read_directory);
}

Result<std::optional<Directory>> SqlDirectories::lock(const EnvironmentId& environment, const DirectoryId& id) {
  if (const Directory* known = state_.locked(environment, id)) return *known;
  DOORWARD_CHECK(state_.flush());
  DOORWARD_TRY(auto directory, find_one(connection_, kLock, {environment, id}, read_directory));
  if (directory) state_.remember_locked(*directory);
  return directory;
}

Result<void> SqlDirectories::insert(const Directory& directory) {
  const std::string mappings = pairs_text(directory.attribute_mappings);
  const std::string overrides = pairs_text(directory.scim.overrides);
  const RecognitionColumns recognised(directory.scim.recognition);
  return connection_.post(kInsert, {directory.environment_id,
                                    directory.organization_id,
                                    directory.id,
                                    directory.name,
                                    directory.type,
                                    directory.provider,
                                    directory.enabled,
                                    directory.status,
                                    directory.create_time,
                                    directory.update_time,
                                    directory.last_synced_at,
                                    directory.stats.total_users,
                                    directory.stats.total_groups,
                                    directory.stats.user_updated_at,
                                    directory.stats.group_updated_at,
                                    mappings,
                                    directory.scim.pinned_profile,
                                    overrides,
                                    recognised.profile,
                                    recognised.by,
                                    recognised.at});
}

Result<void> SqlDirectories::update(const Directory& directory) {
  state_.forget_locked();
  const std::string mappings = pairs_text(directory.attribute_mappings);
  const std::string overrides = pairs_text(directory.scim.overrides);
  const RecognitionColumns recognised(directory.scim.recognition);
  return connection_.post(
      kUpdate, {directory.environment_id, directory.organization_id, directory.id, directory.name, directory.type,
                directory.provider, directory.enabled, directory.status, directory.update_time, mappings,
                directory.scim.pinned_profile, overrides, recognised.profile, recognised.by, recognised.at});
}

Result<void> SqlDirectories::recognise(const EnvironmentId& environment, const DirectoryId& id,
                                       const ScimSettings::Recognition& recognition) {
  state_.forget_locked();
  return connection_.post(kRecognise, {environment, id, recognition.profile, recognition.by, recognition.at});
}

Result<void> SqlDirectories::raise_schema_version(const EnvironmentId& environment, const DirectoryId& id) {
  state_.forget_locked();
  return connection_.post(kRaiseSchemaVersion, {environment, id});
}

Result<void> SqlDirectories::mark_deleted(const EnvironmentId& environment, const OrganizationId& organization,
                                          const DirectoryId& id, Timestamp at) {
  state_.forget_locked();
  DOORWARD_CHECK(state_.flush());
  DOORWARD_CHECK(connection_.post(kDelete, {environment, organization, id, at}));
  return connection_.post(kDeactivateSecretsOfDeleted, {environment, organization, id, SecretStatus::kInactive});
}

Result<std::int64_t> SqlDirectories::purge_batch(const EnvironmentId& environment, const OrganizationId& organization,
                                                 const DirectoryId& id, std::int64_t limit) {
  return purge_directory(connection_, environment, organization, id, limit);
}

Result<void> SqlDirectories::change_stats(const EnvironmentId& environment, const DirectoryId& id,
                                          const StatsChange& change) {
  state_.add(environment, id, change);
  return {};
}

Result<std::vector<RoleAssignment>> SqlDirectories::role_assignments(const EnvironmentId& environment,
                                                                     const DirectoryId& directory) const {
  return find_all(connection_, kRoleAssignments, {environment, directory}, [](const Row& row) {
    return RoleAssignment{
        .group_id = id_at<DirectoryGroupId>(row, 0), .role_id = id_at<RoleId>(row, 1), .role_name = text_at(row, 2)};
  });
}

Result<void> SqlDirectories::replace_role_assignments(const EnvironmentId& environment, const DirectoryId& directory,
                                                      const std::vector<RoleAssignment>& assignments) {
  state_.forget_locked();
  DOORWARD_CHECK(connection_.post(kRemoveRoleAssignments, {environment, directory}));
  std::int64_t position = 0;
  for (const RoleAssignment& assignment : assignments) {
    DOORWARD_CHECK(connection_.post(kInsertRoleAssignment,
                                    {environment, directory, assignment.group_id, assignment.role_id, position++}));
  }
  return connection_.post(kCountRoleAssignments, {environment, directory, position});
}

}  // namespace doorward::store
