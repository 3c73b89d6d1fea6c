// What of a REST request travels where: the fields of the request message in path, query and body.
#pragma once

#include <google/protobuf/descriptor.h>

#include <set>
#include <string>
#include <vector>

#include "rpc/rest_route.h"

namespace doorward::rpc {

struct Parameter {
  std::string name;  // dotted below the request
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool in_path = false;
};

struct RequestParts {
  std::string path;  // with every variable as {name}
  std::vector<Parameter> parameters;
  // Of a body that is the whole request: fields that the path fills.
  std::set<const google::protobuf::FieldDescriptor*> not_in_body;
};

// Query parameters are the scalar fields, and lists of them, that neither path nor body fill, down through single
// messages. Members of a oneof that the path takes are left out: they would be refused.
RequestParts request_parts(const DeclaredRoute& declared);

}  // namespace doorward::rpc
