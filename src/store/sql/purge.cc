#include "store/sql/purge.h"

#include <array>

namespace doorward::store {
namespace {

// Both databases bound a DELETE by a subquery of keys.
constexpr std::array kContents{
    Query{"purge.members",
          "DELETE FROM group_members WHERE environment_id = $1 AND directory_id = $2 AND (group_id, value) IN "
          "(SELECT group_id, value FROM group_members WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.emails",
          "DELETE FROM directory_user_emails WHERE environment_id = $1 AND directory_id = $2 AND "
          "(email_folded, user_id) IN (SELECT email_folded, user_id FROM directory_user_emails "
          "WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.users",
          "DELETE FROM directory_users WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM directory_users WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.groups",
          "DELETE FROM directory_groups WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM directory_groups WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.role_assignments",
          "DELETE FROM directory_role_assignments WHERE environment_id = $1 AND directory_id = $2 AND "
          "(group_id, role_id) IN (SELECT group_id, role_id FROM directory_role_assignments "
          "WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.scim_resources",
          "DELETE FROM scim_resources WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM scim_resources WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.scim_unique_values",
          "DELETE FROM scim_unique_values WHERE environment_id = $1 AND directory_id = $2 AND key_hash IN "
          "(SELECT key_hash FROM scim_unique_values WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.scim_definitions",
          "DELETE FROM scim_definitions WHERE environment_id = $1 AND directory_id = $2 AND (kind, name) IN "
          "(SELECT kind, name FROM scim_definitions WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.secrets",
          "DELETE FROM directory_secrets WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM directory_secrets WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.oauth_clients",
          "DELETE FROM directory_oauth_clients WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM directory_oauth_clients WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.scim_requests",
          "DELETE FROM scim_requests WHERE environment_id = $1 AND directory_id = $2 AND id IN "
          "(SELECT id FROM scim_requests WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
    Query{"purge.scim_request_totals",
          "DELETE FROM scim_request_totals WHERE environment_id = $1 AND directory_id = $2 AND refused IN "
          "(SELECT refused FROM scim_request_totals WHERE environment_id = $1 AND directory_id = $2 LIMIT $3)"},
};
constexpr Query kDirectory{"purge.directory",
                           "DELETE FROM directories WHERE environment_id = $1 AND organization_id = $2 AND id = $3 AND "
                           "delete_time IS NOT NULL"};
constexpr Query kIsDeleted{
    "purge.is_deleted",
    "SELECT 1 FROM directories WHERE environment_id = $1 AND organization_id = $2 AND id = $3 AND "
    "delete_time IS NOT NULL"};

}  // namespace

Result<std::int64_t> purge_directory(Connection& connection, const EnvironmentId& environment,
                                     const OrganizationId& organization, const DirectoryId& directory,
                                     std::int64_t limit) {
  DOORWARD_TRY(const auto deleted, connection.execute(kIsDeleted, {environment, organization, directory}));
  if (deleted == 0) return 0;
  std::int64_t removed = 0;
  for (const Query& query : kContents) {
    DOORWARD_TRY(const auto rows, connection.execute(query, {environment, directory, limit - removed}));
    removed += rows;
    if (removed >= limit) return removed;
  }
  DOORWARD_TRY(const auto own, connection.execute(kDirectory, {environment, organization, directory}));
  return removed + own;
}

}  // namespace doorward::store
