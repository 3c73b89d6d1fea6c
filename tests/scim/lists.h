// Asking for lists and reading them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "suite.h"

namespace doorward::test {

// "/Users?filter=…" with the filter escaped; `more` goes behind it as it is.
inline std::string filtered(std::string_view path, std::string_view filter, std::string_view more = {}) {
  return std::string(path) + "?filter=" + percent_encode(filter) + std::string(more);
}

// One attribute of each resource of a list, by JSON pointer; "-" where it is absent.
inline std::vector<std::string> each(const Answer& list, std::string_view pointer) {
  if (list.status != 200) throw std::runtime_error(list.text);
  std::vector<std::string> values;
  for (const boost::json::value& resource : list.body.at("Resources").as_array()) {
    boost::json::error_code error;
    const auto* found = resource.find_pointer(pointer, error);
    values.push_back(found == nullptr     ? "-"
                     : found->is_string() ? std::string(found->as_string())
                                          : boost::json::serialize(*found));
  }
  return values;
}
inline std::vector<std::string> found_ids(const Answer& list) { return each(list, "/id"); }
inline std::vector<std::string> user_names(const Answer& list) { return each(list, "/userName"); }
inline std::int64_t total(const Answer& list) {
  if (list.status != 200) throw std::runtime_error(list.text);
  return list.body.at("totalResults").as_int64();
}

}  // namespace doorward::test
