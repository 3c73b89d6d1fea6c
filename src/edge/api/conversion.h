// Values that several services send and read.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace doorward::api {

void to_proto(Timestamp time, google::protobuf::Timestamp& out);

// Cut to microseconds. Fails at `field` for what is not a time of the years 0001 to 9999.
Result<Timestamp> from_proto(const google::protobuf::Timestamp& time, const std::string& field);

// Cut to microseconds. Fails at `field` for what is far beyond any limit of ours; whether it is allowed the use case
// decides.
Result<Duration> from_proto(const google::protobuf::Duration& duration, const std::string& field);

// Numbers become doubles, as a Struct has no others.
void to_proto(const boost::json::object& object, google::protobuf::Struct& out);

// Numbers stay doubles.
boost::json::object from_proto(const google::protobuf::Struct& object);

// Counts on the wire are 32 bits wide; larger ones are sent as the greatest value.
std::uint32_t wire_count(std::int64_t count);
std::int32_t wire_signed_count(std::int64_t count);

}  // namespace doorward::api
