#include "store/sql/advisory_locks.h"

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kWait{"locks.wait", "SELECT $1", "SELECT pg_advisory_xact_lock($1)"};
constexpr Query kTry{"locks.try", "SELECT $1", "SELECT CASE WHEN pg_try_advisory_xact_lock($1) THEN 1 ELSE 0 END"};

}  // namespace

Result<void> wait_for_lock(Connection& connection, AdvisoryLock lock) {
  DOORWARD_TRY([[maybe_unused]] auto rows, connection.execute(kWait, {lock}));
  return {};
}

Result<bool> try_lock(Connection& connection, AdvisoryLock lock) {
  DOORWARD_TRY(auto held, find_integer(connection, kTry, {lock}));
  return held != 0;
}

}  // namespace doorward::store
