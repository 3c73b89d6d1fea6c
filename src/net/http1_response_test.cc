#include "net/http1_response.h"

#include <gtest/gtest.h>

#include "net/date.h"

namespace doorward::net {
namespace {

TEST(Http1Response, NetOwnsFramingDateAndConnection) {
  Response response;
  response.status = 201;
  response.headers = {{"location", "/x"}, {"content-length", "7"},   {"transfer-encoding", "chunked"},
                      {"date", "never"},  {"connection", "upgrade"}, {"x-request-id", "forged"},
                      {"trailer", "x"}};
  response.body = "abc";
  std::string out;
  append_head(out, response, {.date = "D", .request_id = "req_1"});
  EXPECT_EQ(out, "HTTP/1.1 201 Created\r\nlocation: /x\r\ndate: D\r\nx-request-id: req_1\r\ncontent-length: 3\r\n\r\n");
}

TEST(Http1Response, ChunksEndWithTrailers) {
  std::string out;
  append_chunk(out, "");
  append_chunk(out, std::string(26, 'c'));
  append_last_chunk(out, {{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'c') + "\r\n0\r\na: 1\r\nb: 2\r\n\r\n");
}

TEST(Http1Response, KnowsWhatCannotBeSent) {
  EXPECT_TRUE(is_sendable({"x-a", "caf\xC3\xA9\tb"}));
  EXPECT_FALSE(is_sendable({"", "v"}));
  EXPECT_FALSE(is_sendable({"a b", "v"}));
  EXPECT_FALSE(is_sendable({"a:", "v"}));
  EXPECT_FALSE(is_sendable({"a", "v\r\nb: c"}));
  EXPECT_FALSE(is_sendable({"a", std::string("v\0", 2)}));
}

TEST(Date, IsWrittenAsHttpWantsIt) {
  EXPECT_EQ(http_date(from_micros(784'111'777'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  DateCache cache;
  EXPECT_EQ(cache.get(from_micros(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cache.get(from_micros(1'000'000)), "Thu, 01 Jan 1970 00:00:01 GMT");
}

}  // namespace
}  // namespace doorward::net
