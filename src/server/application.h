// The composition root: every class that stands behind a port is chosen here, and nowhere else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/bootstrap/bootstrap.h"
#include "base/result.h"
#include "net/server.h"
#include "server/data_dir.h"
#include "server/options.h"

namespace doorward::server {

class Application {
 public:
  // Listens, opens the database, makes or opens the installation, and answers. Until the last step requests get 503.
  // An error is a sentence for the operator, and nothing of the start is left running.
  static Result<std::unique_ptr<Application>> start(const Options& options, const DataDir& folder);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Stops accepting, lets requests in flight finish for net::Server::kDrainAtMost, ends background work. False when a
  // request had to be cut off: its handler may still wait for something, so the process must end without destroying
  // this object.
  bool stop();

  const InstallationUrls& urls() const;
  const Installation& installation() const;

  // "127.0.0.1:8080"; empty when that listener is off.
  std::string http_address() const;
  std::string https_address() const;

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

// Where clients find this server, from what the options say and what was bound. `ca_file` is absolute, and empty when
// the certificate is the operator's own.
InstallationUrls urls_of(const Options& options, const std::vector<net::BoundAddress>& bound, const DataDir& folder);

// The first bound address with or without TLS, as a client on this machine would connect to it.
std::string local_address(const std::vector<net::BoundAddress>& bound, bool tls);

}  // namespace doorward::server
