// Many keys as one parameter, so that one statement, and one round trip, asks for all of them.
//
//   "SELECT k.n, d.status FROM " DOORWARD_KEY_ROWS "CROSS JOIN deliveries d WHERE d.environment_id = k.environment AND
//   …"
//
// On SQLite CROSS JOIN keeps the order: the keys first, then what has them by its index.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace doorward::store {

// What a row names; what a statement does not ask for may stay empty. Text is valid UTF-8, as ids are.
struct KeyRow {
  std::string_view environment;
  std::string_view endpoint = {};
  std::string_view owner = {};
  std::int64_t seq = 0;
};

class KeyRows {
 public:
  // The row's `n` is how many were added before it.
  void add(const KeyRow& row) {
    rows_.push_back(boost::json::array{rows_.size(), row.environment, row.endpoint, row.owner, row.seq});
  }
  bool empty() const { return rows_.empty(); }
  // Parameter $1; must outlive the call.
  std::string text() const { return boost::json::serialize(rows_); }

 private:
  boost::json::array rows_;
};

}  // namespace doorward::store

// The rows of $1 as a table k: n, environment, endpoint, owner, seq.
#define DOORWARD_KEY_ROWS                                                                                     \
  "(SELECT json_extract(j.value, '$[0]') AS n, json_extract(j.value, '$[1]') AS environment, "                \
  "json_extract(j.value, '$[2]') AS endpoint, json_extract(j.value, '$[3]') AS owner, json_extract(j.value, " \
  "'$[4]') AS seq FROM json_each($1) j) k "
#define DOORWARD_KEY_ROWS_POSTGRES                                                                        \
  "(SELECT CAST(j ->> 0 AS BIGINT) AS n, j ->> 1 AS environment, j ->> 2 AS endpoint, j ->> 3 AS owner, " \
  "CAST(j ->> 4 AS BIGINT) AS seq FROM json_array_elements(CAST($1 AS JSON)) j) k "
