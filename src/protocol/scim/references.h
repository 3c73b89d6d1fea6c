// Which other resources a document refers to (RFC 7643 section 2.3.7), such as the manager of a user.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "protocol/scim/schema.h"

namespace doorward::scim {

struct DocumentReference {
  std::string where;  // the attribute, for messages
  std::string id;     // its `value`

  friend bool operator==(const DocumentReference&, const DocumentReference&) = default;
};

// Every `value` beside a `$ref` that the schema says is to a user or a group.
std::vector<DocumentReference> references_of(const ResourceType& type, const boost::json::object& document);

}  // namespace doorward::scim
