#include "rpc/grpc_wire.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

namespace doorward::rpc {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(GrpcTimeout, ReadsEveryUnit) {
  EXPECT_EQ(parse_grpc_timeout("1H"), 1h);
  EXPECT_EQ(parse_grpc_timeout("2M"), 2min);
  EXPECT_EQ(parse_grpc_timeout("3S"), 3s);
  EXPECT_EQ(parse_grpc_timeout("20000m"), 20s);
  EXPECT_EQ(parse_grpc_timeout("5u"), 5us);
  EXPECT_EQ(parse_grpc_timeout("99999999n"), 99999999ns);
  EXPECT_EQ(parse_grpc_timeout("99999999H"), std::chrono::nanoseconds::max());
}

TEST(GrpcTimeout, RefusesEverythingElse) {
  for (const auto* bad : {"", "m", "5", "-5m", "+5m", "5x", "123456789m", "5 m", "5mm"}) {
    EXPECT_FALSE(parse_grpc_timeout(bad)) << bad;
  }
}

TEST(GrpcFrame, RoundTrip) {
  google::protobuf::StringValue message;
  message.set_value("hello");
  const std::string bytes = frame(message);
  EXPECT_EQ(bytes.substr(0, 5), "\0\0\0\0\x07"s);
  EXPECT_EQ(unframe(bytes)->bytes, message.SerializeAsString());
  EXPECT_EQ(unframe("\0\0\0\0\0"s)->bytes, "");
  EXPECT_TRUE(unframe("\x01\0\0\0\x01x"s)->compressed);
}

TEST(GrpcFrame, RefusesBrokenOnes) {
  const auto reason = [](const std::string& bytes) { return unframe(bytes).error().reason; };
  EXPECT_EQ(reason(""), Reason::kUnimplemented);  // no message, as several
  EXPECT_EQ(reason("\0\0\0"s), Reason::kMalformedRequest);
  EXPECT_EQ(reason("\0\0\0\0\x02x"s), Reason::kMalformedRequest);
  EXPECT_EQ(reason("\0\0\0\0\x01xy"s), Reason::kMalformedRequest);
  EXPECT_EQ(reason("\0\0\0\0\x01x\0\0\0\0\0"s), Reason::kUnimplemented);
  EXPECT_EQ(reason("\x02\0\0\0\0"s), Reason::kMalformedRequest);
  EXPECT_EQ(reason("\0\xff\xff\xff\xff"s), Reason::kPayloadTooLarge);
}

TEST(GrpcMessage, EscapesWhatAHeaderCannotHold) {
  EXPECT_EQ(percent_encode_message("50% of \"ü\"\n"), "50%25 of \"%C3%BC\"%0A");
}

}  // namespace
}  // namespace doorward::rpc
