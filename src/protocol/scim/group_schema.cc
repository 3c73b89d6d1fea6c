#include "protocol/scim/limits.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {
namespace {

// displayName is required here although the printed schema of RFC 7643 says otherwise: its section 4.2 requires it.
Schema group_schema() {
  return {.id = std::string(kGroupUrn),
          .name = "Group",
          .description = "Group",
          .attributes = {{.name = "displayName",
                          .description = "Name of the group.",
                          .required = true,
                          .max_bytes = limits::kIndexedValueBytes},
                         {.name = "members",
                          .type = Type::kComplex,
                          .multi_valued = true,
                          .description = "Members of the group.",
                          .sub_attributes = {{.name = "value",
                                              .description = "Id of the member.",
                                              .case_exact = true,
                                              .mutability = Mutability::kImmutable,
                                              .max_bytes = limits::kIndexedValueBytes},
                                             {.name = "$ref",
                                              .type = Type::kReference,
                                              .description = "Address of the member.",
                                              .case_exact = true,
                                              .mutability = Mutability::kImmutable,
                                              .reference_types = {"User", "Group"}},
                                             {.name = "type",
                                              .description = "Kind of the member.",
                                              .mutability = Mutability::kImmutable,
                                              .canonical_values = {"User", "Group"}},
                                             {.name = "display",
                                              .description = "Name of the member.",
                                              .mutability = Mutability::kImmutable,
                                              .max_bytes = limits::kIndexedValueBytes}},
                          .max_values = limits::kMembersPerRequest}}};
}

}  // namespace

const ResourceType& group_type() {
  static const ResourceType type{
      .name = "Group", .endpoint = "/Groups", .description = "Group", .schema = group_schema(), .extensions = {}};
  return type;
}

}  // namespace doorward::scim
