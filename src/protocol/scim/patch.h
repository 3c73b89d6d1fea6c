// PATCH (RFC 7644 section 3.5.2): the request as values, and what it does to a resource.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/scim/filter_match.h"
#include "protocol/scim/path.h"
#include "protocol/scim/resource.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

inline constexpr std::string_view kPatchOpUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

enum class PatchVerb : std::uint8_t { kAdd, kRemove, kReplace };

struct PatchOperation {
  PatchVerb verb = PatchVerb::kAdd;
  std::optional<PatchPath> path;
  boost::json::value value;  // null when absent
};

struct PatchRequest {
  std::vector<PatchOperation> operations;
};

// Reads a PatchOp message: keys and op words in any letter case, unknown keys ignored, an empty path is none. An empty
// list of operations changes nothing where Behaviour::empty_patch accepts it; `schemas` may be missing where
// Behaviour::missing_schemas does. Refuses with kScimInvalidSyntax, kScimInvalidValue (add or replace without value),
// kScimNoTarget (remove without path), kScimInvalidPath, kScimInvalidFilter. Messages name the operation by its index.
Result<PatchRequest> parse_patch(const boost::json::object& body, Dialect& dialect);

// Applies the operations in order to a copy of `document` (see resource.h) and returns it. An error means that nothing
// happened. Compare the result with `document` to see whether anything changed.
//
// Decisions where the RFC is silent or practice differs:
//  - A path to a readOnly attribute is refused with kScimMutability; the same key in a value without path is ignored.
//    An unknown path is ignored or kScimInvalidPath, as Behaviour::unknown_paths says; an unknown key is ignored or
//    kScimInvalidValue, as Behaviour::unknown_attributes says.
//  - Keys of a value without path may be paths themselves ("name.familyName", "urn:…:User:department").
//  - null, [] or {} as the value of replace clears an attribute that is not required; of add it changes nothing. So
//    does "" where Behaviour::loose_values accepts it.
//  - add or replace on `attr[filter]` or `attr[filter].sub` without a match makes the element that the eq terms of the
//    filter describe, or is kScimNoTarget, as Behaviour::unmatched_add and unmatched_replace say; remove without a
//    match changes nothing.
//  - remove with path and a list of values removes those only; with an empty list none.
//  - An element set primary makes the others of its attribute not primary.
//  - Attributes that are never returned are accepted and dropped.
// What was forgiven is noted in `dialect`; to do so again for the same request changes nothing.
Result<boost::json::object> apply_patch(const ResourceType& type, boost::json::object document,
                                        const PatchRequest& request, Dialect& dialect);

// One step of a change to the members of a group, which are rows.
struct MemberDelta {
  enum class Kind : std::uint8_t {
    kAdd,             // `members`; those already there stay as they are
    kRemove,          // the members with these `ids`; those not there are no error
    kReplaceAll,      // exactly `members` from now on
    kRemoveMatching,  // those for which `filter` holds, on objects with value, type and display
  };

  Kind kind = Kind::kAdd;
  std::vector<Member> members;
  std::vector<std::string> ids;
  std::optional<BoundFilter> filter;
  bool must_match = false;  // kRemove, kRemoveMatching: no match is kScimNoTarget, because a replacement follows
};

struct GroupPatch {
  boost::json::object document;
  std::vector<MemberDelta> deltas;  // to apply in order
};

// apply_patch for a group without loading its members: operations on `members` become deltas.
Result<GroupPatch> compile_group_patch(const ResourceType& type, boost::json::object document,
                                       const PatchRequest& request, Dialect& dialect);

}  // namespace doorward::scim
