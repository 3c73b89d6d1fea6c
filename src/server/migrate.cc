#include <fmt/format.h>

#include "server/adapters.h"
#include "server/commands.h"
#include "server/data_dir.h"
#include "server/logger.h"
#include "server/version.h"
#include "store/open.h"
#include "store/schema/migrations.h"

namespace doorward::server {

int run_migrate(const Options& options) {
  install_logger(options.log_format, options.log_level);
  const auto folder = DataDir::acquire(options.data_dir);
  if (!folder) {
    fmt::print(stderr, "error: {}\n", folder.error().message);
    return kExitFailed;
  }
  const SystemClock clock;
  const auto store =
      store::open_store({.url = options.database_url, .migrate = store::MigrateMode::kApply, .clock = &clock});
  if (!store) {
    fmt::print(stderr, "error: {}\n", store.error().message);
    return kExitFailed;
  }
  fmt::print("The database is at schema {}.\n", store::schema_version());
  return kExitOk;
}

int run_version() {
  fmt::print("doorward {} ({} build), schema {}\n", kVersion, kBuildType, store::schema_version());
  return kExitOk;
}

}  // namespace doorward::server
