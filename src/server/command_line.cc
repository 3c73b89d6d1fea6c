#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

#include "server/options.h"

namespace doorward::server {
namespace {

std::string help_of(const OptionRow& row) {
  std::string text(row.documentation);
  if (!row.initial.empty() && !row.placeholder.empty()) text += " Default: " + std::string(row.initial) + ".";
  return text + " [" + environment_name(row.name) + "]";
}

// Where CLI11 puts what it finds; lives as long as the parser.
struct Values {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, bool, std::less<>> flags;
  std::string config_file;
};

void add_options(CLI::App& command, Values& values, bool migrate) {
  for (const OptionRow& row : option_table()) {
    if (migrate && !row.for_migrate) continue;
    const std::string name(row.name);
    if (row.placeholder.empty()) {
      command.add_flag("--" + name, values.flags[name], help_of(row));
    } else {
      command.add_option("--" + name, values.texts[name], help_of(row))->type_name(std::string(row.placeholder));
    }
  }
  command.add_option("--config", values.config_file, "A TOML file with the same names. [DOORWARD_CONFIG]")
      ->type_name("FILE");
}

}  // namespace

Invocation parse_command_line(int argc, const char* const* argv) {
  CLI::App app{"Doorward: enterprise single sign-on and directory provisioning behind one API", "doorward"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of every command");
  Values serve_values;
  Values migrate_values;
  CLI::App& serve = *app.add_subcommand("serve", "Run the server");
  add_options(serve, serve_values, false);
  CLI::App& migrate = *app.add_subcommand("migrate", "Bring the database to this binary's schema and exit");
  add_options(migrate, migrate_values, true);
  CLI::App& version = *app.add_subcommand("version", "Print version, build type and schema version");
  app.footer("`doorward <command> --help` lists the options of a command.");

  Invocation invocation;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    std::ostringstream out;
    invocation.status = app.exit(stop, out, out) == 0 ? 0 : 2;
    invocation.text = out.str();
    return invocation;
  }
  invocation.command = version.parsed() ? Command::kVersion : migrate.parsed() ? Command::kMigrate : Command::kServe;
  const CLI::App& chosen = migrate.parsed() ? migrate : serve;
  const Values& values = migrate.parsed() ? migrate_values : serve_values;
  for (const auto& [name, value] : values.texts) {
    if (chosen.parsed() && chosen.get_option_no_throw("--" + name)->count() > 0) {
      invocation.settings.push_back({name, value});
    }
  }
  for (const auto& [name, value] : values.flags) {
    if (value) invocation.settings.push_back({name, "true"});
  }
  invocation.config_file = values.config_file;
  return invocation;
}

}  // namespace doorward::server
