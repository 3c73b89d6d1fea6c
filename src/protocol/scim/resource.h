// Bodies of POST and PUT, and the document that is stored.
//
// A document holds what the client may write, spelled as the schema does: core attributes and externalId at the top,
// each extension in an object under its URN. It never holds schemas, id, meta, groups, password, or the members of a
// group (those are rows), nor null, empty lists or empty objects.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// A member of a group as a client names it.
struct Member {
  std::string value;    // id of a user or group; may not exist yet
  std::string type;     // "User", "Group" or empty: as sent
  std::string display;  // as sent; empty when absent

  friend bool operator==(const Member&, const Member&) = default;
};

// Validates a body of POST by the schema and returns the document. For a group the document still holds `members`: see
// take_members. readOnly and never-returned attributes are left out, whatever their value (RFC 7643 section 2.2). What
// else is forgiven, `dialect` decides and notes: loose values, unknown attributes and extensions, missing base URNs and
// those of SCIM 1.1.
// Refuses with kScimInvalidValue: a value of the wrong type, a required attribute or extension that is missing, what
// exceeds the limits, and what the dialect does not forgive; with kScimInvalidSyntax: `schemas` that is not a list of
// strings, or does not name the base URN where it must.
Result<boost::json::object> read_resource(const ResourceType& type, const boost::json::object& body, Dialect& dialect);

// The same for a body of PUT, which also says what it clears: attributes that the body names without a value are in the
// document as null. For replaced() only; never stored.
Result<boost::json::object> read_replacement(const ResourceType& type, const boost::json::object& body,
                                             Dialect& dialect);

// The document that a PUT of `replacement` makes of `stored` (RFC 7644 section 3.5.1). What the replacement leaves out
// is cleared or stays, as Behaviour::omitted_on_put says; `active` and `externalId` stay in any case, because leaving
// them out must neither flip an account nor break the provider's link to it, and `active` also where it is null; so do
// immutable attributes. kScimMutability for an immutable attribute that is set and would change.
Result<boost::json::object> replaced(const ResourceType& type, const boost::json::object& stored,
                                     boost::json::object replacement, Dialect& dialect);

// Removes `members` from a document and returns them; each id once, the first mention wins. nullopt when the document
// does not speak of them. kScimInvalidValue when a member has no `value`.
Result<std::optional<std::vector<Member>>> take_members(boost::json::object& document, Dialect& dialect);

// The same for a `members` value of a PATCH operation: a list, one object or plain text; null is an empty list.
Result<std::vector<Member>> read_members(const boost::json::value& value, Dialect& dialect);

// The URNs of `schemas`: the base one, and each extension that has data (RFC 7643 section 3).
boost::json::array schemas_of(const ResourceType& type, const boost::json::object& document);

// kScimInvalidValue when a required attribute has no value, or the document exceeds limits::kDocumentBytes.
Result<void> check_document(const ResourceType& type, const boost::json::object& document);

}  // namespace doorward::scim
