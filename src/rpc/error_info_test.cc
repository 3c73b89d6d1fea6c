#include "rpc/error_info.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace doorward::rpc {
namespace {

// The maps of the Connect protocol ("Error codes") and of google.rpc.Code.
TEST(Codes, HaveTheStatusAndTheNameThatTheProtocolsSay) {
  const std::tuple<Code, int, std::string> expected[] = {
      {Code::kCancelled, 499, "canceled"},
      {Code::kUnknown, 500, "unknown"},
      {Code::kInvalidArgument, 400, "invalid_argument"},
      {Code::kDeadlineExceeded, 504, "deadline_exceeded"},
      {Code::kNotFound, 404, "not_found"},
      {Code::kAlreadyExists, 409, "already_exists"},
      {Code::kPermissionDenied, 403, "permission_denied"},
      {Code::kResourceExhausted, 429, "resource_exhausted"},
      {Code::kFailedPrecondition, 400, "failed_precondition"},
      {Code::kAborted, 409, "aborted"},
      {Code::kOutOfRange, 400, "out_of_range"},
      {Code::kUnimplemented, 501, "unimplemented"},
      {Code::kInternal, 500, "internal"},
      {Code::kUnavailable, 503, "unavailable"},
      {Code::kDataLoss, 500, "data_loss"},
      {Code::kUnauthenticated, 401, "unauthenticated"},
  };
  for (const auto& [code, status, name] : expected) {
    EXPECT_EQ(http_status(code), status) << name;
    EXPECT_EQ(connect_code(code), name);
  }
}

}  // namespace
}  // namespace doorward::rpc
