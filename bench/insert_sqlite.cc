#include <sqlite3.h>

#include <stdexcept>

#include "insert.h"

namespace {

struct Database {
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
  }
  ~Database() { sqlite3_close(handle); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql) {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sql);
    return statement;
  }
  [[noreturn]] void fail(const std::string& sql) { throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle)); }

  sqlite3* handle = nullptr;
};

// Values keep the storage class they have: binding sqlite3_value copies does that without naming types.
struct Kept {
  std::vector<std::vector<sqlite3_value*>> rows;
  std::string insert;
};

Kept read(Database& source, const std::string& table) {
  Kept kept;
  sqlite3_stmt* select = source.prepare("SELECT * FROM \"" + table + "\"");
  const int columns = sqlite3_column_count(select);
  while (sqlite3_step(select) == SQLITE_ROW) {
    auto& row = kept.rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.push_back(sqlite3_value_dup(sqlite3_column_value(select, i)));
  }
  sqlite3_finalize(select);
  kept.insert = "INSERT INTO \"" + table + "\" VALUES(";
  for (int i = 0; i < columns; ++i) kept.insert += i ? ",?" : "?";
  kept.insert += ")";
  return kept;
}

}  // namespace

Outcome insert_into_sqlite(const std::string& source_path, const std::string& target_path,
                           const std::vector<std::string>& tables, std::size_t creates, std::size_t batch) {
  Database source(source_path);
  std::vector<Kept> kept;
  for (const auto& table : tables) kept.push_back(read(source, table));
  Database target(target_path);
  target.run("PRAGMA journal_mode=WAL");
  target.run("PRAGMA synchronous=FULL");
  std::vector<sqlite3_stmt*> inserts;
  for (const auto& one : kept) inserts.push_back(target.prepare(one.insert));

  Outcome outcome;
  const double started = seconds_now(), cpu = cpu_seconds_now();
  for (std::size_t create = 0; create < creates; ++create) {
    if (create % batch == 0) target.run("BEGIN IMMEDIATE");
    for (std::size_t t = 0; t < kept.size(); ++t) {
      const auto& rows = kept[t].rows;
      for (auto r = share(rows.size(), create, creates); r < share(rows.size(), create + 1, creates); ++r) {
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
          sqlite3_bind_value(inserts[t], static_cast<int>(c) + 1, rows[r][c]);
        }
        if (sqlite3_step(inserts[t]) != SQLITE_DONE) target.fail(kept[t].insert);
        sqlite3_reset(inserts[t]);
      }
    }
    if (create % batch == batch - 1 || create == creates - 1) {
      target.run("COMMIT");
      ++outcome.transactions;
    }
  }
  outcome.seconds = seconds_now() - started;
  outcome.cpu_seconds = cpu_seconds_now() - cpu;
  for (auto* statement : inserts) sqlite3_finalize(statement);
  for (auto& one : kept) {
    for (auto& row : one.rows) {
      for (auto* value : row) sqlite3_value_free(value);
    }
  }
  return outcome;
}
