// Locks that stand for a role, not for a row, held to the end of the transaction. PostgreSQL has them; on SQLite the
// one writer is the lock, so they always succeed there.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sql/connection.h"

namespace doorward::store {

// Numbers are shared by every version that may use one database: never reuse one.
enum class AdvisoryLock : std::int64_t {
  kMigration = 0x646f6f72'00000001,
  kFirstStart = 0x646f6f72'00000002,
  kSequencer = 0x646f6f72'00000003,
  kDeliveryClaim = 0x646f6f72'00000004,
  kSigningKeys = 0x646f6f72'00000005,
  kSamlKeys = 0x646f6f72'00000006,
};

Result<void> wait_for_lock(Connection& connection, AdvisoryLock lock);
Result<bool> try_lock(Connection& connection, AdvisoryLock lock);

}  // namespace doorward::store
