// Names as clients send them, under whatever URN.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/scim/behaviour.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// `name` with the URN of RFC 7643 where it has one of SCIM 1.1 or of a template that was converted halfway, such as
// "urn:scim:schemas:core:2.0" and "urn:scim:schemas:extension:enterprise:2.0:User". nullopt when it has none of those,
// or `type` has no such schema.
std::optional<std::string> standard_name(const ResourceType& type, std::string_view name);

// resolve(), also by standard_name() where Behaviour::missing_schemas accepts it.
std::optional<AttributeTarget> resolve_sent(const ResourceType& type, std::string_view name, Dialect& dialect);

}  // namespace doorward::scim
