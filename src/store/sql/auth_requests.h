#pragma once

#include "ports/store/auth_requests.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlAuthRequests : public AuthRequestRepository {
 public:
  explicit SqlAuthRequests(Connection& connection) : connection_(connection) {}

  Result<void> insert(const AuthRequest& request) override;
  Result<void> update(const AuthRequest& request) override;
  Result<std::optional<AuthRequest>> find(const EnvironmentId& environment, const AuthRequestId& id) const override;
  Result<std::optional<AuthRequest>> lock(const EnvironmentId& environment, const AuthRequestId& id) override;
  Result<Page<AuthRequest>> list(const EnvironmentId& environment, const AuthRequestFilter& filter,
                                 const PageRequest& page) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const AuthRequestFilter& filter) const override;
  Result<void> keep_message(const AuthRequestMessage& message) override;
  Result<std::vector<AuthRequestMessage>> messages(const EnvironmentId& environment, const AuthRequestId& id,
                                                   Timestamp now) const override;
  Result<std::int64_t> remove_messages(Timestamp now, std::int64_t limit) override;
  Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) override;
  Result<std::int64_t> remove_unfinished_before(Timestamp before, std::int64_t limit) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
