#include "store/postgres/store.h"

#include <fmt/format.h>
#include <pthread.h>

#include "base/completion.h"
#include "store/sql/advisory_locks.h"
#include "store/sql/errors.h"

namespace doorward::store {
namespace {

constexpr Query kLockMigration{"migration.lock", "", "SELECT pg_advisory_lock($1)"};
constexpr Query kUnlockMigration{"migration.unlock", "", "SELECT pg_advisory_unlock($1)"};
constexpr Query kServerVersion{"server.version", "", "SELECT CAST(current_setting('server_version_num') AS BIGINT)"};
constexpr std::int64_t kOldestServer = 150'000;

// Two nodes that start on one database migrate one after the other; the second finds nothing left to do.
Result<void> migrate_alone(PostgresConnection& connection, const PostgresConfig& config) {
  DOORWARD_CHECK(connection.run_script("SET statement_timeout = 0"));
  DOORWARD_TRY([[maybe_unused]] auto locked, connection.execute(kLockMigration, {AdvisoryLock::kMigration}, {}));
  auto migrated =
      migrate_schema(connection, Dialect::kPostgres, embedded_migrations(), config.migrate, config.clock->now());
  if (connection.is_broken()) return migrated;
  static_cast<void>(connection.execute(kUnlockMigration, {AdvisoryLock::kMigration}, {}));
  return migrated;
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const PostgresConfig& config) {
  auto first = std::make_unique<PostgresConnection>(config.url, *config.observer);
  DOORWARD_CHECK(first->connect());
  std::int64_t version = 0;
  DOORWARD_TRY([[maybe_unused]] auto rows,
               first->execute(kServerVersion, {}, [&](const Row& row) { version = row.integer(0); }));
  if (version < kOldestServer) {
    return failure(Reason::kStoreSchema,
                   fmt::format("PostgreSQL 15 or later is needed; this server is version {}.", version / 10'000));
  }
  DOORWARD_CHECK(migrate_alone(*first, config));
  // The migration left a session without a time limit.
  first->disconnect();
  DOORWARD_CHECK(first->connect());

  std::unique_ptr<PostgresStore> store(new PostgresStore(config));
  store->watcher_ = std::make_unique<Watcher>(std::move(first), store->ids_, config.machine_id,
                                              [raw = store.get()] { raw->call_listener(); });
  DOORWARD_CHECK(store->watcher_->take_lease());
  store->watcher_->start();
  for (std::size_t i = 0; i < config.workers; ++i) store->workers_.emplace_back([raw = store.get()] { raw->work(); });
  return store;
}

PostgresStore::PostgresStore(const PostgresConfig& config)
    : config_(config),
      ids_(*config.clock),
      lanes_(kPostgresQueueLimit, kPostgresBatchLimit, kPostgresKeylessBatchLimit) {}

PostgresStore::~PostgresStore() {
  lanes_.close();
  for (std::thread& worker : workers_) worker.join();
  watcher_.reset();
}

void PostgresStore::set_commit_listener(CommitListener listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void PostgresStore::call_listener() {
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_();
}

task<Result<void>> PostgresStore::run_write(std::string_view name, StoreOptions options, WriteBody body) {
  DOORWARD_CO_CHECK(ids_.check_usable());
  co_return co_await Completion<Result<void>>([this, name, &options, &body](auto deliver) {
    WaitingWrite write{.name = name,
                       .deadline = options.deadline,
                       .queued_at = std::chrono::steady_clock::now(),
                       .body = &body,
                       .deliver = std::move(deliver)};
    if (auto refused = lanes_.add(options.serial_key, write)) write.deliver(failure(std::move(*refused)));
  });
}

task<Result<void>> PostgresStore::run_read(std::string_view name, StoreOptions options, ReadBody body) {
  co_return co_await Completion<Result<void>>([this, name, &options, &body](auto deliver) {
    WaitingRead read{.name = name,
                     .deadline = options.deadline,
                     .queued_at = std::chrono::steady_clock::now(),
                     .one_statement = options.one_statement,
                     .body = &body,
                     .deliver = std::move(deliver)};
    if (auto refused = lanes_.add(read)) read.deliver(failure(std::move(*refused)));
  });
}

task<Result<void>> PostgresStore::check_ready() {
  DOORWARD_CO_CHECK(ids_.check_usable());
  co_return co_await run_read("store.check_ready", {}, [](const ReadTx& tx) -> Result<void> {
    return static_cast<const PostgresReadTx&>(tx).check_schema();
  });
}

void PostgresStore::work() {
  pthread_setname_np(pthread_self(), "store-worker");
  PostgresConnection connection(config_.url, *config_.observer);
  BatchRunner runner(connection, ids_, *config_.observer);
  const Repositories repositories(connection);
  const PostgresReadTx read_tx(repositories, connection);
  while (auto work = lanes_.take()) {
    config_.observer->on_queue_depth(lanes_.waiting());
    if (auto* batch = std::get_if<Lanes::Batch>(&*work)) {
      write_batch(runner, *batch);
    } else {
      read_one(connection, read_tx, std::get<WaitingRead>(*work));
    }
  }
}

void PostgresStore::write_batch(BatchRunner& runner, Lanes::Batch& batch) {
  std::vector<Result<void>> outcomes;
  const bool notable = runner.run(batch.writes, outcomes);
  if (!batch.key.empty()) lanes_.done(batch.key);
  for (std::size_t i = 0; i < batch.writes.size(); ++i) batch.writes[i].deliver(std::move(outcomes[i]));
  if (!ids_.holds_lease()) watcher_->lease_lost();
  if (!notable) return;
  call_listener();
  watcher_->tell_others();
}

void PostgresStore::read_one(PostgresConnection& connection, const SqlReadTx& tx, WaitingRead& read) {
  const auto started = std::chrono::steady_clock::now();
  if (started >= read.deadline) {
    read.deliver(failure(deadline_exceeded()));
    return;
  }
  Result<void> outcome;
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    outcome = read.one_statement ? connection.begin_one_statement() : connection.begin_read();
    if (outcome) {
      try {
        outcome = (*read.body)(tx);
      } catch (const std::exception& bug) {
        outcome = failure(internal_error(fmt::format("{}: {}", read.name, bug.what())));
      }
      connection.end_read();
    }
    if (outcome || !connection.should_retry()) break;
  }
  config_.observer->on_transaction(read.name, outcome.has_value(), started - read.queued_at,
                                   std::chrono::steady_clock::now() - started);
  read.deliver(std::move(outcome));
}

}  // namespace doorward::store
