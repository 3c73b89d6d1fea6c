#include "store/ids/id_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/sql/errors.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kKeepMark{"id_machines.keep_mark",
                          "UPDATE id_machines SET used_tick = CASE WHEN used_tick < $3 THEN $3 ELSE used_tick END "
                          "WHERE machine = $1 AND holder = $2"};
constexpr Query kTakeAlone{"id_machines.take_alone",
                           "INSERT INTO id_machines(machine, holder, lease_until, used_tick) VALUES($1, '', 0, 0) "
                           "ON CONFLICT(machine) DO UPDATE SET holder = ''"};
constexpr Query kReadAlone{"id_machines.read_alone", "SELECT used_tick FROM id_machines WHERE machine = $1"};

}  // namespace

void IdSource::begin(std::uint16_t machine, std::string holder, std::int64_t used_tick) {
  const std::lock_guard lock(holder_mutex_);
  machine_ = machine;
  holder_ = std::move(holder);
  sequence_.restart(used_tick + 1, machine);
  request_sequence_.restart(0, machine);
  kept_tick_.store(used_tick, std::memory_order_release);
  held_.store(true, std::memory_order_release);
}

Result<void> IdSource::check_usable() const {
  if (!held_.load(std::memory_order_acquire)) {
    return failure(unavailable("no machine part is held: ids could repeat"));
  }
  if (sequence_.used_tick() - id_tick(clock_.now()) > kIdMaxTicksAhead) {
    return failure(unavailable("the clock is more than a day behind the ids in use"));
  }
  return {};
}

Result<std::int64_t> IdSource::keep_mark(Connection& connection) {
  const std::int64_t kept = kept_tick_.load(std::memory_order_acquire);
  const std::int64_t used = sequence_.used_tick();
  if (used <= kept) return kept;
  const std::int64_t mark = used + kIdMarkMarginTicks;
  std::uint16_t machine = 0;
  std::string holder;
  {
    const std::lock_guard lock(holder_mutex_);
    machine = machine_;
    holder = holder_;
  }
  DOORWARD_TRY(const auto rows, connection.execute(kKeepMark, {machine, holder, mark}));
  if (rows == 0) {
    set_lease(false);
    return failure(unavailable("the lease of this machine part was lost"));
  }
  return mark;
}

void IdSource::mark_kept(std::int64_t tick) {
  std::int64_t kept = kept_tick_.load(std::memory_order_relaxed);
  while (kept < tick && !kept_tick_.compare_exchange_weak(kept, tick, std::memory_order_release)) {
  }
}

std::string IdSource::next_text(std::string_view prefix) {
  IdSequence& sequence = prefix == RequestId::kPrefix ? request_sequence_ : sequence_;
  return fmt::format("{}{}", prefix, sequence.next(prefix, clock_.now()));
}

Result<void> begin_ids_alone(Connection& connection, IdSource& ids, std::uint16_t machine) {
  DOORWARD_TRY([[maybe_unused]] auto rows, connection.execute(kTakeAlone, {std::int64_t{machine}}));
  DOORWARD_TRY(const auto used_tick, find_integer(connection, kReadAlone, {std::int64_t{machine}}));
  ids.begin(machine, "", used_tick);
  return {};
}

}  // namespace doorward::store
