// Every migration, on both databases, over a database that already holds rows. General for the migrations to come: each
// released version is filled with a row in every table, and what later migrations leave of the columns keeps its
// values.
#include <fmt/format.h>

#include <deque>
#include <map>
#include <vector>

#include "store/postgres/connection.h"
#include "store/sql/read_row.h"
#include "store/sqlite/connection.h"
#include "suite.h"

namespace doorward::store {
namespace {

constexpr const char* kJournal = "schema_migrations";

// table -> column -> type, as the database tells.
using Columns = std::map<std::string, std::map<std::string, std::string>>;
// table -> column -> the one row's value as text.
using Contents = std::map<std::string, std::map<std::string, std::string>>;

constexpr Query kTables{
    "test.columns",
    "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM "
    "information_schema.columns WHERE table_schema = current_schema()"};

class MigrationSuite : public testing::TestWithParam<DatabaseKind> {
 protected:
  // A fresh database with nothing in it, as a connection that no store stands on.
  void begin() {
    connection_.reset();
    database_ = make_test_database(GetParam());
    if (GetParam() == DatabaseKind::kSqlite) {
      const std::string path = database_->url().substr(std::string("sqlite:").size());
      connection_ = std::move(*SqliteConnection::open(path, SqliteAccess::kWrite, observer_));
    } else {
      auto postgres = std::make_unique<PostgresConnection>(database_->url(), observer_);
      ASSERT_OK(postgres->connect());
      connection_ = std::move(postgres);
    }
  }

  Dialect dialect() const { return GetParam() == DatabaseKind::kSqlite ? Dialect::kSqlite : Dialect::kPostgres; }
  Result<void> migrate(std::span<const Migration> migrations) {
    return migrate_schema(*connection_, dialect(), migrations, MigrateMode::kApply, from_micros(7));
  }

  Columns columns() {
    Columns found;
    EXPECT_TRUE(connection_->execute(kTables, {}, [&](const Row& row) {
      found[std::string(row.text(0))][std::string(row.text(1))] = std::string(row.text(2));
    }));
    found.erase(kJournal);
    return found;
  }

  // One row in every table: numbers are 1, and texts a JSON document, because some hold one.
  void fill() {
    for (const auto& [table, fields] : columns()) {
      std::string names;
      std::string values;
      for (const auto& [name, type] : fields) {
        const bool number = type == "BIGINT" || type == "bigint";
        const bool bytes = type == "BLOB" || type == "bytea";
        names += (names.empty() ? "" : ", ") + name;
        values += (values.empty() ? "" : ", ") + std::string(number ? "1" : bytes ? bytes_literal() : "'{}'");
      }
      ASSERT_OK(connection_->run_script(fmt::format("INSERT INTO {}({}) VALUES({})", table, names, values)));
    }
  }

  Contents contents() {
    Contents found;
    for (const auto& [table, fields] : columns()) {
      std::string names;
      for (const auto& [name, type] : fields)
        names += fmt::format("{}CAST({} AS TEXT)", names.empty() ? "" : ", ", name);
      // A connection remembers its statements by the address of their query: each keeps its own.
      const std::string& sql = texts_.emplace_back(fmt::format("SELECT {} FROM {}", names, table));
      const Query& query = queries_.emplace_back("test.row", sql.c_str());
      EXPECT_TRUE(connection_->execute(query, {}, [&](const Row& row) {
        int column = 0;
        for (const auto& [name, type] : fields) found[table][name] = row.text(column++);
      })) << sql;
    }
    return found;
  }

  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<Connection> connection_;

 private:
  const char* bytes_literal() const { return GetParam() == DatabaseKind::kSqlite ? "x'00ff'" : "'\\x00ff'"; }

  Observer observer_;
  std::deque<std::string> texts_;
  std::deque<Query> queries_;
};

// The migrations of this binary and one of a release to come, so that there is always a step to take with data.
std::vector<Migration> with_the_next() {
  const auto embedded = embedded_migrations();
  std::vector<Migration> migrations(embedded.begin(), embedded.end());
  migrations.push_back({.version = migrations.back().version + 1,
                        .name = "the_next",
                        .sql = "-- oldest-binary: 1\n"
                               "ALTER TABLE organizations ADD COLUMN motto {{text}};\n"
                               "UPDATE organizations SET motto = display_name;\n"
                               "CREATE TABLE later(id {{text}} NOT NULL PRIMARY KEY, body {{bytes}}){{keyed}};\n"});
  return migrations;
}

TEST_P(MigrationSuite, EachVersionWithDataReachesTheSchemaOfAFreshDatabaseAndKeepsItsRows) {
  const auto migrations = with_the_next();
  begin();
  ASSERT_OK(migrate(migrations));
  const Columns fresh = columns();
  for (std::size_t released = 1; released < migrations.size(); ++released) {
    SCOPED_TRACE(fmt::format("from version {}", released));
    begin();
    ASSERT_OK(migrate(std::span(migrations).first(released)));
    fill();
    const Contents before = contents();
    for (std::size_t next = released + 1; next <= migrations.size(); ++next) {
      ASSERT_OK(migrate(std::span(migrations).first(next)));
    }
    EXPECT_EQ(columns(), fresh);
    const Contents after = contents();
    for (const auto& [table, row] : before) {
      if (!fresh.contains(table)) continue;
      for (const auto& [column, value] : row) {
        if (fresh.at(table).contains(column)) EXPECT_EQ(after.at(table).at(column), value) << table << '.' << column;
      }
    }
    EXPECT_EQ(after.at("organizations").at("motto"), "{}") << "a migration sees the rows that were there";
  }
}

TEST_P(MigrationSuite, AMigrationThatFailsHalfWayLeavesSchemaAndRowsAsTheyWere) {
  auto migrations = with_the_next();
  migrations.back().sql =
      "-- oldest-binary: 1\nALTER TABLE organizations ADD COLUMN motto {{text}};\nUPDATE nowhere SET x = 1;\n";
  begin();
  ASSERT_OK(migrate(std::span(migrations).first(migrations.size() - 1)));
  fill();
  const Columns schema = columns();
  const Contents rows = contents();
  EXPECT_FALSE(migrate(migrations));
  EXPECT_EQ(columns(), schema);
  EXPECT_EQ(contents(), rows);
  // And once the release is mended, it goes on from there.
  ASSERT_OK(migrate(with_the_next()));
  EXPECT_EQ(contents().at("organizations").at("motto"), "{}");
}

TEST_P(MigrationSuite, TwoNeighbouringVersionsShareADatabaseUntilAMigrationSaysOtherwise) {
  auto migrations = with_the_next();
  const auto ours = std::span(migrations).first(migrations.size() - 1);
  begin();
  ASSERT_OK(migrate(migrations));
  ASSERT_OK(migrate(ours));
  ASSERT_OK(check_schema(*connection_, ours));
  migrations.back().sql = "-- oldest-binary: 900\nCREATE TABLE later(id {{text}});\n";
  begin();
  ASSERT_OK(migrate(migrations));
  EXPECT_REASON(migrate(ours), Reason::kStoreSchema);
  EXPECT_REASON(check_schema(*connection_, ours), Reason::kStoreSchema);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, MigrationSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
