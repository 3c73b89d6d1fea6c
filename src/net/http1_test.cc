#include <gmock/gmock.h>

#include "net/server_fixture.h"

namespace doorward::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Http1 : public ServerFixture {};

TEST_F(Http1, AnswersAndKeepsTheConnection) {
  start();
  SocketClient client(port);
  for (int i = 1; i <= 3; ++i) {
    client.send("GET //echo?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto [head, body] = client.read_response();
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("x-request-id: req_" + std::to_string(i) + "\r\n"));
    EXPECT_THAT(head, HasSubstr("date: Sun, 22 Nov 2026 06:50:26 GMT\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("connection:")));
    EXPECT_THAT(body, StartsWith("GET /echo a=b 0 h1\nhost=x\n"));
  }
}

TEST_F(Http1, AnswersPipelinedRequestsInOrder) {
  start();
  SocketClient client(port);
  client.send(
      "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /wait HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nthree\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_response().second, "one");
  gate.wait_for_arrivals(1);
  gate.open();
  EXPECT_EQ(client.read_response().second, "waited");
  EXPECT_EQ(client.read_response().second, "three");
}

TEST_F(Http1, ContinuesWhenExpected) {
  start();
  SocketClient client(port);
  client.send("POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(client.read_response().second, "hi");
}

TEST_F(Http1, RefusesAnExpectedBodyThatIsTooLargeBeforeItIsSent) {
  start();
  const auto answer =
      exchange("POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  observer->wait_for_refusal(Refusal::kBodyBytes);
}

TEST_F(Http1, HeadHasTheLengthButNoBody) {
  start();
  SocketClient client(port);
  client.send("HEAD /big?1234 HTTP/1.1\r\nHost: x\r\n\r\nGET /status?204 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("content-length: 1234"));
  const std::string empty = client.read_until("\r\n\r\n");
  EXPECT_THAT(empty, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(empty, Not(HasSubstr("content-length")));
}

TEST_F(Http1, StreamsChunksAndTrailers) {
  start();
  SocketClient client(port);
  client.send("GET /stream?3 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("transfer-encoding: chunked\r\ntrailer: grpc-status\r\n"));
  const std::string piece = "3e8\r\n" + std::string(1000, 's') + "\r\n";
  EXPECT_EQ(client.read_until("grpc-status: 0\r\n\r\n"), piece + piece + piece + "0\r\ngrpc-status: 0\r\n\r\n");
}

TEST_F(Http1, SpeaksHttp10) {
  start();
  EXPECT_THAT(exchange("GET /echo HTTP/1.0\r\n\r\n"), HasSubstr("connection: close"));
  const std::string streamed = exchange("GET /stream?2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(streamed, Not(HasSubstr("chunked")));
  EXPECT_TRUE(streamed.ends_with("\r\n\r\n" + std::string(2000, 's')));
}

TEST_F(Http1, RefusesMalformedRequestsAndCloses) {
  start();
  const std::string answer = exchange("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("x-request-id: req_1\r\n"));
  EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
  observer->wait_for_refusal(Refusal::kMalformed);
}

TEST_F(Http1, EveryRefusalOfTheProtocolCarriesARequestId) {
  start({.url_bytes = 1000, .body_bytes = 1000});
  const std::string fields = "Host: x\r\n";
  const std::vector<std::pair<std::string, std::string>> refusals{
      {"400", "GET /echo HTTP/1.1\r\n\r\n"},
      {"400", "\x01\x02\x03\r\n\r\n"},
      {"413", "POST /body HTTP/1.1\r\n" + fields + "Content-Length: 1001\r\n\r\n"},
      {"414", "GET /" + std::string(1001, 'a') + " HTTP/1.1\r\n" + fields + "\r\n"},
      {"417", "POST /body HTTP/1.1\r\n" + fields + "Expect: wonders\r\nContent-Length: 1\r\n\r\n"},
      {"431", "GET /echo HTTP/1.1\r\n" + fields + "X: " + std::string(9000, 'a') + "\r\n\r\n"},
      {"505", "GET /echo HTTP/2.0\r\n" + fields + "\r\n"},
  };
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    const std::string answer = exchange(refusals[i].second);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + refusals[i].first + " "));
    EXPECT_THAT(answer, HasSubstr("x-request-id: req_" + std::to_string(i + 1) + "\r\n"));
  }
}

TEST_F(Http1, ABugIsA500AndTheConnectionLives) {
  start();
  SocketClient client(port);
  client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_response().first, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(client.read_response().first, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(observer->failures, 1);
}

TEST_F(Http1, AHandlerCannotSplitTheResponse) {
  start();
  SocketClient client(port);
  client.send("GET /evil-header HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = client.read_response().first;
  EXPECT_THAT(head, HasSubstr("x-good: 1"));
  EXPECT_THAT(head, Not(HasSubstr("set-cookie")));
  EXPECT_THAT(head, HasSubstr("content-length: 0"));
}

TEST_F(Http1, SendsLargeBodiesWhole) {
  start();
  SocketClient client(port);
  client.send("GET /big?5000000 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_response().second.size(), 5'000'000U);
}

// -- waiting

TEST_F(Http1, AnIdleConnectionIsClosed) {
  start({.idle = milliseconds(50)});
  SocketClient client(port);
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http1, ALateHandlerIsAnsweredWith503) {
  start({.handler = milliseconds(50)});
  SocketClient client(port);
  client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("x-request-id: req_1\r\n"));
  observer->wait_for_refusal(Refusal::kHandlerTimeout);
  EXPECT_EQ(observer->finished[503], 1);
  gate.open();  // the abandoned handler ends in peace
  EXPECT_TRUE(server->drain());
}

TEST_F(Http1, AfterARefusalThePeerHasAMomentToReadAndNoMore) {
  start({.body_bytes = 10, .linger = milliseconds(50)});
  SocketClient client(port);
  client.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));  // not a reset, though the body was not read
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });
}

// -- connections

TEST_F(Http1, BindsEveryAddressOfAHostOnOnePort) {
  start();
  const auto bound = server->listen(*parse_listen("localhost:0"));
  ASSERT_TRUE(bound);
  for (const BoundAddress& one : *bound) {
    EXPECT_EQ(one.port, bound->front().port);
    SocketClient client(one.port, one.address);
    client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_response().first, StartsWith("HTTP/1.1 200 ")) << one.address;
  }
  EXPECT_EQ(server->bound().size(), 1 + bound->size());
}

TEST_F(Http1, SaysWhyItCannotListen) {
  start();
  const auto taken = server->listen({{{"127.0.0.1"}, port}});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().reason, Reason::kInvalidArgument);
  EXPECT_THAT(taken.error().message, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

// -- drain

TEST_F(Http1, DrainsRequestsInFlightAndClosesTheRest) {
  start();
  SocketClient busy(port);
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for_arrivals(1);
  SocketClient idle(port);
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.read_response();
  bool clean = false;
  std::thread draining([&] { clean = server->drain(); });
  EXPECT_EQ(idle.read_to_end(), "");  // threads are drained in order: the busy connection knows by now
  EXPECT_FALSE(SocketClient(port).connected());
  gate.open();
  const std::string answer = busy.read_to_end();
  draining.join();
  EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("waited"));
  EXPECT_TRUE(clean);
}

TEST_F(Http1, CutsOffWhatDoesNotEndInTime) {
  start();
  SocketClient busy(port);
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for_arrivals(1);
  EXPECT_FALSE(server->drain(milliseconds(1)));
  EXPECT_EQ(busy.read_to_end(), "");
  EXPECT_EQ(server->connections(), 0U);
}

}  // namespace
}  // namespace doorward::net
