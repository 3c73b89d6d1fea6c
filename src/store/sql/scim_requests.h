#pragma once

#include "ports/store/scim_requests.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlScimRequests : public ScimRequestRepository {
 public:
  explicit SqlScimRequests(Connection& connection) : connection_(connection) {}

  Result<Page<ScimRequest>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                 const ScimRequestFilter& filter, const PageRequest& page) const override;
  Result<std::optional<ScimRequest>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                          const ScimRequestId& id) const override;
  Result<void> insert(const ScimRequest& request) override;
  Result<std::int64_t> count_and_trim(const EnvironmentId& environment, const DirectoryId& directory, bool refused,
                                      const ScimRequestBounds& added, const ScimRequestBounds& bounds) override;
  Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
