// What an operator finds beside a new installation: where it is and how to call it. The file may hold the only readable
// copy of the client secret; the database has its hash.
#pragma once

#include <optional>
#include <string>

#include "base/id.h"
#include "base/result.h"
#include "base/secret.h"

namespace doorward {

// Empty texts and ids are absent in the file.
struct Credentials {
  std::string environment_url;
  std::string environment_url_https;
  EnvironmentId environment_id;
  ApiClientId client_id;
  Secret<std::string> client_secret;
  std::string ca_file;
  OrganizationId test_organization_id;
  ConnectionId test_connection_id;
};

// Blocks on the disk: for start-up. One caller at a time; the lock of the data folder keeps other processes away.
class CredentialsFile {
 public:
  virtual ~CredentialsFile() = default;

  // What was last written for this environment, or nullopt. kCredentialsUnreadable when there is a file that cannot be
  // understood: it may hold a secret, so it is not passed over.
  virtual Result<std::optional<Credentials>> read(const EnvironmentId& environment) = 0;

  // Replaces the file, whole or not at all, and is on the disk when it returns. What was written for another
  // environment remains readable by read().
  virtual Result<void> write(const Credentials& credentials) = 0;

  // Forgets what was written for an environment that never came to be.
  virtual Result<void> discard(const EnvironmentId& environment) = 0;
};

}  // namespace doorward
