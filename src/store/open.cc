#include "store/open.h"

#include "store/postgres/store.h"
#include "store/sqlite/store.h"

namespace doorward::store {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

Observer& no_observer() {
  static Observer none;
  return none;
}

}  // namespace

Result<std::unique_ptr<DatabaseStore>> open_store(const StoreConfig& config) {
  Observer& observer = config.observer != nullptr ? *config.observer : no_observer();
  const std::string_view url = config.url;
  if (url.starts_with(kSqliteScheme)) {
    return SqliteStore::open({.path = std::string(url.substr(kSqliteScheme.size())),
                              .migrate = config.migrate,
                              .clock = config.clock,
                              .observer = &observer,
                              .machine_id = config.machine_id.value_or(0)});
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return PostgresStore::open({.url = config.url,
                                .migrate = config.migrate,
                                .clock = config.clock,
                                .observer = &observer,
                                .workers = config.connections,
                                .machine_id = config.machine_id});
  }
  return failure(Reason::kInvalidArgument, "The database URL must begin with sqlite: or postgresql://.");
}

}  // namespace doorward::store
