#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/api_client.h"
#include "domain/page.h"

namespace doorward {

class ClientRepository {
 public:
  virtual ~ClientRepository() = default;

  // A client id names its environment: the token endpoint knows nothing else.
  virtual Result<std::optional<ApiClient>> find(const ApiClientId& id) const = 0;
  // Newest first, of these types, or of all when there are none named; and how many there are.
  virtual Result<Page<ApiClient>> search(const EnvironmentId& environment, const std::vector<ClientType>& types,
                                         const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const std::vector<ClientType>& types) const = 0;
  // Oldest first.
  virtual Result<std::vector<ApiClient>> list(const EnvironmentId& environment) const = 0;
  virtual Result<std::vector<ClientSecret>> secrets(const EnvironmentId& environment,
                                                    const ApiClientId& client) const = 0;

  // Holds the row to the end of the transaction; kClientNotFound when there is none.
  virtual Result<ApiClient> lock(const EnvironmentId& environment, const ApiClientId& id) = 0;
  // The same, beside others who share it, but not beside lock().
  virtual Result<ApiClient> lock_shared(const EnvironmentId& environment, const ApiClientId& id) = 0;
  virtual Result<void> insert(const ApiClient& client) = 0;
  virtual Result<void> update(const ApiClient& client) = 0;
  // With its secrets.
  virtual Result<void> remove(const EnvironmentId& environment, const ApiClientId& id) = 0;
  virtual Result<void> insert_secret(const ClientSecret& secret) = 0;
  // Its status and times, but not `last_used_time`, which touch_secret() writes without a lock.
  virtual Result<void> update_secret(const ClientSecret& secret) = 0;
  virtual Result<void> touch_secret(const EnvironmentId& environment, const ApiClientId& client,
                                    const ClientSecretId& id, Timestamp used_at) = 0;
  virtual Result<void> remove_secret(const EnvironmentId& environment, const ApiClientId& client,
                                     const ClientSecretId& id) = 0;
  virtual Result<void> set_enabled(const EnvironmentId& environment, const ApiClientId& id, bool enabled,
                                   Timestamp at) = 0;
  virtual Result<void> deactivate_secret(const EnvironmentId& environment, const ApiClientId& client,
                                         const ClientSecretId& id) = 0;
};

}  // namespace doorward
