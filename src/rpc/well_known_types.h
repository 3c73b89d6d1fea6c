// JSON forms of the google.protobuf types that have their own (proto3 JSON mapping).
#pragma once

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>
#include <string>

#include "rpc/message_plan.h"

namespace doorward::rpc {

// Appends the JSON of a message of one of the kinds from kTimestamp to kListValue. A time outside the years 0001 to
// 9999 has no text and is written as null.
void write_well_known(const google::protobuf::Message& message, MessageKind kind, std::string& out);

// Fills such a message. False when `value` is not a form of it. Timestamps are cut to microseconds. A field mask takes
// lowerCamel and snake_case paths.
bool read_well_known(const boost::json::value& value, MessageKind kind, google::protobuf::Message& message);

}  // namespace doorward::rpc
