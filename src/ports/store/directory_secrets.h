#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/directory.h"

namespace doorward {

// What an identity provider proves itself with: bearer secrets of a directory, and its OAuth clients with theirs. Every
// method that ends a secret raises the directory's credentials_generation. Writes are made under the directory's lock.
class DirectorySecretRepository {
 public:
  virtual ~DirectorySecretRepository() = default;

  // Of one client, or, for an empty id, the bearer secrets of the directory itself; of any status, newest first.
  virtual Result<std::vector<DirectorySecret>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                                    const DirectoryOauthClientId& client) const = 0;
  // Of any status, of the directory itself or of a client.
  virtual Result<std::optional<DirectorySecret>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                                      const DirectorySecretId& id) const = 0;
  // The live bearer secret with this hash.
  virtual Result<std::optional<DirectorySecret>> find_live(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const std::string& lookup_hash,
                                                           Timestamp now) const = 0;
  virtual Result<void> insert(const DirectorySecret& secret) = 0;
  // Gives the stored secret the status and the end that `secret` has.
  virtual Result<void> end(const DirectorySecret& secret) = 0;
  virtual Result<void> touch(const EnvironmentId& environment, const DirectoryId& directory,
                             const DirectorySecretId& id, Timestamp used_at) = 0;
  // Forgets those of `list(client)` that are not live at `now`, but for the newest `keep` of them.
  virtual Result<void> forget_ended(const EnvironmentId& environment, const DirectoryId& directory,
                                    const DirectoryOauthClientId& client, Timestamp now, std::int64_t keep) = 0;

  // Newest first.
  virtual Result<std::vector<DirectoryOauthClient>> clients(const EnvironmentId& environment,
                                                            const DirectoryId& directory) const = 0;
  virtual Result<std::optional<DirectoryOauthClient>> find_client(const EnvironmentId& environment,
                                                                  const DirectoryId& directory,
                                                                  const DirectoryOauthClientId& id) const = 0;
  virtual Result<void> insert_client(const DirectoryOauthClient& client) = 0;
  // With its secrets.
  virtual Result<void> remove_client(const EnvironmentId& environment, const DirectoryId& directory,
                                     const DirectoryOauthClientId& id) = 0;
};

}  // namespace doorward
