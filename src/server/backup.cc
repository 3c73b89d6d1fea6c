#include "store/backup/backup.h"

#include <fmt/format.h>

#include "server/adapters.h"
#include "server/commands.h"
#include "server/data_dir.h"
#include "server/key_file.h"
#include "server/logger.h"
#include "server/version.h"

namespace doorward::server {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "error: {}{}{}\n", error.message, error.detail.empty() ? "" : " ", error.detail);
  return kExitFailed;
}

void print_table(const store::BackupTable& table) {
  fmt::print("{:>12}  {}\n", table.rows, table.name);
  std::fflush(stdout);
}

}  // namespace

int run_backup(const Options& options, const std::string& file) {
  install_logger(options.log_format, options.log_level);
  const auto written = store::write_backup(options.database_url, file, kVersion, SystemClock().now(), print_table);
  if (!written) return fail(written.error());
  fmt::print("{} holds the database at schema {}, checked. The key-encryption key is not in it: keep that elsewhere.\n",
             file, written->schema_version);
  return kExitOk;
}

int run_restore(const Options& options, const std::string& file) {
  install_logger(options.log_format, options.log_level);
  const auto folder = DataDir::acquire(options.data_dir);
  if (!folder) return fail(folder.error());
  const auto restored = store::restore_backup(options.database_url, file, SystemClock().now(), print_table);
  if (!restored) return fail(restored.error());
  fmt::print("Restored what doorward {} wrote. Start the server with the key-encryption key of that installation.\n",
             restored->made_by);
  return kExitOk;
}

int run_generate_key(const std::string& file) {
  SystemRandom random;
  if (const auto made = make_key_encryption_key(file, random); !made) return fail(made.error());
  fmt::print("{} holds a new key-encryption key. Keep a copy where no backup of the database is.\n", file);
  return kExitOk;
}

}  // namespace doorward::server
