#include "base/ip_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward {
namespace {

using ::testing::HasSubstr;

IpNetwork network(std::string_view text) { return parse_ip_network(text).value(); }
IpAddress address(std::string_view text) { return parse_ip_address(text).value(); }

TEST(IpAddress, IsReadAndWrittenInItsCanonicalForm) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "2606:4700::1111", "fe80::1"}) {
    EXPECT_EQ(to_string(address(text)), text);
  }
  EXPECT_EQ(to_string(address("2606:4700:0:0:0:0:0:1111")), "2606:4700::1111");
  for (const char* text : {"", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.", "1.2.3.4.5", "::1%lo",
                           "[::1]", "localhost", "256.1.1.1", " ::1"}) {
    EXPECT_FALSE(parse_ip_address(text)) << text;
  }
  EXPECT_FALSE(parse_ip_address(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpAddress, IsUnwrappedFromTheFormOfADualSocket) {
  EXPECT_EQ(unmapped(address("::ffff:10.1.2.3")), address("10.1.2.3"));
  for (const char* text : {"10.1.2.3", "::10.1.2.3", "::ffff:0:10.1.2.3", "2001:db8::1"}) {
    EXPECT_EQ(unmapped(address(text)), address(text)) << text;
  }
}

TEST(IpNetwork, HoldsExactlyItsAddresses) {
  const struct {
    const char *network, *inside, *outside;
  } cases[] = {
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"100.64.0.0/10", "100.127.255.255", "100.128.0.0"},
      {"192.0.2.7/32", "192.0.2.7", "192.0.2.6"},
      {"192.0.2.7", "192.0.2.7", "192.0.2.8"},
      {"0.0.0.0/0", "255.1.2.3", "::1"},
      {"::/0", "ffff::", "1.2.3.4"},
      {"fc00::/7", "fdff::1", "fe00::1"},
      {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
      {"2001:db8::1/128", "2001:db8::1", "2001:db8::"},
      {"10.0.0.0/8", "10.0.0.0", "::ffff:10.0.0.1"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(network(c.network).contains(address(c.inside))) << c.network << ' ' << c.inside;
    EXPECT_FALSE(network(c.network).contains(address(c.outside))) << c.network << ' ' << c.outside;
  }
  const IpNetwork list[] = {network("10.0.0.0/8"), network("::1")};
  EXPECT_TRUE(any_contains(list, address("::1")));
  EXPECT_FALSE(any_contains(list, address("9.9.9.9")));
}

TEST(IpNetwork, IsRefusedWithASentence) {
  const auto refusal = [](std::string_view text) {
    const auto parsed = parse_ip_network(text);
    return parsed ? "accepted" : parsed.error().message;
  };
  for (const char* text : {"", "/8", "10/8", "10.0.0.0.0/8", "example.com", "10.0.0.0 /8", "[::1]/128"}) {
    EXPECT_THAT(refusal(text), HasSubstr("expected an address or a network")) << text;
  }
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/+8", "::/129"}) {
    EXPECT_THAT(refusal(text), HasSubstr("expected a prefix length")) << text;
  }
  EXPECT_THAT(refusal("10.1.2.3/8"), HasSubstr("did you mean 10.0.0.0/8?"));
  EXPECT_THAT(refusal("fd00::1/8"), HasSubstr("did you mean fd00::/8?"));
}

TEST(IpNetwork, IsWrittenWithItsLength) {
  for (const char* text : {"10.0.0.0/8", "192.0.2.7/32", "fd00::/8"}) EXPECT_EQ(to_string(network(text)), text);
  EXPECT_EQ(to_string(network("192.0.2.7")), "192.0.2.7/32");
}

}  // namespace
}  // namespace doorward
