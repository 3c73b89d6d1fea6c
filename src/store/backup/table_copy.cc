#include "store/backup/table_copy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "crypto/hash.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr std::int64_t kCursorRows = 1'000;

constexpr Query kTables{"backup.tables",
                        "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c "
                        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'schema_migrations' "
                        "AND t.name NOT LIKE 'backup_%' ORDER BY t.name, c.cid"};

Value::Kind kind_of(std::string_view declared) {
  if (declared == "BIGINT") return Value::Kind::kInteger;
  return declared == "BLOB" ? Value::Kind::kBytes : Value::Kind::kText;
}

Value value_at(const Row& row, int column, Value::Kind kind) {
  if (row.is_null(column)) {
    if (kind == Value::Kind::kInteger) return {std::optional<std::int64_t>{}};
    const std::optional<std::string> nothing;
    return kind == Value::Kind::kBytes ? Value::bytes(nothing) : Value(nothing);
  }
  if (kind == Value::Kind::kInteger) return {row.integer(column)};
  return kind == Value::Kind::kBytes ? Value::bytes(row.text(column)) : Value(row.text(column));
}

// A sum over rows is the same in whatever order a database gives them.
class Digest {
 public:
  void add(const std::vector<Value>& values) {
    text_.clear();
    for (const Value& value : values) {
      if (value.is_null()) {
        text_ += "n ";
      } else if (value.kind() == Value::Kind::kInteger) {
        fmt::format_to(std::back_inserter(text_), "i{} ", value.integer());
      } else {
        fmt::format_to(std::back_inserter(text_), "t{}:", value.text().size());
        text_ += value.text();
      }
    }
    const std::string hash = crypto::sha256(text_);
    for (std::size_t i = 0; i < sum_.size(); ++i) {
      std::uint64_t part = 0;
      std::memcpy(&part, hash.data() + i * sizeof part, sizeof part);
      sum_[i] += part;
    }
  }
  std::string text() const { return fmt::format("{:016x}", fmt::join(sum_, "")); }

 private:
  std::array<std::uint64_t, 4> sum_{};
  std::string text_;
};

std::string joined_names(const TableShape& table) {
  std::string names;
  for (const TableColumn& column : table.columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

std::string insert_of(const TableShape& table) {
  std::string places;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  return fmt::format("INSERT INTO {}({}) VALUES({})", table.name, joined_names(table), places);
}

Result<void> each_row(Connection& from, ReadBy read_by, Statements& statements, const std::string& name,
                      const std::string& select, RowFunction on_row) {
  if (read_by == ReadBy::kStatement) {
    DOORWARD_TRY([[maybe_unused]] auto rows, from.execute(statements.add(name + ".read", select), {}, on_row));
    return {};
  }
  const Query& open = statements.add(name + ".open", "DECLARE copied NO SCROLL CURSOR FOR " + select);
  const Query& fetch = statements.add(name + ".fetch", fmt::format("FETCH {} FROM copied", kCursorRows));
  const Query& close = statements.add(name + ".close", "CLOSE copied");
  DOORWARD_TRY([[maybe_unused]] auto opened, from.execute(open, {}));
  while (true) {
    DOORWARD_TRY(const std::int64_t rows, from.execute(fetch, {}, on_row));
    if (rows < kCursorRows) break;
  }
  DOORWARD_TRY([[maybe_unused]] auto closed, from.execute(close, {}));
  return {};
}

}  // namespace

const Query& Statements::add(std::string name, std::string sql) {
  Owned& owned = owned_.emplace_back(std::move(name), std::move(sql), Query{});
  owned.query = {owned.name.c_str(), owned.sql.c_str()};
  return owned.query;
}

Result<std::vector<TableShape>> shapes_of(Connection& sqlite) {
  std::vector<TableShape> tables;
  DOORWARD_TRY([[maybe_unused]] auto rows, sqlite.execute(kTables, {}, [&](const Row& row) {
    if (tables.empty() || tables.back().name != row.text(0)) tables.push_back({text_at(row, 0), {}});
    tables.back().columns.push_back({text_at(row, 1), kind_of(row.text(2))});
  }));
  return tables;
}

Result<BackupTable> copy_table(Connection& from, ReadBy read_by, Connection& to, Statements& statements,
                               const TableShape& table) {
  const Query& insert = statements.add(table.name + ".copy", insert_of(table));
  BackupTable copied{.name = table.name, .rows = 0, .digest = {}};
  Digest digest;
  std::vector<Value> values;
  Result<void> written;
  const auto copy_row = [&](const Row& row) {
    if (!written) return;
    values.clear();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      values.push_back(value_at(row, static_cast<int>(i), table.columns[i].kind));
    }
    digest.add(values);
    ++copied.rows;
    written = to.post(insert, Values(std::span<const Value>(values)));
  };
  DOORWARD_CHECK(each_row(from, read_by, statements, table.name,
                          fmt::format("SELECT {} FROM {}", joined_names(table), table.name), copy_row));
  if (!written) return tl::unexpected(written.error());
  copied.digest = digest.text();
  return copied;
}

Result<std::int64_t> count_rows(Connection& connection, Statements& statements, const std::string& table) {
  return find_integer(connection, statements.add(table + ".count", "SELECT count(*) FROM " + table), {});
}

}  // namespace doorward::store
