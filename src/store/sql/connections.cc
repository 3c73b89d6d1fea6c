#include "store/sql/connections.h"

#include <fmt/format.h>

#include "protocol/scim/case_fold.h"
#include "store/sql/connection_document.h"
#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                     \
  "c.environment_id, c.organization_id, c.id, c.type, c.provider, c.status, c.enabled, c.document, c.create_time, " \
  "c.update_time"
#define SELECT_CONNECTIONS "SELECT " COLUMNS " FROM connections c WHERE c.environment_id = $1 "
// A number below zero and an empty text narrow nothing.
#define FILTERED                                                                                       \
  "c.environment_id = $1 AND ($2 = '' OR c.organization_id = $2) AND ($3 < 0 OR c.provider = $3) AND " \
  "($4 < 0 OR c.status = $4) AND ($5 < 0 OR c.type = $5) AND ($6 < 0 OR c.enabled = $6) "
#define WITH_TEXT(position)                                                                                     \
  "FROM connections c LEFT JOIN organizations o ON o.environment_id = c.environment_id AND "                    \
  "o.id = c.organization_id WHERE " FILTERED "AND ($7 = '' OR " position "(c.search_text, $7) > 0 OR " position \
  "(coalesce(o.search_text, ''), $7) > 0) "
#define AFTER "AND (c.create_time, c.id) < ($8, $9) ORDER BY c.create_time DESC, c.id DESC LIMIT $10"
#define BEFORE "AND (c.create_time, c.id) > ($8, $9) ORDER BY c.create_time, c.id LIMIT $10"

constexpr Query kFind{"connections.find", SELECT_CONNECTIONS "AND c.id = $2"};
constexpr Query kLock{"connections.lock", SELECT_CONNECTIONS "AND c.id = $2",
                      SELECT_CONNECTIONS "AND c.id = $2 FOR UPDATE"};
constexpr Query kList{"connections.list", SELECT_CONNECTIONS "AND c.organization_id = $2 ORDER BY c.create_time, c.id"};
constexpr Query kAfter{"connections.search", "SELECT " COLUMNS " " WITH_TEXT("instr") AFTER,
                       "SELECT " COLUMNS " " WITH_TEXT("strpos") AFTER};
constexpr Query kBefore{"connections.search_backward", "SELECT " COLUMNS " " WITH_TEXT("instr") BEFORE,
                        "SELECT " COLUMNS " " WITH_TEXT("strpos") BEFORE};
constexpr Query kCount{"connections.count", "SELECT count(*) " WITH_TEXT("instr"),
                       "SELECT count(*) " WITH_TEXT("strpos")};
constexpr Query kInsert{"connections.insert",
                        "INSERT INTO connections(environment_id, organization_id, id, type, provider, status, enabled, "
                        "document, create_time, update_time, search_text) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                        "$10, $11)"};
constexpr Query kUpdate{"connections.update",
                        "UPDATE connections SET type = $3, provider = $4, status = $5, enabled = $6, document = $7, "
                        "update_time = $8, search_text = $9 WHERE environment_id = $1 AND id = $2"};
constexpr Query kRemove{"connections.remove", "DELETE FROM connections WHERE environment_id = $1 AND id = $2"};
constexpr Query kScheduleCheck{"connections.schedule_check",
                               "UPDATE connections SET next_check = $3 WHERE environment_id = $1 AND id = $2"};
#define SELECT_DUE "SELECT " COLUMNS " FROM connections c WHERE c.next_check <= $1 ORDER BY c.next_check, c.id LIMIT $2"
constexpr Query kDue{"connections.due", SELECT_DUE, SELECT_DUE " FOR UPDATE SKIP LOCKED"};
#undef SELECT_DUE
constexpr Query kNextDue{"connections.next_due",
                         "SELECT min(next_check) FROM connections WHERE next_check IS NOT NULL"};
constexpr Query kRemovePaths{"connections.remove_paths",
                             "DELETE FROM saml_paths WHERE environment_id = $1 AND connection_id = $2"};
#undef COLUMNS
#undef SELECT_CONNECTIONS
#undef FILTERED
#undef WITH_TEXT
#undef AFTER
#undef BEFORE

#define OF_CONNECTION "WHERE environment_id = $1 AND connection_id = $2 "
constexpr Query kDomains{"connection_domains.list",
                         "SELECT domain_id FROM connection_domains " OF_CONNECTION "ORDER BY domain_id"};
constexpr Query kInsertDomain{"connection_domains.insert",
                              "INSERT INTO connection_domains(environment_id, connection_id, domain_id) "
                              "VALUES($1, $2, $3) ON CONFLICT DO NOTHING"};
constexpr Query kRemoveDomains{"connection_domains.remove", "DELETE FROM connection_domains " OF_CONNECTION};

#define TEST_COLUMNS "environment_id, connection_id, id, status, document, create_time, finish_time"
constexpr Query kFindTest{"connection_tests.find",
                          "SELECT " TEST_COLUMNS " FROM connection_tests " OF_CONNECTION "AND id = $3"};
constexpr Query kInsertTest{"connection_tests.insert",
                            "INSERT INTO connection_tests(" TEST_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7)"};
constexpr Query kUpdateTest{"connection_tests.update",
                            "UPDATE connection_tests SET status = $4, document = $5, "
                            "finish_time = $6 " OF_CONNECTION "AND id = $3"};
#define NEWEST(status)                                                                   \
  "AND id NOT IN (SELECT id FROM connection_tests " OF_CONNECTION "AND status = " status \
  " ORDER BY create_time DESC, id DESC LIMIT $3) "
constexpr Query kForgetTests{"connection_tests.forget_oldest",
                             "DELETE FROM connection_tests " OF_CONNECTION NEWEST("0") NEWEST("1") NEWEST("2")};
#undef NEWEST
constexpr Query kCountPassed{"connection_tests.count_passed", "SELECT count(*) FROM connection_tests " OF_CONNECTION
                                                              "AND status = $3 AND finish_time >= $4"};
constexpr Query kRemoveTests{"connection_tests.remove", "DELETE FROM connection_tests " OF_CONNECTION};
#undef TEST_COLUMNS
#undef OF_CONNECTION

#define ATTRIBUTE_COLUMNS "environment_id, attribute_key, document, create_time, update_time"
constexpr Query kAttributes{"sso_user_attributes.list",
                            "SELECT " ATTRIBUTE_COLUMNS
                            " FROM sso_user_attributes WHERE environment_id = $1 ORDER BY attribute_key"};
constexpr Query kInsertAttribute{"sso_user_attributes.insert",
                                 "INSERT INTO sso_user_attributes(" ATTRIBUTE_COLUMNS ") VALUES($1, $2, $3, $4, $5)"};
constexpr Query kUpdateAttribute{"sso_user_attributes.update",
                                 "UPDATE sso_user_attributes SET document = $3, update_time = $4 WHERE "
                                 "environment_id = $1 AND attribute_key = $2"};
constexpr Query kRemoveAttribute{"sso_user_attributes.remove",
                                 "DELETE FROM sso_user_attributes WHERE environment_id = $1 AND attribute_key = $2"};
#undef ATTRIBUTE_COLUMNS

constexpr std::int64_t kAnything = -1;

template <class T>
std::int64_t number_or_anything(const std::optional<T>& value) {
  return value ? static_cast<std::int64_t>(*value) : kAnything;
}

// What a search looks into: the names of a connection, folded, with a blank between them.
std::string search_text(const doorward::Connection& connection) {
  return scim::fold_case(
      fmt::format("{} {} {}", connection.id.str(), connection.ui_button_title, connection.provider_key));
}

doorward::Connection read_connection(const Row& row) {
  doorward::Connection connection;
  connection.environment_id = id_at<EnvironmentId>(row, 0);
  connection.organization_id = id_at<OrganizationId>(row, 1);
  connection.id = id_at<ConnectionId>(row, 2);
  connection.type = enum_at<ConnectionType>(row, 3);
  connection.provider = enum_at<ConnectionProvider>(row, 4);
  connection.status = enum_at<ConnectionStatus>(row, 5);
  connection.enabled = bool_at(row, 6);
  read_document(compact_object_at(row, 7), connection);
  connection.create_time = time_at(row, 8);
  connection.update_time = time_at(row, 9);
  return connection;
}

ConnectionTest read_test(const Row& row) {
  ConnectionTest test{.environment_id = id_at<EnvironmentId>(row, 0),
                      .connection_id = id_at<ConnectionId>(row, 1),
                      .id = id_at<ConnectionTestId>(row, 2),
                      .status = enum_at<ConnectionTestStatus>(row, 3),
                      .create_time = time_at(row, 5),
                      .finish_time = optional_time_at(row, 6)};
  read_document(compact_object_at(row, 4), test);
  return test;
}

SsoUserAttribute read_attribute(const Row& row) {
  SsoUserAttribute attribute{.environment_id = id_at<EnvironmentId>(row, 0),
                             .key = text_at(row, 1),
                             .create_time = time_at(row, 3),
                             .update_time = time_at(row, 4)};
  read_document(compact_object_at(row, 2), attribute);
  return attribute;
}

}  // namespace

Result<std::optional<doorward::Connection>> SqlConnections::find(const EnvironmentId& environment,
                                                                 const ConnectionId& id) const {
  return find_one(connection_, kFind, {environment, id}, read_connection);
}

Result<std::vector<doorward::Connection>> SqlConnections::list(const EnvironmentId& environment,
                                                               const OrganizationId& organization) const {
  return find_all(connection_, kList, {environment, organization}, read_connection);
}

Result<Page<doorward::Connection>> SqlConnections::search(const EnvironmentId& environment,
                                                          const ConnectionFilter& filter,
                                                          const PageRequest& page) const {
  const OrganizationId organization = filter.organization.value_or(OrganizationId());
  const std::string text = scim::fold_case(filter.query);
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query,
                      {environment, organization, number_or_anything(filter.provider),
                       number_or_anything(filter.status), number_or_anything(filter.type),
                       number_or_anything(filter.enabled), text, position.created_at, position.id, limit},
                      read_connection);
    };
  };
  return read_page<doorward::Connection>(ListOrder::kNewestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::int64_t> SqlConnections::count(const EnvironmentId& environment, const ConnectionFilter& filter) const {
  const OrganizationId organization = filter.organization.value_or(OrganizationId());
  const std::string text = scim::fold_case(filter.query);
  return find_integer(
      connection_, kCount,
      {environment, organization, number_or_anything(filter.provider), number_or_anything(filter.status),
       number_or_anything(filter.type), number_or_anything(filter.enabled), text});
}

Result<void> SqlConnections::insert(const doorward::Connection& connection) {
  const std::string document = connection_document(connection);
  const std::string text = search_text(connection);
  return connection_.post(kInsert, {connection.environment_id, connection.organization_id, connection.id,
                                    connection.type, connection.provider, connection.status, connection.enabled,
                                    document, connection.create_time, connection.update_time, text});
}

Result<void> SqlConnections::update(const doorward::Connection& connection) {
  const std::string document = connection_document(connection);
  const std::string text = search_text(connection);
  return connection_.post(kUpdate, {connection.environment_id, connection.id, connection.type, connection.provider,
                                    connection.status, connection.enabled, document, connection.update_time, text});
}

Result<void> SqlConnections::remove(const EnvironmentId& environment, const ConnectionId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveDomains, {environment, id}));
  DOORWARD_CHECK(connection_.post(kRemoveTests, {environment, id}));
  DOORWARD_CHECK(connection_.post(kRemovePaths, {environment, id}));
  return connection_.post(kRemove, {environment, id});
}

Result<void> SqlConnections::schedule_check(const EnvironmentId& environment, const ConnectionId& id,
                                            std::optional<Timestamp> at) {
  return connection_.post(kScheduleCheck, {environment, id, at});
}

Result<std::vector<doorward::Connection>> SqlConnections::claim_due(Timestamp now, Timestamp claimed_until,
                                                                    std::int64_t limit) {
  DOORWARD_TRY(auto due, find_all(connection_, kDue, {now, limit}, read_connection));
  for (const doorward::Connection& connection : due) {
    DOORWARD_CHECK(schedule_check(connection.environment_id, connection.id, claimed_until));
  }
  return due;
}

Result<std::optional<Timestamp>> SqlConnections::next_due() const {
  DOORWARD_TRY(auto due, find_one(connection_, kNextDue, {}, [](const Row& row) { return optional_time_at(row, 0); }));
  return due.value_or(std::nullopt);
}

Result<doorward::Connection> SqlConnections::lock(const EnvironmentId& environment, const ConnectionId& id) {
  DOORWARD_TRY(auto found, find_one(connection_, kLock, {environment, id}, read_connection));
  if (!found) return failure(Reason::kConnectionNotFound, "connection not found");
  return *std::move(found);
}

Result<std::vector<DomainId>> SqlConnections::domains(const EnvironmentId& environment, const ConnectionId& id) const {
  return find_all(connection_, kDomains, {environment, id}, [](const Row& row) { return id_at<DomainId>(row, 0); });
}

Result<void> SqlConnections::assign_domains(const EnvironmentId& environment, const ConnectionId& id,
                                            const std::vector<DomainId>& domains) {
  DOORWARD_CHECK(connection_.post(kRemoveDomains, {environment, id}));
  for (const DomainId& domain : domains) DOORWARD_CHECK(connection_.post(kInsertDomain, {environment, id, domain}));
  return {};
}

Result<std::optional<ConnectionTest>> SqlConnections::find_test(const EnvironmentId& environment,
                                                                const ConnectionId& connection,
                                                                const ConnectionTestId& id) const {
  return find_one(connection_, kFindTest, {environment, connection, id}, read_test);
}

Result<void> SqlConnections::insert_test(const ConnectionTest& test) {
  const std::string document = test_document(test);
  DOORWARD_CHECK(connection_.post(kInsertTest, {test.environment_id, test.connection_id, test.id, test.status, document,
                                                test.create_time, test.finish_time}));
  return connection_.post(kForgetTests, {test.environment_id, test.connection_id, kKeptConnectionTests});
}

Result<void> SqlConnections::update_test(const ConnectionTest& test) {
  const std::string document = test_document(test);
  return connection_.post(kUpdateTest,
                          {test.environment_id, test.connection_id, test.id, test.status, document, test.finish_time});
}

Result<bool> SqlConnections::tested_since(const EnvironmentId& environment, const ConnectionId& connection,
                                          Timestamp since) const {
  DOORWARD_TRY(const auto passed, find_integer(connection_, kCountPassed,
                                               {environment, connection, ConnectionTestStatus::kSuccess, since}));
  return passed > 0;
}

Result<std::vector<SsoUserAttribute>> SqlConnections::user_attributes(const EnvironmentId& environment) const {
  return find_all(connection_, kAttributes, {environment}, read_attribute);
}

Result<void> SqlConnections::insert_user_attribute(const SsoUserAttribute& attribute) {
  const std::string document = user_attribute_document(attribute);
  // Run, not posted: a use case may answer a taken key itself.
  DOORWARD_CHECK(connection_.execute(kInsertAttribute, {attribute.environment_id, attribute.key, document,
                                                        attribute.create_time, attribute.update_time}));
  return {};
}

Result<void> SqlConnections::update_user_attribute(const SsoUserAttribute& attribute) {
  const std::string document = user_attribute_document(attribute);
  return connection_.post(kUpdateAttribute, {attribute.environment_id, attribute.key, document, attribute.update_time});
}

Result<void> SqlConnections::remove_user_attribute(const EnvironmentId& environment, const std::string& key) {
  return connection_.post(kRemoveAttribute, {environment, key});
}

}  // namespace doorward::store
