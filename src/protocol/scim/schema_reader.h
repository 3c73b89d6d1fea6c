// Schemas that an administrator registers: the JSON form of RFC 7643 section 7 to a checked Schema.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// Reads a schema as discovery shows it. `schemas` and `meta` may be there and say nothing; what else the form does not
// know is refused, so that a misspelt characteristic is not lost. Names and words are case-exact on the way in.
//
// Refuses with kInvalidArgument at a field that begins with `field` and goes on in the form's own names
// ("schema.attributes[2].subAttributes[0].type"); the description names the attribute:
//  - an id that is no URN, or one of the schemas that every directory has;
//  - names outside the ABNF of RFC 7643 section 2.1 (`$ref` is a name too), those of common attributes, and names that
//    come twice in two letter cases;
//  - complex attributes inside complex ones, or without sub-attributes; sub-attributes of others;
//  - characteristics that cannot be kept together: a writeOnly attribute that is returned, a required one that nobody
//    may write or that is not stored, a unique one that is boolean, complex or never returned, caseExact and
//    canonicalValues of what is no text, referenceTypes of what is no reference;
//  - more than the limits of limits.h say.
// What limits.h calls an indexed value is the bound of every unique attribute's values.
Result<Schema> read_schema(const boost::json::object& body, std::string_view field);

// True for "urn:…" with a namespace and at least one more character, without blanks and controls.
bool is_schema_urn(std::string_view text);

// A name of RFC 7643 section 2.1: a letter, then letters, digits, '-', '_' and '$'; at most limits::kNameBytes.
bool is_attribute_name(std::string_view text);

}  // namespace doorward::scim
