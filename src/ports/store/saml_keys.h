#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/saml_settings.h"

namespace doorward {

// Doorward's own key pairs as service provider, and the paths that belong to a connection beside the derived ones.
class SamlKeyRepository {
 public:
  virtual ~SamlKeyRepository() = default;

  // Newest first.
  virtual Result<std::vector<SamlKey>> list(const EnvironmentId& environment) const = 0;
  // One key of an environment is current at most; a transaction that changes states therefore calls hold() first: it
  // waits until no other one does, and holds them to its end.
  virtual Result<void> hold() = 0;
  virtual Result<void> insert(const SamlKey& key) = 0;
  virtual Result<void> update(const SamlKey& key) = 0;
  virtual Result<void> remove(const EnvironmentId& environment, const SamlCertificateId& id) = 0;

  // The connection that answers at this path (with its query, if it has one) beside the derived paths.
  virtual Result<std::optional<ConnectionId>> connection_at(const EnvironmentId& environment,
                                                            const std::string& path) const = 0;
  // These and no others. kAcsAliasTaken when another connection has one of them.
  virtual Result<void> assign_paths(const EnvironmentId& environment, const ConnectionId& connection,
                                    const std::vector<std::string>& paths) = 0;
};

}  // namespace doorward
