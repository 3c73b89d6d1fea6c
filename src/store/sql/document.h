// Reading members of the JSON documents that this store wrote. A member that is not there, as in rows of an older
// binary, reads as its default.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::store {

template <class T>
T member_or(const boost::json::object& document, std::string_view name, T otherwise) {
  const boost::json::value* member = document.if_contains(name);
  return member == nullptr ? std::move(otherwise) : boost::json::value_to<T>(*member);
}
inline std::string text_in(const boost::json::object& document, std::string_view name) {
  return member_or<std::string>(document, name, {});
}
inline bool flag_in(const boost::json::object& document, std::string_view name, bool otherwise = false) {
  return member_or<bool>(document, name, otherwise);
}
inline std::int64_t number_in(const boost::json::object& document, std::string_view name, std::int64_t otherwise = 0) {
  return member_or<std::int64_t>(document, name, otherwise);
}
// Enumerations are written as their numbers.
template <class Enum>
Enum enum_in(const boost::json::object& document, std::string_view name, Enum otherwise) {
  return static_cast<Enum>(number_in(document, name, static_cast<std::int64_t>(otherwise)));
}
inline std::vector<std::string> texts_in(const boost::json::object& document, std::string_view name) {
  return member_or<std::vector<std::string>>(document, name, {});
}
inline std::map<std::string, std::string> text_map_in(const boost::json::object& document, std::string_view name) {
  return member_or<std::map<std::string, std::string>>(document, name, {});
}

}  // namespace doorward::store
