#pragma once

#include "ports/store/directory_secrets.h"
#include "store/sql/connection.h"
#include "store/sql/directory_state.h"

namespace doorward::store {

class SqlDirectorySecrets : public DirectorySecretRepository {
 public:
  SqlDirectorySecrets(Connection& connection, DirectoryState& state) : connection_(connection), state_(state) {}

  Result<std::vector<DirectorySecret>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                            const DirectoryOauthClientId& client) const override;
  Result<std::optional<DirectorySecret>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                              const DirectorySecretId& id) const override;
  Result<std::optional<DirectorySecret>> find_live(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const std::string& lookup_hash, Timestamp now) const override;
  Result<void> insert(const DirectorySecret& secret) override;
  Result<void> end(const DirectorySecret& secret) override;
  Result<void> touch(const EnvironmentId& environment, const DirectoryId& directory, const DirectorySecretId& id,
                     Timestamp used_at) override;
  Result<void> forget_ended(const EnvironmentId& environment, const DirectoryId& directory,
                            const DirectoryOauthClientId& client, Timestamp now, std::int64_t keep) override;

  Result<std::vector<DirectoryOauthClient>> clients(const EnvironmentId& environment,
                                                    const DirectoryId& directory) const override;
  Result<std::optional<DirectoryOauthClient>> find_client(const EnvironmentId& environment,
                                                          const DirectoryId& directory,
                                                          const DirectoryOauthClientId& id) const override;
  Result<void> insert_client(const DirectoryOauthClient& client) override;
  Result<void> remove_client(const EnvironmentId& environment, const DirectoryId& directory,
                             const DirectoryOauthClientId& id) override;

 private:
  Result<void> raise_generation(const EnvironmentId& environment, const DirectoryId& directory);

  Connection& connection_;
  DirectoryState& state_;
};

}  // namespace doorward::store
