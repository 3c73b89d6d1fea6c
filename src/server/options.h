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

#include "base/ip_address.h"
#include "base/log.h"
#include "base/result.h"
#include "domain/environment.h"
#include "net/limits.h"
#include "net/listen.h"
#include "net/outbound/dns_name.h"

namespace doorward::server {

enum class LogFormat : std::uint8_t { kText, kJson };

struct Options {
  std::string data_dir;
  std::string database_url;                     // never empty after load_options
  std::vector<net::ListenAddress> http_listen;  // empty: off
  std::vector<net::ListenAddress> https_listen;
  std::string tls_cert;  // both or neither
  std::string tls_key;
  std::string base_url;  // empty: derived from the port that the plaintext listener got
  EnvironmentKind environment = EnvironmentKind::kDevelopment;
  std::string key_encryption_key_file;           // empty: generated into data_dir, development only
  std::string previous_key_encryption_key_file;  // empty: the key is not being exchanged
  int signing_key_rotation_days = 0;             // 0: by command only
  bool no_migrate = false;
  int io_threads = 0;            // 0: one less than there are cores, at least one
  int offload_threads = 0;       // 0: as many as there are cores
  int database_connections = 0;  // PostgreSQL workers
  int machine_id = -1;           // -1: taken from the database
  IpNetworks trusted_proxies;
  net::Limits limits;                       // those that have an option; the others keep their default
  std::vector<net::DnsServer> dns_servers;  // empty: the system's
  IpNetworks egress_allow;
  std::string outbound_ca_file;  // empty: the system's authorities alone
  int outbound_connections = 0;
  int outbound_connections_per_target = 0;
  int webhook_disable_after_days = 0;
  int scim_page_size = 0;
  int scim_max_page_size = 0;
  int scim_record_requests = 0;            // of each directory; 0: none
  std::size_t scim_record_bytes = 0;       // of each directory
  std::size_t scim_record_body_bytes = 0;  // of each body
  int retain_events_days = 0;
  int retain_deliveries_days = 0;
  int retain_delivery_bodies_days = 0;
  int retain_scim_requests_days = 0;
  int retain_auth_requests_days = 0;
  LogFormat log_format = LogFormat::kText;
  log::Level log_level = log::Level::kInfo;
};

enum class Command : std::uint8_t { kServe, kMigrate, kBackup, kRestore, kGenerateKey, kRotateSigningKey, kVersion };

// Under which heading --help and the reference page show an option.
enum class OptionGroup : std::uint8_t {
  kGeneral,
  kListeners,
  kStorage,
  kKeys,
  kOutbound,
  kLimits,
  kRetention,
  kLogging
};
std::string_view group_name(OptionGroup group);

// How the text of an option is read. A number, a duration (with a unit: 500ms, 30s, 5m, 2h) and a size (512KiB, 1MiB)
// have bounds; durations count milliseconds and sizes bytes. A list is separated by commas, an array in the file.
enum class OptionKind : std::uint8_t { kText, kFlag, kChoice, kNumber, kDuration, kSize, kList };

// One row of the table (option_table.cc).
struct OptionRow {
  std::string_view name;  // "data-dir": --data-dir, DOORWARD_DATA_DIR, data-dir in the file
  OptionGroup group;
  OptionKind kind;
  std::string_view placeholder;  // shown in help; empty for a flag
  std::string_view initial;      // the default as it would be written; empty for none
  std::string_view documentation;
  Result<void> (*apply)(Options&, std::string_view text, const OptionRow& row);
  std::int64_t least = 0;  // of the kinds that have bounds
  std::int64_t most = 0;
  bool for_migrate = false;  // the commands that work on the database take it too
};

std::span<const OptionRow> option_table();

// The option whose name is nearest to `name`, which is none; empty when no name is near.
std::string_view nearest_option(std::string_view name);

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

// What `doorward rotate-signing-key` is to do.
struct KeyRotationRequest {
  std::string algorithm;  // "RS256" or "ES256"; empty: each
  bool at_once = false;
  bool compromised = false;
};

// What the command line asks for. `text` is set when all that is left to do is to print it and exit with `status`.
struct Invocation {
  Command command = Command::kServe;
  Settings settings;
  std::string config_file;
  std::string file;  // what backup writes, restore reads and generate-key makes
  KeyRotationRequest rotation;
  bool check_config = false;  // serve: print what would be in force and exit
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

// An option as it is in force, and where its value comes from: "default", the file, the variable or the command line.
struct EffectiveSetting {
  const OptionRow* row = nullptr;
  std::string value;
  std::string origin;
};
// The same order of sources, without the checks of load_options, which come first. In the order of the table.
Result<std::vector<EffectiveSetting>> effective_settings(const Invocation& invocation,
                                                         const ReadEnvironment& environment);

// As a configuration file that would give the same, with the origin of each value behind it; a password in a URL is
// masked (option_text.cc).
std::string effective_toml(const std::vector<EffectiveSetting>& settings);

// The text of docs/reference/configuration.md, with the limits of limit_table.h (option_text.cc).
std::string options_markdown();

// "1 to 256", "1s to 10m"; empty for kinds without bounds.
std::string bounds_text(const OptionRow& row);

}  // namespace doorward::server
