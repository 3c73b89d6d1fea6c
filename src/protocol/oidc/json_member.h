// Members of the JSON objects that providers send, where one of the wrong type counts as absent.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::oidc {

inline std::string_view text_view(boost::json::string_view text) { return {text.data(), text.size()}; }
inline std::string_view text_view(const boost::json::string& text) { return {text.data(), text.size()}; }

// Empty when absent or no string. Lives as long as `object`.
inline std::string_view text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? text_view(value->get_string()) : std::string_view();
}

// True only for the JSON value true: not for "true", not for 1.
inline bool flag_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// The strings of an array; other elements are left out.
inline std::vector<std::string> texts_member(const boost::json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return texts;
  for (const boost::json::value& element : value->get_array()) {
    if (element.is_string()) texts.emplace_back(text_view(element.get_string()));
  }
  return texts;
}

}  // namespace doorward::oidc
