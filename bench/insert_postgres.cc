#include <libpq-fe.h>

#include <memory>
#include <stdexcept>

#include "insert.h"

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection open(const std::string& url) {
  Connection connection(PQconnectdb(url.c_str()), PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  return connection;
}

Result checked(PGconn* connection, PGresult* raw) {
  Result result(raw, PQclear);
  const auto status = PQresultStatus(raw);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(connection));
  return result;
}

Result run(PGconn* connection, const std::string& sql) { return checked(connection, PQexec(connection, sql.c_str())); }

struct Kept {
  Result rows{nullptr, PQclear};
  std::string name;  // of the prepared insert
};

void send(PGconn* connection, const char* sql) {
  if (PQsendQueryParams(connection, sql, 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) {
    throw std::runtime_error(PQerrorMessage(connection));
  }
}

// Reads the answers of everything that was sent since the last one.
void finish(PGconn* connection) {
  if (PQpipelineSync(connection) != 1) throw std::runtime_error(PQerrorMessage(connection));
  for (;;) {
    Result result(PQgetResult(connection), PQclear);
    if (!result) continue;  // ends the results of one statement
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return;
    if (status != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection));
  }
}

}  // namespace

Outcome insert_into_postgres(const std::string& source_url, const std::string& target_url,
                             const std::vector<std::string>& tables, std::size_t creates, std::size_t batch) {
  const auto source = open(source_url);
  const auto target = open(target_url);
  // The rows are consistent as a whole; the order of tables is not that of their references.
  run(target.get(), "SET session_replication_role = replica");
  std::vector<Kept> kept;
  for (const auto& table : tables) {
    auto& one = kept.emplace_back();
    one.rows = run(source.get(), "SELECT * FROM \"" + table + "\"");
    one.name = "insert_" + table;
    std::string sql = "INSERT INTO \"" + table + "\" VALUES(";
    for (int i = 0; i < PQnfields(one.rows.get()); ++i) sql += (i ? ",$" : "$") + std::to_string(i + 1);
    checked(target.get(), PQprepare(target.get(), one.name.c_str(), (sql + ")").c_str(), 0, nullptr));
  }

  Outcome outcome;
  std::vector<const char*> values;
  const int backend = PQbackendPID(target.get());
  PQenterPipelineMode(target.get());
  const double started = seconds_now(), cpu = cpu_seconds_now() + cpu_seconds_of(backend);
  for (std::size_t create = 0; create < creates; ++create) {
    if (create % batch == 0) send(target.get(), "BEGIN");
    for (const auto& one : kept) {
      PGresult* rows = one.rows.get();
      const auto count = static_cast<std::size_t>(PQntuples(rows));
      for (auto r = share(count, create, creates); r < share(count, create + 1, creates); ++r) {
        values.clear();
        for (int c = 0; c < PQnfields(rows); ++c) {
          const int row = static_cast<int>(r);
          values.push_back(PQgetisnull(rows, row, c) ? nullptr : PQgetvalue(rows, row, c));
        }
        if (PQsendQueryPrepared(target.get(), one.name.c_str(), static_cast<int>(values.size()), values.data(), nullptr,
                                nullptr, 0) != 1) {
          throw std::runtime_error(PQerrorMessage(target.get()));
        }
      }
    }
    if (create % batch == batch - 1 || create == creates - 1) {
      send(target.get(), "COMMIT");
      finish(target.get());
      ++outcome.transactions;
    }
  }
  outcome.seconds = seconds_now() - started;
  outcome.cpu_seconds = cpu_seconds_now() + cpu_seconds_of(backend) - cpu;
  return outcome;
}
