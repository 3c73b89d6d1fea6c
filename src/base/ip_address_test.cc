#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

IpAddress address(std::string_view text) {
  const auto parsed = parse_ip_address(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

TEST(IpAddress, ParsesCanonicalTextOnly) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "127.1"sv, "2130706433"sv, "0x7f.0.0.1"sv, "0177.0.0.1"sv, "127.0.0.1."sv, "1.2.3.4.5"sv, "::1%lo"sv,
        "[::1]"sv, "localhost"sv, "256.1.1.1"sv, "127.0.0.1\0"sv, " 127.0.0.1"sv}) {
    EXPECT_FALSE(parse_ip_address(text)) << text;
  }
  EXPECT_EQ(to_string(address("2001:DB8:0::1")), "2001:db8::1");
  EXPECT_EQ(to_string(address("192.0.2.1")), "192.0.2.1");
}

TEST(IpAddress, ASourceIsAnIpv4AddressOrAnIpv6Network) {
  EXPECT_EQ(source_of(address("2001:db8:1:2::1")), source_of(address("2001:db8:1:2:ffff::9")));
  EXPECT_NE(source_of(address("2001:db8:1:2::1")), source_of(address("2001:db8:1:3::1")));
  EXPECT_EQ(source_of(address("::ffff:192.0.2.1")), address("192.0.2.1"));
  EXPECT_NE(source_of(address("192.0.2.1")), source_of(address("192.0.2.2")));
}

TEST(IpNetworks, ContainWhatTheirPrefixSays) {
  const auto networks = IpNetworks::parse(" 10.0.0.0/8,192.0.2.7 ,2001:db8::/33, 203.0.113.128/25");
  ASSERT_TRUE(networks) << networks.error().message;
  for (const char* text :
       {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8:7fff::1", "203.0.113.200", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(networks->contain(address(text))) << text;
  }
  for (const char* text :
       {"9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "2001:db8:8000::1", "203.0.113.127", "a00::1"}) {
    EXPECT_FALSE(networks->contain(address(text))) << text;
  }
  EXPECT_TRUE(IpNetworks::parse("")->empty());
  EXPECT_TRUE(IpNetworks::parse("0.0.0.0/0")->contain(address("198.51.100.1")));
  EXPECT_FALSE(IpNetworks::parse("0.0.0.0/0")->contain(address("2001:db8::1")));
}

TEST(IpNetworks, RefuseSlipsOfThePen) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "2001:db8::/129",
                           "example.com", "10.0.0.0/8,,10.0.0.0/8", ",", "10.0.0.0/ 8"}) {
    const auto networks = IpNetworks::parse(text);
    ASSERT_FALSE(networks) << text;
    EXPECT_EQ(networks.error().reason, Reason::kInvalidArgument) << text;
  }
  std::string many;
  for (std::size_t i = 0; i <= IpNetworks::kMost; ++i) many += "192.0.2.1,";
  EXPECT_FALSE(IpNetworks::parse(many));
}

}  // namespace
}  // namespace doorward
