#include "suite.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace doorward::store {
namespace {

class SqliteTestDatabase : public TestDatabase {
 public:
  SqliteTestDatabase() {
    std::string pattern = (std::filesystem::temp_directory_path() / "doorward-store-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~SqliteTestDatabase() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ / "doorward.db"; }
  std::string url() const override { return "sqlite:" + path(); }
  void run_sql(const std::string& sql) override {
    sqlite3* handle = nullptr;
    char* message = nullptr;
    sqlite3_open(path().c_str(), &handle);
    sqlite3_busy_timeout(handle, 5'000);
    const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message);
    const std::string text = message == nullptr ? "" : message;
    sqlite3_free(message);
    sqlite3_close(handle);
    if (code != SQLITE_OK) throw std::runtime_error(text);
  }
  std::int64_t read_number(const std::string& sql) override {
    sqlite3* handle = nullptr;
    sqlite3_open(path().c_str(), &handle);
    sqlite3_busy_timeout(handle, 5'000);
    sqlite3_stmt* statement = nullptr;
    const bool read = sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
                      sqlite3_step(statement) == SQLITE_ROW;
    const std::int64_t number = read ? sqlite3_column_int64(statement, 0) : 0;
    const std::string text = sqlite3_errmsg(handle);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    if (!read) throw std::runtime_error(text);
    return number;
  }

 private:
  std::filesystem::path folder_;
};

std::int64_t number_on_postgres(const std::string& url, const std::string& sql) {
  PGconn* handle = PQconnectdb(url.c_str());
  PGresult* result = PQexec(handle, sql.c_str());
  const bool read = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
  const std::string text = read ? PQgetvalue(result, 0, 0) : PQresultErrorMessage(result);
  PQclear(result);
  PQfinish(handle);
  if (!read) throw std::runtime_error(text);
  return std::stoll(text);
}

void run_on_postgres(const std::string& url, const std::string& sql) {
  PGconn* handle = PQconnectdb(url.c_str());
  PQclear(PQexec(handle, "SET client_min_messages = warning"));
  PGresult* result = PQexec(handle, sql.c_str());
  const std::string error = PQresultStatus(result) == PGRES_FATAL_ERROR ? PQresultErrorMessage(result) : "";
  PQclear(result);
  PQfinish(handle);
  if (!error.empty()) throw std::runtime_error(error);
}

std::string postgres_server() {
  const char* server = std::getenv("DOORWARD_TEST_POSTGRES_URL");
  if (server == nullptr || *server == '\0') {
    throw std::runtime_error(
        "DOORWARD_TEST_POSTGRES_URL is not set: the store suite needs a PostgreSQL server (./test starts one)");
  }
  return server;
}

// A database of this process on the server.
class PostgresTestDatabase : public TestDatabase {
 public:
  explicit PostgresTestDatabase(const std::string& template_name = {})
      : server_(postgres_server()), name_("doorward_test_" + std::to_string(getpid()) + "_" + std::to_string(++made)) {
    run_on_postgres(server_, "CREATE DATABASE " + name_ + (template_name.empty() ? "" : " TEMPLATE " + template_name));
  }
  ~PostgresTestDatabase() override {
    try {
      run_on_postgres(server_, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
  const std::string& name() const { return name_; }
  std::string url() const override {
    return server_.substr(0, server_.find('/', server_.find("://") + 3)) + "/" + name_;
  }
  void run_sql(const std::string& sql) override { run_on_postgres(url(), sql); }
  std::int64_t read_number(const std::string& sql) override { return number_on_postgres(url(), sql); }

 private:
  static inline std::atomic<int> made{0};
  std::string server_;
  std::string name_;
};

// A schema of its own in one of them: what an empty database is to a store, for a tenth of its price.
class PostgresTestSchema : public TestDatabase {
 public:
  PostgresTestSchema() {
    static const PostgresTestDatabase database;
    static std::atomic<int> made{0};
    database_url_ = database.url();
    name_ = "test_" + std::to_string(++made);
    run_on_postgres(database_url_, "CREATE SCHEMA " + name_);
  }
  ~PostgresTestSchema() override {
    try {
      run_on_postgres(database_url_, "DROP SCHEMA IF EXISTS " + name_ + " CASCADE");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
  std::string url() const override { return database_url_ + "?options=-csearch_path%3D" + name_; }
  void run_sql(const std::string& sql) override { run_on_postgres(url(), sql); }
  std::int64_t read_number(const std::string& sql) override { return number_on_postgres(url(), sql); }

 private:
  std::string database_url_;
  std::string name_;
};

// With the schema; made by the first who asks.
template <class Database>
const Database& migrated() {
  static const auto made = [] {
    auto database = std::make_unique<Database>();
    const TestClock clock;
    const auto store = open_store({.url = database->url(), .clock = &clock});
    if (!store) throw std::runtime_error(store.error().message + " | " + store.error().detail);
    return database;
  }();
  return *made;
}

}  // namespace

std::string database_name(DatabaseKind kind) { return kind == DatabaseKind::kSqlite ? "Sqlite" : "Postgres"; }

std::unique_ptr<TestDatabase> make_test_database(DatabaseKind kind) {
  if (kind == DatabaseKind::kSqlite) return std::make_unique<SqliteTestDatabase>();
  return std::make_unique<PostgresTestSchema>();
}

std::unique_ptr<TestDatabase> make_migrated_database(DatabaseKind kind) {
  if (kind == DatabaseKind::kPostgres) {
    return std::make_unique<PostgresTestDatabase>(migrated<PostgresTestDatabase>().name());
  }
  auto copy = std::make_unique<SqliteTestDatabase>();
  std::filesystem::copy_file(migrated<SqliteTestDatabase>().path(), copy->path());
  return copy;
}

void StoreSuite::SetUp() {
  database_ = make_migrated_database(GetParam());
  store_ = open_another();
}

std::unique_ptr<DatabaseStore> StoreSuite::open_another() {
  auto opened = open_store({.url = database_->url(), .clock = &clock_});
  if (!opened) throw std::runtime_error(opened.error().message + " | " + opened.error().detail);
  return std::move(*opened);
}

void StoreSuite::reopen() {
  store_.reset();
  store_ = open_another();
}

Environment StoreSuite::new_environment() { return {.id = ids().next<EnvironmentId>(), .create_time = now()}; }

Organization StoreSuite::new_organization(const Environment& environment, std::string name) {
  return {.environment_id = environment.id,
          .id = ids().next<OrganizationId>(),
          .display_name = std::move(name),
          .metadata = {{"zeta", "1"}, {"alpha", "2"}},
          .features = {{.name = "sso", .enabled = true}, {.name = "dir_sync", .enabled = false}},
          .create_time = now(),
          .update_time = now()};
}

Directory StoreSuite::new_directory(const Organization& organization, std::string name) {
  return {.environment_id = organization.environment_id,
          .organization_id = organization.id,
          .id = ids().next<DirectoryId>(),
          .name = std::move(name),
          .provider = DirectoryProvider::kOkta,
          .create_time = now(),
          .update_time = now()};
}

DirectoryUser StoreSuite::new_user(const Directory& directory, const std::string& user_name) {
  return {.environment_id = directory.environment_id,
          .organization_id = directory.organization_id,
          .directory_id = directory.id,
          .id = ids().next<DirectoryUserId>(),
          .user_name = user_name,
          .user_name_folded = user_name,
          .external_id = "ext-" + user_name,
          .email = user_name + "@acme.test",
          .attributes = {{"userName", user_name}, {"name", {{"givenName", "Ann"}}}},
          .profile = {{"preferred_username", user_name}},
          .create_time = now(),
          .update_time = now()};
}

DirectoryGroup StoreSuite::new_group(const Directory& directory, const std::string& name) {
  return {.environment_id = directory.environment_id,
          .organization_id = directory.organization_id,
          .directory_id = directory.id,
          .id = ids().next<DirectoryGroupId>(),
          .display_name = name,
          .display_name_folded = name,
          .attributes = {{"displayName", name}},
          .create_time = now(),
          .update_time = now()};
}

ChangeRecord StoreSuite::new_change(const Directory& directory, const std::string& object_id,
                                    const std::string& event_type) {
  return {.id = ids().next<EventId>(),
          .txn = ids().next<TransactionId>(),
          .environment_id = directory.environment_id,
          .organization_id = directory.organization_id,
          .directory_id = directory.id,
          .occurred_at = now(),
          .object = ObjectKind::kDirectoryUser,
          .object_id = object_id,
          .display_name = "Ann",
          .op = ChangeOp::kCreate,
          .after = boost::json::object{{"id", object_id}},
          .changes = {{"new_values", boost::json::object{{"id", object_id}}}},
          .actor = {.kind = ActorKind::kScim, .id = "sec_1"},
          .cause = {{"request_id", "req_1"}},
          .event_type = event_type};
}

Environment StoreSuite::environment() {
  const Environment made = new_environment();
  must([&](WriteTx& tx) { return tx.environments().insert(made); });
  return made;
}

Organization StoreSuite::organization(const Environment& environment) {
  const Organization made = new_organization(environment);
  must([&](WriteTx& tx) { return tx.organizations().insert(made); });
  return made;
}

Directory StoreSuite::directory(const Organization& organization) {
  const Directory made = new_directory(organization);
  must([&](WriteTx& tx) { return tx.directories().insert(made); });
  return made;
}

}  // namespace doorward::store
