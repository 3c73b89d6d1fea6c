// Sample values of requests, for people who read.
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/value.hpp>
#include <set>

namespace doorward::rpc {

// The declared example of a field, or something of its type; for a message, its fields that have an example or are
// required.
boost::json::value example_of(const google::protobuf::FieldDescriptor* field);
boost::json::object example_of(const google::protobuf::Descriptor* message,
                               const std::set<const google::protobuf::FieldDescriptor*>& left_out);

// An answer: every field that is always written, and those with an example.
boost::json::object answer_example(const google::protobuf::Descriptor* message);

// Whether the field, or one inside it, has a declared example.
bool has_example(const google::protobuf::FieldDescriptor* field);

}  // namespace doorward::rpc
