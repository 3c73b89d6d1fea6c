// The OpenAPI 3.1 document of an API, made from its declarations.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include "base/result.h"
#include "rpc/openapi/comments.h"
#include "rpc/registry.h"

namespace doorward::rpc {

struct OpenApiOptions {
  std::string base_url;                       // of the environment; the token endpoint is below it
  std::string version;                        // of the document
  std::span<const DeclaredComment> comments;  // sorted by name
};

// Every method of the registry that has an HTTP binding, in the order of the registry. Members stand in a fixed order:
// the same declarations give the same document. Fails as Api::make does.
Result<boost::json::object> openapi_document(const Registry& registry, const OpenApiOptions& options);

}  // namespace doorward::rpc
