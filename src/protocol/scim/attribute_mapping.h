// Attribute mappings: an administrator says from which of the provider's attributes a normalised one is taken.
//
// A key is one of
//  - a normalised attribute with a text value (normalized.h): preferred_username, email, name, given_name, family_name,
//    nickname, picture, phone_number, title, department, division, cost_center, organization, employee_id, user_type,
//    language, locale, zoneinfo, profile;
//  - "custom_attributes": its source is a SCIM attribute or extension that is an object; the members become custom
//    attributes;
//  - any other name of letters, digits, '-' and '_' that begins with a letter: a custom attribute of this name, also
//    written "custom_attributes.NAME".
//
// A source is one of
//  - a normalised attribute: what the standard rule makes of it ("email" is the address to know the user by);
//  - a SCIM attribute path (RFC 7644 section 3.10, with value filters as in PATCH paths): "userName", "name.givenName",
//    "phoneNumbers[type eq \"mobile\"].value", attributes of extensions with or without their URN. Of a
//    multi-valued attribute the primary value counts, else the one of type work, else the first; of complex values
//    `value`, unless the path names another sub-attribute.
//
// `user` is the directory's User type: what an administrator registered is a source like any other.
//
// A mapped key has exactly its source's value: when the provider did not send that, the key is absent, and the standard
// rule does not step in. Numbers and booleans become text where the key is a normalised attribute; custom attributes
// keep the JSON value.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

#include "base/result.h"
#include "domain/attribute_mapping.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// kInvalidArgument with a sentence: a key or a source that is none of the above, a key that is named twice, more than
// kMaxAttributeMappings. `field`: the path of the list in the caller's request, to name what is refused.
Result<void> check_mappings(const ResourceType& user, std::span<const AttributeMapping> mappings,
                            std::string_view field);

// Puts mapped values into `profile`, the normalised form of `document` (normalized.h). What check_mappings would refuse
// has no value.
void apply_mappings(const ResourceType& user, std::span<const AttributeMapping> mappings,
                    const boost::json::object& document, boost::json::object& profile);

}  // namespace doorward::scim
