#include "store/postgres/watcher.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/log.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Leases go by the database's clock: the clocks of two nodes need not agree.
#define NOW_MICROS "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
constexpr Query kTake{"id_machines.take",
                      "UPDATE id_machines SET holder = CAST(gen_random_uuid() AS TEXT), lease_until = " NOW_MICROS
                      " + $1 WHERE machine = (SELECT machine FROM id_machines WHERE lease_until < " NOW_MICROS
                      " ORDER BY machine LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING machine, holder, used_tick"};
// The least number that has no row.
constexpr Query kAdd{"id_machines.add",
                     "INSERT INTO id_machines(machine, holder, lease_until, used_tick) SELECT min(free), "
                     "CAST(gen_random_uuid() AS TEXT), " NOW_MICROS
                     " + $1, 0 FROM (SELECT 0 AS free UNION ALL SELECT machine + 1 FROM id_machines) numbers WHERE "
                     "free NOT IN (SELECT machine FROM id_machines) ON CONFLICT(machine) DO NOTHING RETURNING machine, "
                     "holder, used_tick"};
constexpr Query kTakeNamed{
    "id_machines.take_named",
    "INSERT INTO id_machines(machine, holder, lease_until, used_tick) VALUES($2, CAST(gen_random_uuid() AS "
    "TEXT), " NOW_MICROS
    " + $1, 0) ON CONFLICT(machine) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until "
    "WHERE CAST($3 AS BIGINT) = 1 OR id_machines.lease_until < " NOW_MICROS " RETURNING machine, holder, used_tick"};
constexpr Query kRenew{"id_machines.renew",
                       "UPDATE id_machines SET lease_until = " NOW_MICROS " + $3 WHERE machine = $1 AND holder = $2"};
constexpr Query kGiveBack{"id_machines.give_back",
                          "UPDATE id_machines SET lease_until = 0 WHERE machine = $1 AND holder = $2"};
// Tables that hold something and have no statistics at all.
constexpr Query kUnknownTables{"statistics.unknown",
                               "SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables WHERE "
                               "schemaname = current_schema() AND last_analyze IS NULL AND last_autoanalyze IS NULL "
                               "AND n_live_tup >= $1"};
constexpr std::int64_t kRowsWorthKnowing = 100;
constexpr Query kNotify{"commits.notify", "SELECT pg_notify('doorward_commits', '')"};
#undef NOW_MICROS

constexpr std::int64_t kLastMachine = (1 << kIdMachineBits) - 1;
constexpr int kTakeAttempts = 20;  // nodes that start at the same moment may take the same free part
constexpr std::int64_t kLeaseMicros = std::chrono::microseconds(kLease).count();

}  // namespace

Watcher::Watcher(std::unique_ptr<PostgresConnection> connection, IdSource& ids, std::optional<std::uint16_t> machine_id,
                 std::function<void()> on_commit)
    : connection_(std::move(connection)),
      ids_(ids),
      machine_id_(machine_id),
      on_commit_(std::move(on_commit)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Watcher::~Watcher() {
  stopping_ = true;
  eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  if (machine_ >= 0 && connection_->connect()) {
    static_cast<void>(connection_->execute(kGiveBack, {machine_, holder_}, {}));
  }
  close(wake_);
}

Result<void> Watcher::take_lease() { return take_lease(true); }

Result<void> Watcher::take_lease(bool from_whoever_has_it) {
  for (int attempt = 0; attempt < kTakeAttempts; ++attempt) {
    std::int64_t used_tick = 0;
    bool taken = false;
    const auto read = [&](const Row& row) {
      machine_ = row.integer(0);
      holder_ = text_at(row, 1);
      used_tick = row.integer(2);
      taken = true;
    };
    const auto now = SteadyClock::now();
    if (machine_id_) {
      const std::int64_t regardless = from_whoever_has_it ? 1 : 0;
      DOORWARD_TRY([[maybe_unused]] auto named,
                   connection_->execute(kTakeNamed, {kLeaseMicros, std::int64_t{*machine_id_}, regardless}, read));
      if (!taken) return failure(internal_error("another process has the machine part of ids"));
    } else {
      DOORWARD_TRY([[maybe_unused]] auto any, connection_->execute(kTake, {kLeaseMicros}, read));
    }
    if (!taken) {
      DOORWARD_TRY([[maybe_unused]] auto added, connection_->execute(kAdd, {kLeaseMicros}, read));
    }
    if (!taken) continue;
    if (machine_ > kLastMachine) return failure(internal_error("every machine part of ids is taken"));
    leased_at_ = now;
    renew_at_ = now + kLeaseRenewal;
    ids_.begin(static_cast<std::uint16_t>(machine_), holder_, used_tick);
    return {};
  }
  return failure(
      make_error(Reason::kStoreConflict, "Too many servers start at the same moment. Start this one again."));
}

void Watcher::start() {
  thread_ = std::thread([this] { watch(); });
}

void Watcher::tell_others() {
  if (!tell_.exchange(true)) eventfd_write(wake_, 1);
}

void Watcher::lease_lost() {
  renew_now_ = true;
  eventfd_write(wake_, 1);
}

Result<void> Watcher::listen() { return connection_->run_script("LISTEN doorward_commits"); }

Result<void> Watcher::notify() {
  DOORWARD_TRY([[maybe_unused]] auto rows, connection_->execute(kNotify, {}, {}));
  return {};
}

void Watcher::gather_statistics() {
  std::vector<std::string> tables;
  static_cast<void>(connection_->execute(kUnknownTables, {kRowsWorthKnowing},
                                         [&](const Row& row) { tables.push_back(text_at(row, 0)); }));
  // Not the owner of the tables, or someone else does it: then autovacuum has to.
  for (const std::string& table : tables) static_cast<void>(connection_->run_script("ANALYZE " + table));
  next_statistics_ = SteadyClock::now() + statistics_pause_;
  statistics_pause_ = std::min(2 * statistics_pause_, kMostStatisticsPause);
}

void Watcher::keep_lease() {
  const auto now = SteadyClock::now();
  if (renew_now_.exchange(false) || now >= renew_at_) {
    const auto renewed = connection_->execute(kRenew, {machine_, holder_, kLeaseMicros}, {});
    if (renewed && *renewed > 0) {
      leased_at_ = now;
      renew_at_ = now + kLeaseRenewal;
      ids_.set_lease(true);
    } else if (renewed) {
      log::warning("store.lease_lost", {{"machine", machine_}});
      ids_.set_lease(false);
      if (!take_lease(false)) renew_at_ = now + kMostReconnectPause;
    } else {
      renew_at_ = now + kMostReconnectPause;
    }
  }
  if (now >= leased_at_ + kLease - kLeaseSafety) ids_.set_lease(false);
}

void Watcher::wait(SteadyClock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
  std::array<pollfd, 2> waits{pollfd{.fd = wake_, .events = POLLIN, .revents = 0},
                              pollfd{.fd = connection_->socket(), .events = POLLIN, .revents = 0}};
  poll(waits.data(), waits.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  eventfd_t ignored = 0;
  eventfd_read(wake_, &ignored);
}

void Watcher::watch() {
  pthread_setname_np(pthread_self(), "store-watcher");
  bool listening = false;
  auto next_notify = SteadyClock::now();
  while (!stopping_) {
    if (connection_->is_broken()) {
      if (listening) log::warning("store.watcher_disconnected");
      connection_->disconnect();
      listening = false;
      if (!connection_->connect()) {
        keep_lease();
        wait(SteadyClock::now() + kLeastReconnectPause);
        continue;
      }
    }
    if (!listening) {
      listening = listen().has_value();
      if (!listening) {
        // A server that takes connections but not this statement, a standby for one, is asked again after a pause.
        connection_->disconnect();
        keep_lease();
        wait(SteadyClock::now() + kMostReconnectPause);
        continue;
      }
      // Commits may have been missed meanwhile.
      on_commit_();
    }
    keep_lease();
    const auto now = SteadyClock::now();
    if (tell_ && now >= next_notify) {
      tell_ = false;
      next_notify = now + kNotifyPause;
      static_cast<void>(notify());
      // The database counts rows a little later than it commits them: the looks after this one see them.
      if (statistics_pause_ > kLeastStatisticsPause) next_statistics_ = now + kLeastStatisticsPause;
      statistics_pause_ = kLeastStatisticsPause;
    }
    if (now >= next_statistics_) gather_statistics();
    const auto heard = connection_->take_notifications();
    if (heard && *heard > 0) on_commit_();
    wait(tell_ ? std::max(next_notify, now) : std::min(renew_at_, next_statistics_));
  }
}

}  // namespace doorward::store
