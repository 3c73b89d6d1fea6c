// Protobuf messages as JSON text: the proto3 JSON mapping with the names of the .proto file (snake_case).
//
// Fields without presence are always written, also with their default value; fields with presence (messages, optional,
// oneof members) only when set. Enums by name (by number when the number has no name), 64-bit integers as strings, map
// members in the order of their keys.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "rpc/message_plan.h"

namespace doorward::rpc {

// Appends the JSON of `message`, which must be of the plan's type.
void write_json(const google::protobuf::Message& message, const MessagePlan& plan, std::string& out);

// Appends a JSON string literal. `text` must be UTF-8.
void write_json_string(std::string_view text, std::string& out);

}  // namespace doorward::rpc
