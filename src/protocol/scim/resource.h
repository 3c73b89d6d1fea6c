// Bodies of POST and PUT, and the document that is stored.
//
// A document holds what the client may write, spelled as the schema does: core attributes and externalId at the top,
// each extension in an object under its URN. It never holds schemas, id, meta, groups, password, or the members of a
// group (those are rows), nor null, empty lists or empty objects.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// A member of a group as a client names it.
struct Member {
  std::string value;    // id of a user or group; may not exist yet
  std::string type;     // "User", "Group" or empty: as sent
  std::string display;  // as sent; empty when absent

  friend bool operator==(const Member&, const Member&) = default;
};

// Validates a body by the schema and returns the document. For a group the document still holds `members`: see
// take_members. Unknown attributes and extensions, readOnly and never-returned attributes are left out (RFC 7643
// section 2.2), whatever their value; missing base URNs are inferred.
// Refuses with kScimInvalidValue: a value of the wrong type, a required attribute or extension that is missing, and
// what exceeds the limits; with kScimInvalidSyntax: `schemas` that is not a list of strings.
Result<boost::json::object> read_resource(const ResourceType& type, const boost::json::object& body);

// Removes `members` from a document and returns them; each id once, the first mention wins. kScimInvalidValue when a
// member has no `value`.
Result<std::vector<Member>> take_members(boost::json::object& document);

// The same for a `members` value of a PATCH operation: a list, one object or plain text; null is an empty list.
Result<std::vector<Member>> read_members(const boost::json::value& value);

// The URNs of `schemas`: the base one, and each extension that has data (RFC 7643 section 3).
boost::json::array schemas_of(const ResourceType& type, const boost::json::object& document);

// kScimInvalidValue when a required attribute has no value, or the document exceeds limits::kDocumentBytes.
Result<void> check_document(const ResourceType& type, const boost::json::object& document);

}  // namespace doorward::scim
