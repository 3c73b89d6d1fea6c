// Reading columns into the domain's types.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/sql/connection.h"

namespace doorward::store {

inline std::string text_at(const Row& row, int column) { return std::string(row.text(column)); }
inline bool bool_at(const Row& row, int column) { return row.integer(column) != 0; }
inline Timestamp time_at(const Row& row, int column) { return from_micros(row.integer(column)); }

template <class IdType>
IdType id_at(const Row& row, int column) {
  return IdType{text_at(row, column)};
}
template <class Enum>
Enum enum_at(const Row& row, int column) {
  return static_cast<Enum>(row.integer(column));
}
inline std::optional<std::string> optional_text_at(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return text_at(row, column);
}
inline std::optional<Timestamp> optional_time_at(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return time_at(row, column);
}

// A JSON object that this store wrote. Throws when it is not one: a damaged database is a fault, not an answer.
boost::json::object object_at(const Row& row, int column);
// The same in memory of its own, which is given back as a whole: quick to read and to throw away. Not for values that
// are kept and changed.
boost::json::object compact_object_at(const Row& row, int column);

// Ids as one parameter, with commas between.
template <class IdType>
std::string id_list(const std::vector<IdType>& ids) {
  std::string list;
  for (const IdType& id : ids) {
    // Ids have no such characters: what has is nobody's.
    if (id.str().empty() || id.str().find_first_of(",\"\\") != std::string::npos) continue;
    if (!list.empty()) list += ',';
    list += id.str();
  }
  return list;
}

// Runs a query of at most one row.
template <class Read>
auto find_one(Connection& connection, const Query& query, Values values, Read read)
    -> Result<std::optional<std::invoke_result_t<Read&, const Row&>>> {
  std::optional<std::invoke_result_t<Read&, const Row&>> found;
  DOORWARD_TRY([[maybe_unused]] auto count,
               connection.execute(query, values, [&](const Row& row) { found.emplace(read(row)); }));
  return found;
}

template <class Read>
auto find_all(Connection& connection, const Query& query, Values values, Read read)
    -> Result<std::vector<std::invoke_result_t<Read&, const Row&>>> {
  std::vector<std::invoke_result_t<Read&, const Row&>> found;
  DOORWARD_TRY([[maybe_unused]] auto count,
               connection.execute(query, values, [&](const Row& row) { found.push_back(read(row)); }));
  return found;
}

// The single integer of a query that always gives one row.
Result<std::int64_t> find_integer(Connection& connection, const Query& query, Values values);

}  // namespace doorward::store
