// A google.api.http binding, worked out at start: which request field each part of a REST request fills.
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rpc/method.h"
#include "rpc/path_template.h"

namespace doorward::rpc {

using FieldPath = std::vector<const FieldPlan*>;  // from the request inwards; all but the last are single messages

// One binding of a method.
struct RestRoute {
  enum class Body : std::uint8_t { kNone, kField, kWhole };
  struct Variable {
    FieldPath field;
    std::string path;  // dotted
    std::size_t begin = 0;
    std::size_t end = 0;
    bool to_end = false;  // takes all segments that are left
  };

  const Method* method = nullptr;  // nullptr: announced, not built
  std::string name;                // of the method
  std::vector<Variable> variables;
  Body body = Body::kNone;
  const FieldPlan* body_field = nullptr;
};

struct DeclaredRoute {
  RestRoute route;
  PathTemplate path;
  std::string http_method;
};

// The main binding of the method and its additional ones; none when it has no google.api.http. Fails for a bad
// template, an unknown field in it or as body, or nested additional bindings.
Result<std::vector<DeclaredRoute>> declared_routes(const Method& method);

// Fills `message` from the request: the body, then the path variables, which win over it, then the query. Ignored are
// query parameters that name no field or one that path or body fill, and the whole query when the body is the whole
// request.
// `segments` are those of the route match.
Result<void> bind_request(const RestRoute& route, const std::vector<std::string_view>& segments, std::string_view query,
                          std::string_view content_type, std::string_view body, google::protobuf::Message& message);

}  // namespace doorward::rpc
