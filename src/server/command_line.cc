#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "server/options.h"

namespace doorward::server {
namespace {

std::string help_of(const OptionRow& row) {
  std::string text(row.documentation);
  if (!row.initial.empty() && !row.placeholder.empty()) text += " Default: " + std::string(row.initial) + ".";
  if (const std::string bounds = bounds_text(row); !bounds.empty()) text += " From " + bounds + ".";
  return text + " [" + environment_name(row.name) + "]";
}

// What a command takes besides --config; its own file argument, if it has one.
enum class Takes : std::uint8_t { kNothing, kEveryOption, kDatabaseOptions };
struct CommandRow {
  Command command;
  const char* name;
  const char* documentation;
  Takes takes;
  const char* file_option;  // "" for a plain argument, nullptr for none
  const char* file_documentation;
};

constexpr auto kCommands = std::to_array<CommandRow>({
    {Command::kServe, "serve", "Run the server", Takes::kEveryOption, nullptr, nullptr},
    {Command::kMigrate, "migrate", "Bring the database to this binary's schema and exit", Takes::kDatabaseOptions,
     nullptr, nullptr},
    {Command::kBackup, "backup", "Write all that the database holds to a file; the server may go on serving",
     Takes::kDatabaseOptions, "--to", "The file to write; there must be none of that name"},
    {Command::kRestore, "restore", "Fill an empty database from a backup, of either kind of database",
     Takes::kDatabaseOptions, "--from", "The file that `doorward backup` wrote"},
    {Command::kGenerateKey, "generate-key", "Make a key-encryption key and exit", Takes::kNothing, "",
     "The file to write; there must be none of that name"},
    {Command::kRotateSigningKey, "rotate-signing-key",
     "Let the next signing key sign, once it was published for a day; the server may go on serving",
     Takes::kDatabaseOptions, nullptr, nullptr},
    {Command::kVersion, "version", "Print version, build type and schema version", Takes::kNothing, nullptr, nullptr},
});

// Where CLI11 puts what it finds; lives as long as the parser.
struct Values {
  CLI::App* parser = nullptr;
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, bool, std::less<>> flags;
  std::string config_file;
  std::string file;
  KeyRotationRequest rotation;
  bool check_config = false;
};

void add_rotation_options(CLI::App& command, KeyRotationRequest& rotation) {
  command.add_option("--algorithm", rotation.algorithm, "Only the key of this algorithm: RS256 or ES256")
      ->type_name("NAME")
      ->check(CLI::IsMember({"RS256", "ES256"}));
  command.add_flag(
      "--at-once", rotation.at_once,
      "The new key signs as soon as every node knows it, within seconds; the old one stays published until "
      "its last token has expired");
  command.add_flag(
      "--compromised", rotation.compromised,
      "A new key signs within seconds and every other is withdrawn: what they signed is refused from then on");
}

void add_command(CLI::App& app, const CommandRow& row, Values& values) {
  CLI::App& command = *app.add_subcommand(row.name, row.documentation);
  values.parser = &command;
  if (row.file_option != nullptr) {
    const std::string option = *row.file_option == '\0' ? "file" : row.file_option;
    command.add_option(option, values.file, row.file_documentation)->type_name("FILE")->required();
  }
  if (row.command == Command::kRotateSigningKey) add_rotation_options(command, values.rotation);
  if (row.takes == Takes::kNothing) return;
  for (const OptionRow& option : option_table()) {
    if (row.takes == Takes::kDatabaseOptions && !option.for_migrate) continue;
    const std::string name(option.name);
    const std::string group(group_name(option.group));
    if (option.placeholder.empty()) {
      command.add_flag("--" + name, values.flags[name], help_of(option))->group(group);
    } else {
      command.add_option("--" + name, values.texts[name], help_of(option))
          ->type_name(std::string(option.placeholder))
          ->group(group);
    }
  }
  if (row.takes == Takes::kEveryOption) {
    command.add_flag("--check-config", values.check_config,
                     "Print the configuration that would be in force, secrets masked, and exit.");
  }
  command.add_option("--config", values.config_file, "A TOML file with the same names. [DOORWARD_CONFIG]")
      ->type_name("FILE");
}

// CLI11 names what it does not know; the name that was meant is often near.
std::string suggestion_for(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    if (!name.starts_with("--")) continue;
    name = name.substr(2, name.find('=') - 2);
    if (std::ranges::find(option_table(), name, &OptionRow::name) != option_table().end()) continue;
    if (const auto nearest = nearest_option(name); !nearest.empty()) {
      return "Did you mean --" + std::string(nearest) + "?\n";
    }
  }
  return {};
}

}  // namespace

Invocation parse_command_line(int argc, const char* const* argv) {
  CLI::App app{"Doorward: enterprise single sign-on and directory provisioning behind one API", "doorward"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.footer("`doorward <command> --help` lists the options of a command.");
  std::array<Values, kCommands.size()> all;
  for (std::size_t i = 0; i < kCommands.size(); ++i) add_command(app, kCommands[i], all[i]);

  Invocation invocation;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    std::ostringstream out;
    invocation.status = app.exit(stop, out, out) == 0 ? 0 : 2;
    invocation.text = out.str();
    if (dynamic_cast<const CLI::ExtrasError*>(&stop) != nullptr) *invocation.text += suggestion_for(argc, argv);
    return invocation;
  }
  const auto chosen = std::ranges::find_if(all, [](const Values& values) { return values.parser->parsed(); });
  invocation.command = kCommands[static_cast<std::size_t>(chosen - all.begin())].command;
  for (const auto& [name, value] : chosen->texts) {
    if (chosen->parser->get_option_no_throw("--" + name)->count() > 0) invocation.settings.push_back({name, value});
  }
  for (const auto& [name, value] : chosen->flags) {
    if (value) invocation.settings.push_back({name, "true"});
  }
  invocation.config_file = chosen->config_file;
  invocation.file = chosen->file;
  invocation.rotation = chosen->rotation;
  invocation.check_config = chosen->check_config;
  return invocation;
}

}  // namespace doorward::server
