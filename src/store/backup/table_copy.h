// Copies the rows of one table from one database to another, of the same kind or not.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/backup/backup.h"
#include "store/sql/connection.h"

namespace doorward::store {

struct TableColumn {
  std::string name;
  Value::Kind kind = Value::Kind::kText;
};

struct TableShape {
  std::string name;
  std::vector<TableColumn> columns;
};

// A statement made at run time. It lives as long as the connection that runs it: connections keep statements by the
// address of their query.
class Statements {
 public:
  const Query& add(std::string name, std::string sql);

 private:
  struct Owned {
    std::string name;
    std::string sql;
    Query query;
  };
  std::deque<Owned> owned_;
};

// The tables of a SQLite database in the order of their names, without the migration journal, the manifest and what
// SQLite keeps for itself.
Result<std::vector<TableShape>> shapes_of(Connection& sqlite);

// The rows that a function is given, in one transaction of the source.
enum class ReadBy : std::uint8_t {
  kStatement,  // SQLite: rows come one by one
  kCursor,     // PostgreSQL: kCursorRows at a time, so that memory stays bounded
};

// Copies every row; counts and digests what it read. `from` and `to` are in a transaction.
Result<BackupTable> copy_table(Connection& from, ReadBy read_by, Connection& to, Statements& statements,
                               const TableShape& table);

Result<std::int64_t> count_rows(Connection& connection, Statements& statements, const std::string& table);

}  // namespace doorward::store
