// How a method answers: success, and every error by status.
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/object.hpp>

#include "rpc/openapi/schema.h"
#include "rpc/rest_route.h"

namespace doorward::rpc {

// The `responses` of an operation. Errors that every method can answer are references to answer_components().
boost::json::object answers(const DeclaredRoute& declared, const google::protobuf::MethodDescriptor* method,
                            const Schemas& schemas);

// components/responses
boost::json::object answer_components();

}  // namespace doorward::rpc
