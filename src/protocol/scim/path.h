// PATCH paths (RFC 7644 section 3.5.2, figure 7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/filter.h"

namespace doorward::scim {

struct PatchPath {
  std::string name;              // attribute with URN and, where no filter follows, sub-attribute; or a bare schema URN
  std::optional<Filter> filter;  // of `name[filter]`
  std::string sub;               // of `name[filter].sub`; empty when absent
};

// Parses `attr`, `attr.sub`, `attr[filter]` and `attr[filter].sub`, each with an optional URN in front, or a bare URN.
// Refuses with kScimInvalidPath, or kScimInvalidFilter when the fault is inside the brackets.
Result<PatchPath> parse_path(std::string_view text, Dialect& dialect);

}  // namespace doorward::scim
