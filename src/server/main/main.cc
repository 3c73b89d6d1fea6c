#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include "server/commands.h"
#include "server/core_dumps.h"
#include "server/options.h"

namespace {

using namespace doorward::server;

std::optional<std::string> read_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int run(int argc, const char* const* argv) {
  const Invocation invocation = parse_command_line(argc, argv);
  if (invocation.text) {
    fmt::print(invocation.status == kExitOk ? stdout : stderr, "{}", *invocation.text);
    return invocation.status;
  }
  if (invocation.command == Command::kVersion) return run_version();
  if (invocation.command == Command::kGenerateKey) return run_generate_key(invocation.file);
  const auto options = load_options(invocation, read_environment);
  if (!options) {
    fmt::print(stderr, "error: {}\n", options.error().message);
    return kExitUsage;
  }
  if (invocation.check_config) {
    const auto settings = effective_settings(invocation, read_environment);
    if (settings) fmt::print("{}", effective_toml(*settings));
    return settings ? kExitOk : kExitUsage;
  }
  switch (invocation.command) {
    case Command::kMigrate:
      return run_migrate(*options);
    case Command::kBackup:
      return run_backup(*options, invocation.file);
    case Command::kRestore:
      return run_restore(*options, invocation.file);
    case Command::kRotateSigningKey:
      return run_rotate_signing_key(*options, invocation.rotation);
    default:
      return run_serve(*options);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    forbid_core_dumps();
    return run(argc, argv);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "error: {}\n", fault.what());
    return kExitFailed;
  }
}
