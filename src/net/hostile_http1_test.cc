// HTTP/1.1 peers that mean harm. Each test is named after the line of the threat list that it answers: H-01, H-07, ...
#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>

#include "net/server_fixture.h"

namespace doorward::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kEcho = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

class HostileHttp1 : public ServerFixture {
 protected:
  void expect_all_closed() {
    observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });
  }
};

// -- H-01: slow

TEST_F(HostileHttp1, H01AHeaderThatTricklesIsCutOffThoughEachByteArrives) {
  start({.header_read = milliseconds(50)});
  SocketClient client(port);
  client.send("GET /echo HTTP/1.1\r\nHo");
  while (!client.is_readable_within(milliseconds(1))) client.send("o");
  EXPECT_EQ(client.read_to_end(), "");
  observer->wait_for_refusal(Refusal::kHeaderTimeout);
}

TEST_F(HostileHttp1, H01AConnectionThatSaysNothingIsCutOff) {
  start({.header_read = milliseconds(50)});
  SocketClient client(port);
  EXPECT_EQ(client.read_to_end(), "");
  observer->wait_for_refusal(Refusal::kHeaderTimeout);
}

TEST_F(HostileHttp1, H01ABodyThatStopsIsAnsweredWith408) {
  start({.body_read = milliseconds(50)});
  SocketClient client(port);
  client.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  observer->wait_for_refusal(Refusal::kBodyTimeout);
}

TEST_F(HostileHttp1, H01ABodyBelowTheRateIs408ThoughEachByteArrives) {
  start({.body_read = milliseconds(50), .body_rate = 1'000'000});
  for (const char* framing : {"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"}) {
    const std::string piece = framing[0] == 'C' ? "x" : "1\r\nx\r\n";
    SocketClient client(port);
    client.send("POST /body HTTP/1.1\r\nHost: x\r\n" + std::string(framing));
    while (!client.is_readable_within(milliseconds(1))) client.send(piece);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 ")) << framing;
  }
  observer->wait_for_refusal(Refusal::kBodyTimeout);
}

TEST_F(HostileHttp1, H01ABodyAtTheRateMayTakeItsTime) {
  start({.body_read = milliseconds(1), .body_rate = 1});
  SocketClient client(port);
  // Its thousand bytes bought a thousand seconds; without them it would be cut at the next tick.
  client.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_FALSE(client.is_readable_within(milliseconds(30)));
  client.send("x");
  EXPECT_EQ(client.read_response().second.size(), 1001U);
}

TEST_F(HostileHttp1, H01OneSlowConnectionCostsOnlyItself) {
  start({.header_read = milliseconds(200)});
  std::vector<std::unique_ptr<SocketClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<SocketClient>(port));
    slow.back()->send("GET / HTTP/1.1\r\nX: ");
  }
  EXPECT_THAT(exchange("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  for (auto& client : slow) EXPECT_EQ(client->read_to_end(), "");
}

TEST_F(HostileHttp1, H01RefusesTooManyConnectionsFromOneSource) {
  start({.connections_per_source = 1});
  {
    SocketClient a(port);
    observer->wait_for([](RecordingObserver& seen) { return seen.open == 1; });
    SocketClient b(port);
    EXPECT_EQ(b.read_to_end(), "");
    observer->wait_for_refusal(Refusal::kConnectionsPerSource);
    SocketClient elsewhere(port, "127.0.0.1", 0, "127.0.0.2");
    elsewhere.send(kEcho);
    EXPECT_THAT(elsewhere.read_response().first, StartsWith("HTTP/1.1 200 ")) << "another source";
  }
  expect_all_closed();
  SocketClient c(port);
  c.send(kEcho);
  EXPECT_THAT(c.read_response().first, StartsWith("HTTP/1.1 200 "));
}

TEST_F(HostileHttp1, H01RefusesConnectionsAboveTheLimit) {
  start({.connections = 2, .connections_per_source = 10});
  SocketClient a(port), b(port);
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 2; });
  SocketClient c(port);
  EXPECT_EQ(c.read_to_end(), "");
  observer->wait_for_refusal(Refusal::kConnections);
  a.send(kEcho);
  EXPECT_THAT(a.read_response().first, StartsWith("HTTP/1.1 200 "));
}

// -- H-02: readers that do not read

TEST_F(HostileHttp1, H02APeerThatDoesNotReadIsCutOff) {
  start({.write = milliseconds(50)});
  SocketClient client(port, "127.0.0.1", 4096);
  client.send("GET /big?50000000 HTTP/1.1\r\nHost: x\r\n\r\n");
  observer->wait_for_refusal(Refusal::kWriteTimeout);
  expect_all_closed();
}

TEST_F(HostileHttp1, H02APeerThatReadsByTheByteIsCutOff) {
  start({.write = milliseconds(50)});
  SocketClient client(port, "127.0.0.1", 4096);
  client.send("GET /big?50000000 HTTP/1.1\r\nHost: x\r\n\r\n");
  std::size_t read = 0;
  while (client.skip(1)) {
    ++read;
    if (observer->count(Refusal::kWriteTimeout) > 0) break;
  }
  EXPECT_LT(read, 50'000'000U);
  observer->wait_for_refusal(Refusal::kWriteTimeout);
  expect_all_closed();
}

TEST_F(HostileHttp1, H02AStreamIsPulledOnlyAsFastAsThePeerReads) {
  start({.write = milliseconds(50)});
  SocketClient client(port, "127.0.0.1", 4096);
  client.send("GET /stream?1000000000 HTTP/1.1\r\nHost: x\r\n\r\n");
  observer->wait_for_refusal(Refusal::kWriteTimeout);  // the writer waited for the peer, not the other way round
  expect_all_closed();
}

// -- H-07: smuggling. The parser's table is in http1_parser_test.cc; here: refused, closed, and nothing after it read.

TEST_F(HostileHttp1, H07WhatHidesBehindAnAmbiguousRequestIsNeverAnswered) {
  start();
  const std::string hidden = "GET /echo?hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string start_line = "POST /body HTTP/1.1\r\nHost: x\r\n";
  const std::string ambiguous[] = {
      start_line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      start_line + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
      start_line + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
      start_line + "Transfer-Encoding: xchunked\r\n\r\n",
      start_line +
          "Transfer-Encoding:\x0b"
          "chunked\r\n\r\n",
      start_line + "Transfer-Encoding : chunked\r\n\r\n",
      start_line + "X: a\r\n Transfer-Encoding: chunked\r\n\r\n",
      start_line + "X: a\nTransfer-Encoding: chunked\r\n\r\n",
      start_line + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(1 << 20, 'e') + "\r\nx\r\n0\r\n\r\n",
      "GET http://other/echo HTTP/1.1\r\nHost: x\r\n\r\n",
  };
  for (const std::string& bytes : ambiguous) {
    const std::string answer = exchange(bytes + hidden);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << bytes.substr(0, 200);
    EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("hidden"))) << bytes.substr(0, 200);
  }
  observer->wait_for(
      [&](RecordingObserver& seen) { return seen.refusals[Refusal::kMalformed] == std::ssize(ambiguous); });
}

// -- H-08

TEST_F(HostileHttp1, H08NulAndCarriageReturnInValuesAre400) {
  start();
  using namespace std::string_literals;
  for (const std::string& value : {"a\0b"s, "a\rb"s, "a\r\0b"s}) {
    EXPECT_THAT(exchange("GET /echo HTTP/1.1\r\nHost: x\r\nX: " + value + "\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  }
  observer->wait_for([](RecordingObserver& seen) { return seen.refusals[Refusal::kMalformed] == 3; });
}

// -- H-17: memory

TEST_F(HostileHttp1, H17BodiesOfAllConnectionsTogetherAreBounded) {
  start({.all_unread_bytes = 100'000});
  const std::string head = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
  {
    SocketClient first(port);
    first.send(head + std::string(59'999, 'x'));
    first.send("x");
    first.read_response();  // proves that the first read was long over; its body is free again
    first.send(head + std::string(59'999, 'x'));
    SocketClient second(port);
    std::string answer;
    // Refused once the first body is in.
    for (bool refused = false; !refused;) {
      SocketClient next(port);
      next.send(head + std::string(59'999, 'x') + "x");
      answer = next.read_response().first;
      refused = answer.starts_with("HTTP/1.1 503 ");
    }
    EXPECT_THAT(answer, HasSubstr("retry-after: 1\r\n"));
    EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
    observer->wait_for_refusal(Refusal::kAllUnreadBytes);
    EXPECT_THAT(exchange("POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"),
                StartsWith("HTTP/1.1 200 "))
        << "small bodies go on";
  }
  expect_all_closed();
  SocketClient last(port);
  last.send(head + std::string(60'000, 'x'));
  EXPECT_EQ(last.read_response().second.size(), 60'000U);
}

// -- kept connections under load: every request is answered, however its bytes and its handler come

TEST_F(HostileHttp1, KeptConnectionsAnswerEveryRequestUnderLoad) {
  constexpr int kClients = 16;
  constexpr int kRounds = 150;
  start();
  gate.open();  // /wait suspends and resumes from this thread's point of view at once
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int number = 0; number < kClients; ++number) {
    clients.emplace_back([&, number] {
      std::minstd_rand random(static_cast<unsigned>(number + 1));
      SocketClient client(port);
      for (int round = 0; round < kRounds; ++round) {
        const int pipelined = 1 + static_cast<int>(random() % 4);
        std::string bytes;
        for (int i = 0; i < pipelined; ++i) {
          const std::size_t size = random() % 3 == 0 ? random() % 40'000 : random() % 100;
          switch (random() % 4) {
            case 0:
              bytes += kEcho;
              break;
            case 1:
              bytes += "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
              break;
            case 2:
              bytes += "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n";
              break;
            default:
              bytes += "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                       std::string(size, 'b');
          }
        }
        for (std::size_t at = 0; at < bytes.size();) {
          const std::size_t size = random() % 5 == 0 ? 1 + random() % 50 : bytes.size();
          ASSERT_TRUE(client.send(std::string_view(bytes).substr(at, size))) << "closed before the request was sent";
          at += size;
        }
        for (int i = 0; i < pipelined; ++i, ++answered)
          ASSERT_THAT(client.read_response().first, StartsWith("HTTP/1.1 "));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_GE(answered, kClients * kRounds);
  EXPECT_THAT(observer->refusals, ::testing::IsEmpty());
}

}  // namespace
}  // namespace doorward::net
