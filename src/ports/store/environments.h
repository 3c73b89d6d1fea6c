#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/environment.h"

namespace doorward {

class EnvironmentRepository {
 public:
  virtual ~EnvironmentRepository() = default;
  // The oldest environment: today a database holds one.
  virtual Result<std::optional<Environment>> first() const = 0;
  virtual Result<std::optional<Environment>> find(const EnvironmentId& id) const = 0;
  virtual Result<void> insert(const Environment& environment) = 0;
  virtual Result<void> insert_role(const Role& role) = 0;
  virtual Result<std::vector<Role>> roles(const EnvironmentId& environment) const = 0;
  // Waits until no other node is inside its own first start (PostgreSQL advisory lock, held to the end of the
  // transaction; SQLite has one process).
  virtual Result<void> lock_first_start() = 0;
};

}  // namespace doorward
