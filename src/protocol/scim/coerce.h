// One attribute value: from what a client sent to what is stored (RFC 7643 sections 2.3 to 2.5).
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// True for null, "[]" and "{}": the three ways to say unassigned.
bool is_unassigned(const boost::json::value& value);

// Checks `value` against the definition and spells it as the schema does. nullopt: unassigned.
//  - Sub-attributes that are unknown, readOnly or never returned are left out; required ones must be there.
//  - Tolerated: "true"/"false" in any letter case for a boolean, numeric text for a number, one value where a list is
//    expected, a list of one where a single value is expected, and plain text for a complex value that has `value`.
//  - Of several elements with primary true, the first stays primary. An element that repeats an earlier one is left
//  out.
// Strings are kept as sent. Refuses with kScimInvalidValue; `where` names the attribute in the message.
Result<std::optional<boost::json::value>> coerce(const Attribute& attribute, const boost::json::value& value,
                                                 std::string_view where);

// The same for one element of a multi-valued attribute, or for the value of a single-valued one.
Result<std::optional<boost::json::value>> coerce_one(const Attribute& attribute, const boost::json::value& value,
                                                     std::string_view where);

// True when two elements of `attribute` are one value: the same `value` and `type` for complex elements that have a
// `value`, otherwise equality; letter case counts as the schema says.
bool same_element(const Attribute& attribute, const boost::json::value& a, const boost::json::value& b);

// Leaves out elements that repeat an earlier one exactly. Nothing for lists longer than limits::kValuesPerAttribute
// (Group.members, where rows know each member once).
void drop_repeats(boost::json::array& elements);

// The limit of the number of values of this attribute.
std::size_t max_values(const Attribute& attribute);

}  // namespace doorward::scim
