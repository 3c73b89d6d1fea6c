// The connection beside the workers: hears of commits on other nodes (LISTEN), tells them of ours (NOTIFY, at most one
// each kNotifyPause: a notification inside the committing transaction would make all commits wait for each other), and
// keeps the lease of this process's machine part of ids, and gathers the first statistics of tables that are filled:
// until autovacuum comes by, which may take a minute, PostgreSQL would read a whole directory to find one of its users.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "store/ids/id_source.h"
#include "store/postgres/connection.h"

namespace doorward::store {

inline constexpr std::chrono::milliseconds kNotifyPause{50};
// A lease that is not renewed is free for another process after kLease; its holder stops making ids a little earlier.
inline constexpr std::chrono::seconds kLease{60};
inline constexpr std::chrono::seconds kLeaseSafety{15};
inline constexpr std::chrono::seconds kLeaseRenewal{15};

// Between two looks for tables without statistics: soon after commits, ever more rarely when none come.
inline constexpr std::chrono::milliseconds kLeastStatisticsPause{500};
inline constexpr std::chrono::milliseconds kMostStatisticsPause{60'000};

class Watcher {
 public:
  // `connection` is connected; `machine_id` is the machine part to take, nullopt any that is free; `on_commit` is
  // called from the watcher's thread for commits of other nodes.
  Watcher(std::unique_ptr<PostgresConnection> connection, IdSource& ids, std::optional<std::uint16_t> machine_id,
          std::function<void()> on_commit);
  ~Watcher();  // gives the lease back

  // Takes a machine part and begins the ids behind its mark. Before start(). One that was named is taken over from
  // whoever has it, who finds out before its next commit: most likely it is this node before a crash.
  Result<void> take_lease();
  void start();
  // A commit of ours that others should hear of. Any thread.
  void tell_others();
  // A commit found the machine part in other hands: looks for another now. Any thread.
  void lease_lost();

 private:
  void watch();
  void wait(std::chrono::steady_clock::time_point until);
  Result<void> listen();
  void gather_statistics();
  void keep_lease();
  Result<void> take_lease(bool from_whoever_has_it);
  Result<void> notify();

  std::unique_ptr<PostgresConnection> connection_;
  IdSource& ids_;
  const std::optional<std::uint16_t> machine_id_;
  std::function<void()> on_commit_;
  std::int64_t machine_ = -1;
  std::string holder_;
  std::chrono::steady_clock::time_point leased_at_;
  std::chrono::steady_clock::time_point renew_at_;
  std::chrono::steady_clock::time_point next_statistics_;
  std::chrono::milliseconds statistics_pause_ = kLeastStatisticsPause;
  std::atomic<bool> tell_{false};
  std::atomic<bool> renew_now_{false};
  std::atomic<bool> stopping_{false};
  int wake_ = -1;  // eventfd
  std::thread thread_;
};

}  // namespace doorward::store
