#include "store/sql/read_row.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace doorward::store {

boost::json::object object_at(const Row& row, int column) {
  return std::move(boost::json::parse(row.text(column)).as_object());
}

Result<std::int64_t> find_integer(Connection& connection, const Query& query, Values values) {
  std::int64_t number = 0;
  DOORWARD_TRY([[maybe_unused]] auto count,
               connection.execute(query, values, [&](const Row& row) { number = row.integer(0); }));
  return number;
}

}  // namespace doorward::store
