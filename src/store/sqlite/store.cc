#include "store/sqlite/store.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>

#include "base/completion.h"
#include "base/log.h"
#include "store/sql/errors.h"

namespace doorward::store {
namespace {

constexpr std::int64_t kPageBytes = 4'096;

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteConfig& config) {
  DOORWARD_TRY(auto writer, SqliteConnection::open(config.path, SqliteAccess::kWrite, *config.observer));
  if (config.max_pages > 0) {
    DOORWARD_CHECK(writer->run_script(fmt::format("PRAGMA max_page_count = {}", config.max_pages)));
  }
  DOORWARD_CHECK(migrate_schema(*writer, Dialect::kSqlite, embedded_migrations(), config.migrate, config.clock->now()));
  std::unique_ptr<SqliteStore> store(new SqliteStore(config, std::move(writer)));
  DOORWARD_CHECK(begin_ids_alone(*store->writer_, store->ids_, config.machine_id));
  store->thread_ = std::thread([raw = store.get()] { raw->write_until_stopped(); });
  return store;
}

SqliteStore::SqliteStore(const SqliteConfig& config, std::unique_ptr<SqliteConnection> writer)
    : config_(config), ids_(*config.clock), writer_(std::move(writer)), runner_(*writer_, ids_, *config.observer) {}

SqliteStore::~SqliteStore() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SqliteStore::set_commit_listener(CommitListener listener) { listener_ = std::move(listener); }

task<Result<void>> SqliteStore::check_ready() {
  auto reader = take_reader();
  if (!reader) co_return tl::unexpected(reader.error());
  auto checked = check_schema(*(*reader)->connection, embedded_migrations());
  give_back(std::move(*reader));
  if (checked) checked = ids_.check_usable();
  if (checked) checked = check_writes();
  co_return checked;
}

Result<void> SqliteStore::check_writes() const {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point failed{Clock::duration(write_failed_at_.load(std::memory_order_relaxed))};
  if (failed == Clock::time_point() || Clock::now() - failed > kFailedWriteCounts) return {};
  Error error = unavailable("the disk refused a write");
  error.message = "The database cannot write at the moment.";
  return failure(std::move(error));
}

task<Result<void>> SqliteStore::run_write(std::string_view name, StoreOptions options, WriteBody body) {
  DOORWARD_CO_CHECK(ids_.check_usable());
  co_return co_await Completion<Result<void>>([this, name, &options, &body](auto deliver) {
    submit(WaitingWrite{.name = name,
                        .deadline = options.deadline,
                        .queued_at = std::chrono::steady_clock::now(),
                        .body = &body,
                        .deliver = std::move(deliver)});
  });
}

void SqliteStore::submit(WaitingWrite write) {
  Error refused;
  {
    std::unique_lock lock(queue_mutex_);
    if (!stopping_ && queue_.size() < kSqliteQueueLimit) {
      queue_.push_back(std::move(write));
      const std::size_t waiting = queue_.size();
      lock.unlock();
      config_.observer->on_queue_depth(waiting);
      if (waiting == 1) queue_changed_.notify_one();
      return;
    }
    refused = stopping_ ? unavailable("the store is closing") : busy();
  }
  write.deliver(failure(std::move(refused)));
}

void SqliteStore::write_until_stopped() {
  pthread_setname_np(pthread_self(), "store-writer");
  std::vector<WaitingWrite> writes;
  while (true) {
    std::size_t waiting = 0;
    {
      std::unique_lock lock(queue_mutex_);
      const auto has_something = [this] { return stopping_ || !queue_.empty(); };
      if (!queue_changed_.wait_for(lock, kKeepCaches, has_something)) {
        lock.unlock();
        release_memory();
        lock.lock();
        queue_changed_.wait(lock, has_something);
      }
      if (queue_.empty()) break;
      const std::size_t count = std::min(queue_.size(), kSqliteBatchLimit);
      for (std::size_t i = 0; i < count; ++i) {
        writes.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      waiting = queue_.size();
    }
    config_.observer->on_queue_depth(waiting);
    run_batch(writes);
    writes.clear();
    checkpoint();
  }
  writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

void SqliteStore::run_batch(std::vector<WaitingWrite>& writes) {
  std::vector<Result<void>> outcomes;
  const bool notable = runner_.run(writes, outcomes);
  note_outcomes(outcomes);
  for (std::size_t i = 0; i < writes.size(); ++i) writes[i].deliver(std::move(outcomes[i]));
  if (notable && listener_) listener_();
}

void SqliteStore::note_outcomes(const std::vector<Result<void>>& outcomes) {
  for (const Result<void>& outcome : outcomes) {
    if (outcome) {
      write_failed_at_.store(0, std::memory_order_relaxed);
    } else if (outcome.error().reason == Reason::kStoreUnavailable) {
      write_failed_at_.store(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    }
  }
}

void SqliteStore::checkpoint() {
  const int pages = writer_->wal_pages();
  if (pages * kPageBytes > kTruncateWalBytes) {
    writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  } else if (pages >= kCheckpointPages) {
    writer_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  }
}

// On the writer's thread, between transactions. Readers that are idle belong to nobody while the mutex is held.
void SqliteStore::release_memory() {
  writer_->release_memory();
  const std::lock_guard lock(readers_mutex_);
  for (const auto& reader : idle_readers_) reader->connection->release_memory();
}

task<Result<void>> SqliteStore::run_read(std::string_view name, StoreOptions options, ReadBody body) {
  if (std::chrono::steady_clock::now() >= options.deadline) co_return failure(deadline_exceeded());
  co_return read_now(name, body);
}

Result<void> SqliteStore::read_now(std::string_view name, ReadBody& body) {
  const auto started = std::chrono::steady_clock::now();
  DOORWARD_TRY(auto reader, take_reader());
  Result<void> outcome = reader->connection->begin_read();
  if (outcome) {
    try {
      outcome = body(reader->tx);
    } catch (const std::exception& bug) {
      outcome = failure(internal_error(fmt::format("{}: {}", name, bug.what())));
    }
    reader->connection->end_read();
  }
  give_back(std::move(reader));
  config_.observer->on_transaction(name, outcome.has_value(), {}, std::chrono::steady_clock::now() - started);
  return outcome;
}

Result<std::unique_ptr<SqliteStore::Reader>> SqliteStore::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  DOORWARD_TRY(auto connection, SqliteConnection::open(config_.path, SqliteAccess::kRead, *config_.observer));
  return std::make_unique<Reader>(std::move(connection));
}

void SqliteStore::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(readers_mutex_);
  idle_readers_.push_back(std::move(reader));
}

}  // namespace doorward::store
