// One connection to PostgreSQL, in pipeline mode: post() only sends, execute() sends, and waits for everything sent.
//
// Statements are prepared once a connection, on their first use and in the same round trip. Every wait ends: the server
// ends statements after kStatementTimeout, and when it does not answer at all the connection is given up a little
// later. A connection that broke reconnects at the next begin, with a pause between attempts that fail. One thread at a
// time.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/commit/batch.h"
#include "store/sql/observer.h"

namespace doorward::store {

inline constexpr std::chrono::seconds kConnectTimeout{5};
inline constexpr std::chrono::seconds kStatementTimeout{10};
inline constexpr std::chrono::seconds kAnswerTimeout{15};  // longer: the server's own limit comes first
inline constexpr std::chrono::minutes kScriptTimeout{30};  // one migration
inline constexpr std::chrono::milliseconds kLeastReconnectPause{100};
inline constexpr std::chrono::milliseconds kMostReconnectPause{1'000};

class PostgresConnection : public Connection, public Session {
 public:
  PostgresConnection(std::string url, Observer& observer) : url_(std::move(url)), observer_(observer) {}

  // Connects when there is no connection. kStoreUnavailable at once while the pause after a failed attempt lasts.
  Result<void> connect();
  void disconnect();
  bool is_broken() const { return broken_; }

  Result<std::int64_t> execute(const Query& query, Values values, RowFunction on_row) override;
  Result<void> post(const Query& query, Values values) override;
  Result<void> run_script(std::string_view sql) override;

  Connection& connection() override { return *this; }
  Result<void> begin() override;
  Result<void> commit() override;
  void roll_back() override;
  std::uint64_t writes() const override { return writes_; }
  Result<void> savepoint() override;
  Result<void> release() override;
  Result<void> roll_back_to() override;
  Result<void> settle() override;
  bool is_transaction_lost() const override { return broken_ || earlier_failed_; }
  bool should_retry() const override { return retry_; }
  bool is_outcome_unknown() const override { return outcome_unknown_; }

  // A snapshot for reading. end_read does not wait: the end travels while the answer does.
  Result<void> begin_read();
  // The same for one statement, which is a transaction by itself; a second one fails.
  Result<void> begin_one_statement();
  void end_read();

  // For the watcher: the socket to wait on (-1 when there is none) and what arrived on it.
  int socket() const { return handle_ ? PQsocket(handle_.get()) : -1; }
  // Reads what arrived; the number of notifications from other connections.
  Result<int> take_notifications();

 private:
  struct Close {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using ResultPointer = std::unique_ptr<PGresult, Clear>;

  enum class Step : std::uint8_t { kPrepare, kStatement, kSync };
  // What was sent and has not been answered yet.
  struct Sent {
    Step step = Step::kStatement;
    const Query* query = nullptr;
    std::uint32_t closure = 0;  // which closure of the transaction sent it
    std::chrono::steady_clock::time_point at;
  };
  struct Prepared {
    std::string name;
    bool ready = false;
    bool sent = false;
  };

  Result<void> prepare_to_begin();
  Result<void> send(const Query& query, Values values);
  Result<void> send_sync();
  // Waits for everything sent. Rows of the last statement go to `on_row`; its count is returned.
  Result<std::int64_t> receive(RowFunction on_row);
  Result<void> receive_one(const Sent& sent, RowFunction on_row, bool last, std::int64_t& count);
  Result<ResultPointer> next_result(std::chrono::steady_clock::time_point until);
  Result<void> wait_readable(std::chrono::steady_clock::time_point until);
  Error broken(std::string detail);
  Error statement_error(const PGresult* result, const Sent& sent);

  std::string url_;
  Observer& observer_;
  std::unique_ptr<PGconn, Close> handle_;
  std::unordered_map<const Query*, Prepared> prepared_;
  std::deque<Sent> sent_;
  std::uint32_t closure_ = 0;

  // Of the transaction in progress.
  std::optional<Error> failed_;  // its first error: the server refuses everything until a rollback
  bool earlier_failed_ = false;  // the error came from a closure that already seemed to have succeeded
  bool retry_ = false;
  // Statements that may still be sent outside a transaction; nullopt within one.
  std::optional<int> statements_left_;
  std::uint64_t writes_ = 0;  // statements that are not a SELECT, and errors, which undo nothing by themselves
  bool committing_ = false;
  bool outcome_unknown_ = false;

  bool broken_ = true;
  std::chrono::steady_clock::time_point next_attempt_{};
  std::chrono::milliseconds pause_ = kLeastReconnectPause;
};

}  // namespace doorward::store
