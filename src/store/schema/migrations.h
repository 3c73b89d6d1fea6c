// The numbered migrations that this binary carries, and the pure part of applying them.
//
// A file schema/NNNN_name.sql begins with "-- oldest-binary: N": the lowest schema version that a binary must know to
// use a database after this migration. Expand-then-contract: adding things keeps N, removing them raises it one release
// later, so two neighbouring versions can share a database during an upgrade. Published files never change; the
// checksum of each is kept in the database and compared.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/sql/connection.h"

namespace doorward::store {

struct Migration {
  std::int64_t version = 0;
  std::string_view name;
  std::string_view sql;  // with the {{tokens}} of the common dialect
};

enum class Dialect : std::uint8_t { kSqlite, kPostgres };

// In order: versions 1, 2, 3, ...
std::span<const Migration> embedded_migrations();

// The schema version that this binary brings a database to and works on.
std::int64_t schema_version();

// The N of "-- oldest-binary: N"; 0 when the line is missing.
std::int64_t oldest_binary(const Migration& migration);

// Lower-case hexadecimal SHA-256 of the text as embedded.
std::string checksum(const Migration& migration);

// The text with the dialect's types in place of the tokens.
std::string render(const Migration& migration, Dialect dialect);

enum class MigrateMode : std::uint8_t {
  kApply,      // bring an older database to `migrations`
  kCheckOnly,  // refuse an older one (serve --no-migrate)
};

// Brings the database of `connection` to `migrations`, one transaction for each, or says in a sentence why this binary
// must not use it (kStoreSchema: newer than allowed, changed, or older without leave to migrate). The caller holds
// whatever keeps others from doing the same.
Result<void> migrate_schema(Connection& connection, Dialect dialect, std::span<const Migration> migrations,
                            MigrateMode mode, Timestamp now);

// The newest version that was applied to the database; 0 for one without a schema. kStoreSchema when this binary must
// not use it, or it was made by other migrations.
Result<std::int64_t> applied_version(Connection& connection, std::span<const Migration> migrations);

// What migrate_schema would refuse or still have to apply; for /readyz.
Result<void> check_schema(Connection& connection, std::span<const Migration> migrations);

}  // namespace doorward::store
