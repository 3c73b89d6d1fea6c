// JSON values into protobuf messages: the proto3 JSON mapping.
//
// Accepted beyond it: snake_case and lowerCamel names, numbers for enums, numbers in strings for every numeric type.
// Members that the declaration does not know are ignored, so that a client newer than this server still works. null
// leaves a field as it is (but is a value for google.protobuf.Value). A second member of a oneof is refused.
#pragma once

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rpc/message_plan.h"

namespace doorward::rpc {

// Fills `message`, which is of the plan's type. `path` names the message in violations ("" for the whole request).
// Fails with invalid_argument and one violation at the first value that does not fit.
Result<void> read_json(const boost::json::value& value, const MessagePlan& plan, google::protobuf::Message& message,
                       const std::string& path);

// Sets one field of `message` from JSON, as a member of its object would; repeated fields are appended to.
Result<void> read_json_field(const boost::json::value& value, const FieldPlan& field,
                             google::protobuf::Message& message, const std::string& path);

// Sets (or, when repeated, appends to) one field from URL text. Also takes "true" and "false" for bool. Fails for maps
// and for messages that have no text form.
Result<void> read_text_field(std::string_view text, const FieldPlan& field, google::protobuf::Message& message,
                             const std::string& path);

}  // namespace doorward::rpc
