#include "server/request_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/completion.h"
#include "base/log.h"
#include "server/logger.h"

namespace doorward::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> lines;

void keep(log::Level level, std::string_view event, log::Fields fields) {
  lines.push_back(format_line(LogFormat::kText, from_micros(0), level, event, fields));
}

class RequestLogTest : public ::testing::Test {
 protected:
  RequestLogTest() { lines.clear(); }
  ~RequestLogTest() override { log::set_sink(nullptr, log::Level::kInfo); }

  static void answer(int status, log::Level least) {
    log::set_sink(keep, least);
    const auto handler = log_requests([status](const net::Request&) -> task<net::Response> {
      net::Response response;
      response.status = status;
      co_return response;
    });
    net::Request request;
    request.method = "GET";
    request.path = "/keys";
    request.query = "token=secret";
    request.request_id = "req_1";
    EXPECT_EQ(sync_wait(handler(request)).status, status);
  }
};

TEST_F(RequestLogTest, AtDebugEveryRequestHasALineWithItsId) {
  answer(404, log::Level::kDebug);
  ASSERT_THAT(lines, ElementsAre(HasSubstr("debug   http.request request_id=req_1 method=GET path=/keys status=404")));
  EXPECT_THAT(lines.front(), Not(HasSubstr("secret")));
}

TEST_F(RequestLogTest, AtInfoOnlyOurOwnFaultsHaveOne) {
  answer(404, log::Level::kInfo);
  EXPECT_THAT(lines, IsEmpty());
  answer(503, log::Level::kInfo);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("warning http.request request_id=req_1")));
}

}  // namespace
}  // namespace doorward::server
