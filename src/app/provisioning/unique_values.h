// Values that only one resource of a directory may have (RFC 7643 section 2.2), of attributes whose schemas an
// administrator registered.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "app/provisioning/directory_scope.h"
#include "base/result.h"
#include "ports/store.h"
#include "protocol/scim/schema.h"

namespace doorward {

// Keeps the unique values of `document` for the resource `owner`, and forgets those it had. The directory is locked, so
// nobody takes one meanwhile. kScimUniqueness, naming the attribute, when another resource has one. Costs nothing in a
// directory that never had schemas of its own.
Result<void> keep_unique_values(WriteTx& tx, const Directory& directory, const scim::ResourceType& type,
                                const std::string& owner, const boost::json::object& document);

// For a resource that goes.
Result<void> forget_unique_values(WriteTx& tx, const Directory& directory, const std::string& owner);

}  // namespace doorward
