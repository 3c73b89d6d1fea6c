// Private to the .cc files of this folder: whom an assertion speaks of, and what it says of that person (SAML core 2.2,
// 2.7.3). Every text is taken whole, without the white space around it, and byte by byte as the provider wrote it:
// nothing is folded or normalised.
#pragma once

#include <vector>

#include "base/result.h"
#include "protocol/saml/response_check.h"

struct _xmlNode;

namespace doorward::saml {

// kUnsupportedEncryptedId, kNameIdShape (something other than text in it), kNameIdInvalid (absent, empty, too long,
// with control or bidirectional formatting characters, of a format that names no person or not the one configured, or
// qualified by another service provider).
Result<SamlNameId> read_name_id(const _xmlNode& assertion, const SamlSettings& settings, const ServiceProvider& own);

// Attributes of one name become one; a value that is xsi:nil is none; of a value that is a NameID its text is taken.
// kUnsupportedEncryptedId, kNameIdShape (a value with other elements in it), kSamlShape (an attribute without name),
// kTooManyAttributeValues.
Result<std::vector<SamlAttribute>> read_attributes(const _xmlNode& assertion);

}  // namespace doorward::saml
