// Field rules as keywords of JSON Schema.
#pragma once

#include <boost/json/object.hpp>

#include "doorward/v1/annotations.pb.h"

namespace doorward::rpc {

// Rules of one value: a field, an item, a key or a value of a map.
void add_value_rules(const doorward::v1::FieldRules& rules, boost::json::object& schema);

// The bounds of a list's or a map's size. `schema` is the array's or object's.
void add_size_rules(const doorward::v1::FieldRules& rules, boost::json::object& schema);

}  // namespace doorward::rpc
