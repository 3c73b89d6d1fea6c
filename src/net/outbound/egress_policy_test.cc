#include "net/outbound/egress_policy.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <bit>

namespace doorward::net {
namespace {

AddressKind kind(const char* text) {
  const auto address = parse_ip_address(text);
  if (!address) {
    ADD_FAILURE() << text;
    return AddressKind::kReserved;
  }
  return kind_of(*address);
}

TEST(EgressPolicy, TellsLoopback) {
  for (const char* text : {"127.0.0.1", "127.0.0.0", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"}) {
    EXPECT_EQ(kind(text), AddressKind::kLoopback) << text;
  }
}

TEST(EgressPolicy, KnowsBothEndsOfEveryReservedBlock) {
  for (const char* text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255",  "100.64.0.0",
        "100.127.255.255", "169.254.0.0",     "169.254.169.254", "169.254.255.255", "172.16.0.0",
        "172.31.255.255",  "192.0.0.0",       "192.0.0.255",     "192.0.2.1",       "192.88.99.1",
        "192.168.0.0",     "192.168.255.255", "198.18.0.0",      "198.19.255.255",  "198.51.100.7",
        "203.0.113.255",   "224.0.0.0",       "239.255.255.255", "240.0.0.0",       "255.255.255.255"}) {
    EXPECT_EQ(kind(text), AddressKind::kReserved) << text;
  }
  for (const char* text : {"::", "::2", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "100::1",
                           "2001::1", "2001:1ff:ffff::1", "2001:db8::1", "2002::1", "3fff::1", "4000::1"}) {
    EXPECT_EQ(kind(text), AddressKind::kReserved) << text;
  }
}

TEST(EgressPolicy, RefusesIpv6FormsThatCarryAnIpv4Address) {
  for (const char* text : {"::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1",
                           "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"}) {
    EXPECT_EQ(kind(text), AddressKind::kReserved) << text;
  }
}

TEST(EgressPolicy, LeavesTheNeighboursOfReservedBlocksPublic) {
  for (const char* text : {"1.0.0.0",         "9.255.255.255",   "11.0.0.0",
                           "100.63.255.255",  "100.128.0.0",     "126.255.255.255",
                           "128.0.0.0",       "169.253.255.255", "169.255.0.0",
                           "172.15.255.255",  "172.32.0.0",      "192.0.1.0",
                           "192.167.255.255", "192.169.0.0",     "198.17.255.255",
                           "198.20.0.0",      "223.255.255.255", "8.8.8.8",
                           "2000::1",         "2001:200::1",     "2001:4860:4860::8888",
                           "2003::1",         "2606:4700::1111", "3ffe::1"}) {
    EXPECT_EQ(kind(text), AddressKind::kPublic) << text;
  }
}

TEST(EgressPolicy, ReadsSocketAddresses) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(8443);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* v4_address = std::bit_cast<const sockaddr*>(&v4);
  ASSERT_TRUE(ip_address_of(*v4_address));
  EXPECT_EQ(kind_of(*ip_address_of(*v4_address)), AddressKind::kLoopback);
  EXPECT_EQ(port_of(*v4_address), 8443);

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(443);
  v6.sin6_addr = in6addr_loopback;
  const auto* v6_address = std::bit_cast<const sockaddr*>(&v6);
  ASSERT_TRUE(ip_address_of(*v6_address));
  EXPECT_EQ(kind_of(*ip_address_of(*v6_address)), AddressKind::kLoopback);
  EXPECT_EQ(port_of(*v6_address), 443);

  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(ip_address_of(*std::bit_cast<const sockaddr*>(&local)));
}

TEST(EgressPolicy, AllowsLoopbackInDevelopmentOnly) {
  const auto kProduction = EgressPolicy::production();
  const auto kDevelopment = EgressPolicy::development();
  EXPECT_FALSE(kProduction.allows(AddressKind::kLoopback, 443));
  EXPECT_TRUE(kDevelopment.allows(AddressKind::kLoopback, 6379));
  EXPECT_FALSE(kProduction.allows(AddressKind::kReserved, 443));
  EXPECT_FALSE(kDevelopment.allows(AddressKind::kReserved, 443));
}

TEST(EgressPolicy, AllowsPortsOfWebServersOnly) {
  const auto kProduction = EgressPolicy::production();
  for (const auto port : std::initializer_list<std::uint16_t>{443, 1024, 8080, 8443, 65535}) {
    EXPECT_TRUE(kProduction.allows(AddressKind::kPublic, port)) << port;
  }
  for (const auto port :
       std::initializer_list<std::uint16_t>{0, 22, 25, 80, 444, 1023, 3306, 5432, 6379, 9200, 11211, 27017}) {
    EXPECT_FALSE(kProduction.allows(AddressKind::kPublic, port)) << port;
  }
  EXPECT_TRUE(EgressPolicy::development().allows(AddressKind::kPublic, 80));
}

// Every block of the list, by its two ends.
TEST(EgressPolicy, W01JudgesTheWholeList) {
  const struct {
    const char *network, *first, *last;
  } cases[] = {
      {"127/8", "127.0.0.0", "127.255.255.255"},
      {"::1", "::1", "::1"},
      {"10/8", "10.0.0.0", "10.255.255.255"},
      {"172.16/12", "172.16.0.0", "172.31.255.255"},
      {"192.168/16", "192.168.0.0", "192.168.255.255"},
      {"169.254/16", "169.254.0.0", "169.254.255.255"},
      {"100.64/10", "100.64.0.0", "100.127.255.255"},
      {"0/8", "0.0.0.0", "0.255.255.255"},
      {"192.0.0/24", "192.0.0.0", "192.0.0.255"},
      {"198.18/15", "198.18.0.0", "198.19.255.255"},
      {"224/4", "224.0.0.0", "239.255.255.255"},
      {"240/4", "240.0.0.0", "255.255.255.255"},
      {"fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"::ffff:0:0/96", "::ffff:0.0.0.0", "::ffff:255.255.255.255"},
      {"64:ff9b::/96", "64:ff9b::", "64:ff9b::ffff:ffff"},
      {"2002::/16", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2001::/32", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  const auto production = EgressPolicy::production();
  for (const auto& c : cases) {
    for (const char* text : {c.first, c.last}) {
      EXPECT_FALSE(production.allows(production.kind(*parse_ip_address(text), {}), 443)) << c.network << ' ' << text;
    }
  }
}

TEST(EgressPolicy, W01TakesOwnPublicAddressesForThisMachine) {
  const std::vector<IpAddress> own{*parse_ip_address("8.8.4.4"), *parse_ip_address("10.0.0.7")};
  const auto production = EgressPolicy::production();
  EXPECT_EQ(production.kind(own[0], own), AddressKind::kLoopback);
  EXPECT_EQ(production.kind(own[1], own), AddressKind::kReserved);
  EXPECT_EQ(production.kind(*parse_ip_address("8.8.8.8"), own), AddressKind::kPublic);
}

TEST(EgressPolicy, W01ReadsTheIpv4AddressInsideATransitionForm) {
  const struct {
    const char *outer, *inner;
  } cases[] = {
      {"::ffff:10.1.2.3", "10.1.2.3"},
      {"::10.1.2.3", "10.1.2.3"},
      {"::ffff:0:10.1.2.3", "10.1.2.3"},
      {"64:ff9b::10.1.2.3", "10.1.2.3"},
      {"64:ff9b:1:a01:2:300::", "10.1.2.3"},
      {"2002:a01:203::1", "10.1.2.3"},
      {"2001:0:4136:e378:8000:63bf:f5fe:fdfc", "10.1.2.3"},
  };
  for (const auto& c : cases) {
    const auto inner = embedded_ipv4(*parse_ip_address(c.outer));
    ASSERT_TRUE(inner) << c.outer;
    EXPECT_EQ(to_string(*inner), c.inner) << c.outer;
  }
  for (const char* plain : {"10.1.2.3", "2606:4700::1111", "fe80::1", "64:ff9b:2::1"}) {
    EXPECT_FALSE(embedded_ipv4(*parse_ip_address(plain))) << plain;
  }
}

TEST(EgressPolicy, CountsWhatTheOperatorAllowsAsPublic) {
  EgressPolicy policy = EgressPolicy::production();
  policy.allowed = IpNetworks::parse("10.1.0.0/16, 127.0.0.0/8, fd00::/8, 64:ff9b::/96").value();
  const auto kind = [&](const char* text) { return policy.kind(*parse_ip_address(text), {}); };
  for (const char* text : {"10.1.2.3", "127.0.0.1", "fd00::1", "8.8.8.8"}) {
    EXPECT_EQ(kind(text), AddressKind::kPublic) << text;
    EXPECT_FALSE(policy.allows(kind(text), 6379)) << "ports stay as they are";
  }
  EXPECT_EQ(kind("10.2.0.1"), AddressKind::kReserved);
  EXPECT_EQ(kind("::1"), AddressKind::kLoopback);
  // A translator that is allowed leads only where one could go directly.
  EXPECT_EQ(kind("64:ff9b::8.8.8.8"), AddressKind::kPublic);
  EXPECT_EQ(kind("64:ff9b::10.1.2.3"), AddressKind::kPublic);
  EXPECT_EQ(kind("64:ff9b::10.2.0.1"), AddressKind::kReserved);
  EXPECT_EQ(kind("64:ff9b::169.254.169.254"), AddressKind::kReserved);
}

}  // namespace
}  // namespace doorward::net
