// Rows of values as one parameter, so that one statement writes all of them: what a statement costs beside its rows is
// most of what a small row costs, above all on PostgreSQL. key_rows.h is the same for rows that are only looked up.
//
//   "UPDATE t SET a = k.a FROM " DOORWARD_ROWS(DOORWARD_COLUMN("id") ", " DOORWARD_COLUMN("a")) "WHERE t.id = k.id",
//   "UPDATE t SET a = k.a FROM " DOORWARD_ROWS_POSTGRES("id TEXT, a BIGINT") "WHERE t.id = k.id"
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"

namespace doorward::store {

class ValueRows {
 public:
  // Members by column; text is valid UTF-8 without NUL.
  void add(boost::json::object row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Parameter $1; must outlive the call.
  std::string text() const { return boost::json::serialize(rows_); }

 private:
  boost::json::array rows_;
};

inline boost::json::value row_value(Timestamp time) { return to_micros(time); }
inline boost::json::value row_value(const std::optional<Timestamp>& time) {
  return time ? boost::json::value(to_micros(*time)) : boost::json::value();
}

}  // namespace doorward::store

// The rows of $1 as a table k.
#define DOORWARD_COLUMN(name) "json_extract(j.value, '$." name "') AS " name
#define DOORWARD_ROWS(columns) "(SELECT " columns " FROM json_each($1) j) k "
#define DOORWARD_ROWS_POSTGRES(columns) "json_to_recordset(CAST($1 AS JSON)) AS k(" columns ") "
