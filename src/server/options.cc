#include "server/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace doorward::server {
namespace {

constexpr std::size_t kMaxValueBytes = 4096;

tl::unexpected<Error> refused(std::string sentence) { return failure(Reason::kInvalidArgument, std::move(sentence)); }

// Applies one source; `origin` says where the value stands, for the sentence.
Result<void> apply(Options& options, const OptionRow& row, std::string_view value, std::string_view origin) {
  if (value.size() > kMaxValueBytes) return refused(fmt::format("{}: the value is too long", origin));
  if (auto applied = row.apply(options, value, row); !applied) {
    return refused(fmt::format("{}: {}", origin, applied.error().message));
  }
  return {};
}

const std::string* find(const Settings& settings, std::string_view name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? nullptr : &found->value;
}

struct Sources {
  const Invocation& invocation;
  const ReadEnvironment& environment;
  std::string config_file;
  Settings file;

  // What is given for an option, with its origin; the last counts.
  std::vector<std::pair<std::string, std::string>> of(const OptionRow& row) const {
    std::vector<std::pair<std::string, std::string>> given;
    if (const auto* value = find(file, row.name)) {
      given.emplace_back(fmt::format("{}: {}", config_file, row.name), *value);
    }
    const std::string variable = environment_name(row.name);
    if (const auto value = environment(variable); value && !value->empty()) given.emplace_back(variable, *value);
    if (const auto* value = find(invocation.settings, row.name)) {
      given.emplace_back(fmt::format("--{}", row.name), *value);
    }
    return given;
  }
};

Result<Sources> read_sources(const Invocation& invocation, const ReadEnvironment& environment) {
  Sources sources{.invocation = invocation, .environment = environment, .config_file = invocation.config_file};
  if (sources.config_file.empty()) sources.config_file = environment("DOORWARD_CONFIG").value_or("");
  if (!sources.config_file.empty()) {
    DOORWARD_TRY(sources.file, read_config_file(sources.config_file));
  }
  return sources;
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
  if (options.limits.connections_per_source > options.limits.connections) {
    return refused("max-connections-per-source is greater than max-connections");
  }
  if (options.scim_page_size > options.scim_max_page_size) {
    return refused("scim-page-size is greater than scim-max-page-size");
  }
  if (options.outbound_connections_per_target > options.outbound_connections) {
    return refused("outbound-connections-per-target is greater than outbound-connections");
  }
  if (options.environment != EnvironmentKind::kProduction) return {};
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

std::string environment_name(std::string_view option) {
  std::string name = "DOORWARD_";
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

Result<std::vector<EffectiveSetting>> effective_settings(const Invocation& invocation,
                                                         const ReadEnvironment& environment) {
  DOORWARD_TRY(const Sources sources, read_sources(invocation, environment));
  std::vector<EffectiveSetting> settings;
  for (const OptionRow& row : option_table()) {
    EffectiveSetting setting{.row = &row, .value = std::string(row.initial), .origin = "default"};
    for (auto& [origin, value] : sources.of(row)) {
      setting.origin = std::move(origin);
      setting.value = std::move(value);
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

Result<Options> load_options(const Invocation& invocation, const ReadEnvironment& environment) {
  DOORWARD_TRY(const Sources sources, read_sources(invocation, environment));
  Options options;
  for (const OptionRow& row : option_table()) {
    // Every source is checked, also one that another overrides: a wrong value is better found today.
    if (!row.initial.empty()) DOORWARD_CHECK(row.apply(options, row.initial, row));
    for (const auto& [origin, value] : sources.of(row)) DOORWARD_CHECK(apply(options, row, value, origin));
  }
  DOORWARD_CHECK(check_whole(options, invocation.command));
  return options;
}

}  // namespace doorward::server
