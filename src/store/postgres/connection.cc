#include "store/postgres/connection.h"

#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "store/sql/errors.h"

namespace doorward::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Type numbers of PostgreSQL (pg_type.dat); fixed for built-in types.
constexpr Oid kInt8Oid = 20;
constexpr Oid kTextOid = 25;
constexpr Oid kByteaOid = 17;
constexpr int kBinary = 1;
// Statements sent and not answered; more would only fill buffers on both sides.
constexpr std::size_t kMostSent = 512;
constexpr std::size_t kMostValues = 32;

constexpr Query kBegin{"transaction.begin", "BEGIN"};
constexpr Query kBeginRead{"transaction.begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Query kCommit{"transaction.commit", "COMMIT"};
constexpr Query kRollBack{"transaction.roll_back", "ROLLBACK"};
constexpr Query kSavepoint{"transaction.savepoint", "SAVEPOINT closure"};
constexpr Query kRelease{"transaction.release", "RELEASE closure"};
constexpr Query kRollBackTo{"transaction.roll_back_to", "ROLLBACK TO closure"};

class PostgresRow : public Row {
 public:
  explicit PostgresRow(const PGresult* result) : result_(result) {}
  void move_to(int row) { row_ = row; }
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t integer(int column) const override {
    const char* data = PQgetvalue(result_, row_, column);
    switch (PQgetlength(result_, row_, column)) {
      case sizeof(std::int64_t): {
        std::uint64_t wire = 0;
        std::memcpy(&wire, data, sizeof wire);
        return static_cast<std::int64_t>(be64toh(wire));
      }
      case sizeof(std::int32_t): {
        std::uint32_t wire = 0;
        std::memcpy(&wire, data, sizeof wire);
        return static_cast<std::int32_t>(ntohl(wire));
      }
      default:
        return 0;
    }
  }
  std::string_view text(int column) const override {
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_ = 0;
};

Oid type_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kInteger:
      return kInt8Oid;
    case Value::Kind::kText:
      return kTextOid;
    case Value::Kind::kBytes:
      return kByteaOid;
  }
  return 0;
}

// Parameters in the binary form of the wire protocol.
class WireValues {
 public:
  explicit WireValues(Values values) : count_(static_cast<int>(values.size())) {
    std::size_t i = 0;
    for (const Value& value : values) {
      formats_[i] = kBinary;
      types_[i] = type_of(value.kind());
      if (value.is_null()) {
        data_[i] = nullptr;
        lengths_[i] = 0;
      } else if (value.kind() == Value::Kind::kInteger) {
        integers_[i] = htobe64(static_cast<std::uint64_t>(value.integer()));
        data_[i] = reinterpret_cast<const char*>(&integers_[i]);
        lengths_[i] = sizeof(std::int64_t);
      } else {
        data_[i] = value.text().data() == nullptr ? "" : value.text().data();
        lengths_[i] = static_cast<int>(value.text().size());
      }
      ++i;
    }
  }
  int count() const { return count_; }
  const Oid* types() const { return types_.data(); }
  const char* const* data() const { return data_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  int count_;
  std::array<Oid, kMostValues> types_;
  std::array<const char*, kMostValues> data_;
  std::array<int, kMostValues> lengths_;
  std::array<int, kMostValues> formats_;
  std::array<std::uint64_t, kMostValues> integers_;
};

std::int64_t changed_rows(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

}  // namespace

Result<void> PostgresConnection::connect() {
  if (!broken_) return {};
  const auto now = SteadyClock::now();
  if (now < next_attempt_) return failure(unavailable("waiting to connect again"));
  disconnect();
  const std::string seconds = std::to_string(kConnectTimeout.count());
  const std::string milliseconds = std::to_string(std::chrono::milliseconds(kAnswerTimeout).count());
  const std::array<const char*, 5> names{"dbname", "connect_timeout", "tcp_user_timeout", "client_encoding", nullptr};
  const std::array<const char*, 5> values{url_.c_str(), seconds.c_str(), milliseconds.c_str(), "UTF8", nullptr};
  handle_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    std::string detail = handle_ ? PQerrorMessage(handle_.get()) : "out of memory";
    handle_.reset();
    next_attempt_ = SteadyClock::now() + pause_;
    pause_ = std::min(pause_ * 2, kMostReconnectPause);
    return failure(unavailable(std::move(detail)));
  }
  pause_ = kLeastReconnectPause;
  PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
  PQsetnonblocking(handle_.get(), 1);
  broken_ = false;
  // A connection pooled with a session of its own may have been left with other defaults. Every question here is
  // answered by an index; a plan that reads a table whole because it was small once would stay while it grows. One plan
  // a statement serves them all: making one for each execution costs more than the look-up.
  auto configured =
      run_script(fmt::format("SET application_name = 'doorward'; SET synchronous_commit = on; "
                             "SET default_transaction_isolation = 'read committed'; SET statement_timeout = '{}s'; "
                             "SET idle_in_transaction_session_timeout = '{}s'; "
                             "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
                             "SET jit = off; SET plan_cache_mode = force_generic_plan",
                             kStatementTimeout.count(), 2 * kAnswerTimeout.count()));
  if (!configured) disconnect();
  return configured;
}

void PostgresConnection::disconnect() {
  handle_.reset();
  prepared_.clear();
  sent_.clear();
  broken_ = true;
}

Error PostgresConnection::broken(std::string detail) {
  broken_ = true;
  outcome_unknown_ = committing_;
  retry_ = !committing_;
  sent_.clear();
  return unavailable(std::move(detail));
}

Error PostgresConnection::statement_error(const PGresult* result, const Sent& sent) {
  const auto field = [&](int code) -> std::string_view {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
  };
  const std::string_view state = field(PG_DIAG_SQLSTATE);
  const std::string detail = fmt::format("{}: {} ({})", sent.query == nullptr ? "script" : sent.query->name,
                                         field(PG_DIAG_MESSAGE_PRIMARY), state);
  ++writes_;
  earlier_failed_ = sent.closure != closure_;
  if (state == "23505") return unique_violation(field(PG_DIAG_CONSTRAINT_NAME), detail);
  if (state == "40001" || state == "40P01") {
    retry_ = true;
    return conflict(detail);
  }
  if (state == "22021" || state == "22P05") return unstorable_text();
  // A plan or a prepared statement that the server no longer has: a new connection begins afresh. A standby that
  // became reachable under our address refuses writes: look again where the primary is.
  if (state == "0A000" || state == "26000" || state == "25006") return broken(detail);
  if (state.starts_with("57P") || state.starts_with("08")) return broken(detail);
  // Out of resources, an error of the system, or the statement's time is over.
  if (state.starts_with("53") || state.starts_with("58") || state == "57014" || state == "55P03") {
    return unavailable(detail);
  }
  return internal_error(detail);
}

Result<void> PostgresConnection::wait_readable(SteadyClock::time_point until) {
  while (true) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0) return failure(broken(PQerrorMessage(handle_.get())));
    if (unsent == 0 && PQisBusy(handle_.get()) == 0) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
    if (left.count() <= 0) return failure(broken("no answer from the database"));
    pollfd wait{.fd = PQsocket(handle_.get()),
                .events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN),
                .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return failure(broken("poll failed"));
    if (ready > 0 && (wait.revents & ~POLLOUT) != 0 && PQconsumeInput(handle_.get()) == 0) {
      return failure(broken(PQerrorMessage(handle_.get())));
    }
  }
}

Result<PostgresConnection::ResultPointer> PostgresConnection::next_result(SteadyClock::time_point until) {
  DOORWARD_CHECK(wait_readable(until));
  return ResultPointer(PQgetResult(handle_.get()));
}

Result<void> PostgresConnection::send(const Query& query, Values values) {
  if (broken_) return failure(unavailable("the connection to the database was lost"));
  if (failed_) return failure(*failed_);
  if (statements_left_) {
    if (*statements_left_ == 0) return failure(internal_error("more than one statement"));
    --*statements_left_;
  }
  if (values.size() > kMostValues) return failure(internal_error("too many parameters"));
  const WireValues wire(values);
  auto& prepared = prepared_[&query];
  const auto now = SteadyClock::now();
  if (!prepared.ready && !prepared.sent) {
    if (prepared.name.empty()) prepared.name = fmt::format("q{}", prepared_.size());
    const char* sql = query.postgres != nullptr ? query.postgres : query.sql;
    if (PQsendPrepare(handle_.get(), prepared.name.c_str(), sql, wire.count(), wire.types()) == 0) {
      return failure(broken(PQerrorMessage(handle_.get())));
    }
    prepared.sent = true;
    sent_.push_back({Step::kPrepare, &query, closure_, now});
  }
  if (PQsendQueryPrepared(handle_.get(), prepared.name.c_str(), wire.count(), wire.data(), wire.lengths(),
                          wire.formats(), kBinary) == 0) {
    return failure(broken(PQerrorMessage(handle_.get())));
  }
  if (!std::string_view(query.postgres != nullptr ? query.postgres : query.sql).starts_with("SELECT")) ++writes_;
  sent_.push_back({Step::kStatement, &query, closure_, now});
  return {};
}

Result<void> PostgresConnection::send_sync() {
  if (PQpipelineSync(handle_.get()) == 0) return failure(broken(PQerrorMessage(handle_.get())));
  sent_.push_back({Step::kSync, nullptr, closure_, SteadyClock::now()});
  return {};
}

Result<void> PostgresConnection::receive_one(const Sent& sent, RowFunction on_row, bool last, std::int64_t& count) {
  const auto until = SteadyClock::now() + kAnswerTimeout;
  DOORWARD_TRY(auto result, next_result(until));
  if (!result) return failure(broken("the database answered out of turn"));
  const ExecStatusType status = PQresultStatus(result.get());
  if (sent.step == Step::kSync) {
    if (status != PGRES_PIPELINE_SYNC) return failure(broken("the database answered out of turn"));
    return {};
  }
  DOORWARD_TRY(const auto end, next_result(until));  // every statement's results end with an empty one
  const bool succeeded = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  if (sent.step == Step::kPrepare) {
    auto& prepared = prepared_[sent.query];
    prepared.ready = succeeded;
    prepared.sent = false;
  } else {
    observer_.on_query(sent.query->name, succeeded, SteadyClock::now() - sent.at);
  }
  if (status == PGRES_PIPELINE_ABORTED) return {};  // an earlier one failed, and that is the error to tell
  if (!succeeded) {
    Error error = statement_error(result.get(), sent);
    if (!failed_) failed_ = error;
    return {};
  }
  if (!last) return {};
  count = changed_rows(result.get());
  if (status == PGRES_TUPLES_OK) {
    PostgresRow row(result.get());
    const int rows = PQntuples(result.get());
    for (int i = 0; i < rows; ++i) {
      row.move_to(i);
      on_row(row);
    }
    count = rows;
  }
  return {};
}

Result<std::int64_t> PostgresConnection::receive(RowFunction on_row) {
  std::int64_t count = 0;
  while (!sent_.empty() && !broken_) {
    const Sent sent = sent_.front();
    sent_.pop_front();
    const bool last = sent_.size() == 1;  // the sync comes after the statement that is waited for
    DOORWARD_CHECK(receive_one(sent, on_row, last, count));
  }
  if (failed_) return failure(*failed_);
  if (broken_) return failure(unavailable("the connection to the database was lost"));
  return count;
}

Result<std::int64_t> PostgresConnection::execute(const Query& query, Values values, RowFunction on_row) {
  DOORWARD_CHECK(send(query, values));
  DOORWARD_CHECK(send_sync());
  return receive(on_row);
}

Result<void> PostgresConnection::post(const Query& query, Values values) {
  if (sent_.size() >= kMostSent) DOORWARD_CHECK(settle());
  return send(query, values);
}

Result<void> PostgresConnection::settle() {
  // Posted statements go on with the next wait or the commit: an error of theirs then counts against the transaction,
  // which runs its closures one by one, and each gets its own.
  if (failed_) return failure(*failed_);
  if (broken_) return failure(unavailable("the connection to the database was lost"));
  if (sent_.size() < kMostSent / 2) return {};
  DOORWARD_CHECK(send_sync());
  DOORWARD_TRY([[maybe_unused]] auto count, receive({}));
  return {};
}

Result<void> PostgresConnection::run_script(std::string_view sql) {
  if (broken_) return failure(unavailable("the connection to the database was lost"));
  if (!sent_.empty()) {
    DOORWARD_CHECK(send_sync());
    DOORWARD_TRY([[maybe_unused]] auto count, receive({}));
  }
  // Several statements in one text need the simple protocol, which a pipeline does not carry.
  PQexitPipelineMode(handle_.get());
  if (PQsendQuery(handle_.get(), std::string(sql).c_str()) == 0) {
    return failure(broken(PQerrorMessage(handle_.get())));
  }
  const auto until = SteadyClock::now() + kScriptTimeout;
  std::optional<Error> error;
  while (true) {
    DOORWARD_TRY(const auto result, next_result(until));
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR && !error) error = statement_error(result.get(), {.closure = closure_});
  }
  if (!broken_ && PQenterPipelineMode(handle_.get()) == 0) return failure(broken("no pipeline"));
  if (error) return failure(std::move(*error));
  return {};
}

Result<void> PostgresConnection::prepare_to_begin() {
  failed_.reset();
  statements_left_.reset();
  earlier_failed_ = retry_ = committing_ = outcome_unknown_ = false;
  closure_ = 0;
  return connect();
}

Result<void> PostgresConnection::begin() {
  DOORWARD_CHECK(prepare_to_begin());
  return post(kBegin, {});
}

Result<void> PostgresConnection::begin_read() {
  DOORWARD_CHECK(prepare_to_begin());
  return post(kBeginRead, {});
}

Result<void> PostgresConnection::begin_one_statement() {
  DOORWARD_CHECK(prepare_to_begin());
  statements_left_ = 1;
  return {};
}

void PostgresConnection::end_read() {
  failed_.reset();
  if (std::exchange(statements_left_, std::nullopt)) return;
  if (broken_ || !send(kCommit, {}) || !send_sync()) return;
  PQflush(handle_.get());
}

Result<void> PostgresConnection::commit() {
  DOORWARD_CHECK(send(kCommit, {}));
  DOORWARD_CHECK(send_sync());
  committing_ = true;
  auto committed = receive({});
  committing_ = false;
  if (!committed) return tl::unexpected(std::move(committed).error());
  return {};
}

void PostgresConnection::roll_back() {
  if (broken_) return;
  const bool was_retry = retry_;
  if (!sent_.empty() && send_sync()) static_cast<void>(receive({}));
  failed_.reset();
  if (!broken_) static_cast<void>(execute(kRollBack, {}, {}));
  failed_.reset();
  retry_ = retry_ || was_retry;
}

Result<void> PostgresConnection::savepoint() {
  ++closure_;
  return post(kSavepoint, {});
}

Result<void> PostgresConnection::release() { return post(kRelease, {}); }

Result<void> PostgresConnection::roll_back_to() {
  // What the closure posted may still be on its way, and may fail: that is rolled back as well.
  if (!sent_.empty()) {
    DOORWARD_CHECK(send_sync());
    static_cast<void>(receive({}));
    if (broken_ || earlier_failed_ || retry_) return failure(failed_.value_or(unavailable("connection lost")));
  }
  failed_.reset();
  DOORWARD_CHECK(post(kRollBackTo, {}));
  return post(kRelease, {});
}

Result<int> PostgresConnection::take_notifications() {
  if (broken_) return failure(unavailable("the connection to the database was lost"));
  if (PQconsumeInput(handle_.get()) == 0) return failure(broken(PQerrorMessage(handle_.get())));
  int others = 0;
  const int own = PQbackendPID(handle_.get());
  while (PGnotify* notification = PQnotifies(handle_.get())) {
    if (notification->be_pid != own) ++others;
    PQfreemem(notification);
  }
  return others;
}

}  // namespace doorward::store
