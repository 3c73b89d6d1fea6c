// Which of several values counts where one is wanted.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

#include "protocol/scim/case_fold.h"

namespace doorward::scim {

// Of the elements for which `counts` holds: the primary one, else the first of this type, else the first; nullptr when
// there is none.
template <class Counts>
const boost::json::value* preferred_element(const boost::json::array& elements, std::string_view type, Counts counts) {
  const boost::json::value* first = nullptr;
  const boost::json::value* typed = nullptr;
  for (const boost::json::value& element : elements) {
    if (!counts(element)) continue;
    if (const boost::json::object* object = element.if_object()) {
      const boost::json::value* primary = object->if_contains("primary");
      if (primary != nullptr && primary->is_bool() && primary->get_bool()) return &element;
      const boost::json::value* own = object->if_contains("type");
      if (typed == nullptr && own != nullptr && own->is_string() && equal_names(own->get_string(), type)) {
        typed = &element;
      }
    }
    if (first == nullptr) first = &element;
  }
  return typed != nullptr ? typed : first;
}

}  // namespace doorward::scim
