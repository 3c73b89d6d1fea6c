#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "app/simulator/simulator.h"
#include "base/log.h"
#include "server/application.h"
#include "server/commands.h"
#include "server/data_dir.h"
#include "server/logger.h"
#include "server/signals.h"
#include "server/version.h"

namespace doorward::server {
namespace {

// For the person at the terminal; a machine that reads JSON logs finds the same in ready.json and credentials.json.
void print_hints(const Application& app, const DataDir& folder) {
  const InstallationUrls& urls = app.urls();
  const Installation& installation = app.installation();
  std::string text = fmt::format("\nDoorward {} is ready.\n\n  API            {}\n", kVersion, urls.environment_url);
  if (!urls.environment_url_https.empty() && urls.environment_url_https != urls.environment_url) {
    text += fmt::format("                 {}\n", urls.environment_url_https);
  }
  if (!urls.ca_file.empty()) text += fmt::format("  trust for TLS  {}\n", urls.ca_file);
  text += fmt::format("  client id      {}\n", installation.client_id.str());
  if (installation.client_secret_in_file) {
    text += fmt::format("  client secret  in {}\n", folder.file("credentials.json"));
  }
  if (!installation.test_organization_id.empty()) {
    text += fmt::format("  organization   {} (Test Organization)\n", installation.test_organization_id.str());
    text +=
        fmt::format("  simulator      {}{} (signs anybody of example.com in)\n", urls.environment_url, kSimulatorPath);
  }
  text += "\nREADME.md has a tour to paste. Ctrl-C stops the server.\n\n";
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

int fail(const Error& error) {
  log::error("start.failed", {{"reason", reason_name(error.reason)}, {"detail", error.detail}});
  fmt::print(stderr, "error: {}\n", error.message);
  return kExitFailed;
}

}  // namespace

int run_serve(const Options& options) {
  StopSignals signals;
  install_logger(options.log_format, options.log_level);
  auto folder = DataDir::acquire(options.data_dir);
  if (!folder) return fail(folder.error());
  folder->remove_ready();
  auto app = Application::start(options, *folder);
  if (!app) return fail(app.error());
  if (auto written = folder->write_ready((*app)->http_address(), (*app)->https_address()); !written) {
    return fail(written.error());
  }
  log::info("server.ready", {{"version", kVersion},
                             {"url", (*app)->urls().environment_url},
                             {"http", (*app)->http_address()},
                             {"https", (*app)->https_address()},
                             {"first_start", (*app)->installation().first_start}});
  if (options.log_format == LogFormat::kText) print_hints(**app, *folder);

  const int signal = signals.wait();
  log::info("server.stopping", {{"signal", signal}});
  const bool drained = (*app)->stop();
  folder->remove_ready();
  log::info("server.stopped", {{"drained", drained}});
  // A handler that was cut off may still wait for the database and would wake among destroyed objects. Nothing that was
  // answered is lost by not destroying them.
  if (!drained) std::_Exit(kExitOk);
  return kExitOk;
}

}  // namespace doorward::server
