// Looking into JSON objects of messages, whose keys count in any letter case (RFC 7643 section 2.1).
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "protocol/scim/case_fold.h"

namespace doorward::scim {

// The member of this name, or nullptr. `Object` is a boost::json::object, const or not.
template <class Object>
auto find_member(Object& object, std::string_view name) -> decltype(&object.begin()->value()) {
  const auto found = std::ranges::find_if(object, [&](const boost::json::key_value_pair& member) {
    return equal_names({member.key().data(), member.key().size()}, name);
  });
  return found == object.end() ? nullptr : &found->value();
}

// Roughly what the text form takes.
std::size_t bytes_of(const boost::json::value& value);

}  // namespace doorward::scim
