// One PATCH operation on Group.members, as a delta to rows. Used by patch_apply.cc.
#pragma once

#include <vector>

#include "base/result.h"
#include "protocol/scim/attribute_edit.h"
#include "protocol/scim/patch.h"

namespace doorward::scim {

// Appends the deltas that do what `edit` asks. kScimMutability for sub-attributes, which are immutable (RFC 7643
// section 4.2): a member changes by being removed and added.
Result<void> edit_members(const AttributeEdit& edit, std::vector<MemberDelta>& deltas);

}  // namespace doorward::scim
