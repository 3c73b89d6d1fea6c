// Both databases end at the same schema.
#include <libpq-fe.h>
#include <sqlite3.h>

#include <map>
#include <set>

#include "store/sql/connection.h"
#include "suite.h"

namespace doorward::store {
namespace {

// "table.column type null?" and "index(columns) unique?", in words that both databases share.
using Schema = std::set<std::string>;

std::string shared_type(std::string type) {
  for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (type == "BYTEA") return "BLOB";
  return type;
}

Schema sqlite_schema(const std::string& path) {
  Schema schema;
  sqlite3* handle = nullptr;
  sqlite3_open(path.c_str(), &handle);
  const auto collect = [&](const char* sql, bool with_type) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    const auto text = [&](int column) {
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)));
    };
    while (sqlite3_step(statement) == SQLITE_ROW) {
      schema.insert(text(0) + (with_type ? " " + shared_type(text(1)) : "") + " " + text(with_type ? 2 : 1));
    }
    sqlite3_finalize(statement);
  };
  collect(
      "SELECT t.name || '.' || c.name, c.type, CASE c.\"notnull\" WHEN 1 THEN 'required' ELSE 'optional' END "
      "FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
      true);
  // Names of primary keys differ; their columns are what counts.
  collect(
      "SELECT CASE i.origin WHEN 'pk' THEN t.name || '.key' ELSE i.name END || '(' || "
      "(SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')', "
      "CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'plain' END || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END "
      "FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'",
      false);
  sqlite3_close(handle);
  return schema;
}

Schema postgres_schema(const std::string& url) {
  Schema schema;
  PGconn* handle = PQconnectdb(url.c_str());
  const auto collect = [&](const char* sql, bool with_type) {
    PGresult* result = PQexec(handle, sql);
    EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQresultErrorMessage(result);
    for (int row = 0; row < PQntuples(result); ++row) {
      const auto text = [&](int column) { return std::string(PQgetvalue(result, row, column)); };
      schema.insert(text(0) + (with_type ? " " + shared_type(text(1)) : "") + " " + text(with_type ? 2 : 1));
    }
    PQclear(result);
  };
  collect(
      "SELECT table_name || '.' || column_name, data_type, CASE is_nullable WHEN 'NO' THEN 'required' ELSE 'optional' "
      "END FROM information_schema.columns WHERE table_schema = current_schema()",
      true);
  collect(
      "SELECT CASE WHEN i.indisprimary THEN t.relname || '.key' ELSE x.relname END || '(' || "
      "(SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place) "
      "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')', "
      "CASE WHEN i.indisunique THEN 'unique' ELSE 'plain' END || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' "
      "END "
      "FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid "
      "WHERE t.relnamespace = current_schema()::regnamespace",
      false);
  PQfinish(handle);
  return schema;
}

TEST(SchemaSuite, BothDatabasesEndAtTheSameSchema) {
  TestClock clock;
  const auto sqlite = make_test_database(DatabaseKind::kSqlite);
  const auto postgres = make_test_database(DatabaseKind::kPostgres);
  ASSERT_OK(open_store({.url = sqlite->url(), .clock = &clock}));
  ASSERT_OK(open_store({.url = postgres->url(), .clock = &clock}));
  const Schema of_sqlite = sqlite_schema(sqlite->url().substr(std::string("sqlite:").size()));
  const Schema of_postgres = postgres_schema(postgres->url());
  EXPECT_GT(of_sqlite.size(), 150U);
  EXPECT_THAT(of_sqlite, testing::ContainerEq(of_postgres));
}

TEST(SchemaSuite, EveryMigrationSaysWhichBinaryMayUseItAndThatOnlyRises) {
  std::int64_t version = 0;
  std::int64_t oldest = 0;
  for (const Migration& migration : embedded_migrations()) {
    EXPECT_EQ(migration.version, ++version);
    EXPECT_GE(oldest_binary(migration), std::max<std::int64_t>(oldest, 1));
    oldest = oldest_binary(migration);
    EXPECT_LE(oldest, version);
    EXPECT_EQ(render(migration, Dialect::kSqlite).find("{{"), std::string::npos);
    EXPECT_EQ(render(migration, Dialect::kPostgres).find("{{"), std::string::npos);
  }
  EXPECT_EQ(schema_version(), version);
}

}  // namespace
}  // namespace doorward::store
