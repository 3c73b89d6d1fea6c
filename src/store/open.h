// The one door to the databases: which adapter stands behind the store port is decided by the URL alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ports/clock.h"
#include "store/commit/database_store.h"
#include "store/schema/migrations.h"
#include "store/sql/observer.h"

namespace doorward::store {

inline constexpr std::size_t kDefaultConnections = 8;

struct StoreConfig {
  std::string url;  // "sqlite:/path/file.db" or "postgresql://user:password@host:port/database?option=value"
  MigrateMode migrate = MigrateMode::kApply;
  std::size_t connections = kDefaultConnections;  // PostgreSQL only
  // The machine part of ids; nullopt: a free one of the database (SQLite: 0). Where another process makes ids under it,
  // this one takes it over, and that one refuses to write from then on.
  std::optional<std::uint16_t> machine_id;
  const Clock* clock = nullptr;  // must outlive the store
  Observer* observer = nullptr;  // must outlive the store; may be null
};

// Opens the database and brings it to schema_version(), or refuses it with a sentence: kStoreSchema when this binary
// must not use it, kStoreUnavailable when it is not there, kInvalidArgument for a URL of another kind. Blocks; for
// start-up. The store's ids() must be used for every id that goes into this database.
Result<std::unique_ptr<DatabaseStore>> open_store(const StoreConfig& config);

}  // namespace doorward::store
