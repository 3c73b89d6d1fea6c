#include "net/http1_parser.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

using State = Http1Parser::State;

struct Parsed {
  Request request;
  State state = State::kHeader;
  Http1Parser::Refused refused;
  std::string rest;
  bool keep_alive = false;
  bool expects_continue = false;
};

// Feeds `bytes` in pieces of `step`.
Parsed parse(std::string_view bytes, std::size_t step = std::string_view::npos, Limits limits = {}) {
  Parsed parsed;
  Http1Parser parser(limits);
  parser.begin(parsed.request);
  std::string waiting;
  while (!bytes.empty() && parser.state() != State::kComplete && parser.state() != State::kRefused) {
    waiting += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    waiting.erase(0, parser.feed(waiting));
  }
  parsed.state = parser.state();
  parsed.refused = parser.refused();
  parsed.rest = waiting + std::string(bytes);
  parsed.keep_alive = parser.keep_alive();
  parsed.expects_continue = parser.expects_continue();
  return parsed;
}

TEST(Http1Parser, ReadsARequestInAnyPieces) {
  const std::string_view bytes =
      "\r\nPOST //oauth/token?a=b&c HTTP/1.1\r\nHost: x\r\nX-Y:  v w \r\nContent-Length: 5\r\n\r\nhelloGET ";
  for (const std::size_t step : {1UL, 2UL, 7UL, 1000UL}) {
    const Parsed parsed = parse(bytes, step);
    ASSERT_EQ(parsed.state, State::kComplete) << step;
    EXPECT_EQ(parsed.request.method, "POST");
    EXPECT_EQ(parsed.request.path, "/oauth/token");
    EXPECT_EQ(parsed.request.query, "a=b&c");
    EXPECT_EQ(*find_header(parsed.request.headers, "x-y"), "v w");
    EXPECT_EQ(parsed.request.body, "hello");
    EXPECT_EQ(parsed.rest, "GET ");
    EXPECT_TRUE(parsed.keep_alive);
  }
}

TEST(Http1Parser, ReadsChunksAndDropsTrailers) {
  const std::string_view bytes =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Evil: 1\r\n\r\nrest";
  for (const std::size_t step : {1UL, 3UL, 1000UL}) {
    const Parsed parsed = parse(bytes, step);
    ASSERT_EQ(parsed.state, State::kComplete) << step;
    EXPECT_EQ(parsed.request.body, "abcde");
    EXPECT_EQ(find_header(parsed.request.headers, "x-evil"), nullptr);
    EXPECT_EQ(parsed.rest, "rest");
  }
}

TEST(Http1Parser, ALastChunkMayComeByTheByte) {
  for (const std::size_t step : {1UL, 2UL, 3UL, 1000UL}) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const auto& [chunks, body] : {std::pair{"0\r\n\r\n", ""}, {"000\r\n\r\n", ""}, {"1\r\na\r\n0\r\n\r\n", "a"}}) {
      const Parsed parsed = parse(head + chunks, step);
      EXPECT_EQ(parsed.state, State::kComplete) << chunks << step;
      EXPECT_EQ(parsed.request.body, body) << chunks << step;
    }
  }
}

TEST(Http1Parser, LetsUnknownMethodsThrough) {
  const Parsed parsed = parse("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(parsed.state, State::kComplete);
  EXPECT_EQ(parsed.request.method, "BREW");
}

TEST(Http1Parser, AbsoluteFormMustAgreeWithHost) {
  EXPECT_EQ(parse("GET http://X.test/a HTTP/1.1\r\nHost: x.test\r\n\r\n").request.path, "/a");
  EXPECT_EQ(parse("GET http://x.test HTTP/1.1\r\nHost: x.test\r\n\r\n").request.path, "/");
  EXPECT_EQ(parse("GET http://y.test/a HTTP/1.1\r\nHost: x.test\r\n\r\n").state, State::kRefused);
}

TEST(Http1Parser, KeepAliveFollowsVersionAndConnection) {
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(Http1Parser, H07RefusesWhatTwoParsersReadDifferently) {
  using namespace std::string_view_literals;
  const std::string_view hostile[] = {
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n"sv,
      "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"sv,
      "GET / HTTP/1.1\r\n Host: x\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"sv,
      "GET / HTTP/1.1\nHost: x\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\nA b\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n"sv,
      "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"sv,
      "GET / HTTP/1.1\r\n\r\n"sv,
      "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"sv,
      "GET x HTTP/1.1\r\nHost: x\r\n\r\n"sv,
      "GET * HTTP/1.1\r\nHost: x\r\n\r\n"sv,
      "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"sv,
      "GET /#f HTTP/1.1\r\nHost: x\r\n\r\n"sv,
      "GET /\r\n\r\n"sv,
      "GET / x\r\n\r\n"sv,
      "\x16\x03\x01\x02\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\nb\r\na\r\n0\r\n\r\n"sv,
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"sv,
  };
  for (const std::string_view bytes : hostile) {
    for (const std::size_t step : {1UL, 100'000UL}) {
      const Parsed parsed = parse(bytes, step);
      ASSERT_EQ(parsed.state, State::kRefused) << bytes;
      EXPECT_EQ(parsed.refused.status, 400) << bytes;
      EXPECT_EQ(parsed.refused.refusal, Refusal::kMalformed) << bytes;
    }
  }
}

void expect_refused(const Parsed& parsed, int status, Refusal refusal) {
  EXPECT_EQ(parsed.state, State::kRefused);
  EXPECT_EQ(parsed.refused.status, status);
  EXPECT_EQ(parsed.refused.refusal, refusal);
}

TEST(Http1Parser, H08HoldsItsLimits) {
  const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
  Limits limits;
  limits.header_count = 3;
  EXPECT_EQ(parse(start + "A: 1\r\nB: 2\r\n\r\n", 1000, limits).state, State::kComplete);
  expect_refused(parse(start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", 1000, limits), 431, Refusal::kHeaderBytes);
  expect_refused(parse(start + "A: " + std::string(9000, 'a') + "\r\n\r\n"), 431, Refusal::kHeaderBytes);
  expect_refused(parse(start + "A: " + std::string(70'000, 'a'), 1000), 431, Refusal::kHeaderBytes);
  expect_refused(parse("GET /" + std::string(17'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414, Refusal::kUrlBytes);
  expect_refused(parse("GET /" + std::string(70'000, 'a'), 1000), 414, Refusal::kUrlBytes);
  expect_refused(parse("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505, Refusal::kVersion);
  expect_refused(parse(start + "Expect: tea\r\n\r\n"), 417, Refusal::kExpectation);

  limits.body_bytes = 4;
  EXPECT_EQ(parse(start + "Content-Length: 4\r\n\r\nabcd", 1000, limits).state, State::kComplete);
  expect_refused(parse(start + "Content-Length: 5\r\n\r\n", 1000, limits), 413, Refusal::kBodyBytes);
  const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(parse(chunked + "4\r\nabcd\r\n0\r\n\r\n", 1, limits).state, State::kComplete);
  expect_refused(parse(chunked + "3\r\nabc\r\n2\r\nde\r\n", 1, limits), 413, Refusal::kBodyBytes);
  expect_refused(parse(chunked + "1;" + std::string(1'000, 'e') + "\r\n", 1000), 400, Refusal::kMalformed);
  expect_refused(parse(chunked + "1;" + std::string(100'000, 'e'), 1000), 400, Refusal::kMalformed);
  expect_refused(parse(chunked + "0\r\nA: " + std::string(100'000, 'e'), 1000), 400, Refusal::kMalformed);
}

TEST(Http1Parser, SeesTheExpectation) {
  EXPECT_TRUE(
      parse("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n").expects_continue);
  EXPECT_FALSE(parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").expects_continue);
}

}  // namespace
}  // namespace doorward::net
