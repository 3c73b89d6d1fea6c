#include "protocol/scim/json_member.h"

#include <boost/json/array.hpp>
#include <numeric>

namespace doorward::scim {

namespace json = boost::json;

std::size_t bytes_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return value.get_string().size() + 3;
    case json::kind::array:
      return std::accumulate(value.get_array().begin(), value.get_array().end(), std::size_t{2},
                             [](std::size_t sum, const json::value& element) { return sum + bytes_of(element); });
    case json::kind::object:
      return std::accumulate(value.get_object().begin(), value.get_object().end(), std::size_t{2},
                             [](std::size_t sum, const json::key_value_pair& member) {
                               return sum + member.key().size() + 4 + bytes_of(member.value());
                             });
    default:
      return 8;
  }
}

}  // namespace doorward::scim
