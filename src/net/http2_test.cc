#include "net/http2_fixture.h"

namespace doorward::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Http2 : public Http2Fixture {};

TEST_F(Http2, AnswersByPriorKnowledgeOnTheSamePort) {
  start();
  Http2Client& h2 = connect();
  const auto reply =
      h2.wait(h2.request("POST", "//echo?a=b", {{"x-y", "z"}, {"cookie", "a=1"}, {"cookie", "b=2"}}, "hello"));
  EXPECT_EQ(reply.field(":status"), "200");
  EXPECT_EQ(reply.field("date"), "Sun, 22 Nov 2026 06:50:26 GMT");
  EXPECT_EQ(reply.field("x-request-id"), "req_1");
  EXPECT_EQ(reply.body, "POST /echo a=b 5 h2\nhost=localhost\nx-y=z\ncookie=a=1; b=2\n");
  EXPECT_EQ(reply.field("content-length"), std::to_string(reply.body.size()));
}

TEST_F(Http2, TheFirstBytesMayTrickle) {
  start();
  Http2Client& h2 = connect();
  const auto id = h2.request("GET", "/echo");
  for (const char c : h2.queued()) socket->send({&c, 1});
  EXPECT_EQ(h2.wait(id).field(":status"), "200");
}

TEST_F(Http2, ServesManyStreamsAndAnswersOutOfOrder) {
  start();
  Http2Client& h2 = connect();
  const auto waiting = h2.request("GET", "/wait");
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(h2.request("POST", "/body", {}, std::string(20'000, 'x')));
  for (const auto id : ids) EXPECT_EQ(h2.wait(id).body.size(), 20'000U);
  EXPECT_FALSE(h2.replies[waiting].closed);
  gate.open();
  EXPECT_EQ(h2.wait(waiting).body, "waited");
}

TEST_F(Http2, StreamsWithTrailers) {
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.get("/stream?300");
  EXPECT_EQ(reply.body.size(), 300'000U);
  EXPECT_EQ(reply.trailer("grpc-status"), "0");
  const auto empty = h2.get("/stream?0");
  EXPECT_EQ(empty.body, "");
  EXPECT_EQ(empty.trailer("grpc-status"), "0");
}

TEST_F(Http2, SendsLargeBodies) {
  start();
  EXPECT_EQ(connect().get("/big?5000000").body.size(), 5'000'000U);
}

TEST_F(Http2, HeadAndStatusesWithoutContent) {
  start();
  Http2Client& h2 = connect();
  const auto head = h2.wait(h2.request("HEAD", "/big?1234"));
  EXPECT_EQ(head.field("content-length"), "1234");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(h2.get("/status?204").field("content-length"), "");
}

TEST_F(Http2, ContinuesWhenExpected) {
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("POST", "/body", {{"expect", "100-continue"}}, "hi"));
  EXPECT_TRUE(reply.continued);
  EXPECT_EQ(reply.body, "hi");
}

TEST_F(Http2, ABugIsA500AndTheConnectionLives) {
  start();
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.get("/throw").field(":status"), "500");
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
  EXPECT_EQ(observer->failures, 1);
}

TEST_F(Http2, AHandlerCannotBreakTheHeader) {
  start();
  const auto reply = connect().get("/evil-header");
  EXPECT_EQ(reply.field("x-good"), "1");
  EXPECT_EQ(reply.field("x-evil"), "");
  EXPECT_EQ(reply.field("content-length"), "0");
}

TEST_F(Http2, LargerBodiesThanAllowedAre413) {
  start({.body_bytes = 1000});
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, std::string(1000, 'x'))).field(":status"), "200");
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, std::string(1001, 'x'))).field(":status"), "413");
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {{"content-length", "5000"}}, {}, true)).field(":status"), "413");
  observer->wait_for_refusal(Refusal::kBodyBytes);
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

TEST_F(Http2, LongHeadersAndPathsAreRefusedOnTheirStream) {
  start({.header_bytes = 20'000, .header_count = 10});
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.get("/" + std::string(17'000, 'p')).field(":status"), "414");
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo", {{"x", std::string(9'000, 'v')}})).field(":status"), "431");
  Http2Client::Fields many;
  for (int i = 0; i < 11; ++i) many.emplace_back("x-" + std::to_string(i), "v");
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo", many)).field(":status"), "431");
  Http2Client::Fields large;
  for (int i = 0; i < 4; ++i) large.emplace_back("x-" + std::to_string(i), std::string(6'000, 'v'));
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo", large)).field(":status"), "431");
  observer->wait_for_refusal(Refusal::kHeaderBytes);
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

TEST_F(Http2, EveryRefusalOfTheProtocolCarriesARequestId) {
  start({.url_bytes = 1000, .body_bytes = 1000});
  Http2Client& h2 = connect();
  const std::vector<std::pair<std::string, std::int32_t>> refusals{
      {"400", h2.request("GET", "/echo", {{"host", "other"}})},
      {"413", h2.request("POST", "/body", {}, std::string(1001, 'x'))},
      {"414", h2.request("GET", "/" + std::string(1001, 'a'))},
      {"417", h2.request("POST", "/body", {{"expect", "wonders"}}, {}, true)},
      {"431", h2.request("GET", "/echo", {{"x", std::string(9'000, 'v')}})},
  };
  for (const auto& [status, id] : refusals) {
    const auto& reply = h2.wait(id);
    EXPECT_EQ(reply.field(":status"), status);
    EXPECT_THAT(reply.field("x-request-id"), StartsWith("req_")) << status;
  }
}

TEST_F(Http2, RefusesTargetsAndHostsThatMislead) {
  start();
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo", {{"host", "other"}})).field(":status"), "400");
  EXPECT_EQ(h2.get("/echo#f").field(":status"), "400");
  EXPECT_EQ(h2.wait(h2.request("OPTIONS", "*")).field(":status"), "400");
  observer->wait_for_refusal(Refusal::kMalformed);
}

TEST_F(Http2, RefusesMoreHandlersThanStreamsEvenWhenTheStreamsAreReset) {
  start({.concurrent_streams = 2});
  Http2Client& h2 = connect();
  h2.get("/echo");  // the client knows the settings
  const auto first = h2.request("GET", "/wait"), second = h2.request("GET", "/wait");
  h2.flush();
  gate.wait_for_arrivals(2);
  nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, first, NGHTTP2_CANCEL);
  nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, second, NGHTTP2_CANCEL);
  h2.flush();
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo")).error_code, static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
  observer->wait_for_refusal(Refusal::kConcurrentStreams);
  gate.open();
  observer->wait_for([](RecordingObserver& seen) { return seen.finished[499] == 2; });
  while (h2.get("/echo").field(":status") != "200") {
  }
}

TEST_F(Http2, GarbageIsAProtocolError) {
  start();
  Http2Client& h2 = connect();
  socket->send(h2.queued() + frame(NGHTTP2_DATA, 0, 0, "x"));
  expect_ended(NGHTTP2_PROTOCOL_ERROR);
}

// -- waiting

TEST_F(Http2, ALateHandlerIs503OnItsStream) {
  start({.handler = milliseconds(50)});
  Http2Client& h2 = connect();
  const auto reply = h2.get("/wait");
  EXPECT_EQ(reply.field(":status"), "503");
  EXPECT_EQ(reply.field("x-request-id"), "req_1");
  observer->wait_for_refusal(Refusal::kHandlerTimeout);
  gate.open();
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

TEST_F(Http2, AnIdleConnectionIsToldGoodbye) {
  start({.idle = milliseconds(50)});
  Http2Client& h2 = connect();
  h2.get("/echo");
  expect_ended(NGHTTP2_NO_ERROR);
}

// -- drain

TEST_F(Http2, DrainsWithGoaway) {
  start();
  Http2Client& h2 = connect();
  const auto id = h2.request("GET", "/wait");
  h2.flush();
  gate.wait_for_arrivals(1);
  bool clean = false;
  std::thread draining([&] { clean = server->drain(); });
  h2.run_until([&] { return h2.goaway.has_value(); });
  gate.open();
  EXPECT_EQ(h2.wait(id).body, "waited");
  h2.run_to_end();
  draining.join();
  EXPECT_EQ(h2.goaway, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
  EXPECT_TRUE(clean);
}

TEST_F(Http2, CutsOffWhatDoesNotEndInTime) {
  start();
  Http2Client& h2 = connect();
  h2.request("GET", "/wait");
  h2.flush();
  gate.wait_for_arrivals(1);
  EXPECT_FALSE(server->drain(milliseconds(1)));
  h2.run_to_end();
  EXPECT_EQ(server->connections(), 0U);
}

}  // namespace
}  // namespace doorward::net
