#include "store/sql/read_row.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace doorward::store {

boost::json::object object_at(const Row& row, int column) {
  return std::move(boost::json::parse(row.text(column)).as_object());
}

boost::json::object compact_object_at(const Row& row, int column) {
  const std::string_view text = row.text(column);
  // Some hundred values in one allocation; each of them keeps it alive.
  constexpr std::size_t kValuesForText = 4;
  auto storage = boost::json::make_shared_resource<boost::json::monotonic_resource>(kValuesForText * text.size() + 64);
  return std::move(boost::json::parse(text, std::move(storage)).as_object());
}

Result<std::int64_t> find_integer(Connection& connection, const Query& query, Values values) {
  std::int64_t number = 0;
  DOORWARD_TRY([[maybe_unused]] auto count,
               connection.execute(query, values, [&](const Row& row) { number = row.integer(0); }));
  return number;
}

}  // namespace doorward::store
