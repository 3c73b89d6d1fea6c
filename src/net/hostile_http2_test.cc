// HTTP/2 peers that mean harm. Each test is named after the line of the threat list that it answers: H-01, H-03, ...
#include "net/http2_fixture.h"

namespace doorward::net {
namespace {

using std::chrono::milliseconds;

class HostileHttp2 : public Http2Fixture {
 protected:
  // What goes on forever at no cost to the peer ends the connection, and only this one.
  void expect_control_flood(const std::string& bytes) {
    observer->refusals.clear();
    socket->send(client->queued() + bytes);
    expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
    observer->wait_for_refusal(Refusal::kControlFlood);
  }
  static std::string times(int count, const std::string& bytes) {
    std::string all;
    for (int i = 0; i < count; ++i) all += bytes;
    return all;
  }
};

const std::string kOneByte("\0\0\0\1", 4);  // of WINDOW_UPDATE
const std::string kGetHeader("\x82\x86\x84\x41\x01x", 6);

// -- H-01, H-02: slow

TEST_F(HostileHttp2, H01AnUnfinishedHeaderIsCutOff) {
  start({.header_read = milliseconds(50)});
  Http2Client& h2 = connect();
  socket->send(h2.queued() + frame(NGHTTP2_HEADERS, 0, 1, kGetHeader));
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kHeaderTimeout);
}

TEST_F(HostileHttp2, H01ABodyThatDoesNotComeIs408OnItsStream) {
  start({.body_read = milliseconds(50)});
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, "abc", true)).field(":status"), "408");
  observer->wait_for_refusal(Refusal::kBodyTimeout);
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

TEST_F(HostileHttp2, H01ABodyBelowTheRateIs408ThoughEachByteArrives) {
  start({.body_read = milliseconds(50), .body_rate = 1'000'000});
  Http2Client& h2 = connect();
  h2.get("/echo");
  const auto id = h2.request("POST", "/body", {}, {}, true);
  h2.flush();
  while (!socket->is_readable_within(milliseconds(1))) {
    socket->send(frame(NGHTTP2_DATA, 0, static_cast<std::uint32_t>(id), "x"));
  }
  EXPECT_EQ(h2.wait(id).field(":status"), "408");
  observer->wait_for_refusal(Refusal::kBodyTimeout);
}

TEST_F(HostileHttp2, H02AWindowThatStaysShutResetsTheStream) {
  start({.write = milliseconds(50)});
  Http2Client& h2 = connect(0);
  const auto reply = h2.get("/big?10");
  EXPECT_EQ(reply.error_code, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  observer->wait_for_refusal(Refusal::kWriteTimeout);
}

TEST_F(HostileHttp2, H02AWindowThatOpensByTheByteResetsTheStream) {
  start({.control_burst = 1'000'000, .write = milliseconds(50)});
  Http2Client& h2 = connect(0);
  const auto id = h2.request("GET", "/big?100000");
  bool open = true;
  while (open && !h2.replies[id].closed) {
    nghttp2_submit_window_update(h2.session(), NGHTTP2_FLAG_NONE, id, 1);
    const std::size_t size = h2.replies[id].body.size();
    open = h2.run_until([&] { return h2.replies[id].closed || h2.replies[id].body.size() > size; });
  }
  EXPECT_EQ(h2.replies[id].error_code, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  observer->wait_for_refusal(Refusal::kWriteTimeout);
}

TEST_F(HostileHttp2, H02APeerThatDoesNotReadIsCutOff) {
  start({.write = milliseconds(50)});
  socket.emplace(port, "127.0.0.1", 4096);
  client.emplace(*socket, (1U << 31) - 1);
  nghttp2_session_set_local_window_size(client->session(), NGHTTP2_FLAG_NONE, 0, (1U << 31) - 1);
  client->request("GET", "/big?50000000");
  client->flush();
  observer->wait_for_refusal(Refusal::kWriteTimeout);
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });
}

// -- H-03, H-05: resets

TEST_F(HostileHttp2, H03RapidResetsEndTheConnection) {
  start({.reset_burst = 20});
  Http2Client& h2 = connect();
  for (int i = 0; i < 30; ++i) {
    const auto id = h2.request("GET", "/echo");
    socket->send(h2.queued());
    nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    if (!h2.flush()) break;
  }
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kResetFlood);
}

TEST_F(HostileHttp2, H03AThousandResetsASecondEndTheConnectionWithTheProductsLimits) {
  start();
  Http2Client& h2 = connect();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) {
    const auto id = h2.request("GET", "/echo");
    bytes += h2.queued();
    nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    bytes += h2.queued();
  }
  socket->send(bytes);
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kResetFlood);
}

TEST_F(HostileHttp2, H05MadeYouResetCountsTheSame) {
  start({.reset_burst = 20});
  Http2Client& h2 = connect();
  for (int i = 0; i < 40; ++i) {
    // A window update that overflows is a stream error, which the server must answer with a reset.
    const auto id = static_cast<std::uint32_t>(h2.request("POST", "/body", {}, {}, true));
    if (!socket->send(h2.queued() + frame(NGHTTP2_WINDOW_UPDATE, 0, id, "\x7f\xff\xff\xff"))) break;
  }
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kResetFlood);
}

TEST_F(HostileHttp2, H05MadeYouResetByBadFieldsCountsTheSame) {
  start({.reset_burst = 20});
  Http2Client& h2 = connect();
  // A line feed in a value: a stream error (RFC 9113 section 8.2.1).
  for (int i = 0; i < 40; ++i) h2.request("GET", "/echo", {{"x", "a\nb"}});
  socket->send(h2.queued());
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kResetFlood);
}

// -- H-05: frames that cost nothing

TEST_F(HostileHttp2, H05PingSettingsWindowPriorityAndGoawayFramesEndTheConnection) {
  start({.control_burst = 50});
  const std::string floods[] = {
      frame(NGHTTP2_PING, 0, 0, "12345678"),
      frame(NGHTTP2_PING, 1, 0, "12345678"),
      frame(NGHTTP2_SETTINGS, 0, 0, ""),
      frame(NGHTTP2_WINDOW_UPDATE, 0, 0, kOneByte),
      frame(NGHTTP2_PRIORITY, 0, 0x7ffffff1, std::string(5, '\1')),
      frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')),
  };
  for (const std::string& flood : floods) {
    SCOPED_TRACE(static_cast<int>(flood[3]));

    connect();
    expect_control_flood(times(200, flood));
  }
}

TEST_F(HostileHttp2, H05EmptyDataEndsTheConnection) {
  start({.control_burst = 50});
  const std::pair<int, std::string> floods[] = {
      {0, ""}, {NGHTTP2_FLAG_PADDED, std::string(1, '\0')}, {NGHTTP2_FLAG_PADDED, std::string("\2\0\0", 3)}};
  for (const auto& [flags, payload] : floods) {
    SCOPED_TRACE(payload.size());
    Http2Client& h2 = connect();
    const auto id = h2.request("POST", "/body", {}, {}, true);
    h2.flush();
    expect_control_flood(times(200, frame(NGHTTP2_DATA, flags, static_cast<std::uint32_t>(id), payload)));
  }
}

TEST_F(HostileHttp2, H05FramesForClosedStreamsEndTheConnection) {
  start({.control_burst = 50});
  connect().get("/echo");
  expect_control_flood(times(200, frame(NGHTTP2_WINDOW_UPDATE, 0, 1, kOneByte)));
  for (const std::string& one : {frame(NGHTTP2_DATA, 0, 1, ""), frame(NGHTTP2_HEADERS, 4, 1, kGetHeader)}) {
    Http2Client& h2 = connect();
    h2.get("/echo");
    socket->send(h2.queued() + one);
    expect_ended(NGHTTP2_STREAM_CLOSED);
    observer->wait_for_refusal(Refusal::kMalformed);
  }
}

TEST_F(HostileHttp2, H05AWindowThatOpensByTheByteEarnsNothing) {
  start({.control_burst = 50, .controls_per_second = 1});
  Http2Client& h2 = connect(0);
  const auto id = h2.request("GET", "/big?100000");
  h2.flush();
  h2.run_until([&] { return h2.replies[id].header_done; });
  expect_control_flood(times(200, frame(NGHTTP2_WINDOW_UPDATE, 0, static_cast<std::uint32_t>(id), kOneByte)));
}

TEST_F(HostileHttp2, H05AnHonestReaderOfALongAnswerIsNoFlood) {
  start({.control_burst = 50, .controls_per_second = 1});
  Http2Client& h2 = connect();
  EXPECT_EQ(h2.get("/big?20000000").body.size(), 20'000'000U);
}

TEST_F(HostileHttp2, H05SettingsWithManyEntriesEndTheConnection) {
  start();
  Http2Client& h2 = connect();
  socket->send(h2.queued() + frame(NGHTTP2_SETTINGS, 0, 0, times(1000, std::string("\0\3\0\0\0\1", 6))));
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kControlFlood);
}

TEST_F(HostileHttp2, H05FieldsWithoutNameAreAProtocolErrorOfTheStream) {
  start();
  Http2Client& h2 = connect();
  const auto reply = h2.wait(h2.request("GET", "/echo", {{"", ""}}));
  EXPECT_EQ(reply.error_code, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR));
  observer->wait_for_refusal(Refusal::kMalformed);
}

TEST_F(HostileHttp2, H05AnHpackBombEndsTheConnection) {
  start();
  Http2Client& h2 = connect();
  // One indexed 4000-byte field, named again and again by one byte each.
  std::string block = "\x82\x86\x84\x41\x01x\x40\x01y\x7f";
  block += std::string("\xa1\x1e", 2) + std::string(4000, 'v');  // length 4000 as a 7-bit prefix integer
  block += std::string(5000, '\xbe');
  socket->send(h2.queued() + frame(NGHTTP2_HEADERS, 0x5, 1, block));
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kHeaderBytes);
}

TEST_F(HostileHttp2, H05APeerThatNeverReadsCannotFillTheMemoryWithResets) {
  start({.reset_burst = 1'000'000, .write = milliseconds(300)});
  socket.emplace(port, "127.0.0.1", 4096);
  client.emplace(*socket);
  socket->send(client->queued());
  const std::string block = kGetHeader + std::string("\x00\x01X\x01v", 5);
  std::uint32_t id = 1;
  bool open = true;
  // Nobody reads the resets: they queue up, and with them the streams, of which only so many may be open.
  while (open) {
    std::string bytes;
    for (int i = 0; i < 1000; ++i, id += 2) bytes += frame(NGHTTP2_HEADERS, 0x5, id, block);
    open = socket->send(bytes);
  }
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });
}

// -- H-04

TEST_F(HostileHttp2, H04AContinuationFloodEndsTheConnection) {
  start();
  Http2Client& h2 = connect();
  socket->send(h2.queued() + frame(NGHTTP2_HEADERS, 0, 1, kGetHeader));
  for (int i = 0; i < 20; ++i) {
    if (!socket->send(frame(NGHTTP2_CONTINUATION, 0, 1, std::string("\x40\x01y\x01z", 5)))) break;
  }
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kContinuationFlood);
}

TEST_F(HostileHttp2, H04EmptyContinuationsEndTheConnection) {
  start();
  Http2Client& h2 = connect();
  socket->send(h2.queued() + frame(NGHTTP2_HEADERS, 0, 1, kGetHeader) +
               times(9, frame(NGHTTP2_CONTINUATION, 0, 1, "")));
  expect_ended(NGHTTP2_ENHANCE_YOUR_CALM);
  observer->wait_for_refusal(Refusal::kContinuationFlood);
}

TEST_F(HostileHttp2, H04AHeaderOfSeveralFramesIsNoFlood) {
  start();
  Http2Client& h2 = connect();
  Http2Client::Fields large;
  for (int i = 0; i < 7; ++i) large.emplace_back("x-" + std::to_string(i), std::string(8'000, '\x7f' - 1));
  EXPECT_EQ(h2.wait(h2.request("GET", "/echo", large)).field(":status"), "200");
}

// -- H-17: memory of one connection

TEST_F(HostileHttp2, H17BodiesOfAllStreamsTogetherAreBounded) {
  start({.body_bytes = 10'000, .unread_bytes = 15'000});
  Http2Client& h2 = connect();
  h2.request("POST", "/body", {}, std::string(9'000, 'x'), true);
  const auto second = h2.request("POST", "/body", {}, std::string(9'000, 'x'), true);
  EXPECT_EQ(h2.wait(second).error_code, static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
  observer->wait_for_refusal(Refusal::kUnreadBytes);
  EXPECT_EQ(h2.get("/echo").field(":status"), "200");
}

TEST_F(HostileHttp2, H17FieldsOfStreamsThatWaitForABodyAreBounded) {
  start({.unread_bytes = 15'000});
  Http2Client& h2 = connect();
  const Http2Client::Fields large{{"x-large", std::string(5'000, 'v')}};
  const auto first = h2.request("POST", "/body", large, {}, true),
             second = h2.request("POST", "/body", large, {}, true);
  const auto third = h2.request("POST", "/body", large, {}, true);
  EXPECT_EQ(h2.wait(third).error_code, static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
  observer->wait_for_refusal(Refusal::kUnreadBytes);
  for (const auto id : {first, second}) {
    nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", large, "now")).body, "now") << "the place is free again";
}

TEST_F(HostileHttp2, H17BodiesOfAllConnectionsTogetherAreBounded) {
  start({.all_unread_bytes = 100'000});
  Http2Client& h2 = connect();
  const auto first = h2.request("POST", "/body", {}, std::string(60'000, 'x'), true);
  h2.flush();
  h2.get("/echo");  // the first body is here
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, std::string(60'000, 'x'))).field(":status"), "503");
  observer->wait_for_refusal(Refusal::kAllUnreadBytes);
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, std::string(10'000, 'x'))).field(":status"), "200") << "small";
  nghttp2_submit_rst_stream(h2.session(), NGHTTP2_FLAG_NONE, first, NGHTTP2_CANCEL);
  EXPECT_EQ(h2.wait(h2.request("POST", "/body", {}, std::string(60'000, 'x'))).field(":status"), "200");
}

}  // namespace
}  // namespace doorward::net
