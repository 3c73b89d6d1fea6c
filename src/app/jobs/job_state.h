// Members of a job's state, as its kind wrote them.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace doorward {

// "" and 0 when there is none.
inline std::string job_text(const boost::json::object& state, std::string_view name) {
  const boost::json::value* found = state.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}
inline std::int64_t job_number(const boost::json::object& state, std::string_view name) {
  const boost::json::value* found = state.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

}  // namespace doorward
