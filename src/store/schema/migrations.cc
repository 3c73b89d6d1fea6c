#include "store/schema/migrations.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

// Applied migrations; the newest row's oldest_binary is what an older binary has to respect.
constexpr std::string_view kCreateJournal =
    "CREATE TABLE IF NOT EXISTS schema_migrations(version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, oldest_binary BIGINT NOT NULL, applied_at BIGINT NOT NULL)";
constexpr Query kJournalExists{"schema.exists",
                               "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
                               "SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'schema_migrations' AND "
                               "pg_catalog.pg_table_is_visible(oid)"};
constexpr Query kApplied{"schema.applied",
                         "SELECT version, checksum, oldest_binary FROM schema_migrations ORDER BY version"};
constexpr Query kRecord{"schema.record",
                        "INSERT INTO schema_migrations(version, name, checksum, oldest_binary, applied_at) "
                        "VALUES($1, $2, $3, $4, $5)"};

struct Applied {
  std::int64_t version = 0;
  std::string checksum;
  std::int64_t oldest_binary = 0;
};

Result<std::vector<Applied>> applied_migrations(Connection& connection) {
  DOORWARD_TRY(auto exists, find_integer(connection, kJournalExists, {}));
  if (exists == 0) return std::vector<Applied>{};
  return find_all(connection, kApplied, {},
                  [](const Row& row) { return Applied{row.integer(0), text_at(row, 1), row.integer(2)}; });
}

std::int64_t newest(std::span<const Migration> migrations) {
  return migrations.empty() ? 0 : migrations.back().version;
}

Result<void> compare(const std::vector<Applied>& applied, std::span<const Migration> migrations) {
  if (!applied.empty() && applied.back().oldest_binary > newest(migrations)) {
    return failure(
        Reason::kStoreSchema,
        fmt::format("The database has schema version {} and may be used only by a Doorward that knows schema "
                    "version {} or later; this one knows {}. Start the newer Doorward.",
                    applied.back().version, applied.back().oldest_binary, newest(migrations)));
  }
  for (std::size_t i = 0; i < applied.size() && i < migrations.size(); ++i) {
    if (applied[i].version != migrations[i].version || applied[i].checksum != checksum(migrations[i])) {
      return failure(Reason::kStoreSchema,
                     fmt::format("The database was made by a different migration {} than this Doorward carries. It is "
                                 "not a database of this Doorward, or a published migration was edited.",
                                 applied[i].version));
    }
  }
  return {};
}

}  // namespace

std::int64_t schema_version() { return newest(embedded_migrations()); }

std::int64_t oldest_binary(const Migration& migration) {
  constexpr std::string_view kLabel = "-- oldest-binary: ";
  std::int64_t version = 0;
  if (migration.sql.starts_with(kLabel)) {
    const std::string_view rest = migration.sql.substr(kLabel.size());
    std::from_chars(rest.data(), rest.data() + rest.size(), version);
  }
  return version;
}

std::string checksum(const Migration& migration) { return hex_encode(crypto::sha256(migration.sql)); }

std::string render(const Migration& migration, Dialect dialect) {
  // Keys are compared byte by byte on both databases, whatever locale a PostgreSQL database was made with: pages and
  // member order depend on it.
  const bool postgres = dialect == Dialect::kPostgres;
  const std::map<std::string_view, std::string_view> tokens{
      {"{{text}}", postgres ? R"(TEXT COLLATE "C")" : "TEXT"},
      {"{{bytes}}", postgres ? "BYTEA" : "BLOB"},
      {"{{keyed}}", postgres ? "" : " WITHOUT ROWID"},
      {"{{manager of attributes}}",
       postgres ? "attributes::json #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,manager,value}'"
                : "json_extract(attributes, "
                  "'$.\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\".manager.value')"},
  };
  std::string text;
  text.reserve(migration.sql.size() * 5 / 4);
  std::string_view rest = migration.sql;
  while (!rest.empty()) {
    const std::size_t open = rest.find("{{");
    text += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find("}}", open);
    const auto token = tokens.find(rest.substr(open, close == std::string_view::npos ? close : close + 2 - open));
    if (token == tokens.end()) throw std::logic_error(fmt::format("unknown token in migration {}", migration.name));
    text += token->second;
    rest.remove_prefix(close + 2);
  }
  return text;
}

Result<std::int64_t> applied_version(Connection& connection, std::span<const Migration> migrations) {
  DOORWARD_TRY(const auto applied, applied_migrations(connection));
  DOORWARD_CHECK(compare(applied, migrations));
  return applied.empty() ? 0 : applied.back().version;
}

Result<void> check_schema(Connection& connection, std::span<const Migration> migrations) {
  DOORWARD_TRY(const std::int64_t version, applied_version(connection, migrations));
  if (version < newest(migrations)) {
    return failure(Reason::kStoreSchema,
                   fmt::format("The database has schema version {}, this Doorward needs {}. Run: doorward migrate",
                               version, newest(migrations)));
  }
  return {};
}

Result<void> migrate_schema(Connection& connection, Dialect dialect, std::span<const Migration> migrations,
                            MigrateMode mode, Timestamp now) {
  if (mode == MigrateMode::kCheckOnly) return check_schema(connection, migrations);
  DOORWARD_TRY(auto applied, applied_migrations(connection));
  DOORWARD_CHECK(compare(applied, migrations));
  if (applied.empty()) DOORWARD_CHECK(connection.run_script(kCreateJournal));
  const std::int64_t from = applied.empty() ? 0 : applied.back().version;
  for (const Migration& migration : migrations) {
    if (migration.version <= from) continue;
    const auto apply = [&]() -> Result<void> {
      DOORWARD_CHECK(connection.run_script(render(migration, dialect)));
      DOORWARD_TRY([[maybe_unused]] auto rows,
                   connection.execute(kRecord, {migration.version, migration.name, checksum(migration),
                                                oldest_binary(migration), now}));
      return connection.run_script("COMMIT");
    };
    DOORWARD_CHECK(connection.run_script("BEGIN"));
    if (auto done = apply(); !done) {
      // The first error is what matters; when the rollback fails too, closing the connection rolls back.
      static_cast<void>(connection.run_script("ROLLBACK"));
      return done;
    }
    log::info("store.migrated", {{"version", migration.version}, {"name", migration.name}});
  }
  return {};
}

}  // namespace doorward::store
