// What an operator may set, from one table: it drives the command line, the environment, the configuration file,
// --help and docs/reference/configuration.md, which a test compares with the table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "net/listen.h"

namespace doorward::server {

enum class Environment : std::uint8_t { kDevelopment, kProduction };
enum class LogFormat : std::uint8_t { kText, kJson };

struct Options {
  std::string data_dir;
  std::string database_url;                     // never empty after load_options
  std::vector<net::ListenAddress> http_listen;  // empty: off
  std::vector<net::ListenAddress> https_listen;
  std::string tls_cert;  // both or neither
  std::string tls_key;
  std::string base_url;  // empty: derived from the port that the plaintext listener got
  Environment environment = Environment::kDevelopment;
  std::string key_encryption_key_file;           // empty: generated into data_dir, development only
  std::string previous_key_encryption_key_file;  // empty: the key is not being exchanged
  bool no_migrate = false;
  int io_threads = 0;            // 0: one less than there are cores, at least one
  int database_connections = 0;  // PostgreSQL workers
  int retain_events_days = 0;
  int retain_deliveries_days = 0;
  int retain_delivery_bodies_days = 0;
  LogFormat log_format = LogFormat::kText;
  log::Level log_level = log::Level::kInfo;
};

enum class Command : std::uint8_t { kServe, kMigrate, kBackup, kRestore, kGenerateKey, kVersion };

// One row of the table.
struct OptionRow {
  std::string_view name;         // "data-dir": --data-dir, DOORWARD_DATA_DIR, data-dir in the file
  std::string_view placeholder;  // shown in help; empty for a flag
  std::string_view initial;      // the default as it would be written; empty for none
  std::string_view documentation;
  bool for_migrate;  // the commands that work on the database take it too: migrate, backup, restore
  Result<void> (*apply)(Options&, std::string_view text);
};

std::span<const OptionRow> option_table();

// "data-dir" -> "DOORWARD_DATA_DIR".
std::string environment_name(std::string_view option);

// Values by option name, as one source gives them.
struct Setting {
  std::string name;
  std::string value;
};
using Settings = std::vector<Setting>;

// Reads an environment variable; nullopt when unset.
using ReadEnvironment = std::function<std::optional<std::string>(const std::string&)>;

// What the command line asks for. `text` is set when all that is left to do is to print it and exit with `status`.
struct Invocation {
  Command command = Command::kServe;
  Settings settings;
  std::string config_file;
  std::string file;  // what backup writes, restore reads and generate-key makes
  std::optional<std::string> text;
  int status = 0;
};

// Parses the command line (command_line.cc). Never exits.
Invocation parse_command_line(int argc, const char* const* argv);

// Reads a TOML file whose keys are option names (config_file.cc). An unknown key, a value of the wrong type or a file
// that cannot be read is an error with a sentence that names file and key.
Result<Settings> read_config_file(const std::string& path);

// Defaults, then the file, then the environment, then the command line; checks each value and then the whole, among it
// what `--environment production` refuses. The message of an error is for the operator.
Result<Options> load_options(const Invocation& invocation, const ReadEnvironment& environment);

// The text of docs/reference/configuration.md.
std::string options_markdown();

}  // namespace doorward::server
