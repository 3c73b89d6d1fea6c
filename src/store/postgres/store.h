// The store on PostgreSQL 15 or later: a pool of workers with a connection each (connection.h), writes in lanes by
// StoreOptions::serial_key (lanes.h). The database may go away and come back: what waits meanwhile is answered
// kStoreUnavailable, and the next transaction after its return succeeds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/commit/database_store.h"
#include "store/postgres/connection.h"
#include "store/postgres/lanes.h"
#include "store/postgres/watcher.h"
#include "store/schema/migrations.h"

namespace doorward::store {

inline constexpr std::size_t kPostgresWorkers = 8;
inline constexpr std::size_t kPostgresQueueLimit = 4'096;
// Under 64: PostgreSQL keeps that many subtransactions of a transaction in shared memory before it slows down.
inline constexpr std::size_t kPostgresBatchLimit = 48;
inline constexpr std::size_t kPostgresKeylessBatchLimit = 4;

struct PostgresConfig {
  std::string url;
  MigrateMode migrate = MigrateMode::kApply;
  const Clock* clock = nullptr;  // must outlive the store
  Observer* observer = nullptr;  // must outlive the store
  std::size_t workers = kPostgresWorkers;
  std::optional<std::uint16_t> machine_id;  // nullopt: a free one
};

// A read that can also look at the schema.
class PostgresReadTx : public SqlReadTx {
 public:
  PostgresReadTx(const Repositories& all, PostgresConnection& connection) : SqlReadTx(all), connection_(connection) {}
  Result<void> check_schema() const { return store::check_schema(connection_, embedded_migrations()); }

 private:
  PostgresConnection& connection_;
};

class PostgresStore : public DatabaseStore {
 public:
  // Connects, brings the database to the schema or refuses it, takes a machine part for ids, starts the workers.
  static Result<std::unique_ptr<PostgresStore>> open(const PostgresConfig& config);
  ~PostgresStore() override;  // finishes what waits

  Ids& ids() override { return ids_; }
  void set_commit_listener(CommitListener listener) override;
  task<Result<void>> check_ready() override;

 protected:
  task<Result<void>> run_write(std::string_view name, StoreOptions options, WriteBody body) override;
  task<Result<void>> run_read(std::string_view name, StoreOptions options, ReadBody body) override;

 private:
  explicit PostgresStore(const PostgresConfig& config);
  void work();
  void write_batch(BatchRunner& runner, Lanes::Batch& batch);
  void read_one(PostgresConnection& connection, const SqlReadTx& tx, WaitingRead& read);
  void call_listener();

  PostgresConfig config_;
  IdSource ids_;
  Lanes lanes_;
  std::mutex listener_mutex_;
  CommitListener listener_;
  std::unique_ptr<Watcher> watcher_;
  std::vector<std::thread> workers_;
};

}  // namespace doorward::store
