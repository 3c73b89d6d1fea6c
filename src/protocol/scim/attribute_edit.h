// One PATCH operation on one attribute of a document (RFC 7644 sections 3.5.2.1 to 3.5.2.3). Used by patch_apply.cc.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "base/result.h"
#include "protocol/scim/filter.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

struct AttributeEdit {
  PatchVerb verb;
  const AttributeTarget& target;        // attribute set; writable
  const std::optional<Filter>& filter;  // of attr[filter]
  const boost::json::value& value;
  std::size_t& comparisons;  // what the request may still cost; an edit takes its part
  Dialect& dialect;
};

// kPayloadTooLarge when the edit costs more than is left.
Result<void> spend(const AttributeEdit& edit, std::size_t comparisons);

// Edits `container`, the document or one of its extensions. After an error its content is unspecified. Leaves no empty
// value behind.
Result<void> edit_attribute(const AttributeEdit& edit, boost::json::object& container);

// True when the value of an operation means "clear it": null, [] or {}, and "" where Behaviour::loose_values accepts
// it.
bool clears(const boost::json::value& value, Dialect& dialect);

// Whether an edit whose filter matches nothing makes what the filter describes.
bool may_create(const AttributeEdit& edit);

// The sub-attributes that `filter` fixes by eq, joined by and; nullopt when it is anything else.
std::optional<boost::json::object> described_element(const Filter& filter);

}  // namespace doorward::scim
