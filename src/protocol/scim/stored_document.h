// What a stored document (resource.h) means under the schemas of today, and which of its values nobody else may have.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "protocol/scim/schema.h"

namespace doorward::scim {

// Leaves out what the schemas of `type` do not know, or know in another form: attributes and extensions that were
// removed or retyped since the document was stored. What is left is what clients are shown, and what the next change
// stores. Nothing for types whose schemas never change.
void hide_unknown(const ResourceType& type, boost::json::object& document);

// The same without changing `document`: what is left, in `scratch` where it is not all.
const boost::json::object& known_part(const ResourceType& type, const boost::json::object& document,
                                      boost::json::object& scratch);

// A value of an attribute with uniqueness server or global. Both hold within one directory, which is all that a client
// of it can see, and across the types that share a schema.
struct UniqueValue {
  std::string attribute;  // as messages name it
  std::string key;        // equal for values that are one: the attribute with its URN, and the value, folded
};

// Each key once. Not those of User and Group's own schemas, which have columns.
std::vector<UniqueValue> unique_values(const ResourceType& type, const boost::json::object& document);

}  // namespace doorward::scim
