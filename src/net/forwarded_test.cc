#include "net/forwarded.h"

#include <gtest/gtest.h>

#include "net/server_fixture.h"
#include "tests/support/http2_client.h"

namespace doorward::net {
namespace {

std::string client_of(const char* peer, std::vector<std::string> forwarded, const char* trusted) {
  Headers headers{{"host", "x"}};
  for (auto& value : forwarded) headers.push_back({"x-forwarded-for", std::move(value)});
  headers.push_back({"accept", "10.0.0.9"});
  return to_string(client_address(*parse_ip_address(peer), headers, *IpNetworks::parse(trusted)));
}

TEST(Forwarded, AnUntrustedPeerSpeaksForItselfOnly) {
  EXPECT_EQ(client_of("198.51.100.1", {"192.0.2.1"}, "10.0.0.0/8"), "198.51.100.1");
  EXPECT_EQ(client_of("198.51.100.1", {"192.0.2.1"}, ""), "198.51.100.1");
  EXPECT_EQ(client_of("::ffff:198.51.100.1", {}, ""), "198.51.100.1");
}

TEST(Forwarded, TheRightMostUntrustedAddressCounts) {
  constexpr auto kTrusted = "10.0.0.0/8, 2001:db8::/32";
  EXPECT_EQ(client_of("10.0.0.1", {"192.0.2.1"}, kTrusted), "192.0.2.1");
  EXPECT_EQ(client_of("10.0.0.1", {"203.0.113.9, 192.0.2.1, 10.0.0.2"}, kTrusted), "192.0.2.1") << "forged first";
  EXPECT_EQ(client_of("10.0.0.1", {"203.0.113.9", "192.0.2.1", "2001:db8::7, 10.0.0.2"}, kTrusted), "192.0.2.1");
  EXPECT_EQ(client_of("::ffff:10.0.0.1", {"::ffff:192.0.2.1"}, kTrusted), "192.0.2.1");
  EXPECT_EQ(client_of("10.0.0.1", {"10.0.0.3, 10.0.0.2"}, kTrusted), "10.0.0.3") << "all ours: the far end";
}

TEST(Forwarded, ReadsPortsAndBrackets) {
  EXPECT_EQ(client_of("10.0.0.1", {"192.0.2.1:4711"}, "10.0.0.0/8"), "192.0.2.1");
  EXPECT_EQ(client_of("10.0.0.1", {"2001:db8::1"}, "10.0.0.0/8"), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", {"[2001:db8::1]"}, "10.0.0.0/8"), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", {"\t[2001:db8::1]:4711 "}, "10.0.0.0/8"), "2001:db8::1");
}

TEST(Forwarded, WhatIsNoAddressEndsTheSearchAtTheLastTrustedOne) {
  for (const char* text : {"", " ", "unknown", "192.0.2.1:port", "192.0.2.1:", "192.0.2.1:123456", "[192.0.2.1]",
                           "[2001:db8::1", "[2001:db8::1]x", "[]", ":", "192.0.2.1 192.0.2.2", "_hidden"}) {
    EXPECT_EQ(client_of("10.0.0.1", {std::string("198.51.100.5,") + text + ",10.0.0.2"}, "10.0.0.0/8"), "10.0.0.2")
        << text;
  }
  EXPECT_EQ(client_of("10.0.0.1", {}, "10.0.0.0/8"), "10.0.0.1");
}

class ForwardedRequests : public ServerFixture {};

TEST_F(ForwardedRequests, ThePeerOfARequestIsTheForwardedOneOnBothProtocols) {
  trusted_proxies = *IpNetworks::parse("127.0.0.0/8");
  start();
  SocketClient client(port);
  for (const char* address : {"192.0.2.1", "192.0.2.2"}) {
    client.send("GET /peer HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: " +
                std::string(address) + "\r\n\r\n");
    EXPECT_EQ(client.read_response().second, address);
  }
  client.send("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_response().second, "127.0.0.1") << "nothing stays from the request before";

  SocketClient socket(port);
  doorward::testing::Http2Client h2(socket);
  for (const char* address : {"192.0.2.1", "192.0.2.2"}) {
    EXPECT_EQ(h2.wait(h2.request("GET", "/peer", {{"x-forwarded-for", address}})).body, address);
  }
  EXPECT_EQ(h2.get("/peer").body, "127.0.0.1");
}

TEST_F(ForwardedRequests, WithoutTrustTheHeaderIsOnlyText) {
  start();
  SocketClient client(port);
  client.send("GET /peer HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
  EXPECT_EQ(client.read_response().second, "127.0.0.1");
}

TEST_F(ForwardedRequests, ATrustedProxyHoldsTheConnectionsOfMany) {
  trusted_proxies = *IpNetworks::parse("127.0.0.1");
  start({.connections_per_source = 1});
  SocketClient first(port), second(port);
  second.send("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(second.read_response().second, "127.0.0.1");
}

}  // namespace
}  // namespace doorward::net
