#include "server/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/encoding.h"

namespace doorward::server {
namespace {

constexpr std::size_t kMaxValueBytes = 4096;
constexpr int kMaxRetainDays = 36500;

tl::unexpected<Error> refused(std::string sentence) { return failure(Reason::kInvalidArgument, std::move(sentence)); }

Result<int> parse_number(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    return refused(fmt::format("expected a whole number from {} to {}, not \"{}\"", least, most, text));
  }
  return number;
}

template <int Options::* member, int least, int most>
Result<void> set_number(Options& options, std::string_view text) {
  DOORWARD_TRY(options.*member, parse_number(text, least, most));
  return {};
}

template <std::string Options::* member>
Result<void> set_text(Options& options, std::string_view text) {
  options.*member = text;
  return {};
}

template <bool Options::* member>
Result<void> set_flag(Options& options, std::string_view text) {
  if (text != "true" && text != "false") return refused(fmt::format("expected true or false, not \"{}\"", text));
  options.*member = text == "true";
  return {};
}

template <std::vector<net::ListenAddress> Options::* member>
Result<void> set_listen(Options& options, std::string_view text) {
  DOORWARD_TRY(options.*member, net::parse_listen(text));
  return {};
}

// scheme://host[:port] without anything behind it: routes hang off the root.
Result<void> set_base_url(Options& options, std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) {
    options.base_url.clear();
    return {};
  }
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return refused(fmt::format("expected http://HOST or https://HOST, not \"{}\"", text));
  }
  const bool plain = std::ranges::all_of(rest, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").contains(c);
  });
  if (rest.empty() || !plain) {
    return refused(fmt::format("expected a scheme and a host with an optional port and no path, not \"{}\"", text));
  }
  options.base_url = ascii_lower(text);
  return {};
}

Result<void> set_environment(Options& options, std::string_view text) {
  if (text != "development" && text != "production") {
    return refused(fmt::format("expected development or production, not \"{}\"", text));
  }
  options.environment = text == "production" ? Environment::kProduction : Environment::kDevelopment;
  return {};
}

Result<void> set_log_format(Options& options, std::string_view text) {
  if (text != "text" && text != "json") return refused(fmt::format("expected text or json, not \"{}\"", text));
  options.log_format = text == "json" ? LogFormat::kJson : LogFormat::kText;
  return {};
}

Result<void> set_log_level(Options& options, std::string_view text) {
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};
  const auto* found = std::ranges::find(kLevels, text);
  if (found == kLevels.end()) {
    return refused(fmt::format("expected debug, info, warning or error, not \"{}\"", text));
  }
  options.log_level = static_cast<log::Level>(found - kLevels.begin());
  return {};
}

constexpr auto kTable = std::to_array<OptionRow>({
    {"data-dir", "DIR", "./data",
     "Folder of the SQLite file, generated keys, the development certificate and credentials.json. One process at a "
     "time uses it.",
     true, set_text<&Options::data_dir>},
    {"database-url", "URL", "",
     "Where the data is: sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME. Without it, doorward.db in the data "
     "folder.",
     true, set_text<&Options::database_url>},
    {"database-connections", "N", "8", "Connections to PostgreSQL. SQLite has one writer and does not use it.", true,
     set_number<&Options::database_connections, 1, 256>},
    {"http-listen", "LIST", "localhost:8080",
     "Addresses of the plaintext listener (HTTP/1.1 and HTTP/2 with prior knowledge), separated by commas; localhost "
     "means both address families, port 0 a free port, off closes it.",
     false, set_listen<&Options::http_listen>},
    {"https-listen", "LIST", "localhost:8443", "Addresses of the TLS listener (HTTP/2 and HTTP/1.1 by ALPN), or off.",
     false, set_listen<&Options::https_listen>},
    {"tls-cert", "FILE", "",
     "Certificate chain of the TLS listener, PEM. Without it, in development, a certificate for localhost, 127.0.0.1 "
     "and ::1 signed by DATA_DIR/tls/ca.pem. Read again when the file changes.",
     false, set_text<&Options::tls_cert>},
    {"tls-key", "FILE", "", "Private key of tls-cert, PEM.", false, set_text<&Options::tls_key>},
    {"base-url", "URL", "",
     "The environment URL that tokens, links and SCIM addresses carry; never taken from the Host header. Without it, "
     "http://localhost with the port of the plaintext listener.",
     false, set_base_url},
    {"environment", "NAME", "development",
     "development or production. Production refuses http base URLs, generated certificates and keys, and webhook "
     "targets on this machine.",
     false, set_environment},
    {"key-encryption-key-file", "FILE", "",
     "File with the 32-byte key, in base64, under which secrets in the database are encrypted. Without it, in "
     "development, one is generated into the data folder.",
     true, set_text<&Options::key_encryption_key_file>},
    {"previous-key-encryption-key-file", "FILE", "",
     "The key that key-encryption-key-file takes the place of. What the database still holds under it is sealed anew "
     "at "
     "start; afterwards this option goes.",
     false, set_text<&Options::previous_key_encryption_key_file>},
    {"no-migrate", "", "false", "Do not bring the database to this binary's schema at start; `doorward migrate` does.",
     false, set_flag<&Options::no_migrate>},
    {"io-threads", "N", "0", "Threads that serve connections; 0 for one less than there are cores, at least one.",
     false, set_number<&Options::io_threads, 0, 256>},
    {"retain-events-days", "DAYS", "90", "How long change records and events are kept.", false,
     set_number<&Options::retain_events_days, 1, kMaxRetainDays>},
    {"retain-deliveries-days", "DAYS", "30", "How long the record of a webhook delivery is kept.", false,
     set_number<&Options::retain_deliveries_days, 1, kMaxRetainDays>},
    {"retain-delivery-bodies-days", "DAYS", "7", "How long the body of a webhook delivery is kept.", false,
     set_number<&Options::retain_delivery_bodies_days, 1, kMaxRetainDays>},
    {"log-format", "FORMAT", "text", "text, or json for one JSON object a line. Logs go to standard error.", true,
     set_log_format},
    {"log-level", "LEVEL", "info", "The least level to write: debug, info, warning or error.", true, set_log_level},
});

// Applies one source; `origin` says where the value stands, for the sentence.
template <class Origin>
Result<void> apply(Options& options, const OptionRow& row, std::string_view value, Origin origin) {
  if (value.size() > kMaxValueBytes) return refused(fmt::format("{}: the value is too long", origin()));
  if (auto applied = row.apply(options, value); !applied) {
    return refused(fmt::format("{}: {}", origin(), applied.error().message));
  }
  return {};
}

const std::string* find(const Settings& settings, std::string_view name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? nullptr : &found->value;
}

Result<void> check_whole(Options& options, Command command) {
  if (options.data_dir.empty()) return refused("data-dir must name a folder");
  if (options.database_url.empty()) options.database_url = "sqlite:" + options.data_dir + "/doorward.db";
  if (!options.database_url.starts_with("sqlite:") && !options.database_url.starts_with("postgresql://") &&
      !options.database_url.starts_with("postgres://")) {
    return refused("database-url must begin with sqlite: or postgresql://");
  }
  if (command != Command::kServe) return {};
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return refused("tls-cert and tls-key belong together: give both or neither");
  }
  if (options.http_listen.empty() && options.https_listen.empty()) {
    return refused("http-listen and https-listen are both off: nothing would listen");
  }
  if (!options.previous_key_encryption_key_file.empty() && options.key_encryption_key_file.empty()) {
    return refused("previous-key-encryption-key-file needs key-encryption-key-file, the key that takes its place");
  }
  if (options.environment != Environment::kProduction) return {};
  if (options.base_url.empty()) return refused("production needs base-url, the https:// address that clients use");
  if (!options.base_url.starts_with("https://")) {
    return refused("production refuses an http:// base-url: tokens and secrets would travel in the clear");
  }
  if (!options.https_listen.empty() && options.tls_cert.empty()) {
    return refused(
        "production refuses a generated certificate: give tls-cert and tls-key, or https-listen off behind a proxy "
        "that ends TLS");
  }
  if (options.key_encryption_key_file.empty()) {
    return refused("production needs key-encryption-key-file: a generated key beside the data protects nothing");
  }
  return {};
}

}  // namespace

std::span<const OptionRow> option_table() { return kTable; }

std::string environment_name(std::string_view option) {
  std::string name = "DOORWARD_";
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

Result<Options> load_options(const Invocation& invocation, const ReadEnvironment& environment) {
  std::string config_file = invocation.config_file;
  if (config_file.empty()) config_file = environment("DOORWARD_CONFIG").value_or("");
  Settings file;
  if (!config_file.empty()) {
    DOORWARD_TRY(file, read_config_file(config_file));
  }
  Options options;
  for (const OptionRow& row : kTable) {
    // Every source is checked, also one that another overrides: a wrong value is better found today.
    if (!row.initial.empty()) DOORWARD_CHECK(row.apply(options, row.initial));
    if (const auto* value = find(file, row.name)) {
      DOORWARD_CHECK(apply(options, row, *value, [&] { return fmt::format("{}: {}", config_file, row.name); }));
    }
    if (const auto value = environment(environment_name(row.name)); value && !value->empty()) {
      DOORWARD_CHECK(apply(options, row, *value, [&] { return environment_name(row.name); }));
    }
    if (const auto* value = find(invocation.settings, row.name)) {
      DOORWARD_CHECK(apply(options, row, *value, [&] { return fmt::format("--{}", row.name); }));
    }
  }
  DOORWARD_CHECK(check_whole(options, invocation.command));
  return options;
}

std::string options_markdown() {
  std::string text =
      "# Configuration\n\n"
      "This page is made from the options table in `src/server/options.cc`; `./test` compares them.\n\n"
      "Each option can be given on the command line, in the environment or in a TOML file that `--config FILE` or\n"
      "`DOORWARD_CONFIG` names, whose keys are the option names without dashes in front. The command line counts "
      "before\n"
      "the environment, the environment before the file. An unknown option or key stops the start.\n\n"
      "| option | environment | default | meaning |\n|---|---|---|---|\n";
  for (const OptionRow& row : kTable) {
    text += fmt::format("| `--{}{}{}` | `{}` | {} | {}{} |\n", row.name, row.placeholder.empty() ? "" : " ",
                        row.placeholder, environment_name(row.name),
                        row.initial.empty() ? "" : fmt::format("`{}`", row.initial), row.documentation,
                        row.for_migrate ? " Also for `migrate`." : "");
  }
  return text;
}

}  // namespace doorward::server
