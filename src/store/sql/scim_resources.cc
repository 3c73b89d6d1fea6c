#include "store/sql/scim_resources.h"

#include <boost/json/serialize.hpp>

#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                              \
  "environment_id, organization_id, directory_id, id, type, external_id, attributes, version, create_time, " \
  "update_time"
#define OF_TYPE "WHERE environment_id = $1 AND directory_id = $2 AND type = $3 "
#define SELECT_OF_TYPE "SELECT " COLUMNS " FROM scim_resources " OF_TYPE

constexpr Query kFind{"scim_resources.find", SELECT_OF_TYPE "AND id = $4"};
constexpr Query kAfter{"scim_resources.list",
                       SELECT_OF_TYPE "AND (create_time, id) > ($4, $5) ORDER BY create_time, id LIMIT $6"};
constexpr Query kBefore{"scim_resources.list_backward",
                        SELECT_OF_TYPE "AND (create_time, id) < ($4, $5) ORDER BY create_time DESC, id DESC LIMIT $6"};
constexpr Query kCount{"scim_resources.count", "SELECT count(*) FROM scim_resources " OF_TYPE};
constexpr Query kInsert{"scim_resources.insert",
                        "INSERT INTO scim_resources(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Query kUpdate{"scim_resources.update",
                        "UPDATE scim_resources SET external_id = $4, attributes = $5, version = $6, update_time = $7 "
                        "WHERE environment_id = $1 AND directory_id = $2 AND id = $3"};
constexpr Query kRemove{"scim_resources.remove",
                        "DELETE FROM scim_resources WHERE environment_id = $1 AND directory_id = $2 AND id = $3"};
constexpr Query kOwner{"scim_unique_values.owner",
                       "SELECT owner_id FROM scim_unique_values WHERE environment_id = $1 AND directory_id = $2 AND "
                       "key_hash = $3"};
constexpr Query kForget{"scim_unique_values.forget",
                        "DELETE FROM scim_unique_values WHERE environment_id = $1 AND directory_id = $2 AND "
                        "owner_id = $3"};
constexpr Query kKeep{"scim_unique_values.keep",
                      "INSERT INTO scim_unique_values(environment_id, directory_id, key_hash, owner_id) "
                      "VALUES($1, $2, $3, $4)"};
#undef COLUMNS
#undef OF_TYPE
#undef SELECT_OF_TYPE

}  // namespace

ScimResource read_scim_resource(const Row& row) {
  return ScimResource{.environment_id = id_at<EnvironmentId>(row, 0),
                      .organization_id = id_at<OrganizationId>(row, 1),
                      .directory_id = id_at<DirectoryId>(row, 2),
                      .id = id_at<ScimResourceId>(row, 3),
                      .type = text_at(row, 4),
                      .external_id = optional_text_at(row, 5),
                      .attributes = compact_object_at(row, 6),
                      .version = row.integer(7),
                      .create_time = time_at(row, 8),
                      .update_time = time_at(row, 9)};
}

Result<std::optional<ScimResource>> SqlScimResources::find(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const std::string& type,
                                                           const ScimResourceId& id) const {
  return find_one(connection_, kFind, {environment, directory, type, id}, read_scim_resource);
}

Result<Page<ScimResource>> SqlScimResources::list(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const std::string& type, const PageRequest& page) const {
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query, {environment, directory, type, position.created_at, position.id, limit},
                      read_scim_resource);
    };
  };
  return read_page<ScimResource>(ListOrder::kOldestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::int64_t> SqlScimResources::count(const EnvironmentId& environment, const DirectoryId& directory,
                                             const std::string& type) const {
  return find_integer(connection_, kCount, {environment, directory, type});
}

Result<void> SqlScimResources::insert(const ScimResource& resource) {
  return connection_.post(
      kInsert, {resource.environment_id, resource.organization_id, resource.directory_id, resource.id, resource.type,
                resource.external_id, boost::json::serialize(resource.attributes), resource.version,
                resource.create_time, resource.update_time});
}

Result<void> SqlScimResources::update(const ScimResource& resource) {
  return connection_.post(kUpdate,
                          {resource.environment_id, resource.directory_id, resource.id, resource.external_id,
                           boost::json::serialize(resource.attributes), resource.version, resource.update_time});
}

Result<void> SqlScimResources::remove(const EnvironmentId& environment, const DirectoryId& directory,
                                      const ScimResourceId& id) {
  DOORWARD_CHECK(connection_.post(kForget, {environment, directory, id.str()}));
  return connection_.post(kRemove, {environment, directory, id});
}

Result<std::optional<std::string>> SqlScimResources::unique_value_owner(const EnvironmentId& environment,
                                                                        const DirectoryId& directory,
                                                                        const std::string& key_hash) const {
  return find_one(connection_, kOwner, {environment, directory, Value::bytes(std::string_view(key_hash))},
                  [](const Row& row) { return text_at(row, 0); });
}

Result<void> SqlScimResources::replace_unique_values(const EnvironmentId& environment, const DirectoryId& directory,
                                                     const std::string& owner,
                                                     const std::vector<std::string>& key_hashes) {
  DOORWARD_CHECK(connection_.post(kForget, {environment, directory, owner}));
  for (const std::string& hash : key_hashes) {
    DOORWARD_CHECK(connection_.post(kKeep, {environment, directory, Value::bytes(std::string_view(hash)), owner}));
  }
  return {};
}

}  // namespace doorward::store
