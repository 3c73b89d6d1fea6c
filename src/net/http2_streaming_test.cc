// Handlers that read a request while it arrives, and callers that do not wait long.
#include <gmock/gmock.h>

#include "net/exchange.h"
#include "net/incoming_body.h"
#include "net/server_fixture.h"
#include "tests/support/http2_client.h"

namespace doorward::net {
namespace {

using doorward::testing::Http2Client;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr milliseconds kLong{60'000};

class Http2Streaming : public ServerFixture {
 protected:
  Http2Client& connect() {
    socket.emplace(port);
    return client.emplace(*socket);
  }
  // DATA on an open stream.
  void say(std::int32_t id, const std::string& data, bool last = false) {
    std::string frame(9, '\0');
    frame[1] = static_cast<char>(data.size() >> 8);
    frame[2] = static_cast<char>(data.size());
    frame[4] = last ? 1 : 0;
    frame[8] = static_cast<char>(id);
    socket->send(frame + data);
  }
  bool hear(std::int32_t id, std::string_view what) {
    return client->run_until([&] { return client->replies[id].body.ends_with(what); });
  }

  std::optional<SocketClient> socket;
  std::optional<Http2Client> client;
};

TEST_F(Http2Streaming, AnswersEachPieceBeforeTheNextOneComes) {
  patience = kLong;
  start();
  Http2Client& h2 = connect();
  const auto id = h2.request("POST", "/talk", {}, std::nullopt, true);
  ASSERT_TRUE(h2.run_until([&] { return h2.replies[id].header_done; }));
  say(id, "one");
  ASSERT_TRUE(hear(id, "<one>"));
  say(id, "two");
  ASSERT_TRUE(hear(id, "<two>"));
  say(id, "", true);
  ASSERT_TRUE(hear(id, "end"));
}

TEST_F(Http2Streaming, EndsWithTrailersThatAreKnownOnlyThen) {
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("POST", "/talk", {}, "all"));
  EXPECT_EQ(reply.body, "<all>end");
  EXPECT_EQ(reply.trailer("x-said"), "all");
  EXPECT_EQ(reply.trailer("x-evil"), "");
  EXPECT_EQ(reply.field("x-early-body"), "");
}

TEST_F(Http2Streaming, ARequestWithoutBodyEndsAtOnce) {
  start();
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.get("/talk").body, "end");
}

TEST_F(Http2Streaming, AnAnswerMayEndBeforeItsRequest) {
  patience = milliseconds(1);
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("POST", "/talk", {}, std::nullopt, true));
  EXPECT_EQ(reply.trailer("x-said"), "all");
  EXPECT_EQ(reply.error_code, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST_F(Http2Streaming, DrainEndsWhatTalks) {
  patience = kLong;
  start();
  Http2Client& h2 = connect();
  const auto id = h2.request("POST", "/talk", {}, "x", true);
  ASSERT_TRUE(hear(id, "<x>"));
  std::thread stop([this] { server->drain(); });
  EXPECT_TRUE(hear(id, "draining"));
  say(id, "", true);
  EXPECT_TRUE(hear(id, "end"));
  nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  h2.run_to_end();
  stop.join();
}

// The handler's coroutine must end too; the leak checker of the sanitizer build sees one that does not.
TEST_F(Http2Streaming, AHandlerLearnsThatItsPeerIsGone) {
  patience = kLong;
  start();
  for (int i = 0; i < 2; ++i) {
    Http2Client& h2 = connect();
    const auto id = h2.request("POST", "/talk", {}, "x", true);
    ASSERT_TRUE(hear(id, "<x>"));
    if (i == 0) {
      nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
      EXPECT_EQ(h2.get("/echo").field(":status"), "200");
    }
    client.reset();
    socket.reset();
    observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });
  }
}

TEST_F(Http2Streaming, AServerThatStopsCutsTalkOff) {
  patience = kLong;
  start();
  Http2Client& h2 = connect();
  ASSERT_TRUE(hear(h2.request("POST", "/talk", {}, "x", true), "<x>"));
  server.reset();
  h2.run_to_end();
}

TEST_F(Http2Streaming, ACallersDeadlineIsKeptEverywhere) {
  says_late = true;
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("GET", "/wait", {{"x-patience-ms", "1"}}));
  EXPECT_EQ(reply.field(":status"), "504");
  EXPECT_EQ(reply.body, "/wait is late\n");
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
  observer->wait_for_refusal(Refusal::kHandlerTimeout);
  const auto answer = exchange("GET /wait HTTP/1.1\r\nHost: x\r\nx-patience-ms: 1\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 504 "));
  EXPECT_THAT(answer, HasSubstr("/wait is late"));
}

TEST_F(Http2Streaming, ManyDeadlinesAtOnceAreKept) {
  says_late = true;
  start();
  Http2Client& h2 = connect();
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(h2.request("GET", "/wait", {{"x-patience-ms", std::to_string(i)}}));
  for (const auto id : ids) EXPECT_EQ(h2.wait(id).field(":status"), "504");
}

TEST_F(Http2Streaming, ACallerCannotWaitLongerThanTheServer) {
  says_late = true;
  start({.handler = milliseconds(20)});
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.wait(h2.request("GET", "/wait", {{"x-patience-ms", "60000"}})).field(":status"), "504");
}

TEST_F(Http2Streaming, MoreThanTheHandlerMayHoldResetsTheStream) {
  start({.streamed_bytes = 10});
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("POST", "/talk", {}, "eleven byte", true));
  EXPECT_EQ(reply.error_code, static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
  observer->wait_for_refusal(Refusal::kUnreadBytes);
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

// A handler that reads nothing holds a bounded part of what it is sent.
TEST(IncomingBody, KeepsNoMoreThanItsLimit) {
  IncomingBody body(4);
  EXPECT_TRUE(body.push("abc"));
  EXPECT_FALSE(body.push("de"));
  EXPECT_TRUE(body.push("d"));
  body.end();
  body.drain();
  const auto next = [&] { return sync_wait(body.wait(Clock::time_point::max())); };
  EXPECT_EQ(next().piece, "abcd");
  EXPECT_EQ(next().what, Incoming::What::kEnd);
  EXPECT_EQ(next().what, Incoming::What::kDraining);
  body.gone();
  EXPECT_EQ(next().what, Incoming::What::kGone);
  EXPECT_EQ(next().what, Incoming::What::kGone);
}

}  // namespace
}  // namespace doorward::net
