#include "store/sql/organizations.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>
#include <string_view>

#include "domain/directory.h"
#include "protocol/scim/case_fold.h"
#include "store/sql/page.h"
#include "store/sql/purge.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                   \
  "environment_id, id, display_name, region_code, external_id, metadata, slug, logo_url, features, create_time, " \
  "update_time, session_policy_source, absolute_session_timeout, idle_session_timeout_enabled, "                  \
  "idle_session_timeout, max_allowed_users"
#define SELECT_LIVING "SELECT " COLUMNS " FROM organizations WHERE environment_id = $1 AND delete_time IS NULL "

constexpr Query kFind{"organizations.find", SELECT_LIVING "AND id = $2"};
constexpr Query kLock{"organizations.lock", SELECT_LIVING "AND id = $2", SELECT_LIVING "AND id = $2 FOR UPDATE"};
constexpr Query kFindByExternalId{"organizations.find_by_external_id", SELECT_LIVING "AND external_id = $2"};
constexpr Query kAfter{"organizations.list",
                       SELECT_LIVING "AND (create_time, id) < ($2, $3) ORDER BY create_time DESC, id DESC LIMIT $4"};
constexpr Query kBefore{"organizations.list_backward",
                        SELECT_LIVING "AND (create_time, id) > ($2, $3) ORDER BY create_time, id LIMIT $4"};
constexpr Query kCount{"organizations.count",
                       "SELECT count(*) FROM organizations WHERE environment_id = $1 AND delete_time IS NULL"};
// The run of a search is bounded by its last row, so that the search itself reads no further.
constexpr Query kSearchEnd{
    "organizations.search_end",
    "SELECT create_time, id FROM organizations WHERE environment_id = $1 AND delete_time IS NULL "
    "AND (create_time, id) < ($2, $3) ORDER BY create_time DESC, id DESC LIMIT 1 OFFSET $4"};
#define SEARCH(position)                                                                         \
  "SELECT create_time, id FROM organizations WHERE environment_id = $1 AND delete_time IS NULL " \
  "AND (create_time, id) < ($2, $3) AND (create_time, id) >= ($4, $5) AND " position             \
  "(search_text, $6) > 0 "                                                                       \
  "ORDER BY create_time DESC, id DESC"
constexpr Query kSearch{"organizations.search", SEARCH("instr"), SEARCH("strpos")};
#undef SEARCH
constexpr Query kInsert{"organizations.insert",
                        "INSERT INTO organizations(" COLUMNS
                        ", search_text) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                        "$17)"};
constexpr Query kUpdate{
    "organizations.update",
    "UPDATE organizations SET display_name = $3, region_code = $4, external_id = $5, metadata = $6, "
    "slug = $7, logo_url = $8, features = $9, update_time = $10, session_policy_source = $11, "
    "absolute_session_timeout = $12, idle_session_timeout_enabled = $13, idle_session_timeout = $14, "
    "max_allowed_users = $15, search_text = $16 "
    "WHERE environment_id = $1 AND id = $2 AND delete_time IS NULL"};
constexpr Query kDelete{"organizations.mark_deleted",
                        "UPDATE organizations SET delete_time = $3 "
                        "WHERE environment_id = $1 AND id = $2 AND delete_time IS NULL"};
constexpr Query kDeleteDirectories{"organizations.mark_directories_deleted",
                                   "UPDATE directories SET delete_time = $3 "
                                   "WHERE environment_id = $1 AND organization_id = $2 AND delete_time IS NULL"};
constexpr Query kDeactivateSecrets{
    "organizations.deactivate_secrets",
    "UPDATE directory_secrets SET status = $3 WHERE environment_id = $1 AND directory_id IN "
    "(SELECT id FROM directories WHERE environment_id = $1 AND organization_id = $2)"};
// At once, not with the rest of it: a verified domain would keep its owner from verifying it elsewhere.
constexpr Query kRemoveDomains{"organizations.remove_domains",
                               "DELETE FROM domains WHERE environment_id = $1 AND organization_id = $2"};
constexpr Query kIsDeleted{"organizations.is_deleted",
                           "SELECT 1 FROM organizations WHERE environment_id = $1 AND id = $2 AND "
                           "delete_time IS NOT NULL"};
constexpr Query kDirectories{
    "organizations.directories",
    "SELECT id FROM directories WHERE environment_id = $1 AND organization_id = $2 ORDER BY id"};
constexpr Query kRemove{"organizations.remove",
                        "DELETE FROM organizations WHERE environment_id = $1 AND id = $2 AND delete_time IS NOT NULL"};
#undef COLUMNS
#undef SELECT_LIVING

// Pairs, not an object: the caller's order is kept whatever the JSON library does with objects.
std::string metadata_text(const Metadata& metadata) {
  boost::json::array pairs;
  pairs.reserve(metadata.size());
  for (const auto& [key, value] : metadata) pairs.push_back(boost::json::array{key, value});
  return boost::json::serialize(pairs);
}

Metadata metadata_at(const Row& row, int column) {
  Metadata metadata;
  const boost::json::value pairs = boost::json::parse(row.text(column));
  for (const boost::json::value& pair : pairs.as_array()) {
    metadata.emplace_back(pair.as_array().at(0).as_string(), pair.as_array().at(1).as_string());
  }
  return metadata;
}

std::string features_text(const std::vector<OrganizationFeature>& features) {
  boost::json::array list;
  for (const OrganizationFeature& feature : features) {
    list.push_back(boost::json::object{{"name", feature.name}, {"enabled", feature.enabled}});
  }
  return boost::json::serialize(list);
}

std::vector<OrganizationFeature> features_at(const Row& row, int column) {
  std::vector<OrganizationFeature> features;
  const boost::json::value list = boost::json::parse(row.text(column));
  for (const boost::json::value& feature : list.as_array()) {
    features.push_back(
        {.name = std::string(feature.at("name").as_string()), .enabled = feature.at("enabled").as_bool()});
  }
  return features;
}

std::string_view first_code_points(std::string_view utf8, std::size_t count) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if ((utf8[i] & 0xC0) != 0x80 && count-- == 0) return utf8.substr(0, i);
  }
  return utf8;
}

// What a search looks into: the names of an organization, folded, with a blank between them. It stands in an index,
// whose rows PostgreSQL bounds, and external ids had no limit in the first release.
std::string search_text(const Organization& organization) {
  const std::string external_id = organization.external_id.value_or("");
  return scim::fold_case(fmt::format("{} {} {} {}", organization.display_name,
                                     first_code_points(external_id, kMaxExternalIdLength),
                                     organization.slug.value_or(""), organization.id.str()));
}

std::optional<std::int64_t> count_of(const std::optional<Minutes>& time) {
  return time ? std::optional<std::int64_t>(time->count()) : std::nullopt;
}

std::optional<Minutes> optional_minutes_at(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(Minutes(row.integer(column)));
}

SessionPolicy session_policy_at(const Row& row, int column) {
  SessionPolicy policy{.source = enum_at<SessionPolicySource>(row, column),
                       .absolute_timeout = optional_minutes_at(row, column + 1)};
  if (!row.is_null(column + 2)) policy.idle_timeout_enabled = bool_at(row, column + 2);
  policy.idle_timeout = optional_minutes_at(row, column + 3);
  return policy;
}

Organization read_organization(const Row& row) {
  Organization organization{.environment_id = id_at<EnvironmentId>(row, 0),
                            .id = id_at<OrganizationId>(row, 1),
                            .display_name = text_at(row, 2),
                            .region_code = enum_at<RegionCode>(row, 3),
                            .external_id = optional_text_at(row, 4),
                            .metadata = metadata_at(row, 5),
                            .slug = optional_text_at(row, 6),
                            .logo_url = optional_text_at(row, 7),
                            .features = features_at(row, 8),
                            .create_time = time_at(row, 9),
                            .update_time = time_at(row, 10)};
  organization.session_policy = session_policy_at(row, 11);
  if (!row.is_null(15)) organization.max_allowed_users = static_cast<std::int32_t>(row.integer(15));
  return organization;
}

}  // namespace

Result<std::optional<Organization>> SqlOrganizations::find(const EnvironmentId& environment,
                                                           const OrganizationId& id) const {
  return find_one(connection_, kFind, {environment, id}, read_organization);
}

Result<std::optional<Organization>> SqlOrganizations::find_by_external_id(const EnvironmentId& environment,
                                                                          const std::string& external_id) const {
  return find_one(connection_, kFindByExternalId, {environment, external_id}, read_organization);
}

Result<Page<Organization>> SqlOrganizations::list(const EnvironmentId& environment, const PageRequest& page) const {
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query, {environment, position.created_at, position.id, limit}, read_organization);
    };
  };
  return read_page<Organization>(ListOrder::kNewestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::int64_t> SqlOrganizations::count(const EnvironmentId& environment) const {
  return find_integer(connection_, kCount, {environment});
}

Result<SearchedRun> SqlOrganizations::search(const EnvironmentId& environment, const std::string& text,
                                             const std::optional<Keyset>& after, std::int64_t length) const {
  const auto keyset = [](const Row& row) { return Keyset{time_at(row, 0), text_at(row, 1)}; };
  const Keyset newest{Timestamp{Duration{std::numeric_limits<std::int64_t>::max()}}, ""};
  const Keyset oldest{Timestamp{Duration{std::numeric_limits<std::int64_t>::min()}}, ""};
  const Keyset from = after.value_or(newest);
  SearchedRun run;
  DOORWARD_TRY(run.end, find_one(connection_, kSearchEnd, {environment, from.created_at, from.id, length - 1}, keyset));
  const Keyset to = run.end.value_or(oldest);
  DOORWARD_TRY(run.matches,
               find_all(connection_, kSearch,
                        {environment, from.created_at, from.id, to.created_at, to.id, scim::fold_case(text)}, keyset));
  return run;
}

Result<std::optional<Organization>> SqlOrganizations::lock(const EnvironmentId& environment, const OrganizationId& id) {
  return find_one(connection_, kLock, {environment, id}, read_organization);
}

Result<void> SqlOrganizations::insert(const Organization& organization) {
  const SessionPolicy& policy = organization.session_policy;
  // Run, not posted: a use case may answer a taken name itself.
  DOORWARD_TRY(
      [[maybe_unused]] auto rows,
      connection_.execute(
          kInsert,
          {organization.environment_id, organization.id, organization.display_name, organization.region_code,
           organization.external_id, metadata_text(organization.metadata), organization.slug, organization.logo_url,
           features_text(organization.features), organization.create_time, organization.update_time, policy.source,
           count_of(policy.absolute_timeout), policy.idle_timeout_enabled, count_of(policy.idle_timeout),
           organization.max_allowed_users, search_text(organization)}));
  return {};
}

Result<void> SqlOrganizations::update(const Organization& organization) {
  const SessionPolicy& policy = organization.session_policy;
  DOORWARD_TRY(
      [[maybe_unused]] auto rows,
      connection_.execute(
          kUpdate, {organization.environment_id, organization.id, organization.display_name, organization.region_code,
                    organization.external_id, metadata_text(organization.metadata), organization.slug,
                    organization.logo_url, features_text(organization.features), organization.update_time,
                    policy.source, count_of(policy.absolute_timeout), policy.idle_timeout_enabled,
                    count_of(policy.idle_timeout), organization.max_allowed_users, search_text(organization)}));
  return {};
}

Result<void> SqlOrganizations::mark_deleted(const EnvironmentId& environment, const OrganizationId& id, Timestamp at) {
  DOORWARD_CHECK(connection_.post(kDelete, {environment, id, at}));
  DOORWARD_CHECK(connection_.post(kDeactivateSecrets, {environment, id, SecretStatus::kInactive}));
  DOORWARD_CHECK(connection_.post(kRemoveDomains, {environment, id}));
  directories_.forget_locked();
  DOORWARD_CHECK(directories_.flush());
  return connection_.post(kDeleteDirectories, {environment, id, at});
}

Result<std::int64_t> SqlOrganizations::purge_batch(const EnvironmentId& environment, const OrganizationId& id,
                                                   std::int64_t limit) {
  DOORWARD_TRY(const auto deleted, connection_.execute(kIsDeleted, {environment, id}));
  if (deleted == 0) return 0;
  DOORWARD_TRY(auto directories, find_all(connection_, kDirectories, {environment, id},
                                          [](const Row& row) { return id_at<DirectoryId>(row, 0); }));
  std::int64_t removed = 0;
  for (const DirectoryId& directory : directories) {
    DOORWARD_TRY(const auto rows, purge_directory(connection_, environment, id, directory, limit - removed));
    removed += rows;
    if (removed >= limit) return removed;
  }
  DOORWARD_TRY(const auto own, connection_.execute(kRemove, {environment, id}));
  return removed + own;
}

}  // namespace doorward::store
