// Names in generated code.
#pragma once

#include <string>
#include <string_view>

namespace doorward::generator {

// "GetOrganizationByExternalId" -> "get_organization_by_external_id"; a run of capitals is one word: "EnableFSAFeature"
// -> "enable_fsa_feature". A word of C++ gets a trailing '_': "Delete" -> "delete_".
std::string snake_case(std::string_view camel);

// "scalekit.v1.organizations" -> "scalekit::v1::organizations".
std::string cpp_scope(std::string_view dotted);

// "a/b.proto" -> "a/b".
std::string without_proto(std::string_view file);

}  // namespace doorward::generator
