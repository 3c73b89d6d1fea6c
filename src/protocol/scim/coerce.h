// One attribute value: from what a client sent to what is stored (RFC 7643 sections 2.3 to 2.5).
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// True for null, "[]" and "{}": the three ways to say unassigned.
bool is_unassigned(const boost::json::value& value);

// Checks `value` against the definition and spells it as the schema does. nullopt: unassigned.
//  - Sub-attributes that are readOnly or never returned are left out; required ones must be there. Unknown ones are
//  left
//    out or refused, as Behaviour::unknown_attributes says.
//  - As Behaviour::loose_values says: "true"/"false" in any letter case for a boolean, numeric text for a number, one
//    value where a list is expected, a list of one where a single value is expected, plain text for a complex value
//    that has `value`, null in lists and their elements, and a reference that is no URI.
//  - As Behaviour::several_primaries says, the first of several elements with primary true stays primary; as
//    Behaviour::free_country says, a country may be any text.
//  - Elements that are one value become one.
// Strings are kept as sent. What was forgiven is noted in `dialect`. Refuses with kScimInvalidValue; `where` names the
// attribute in the message.
Result<std::optional<boost::json::value>> coerce(const Attribute& attribute, const boost::json::value& value,
                                                 std::string_view where, Dialect& dialect);

// The same for one element of a multi-valued attribute, or for the value of a single-valued one.
Result<std::optional<boost::json::value>> coerce_one(const Attribute& attribute, const boost::json::value& value,
                                                     std::string_view where, Dialect& dialect);

// The sub-attribute that a client means by `name`: `displayName` also names `display`. nullptr for an unknown one;
// kScimInvalidValue where Behaviour::unknown_attributes refuses it, and with it the other name.
Result<const Attribute*> sub_attribute(const Attribute& attribute, std::string_view name, std::string_view where,
                                       Dialect& dialect);

// True when two elements of `attribute` are one value: the same `value` and `type` for complex elements that have a
// `value`, otherwise equality; letter case counts as the schema says.
bool same_element(const Attribute& attribute, const boost::json::value& a, const boost::json::value& b);

// Puts elements that are one value into one (RFC 7643 section 2.4), at the place of the first, where the last word on
// each sub-attribute counts. Nothing for lists longer than limits::kValuesPerAttribute (Group.members, where rows know
// each member once).
void drop_repeats(const Attribute& attribute, boost::json::array& elements);

// The limit of the number of values of this attribute.
std::size_t max_values(const Attribute& attribute);

}  // namespace doorward::scim
