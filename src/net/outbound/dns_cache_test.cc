#include "net/outbound/dns_cache.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

using namespace std::chrono_literals;
constexpr DnsCache::SteadyTime kStart{100h};

DnsCache::Addresses one(const char* text) { return {parse_ip_address(text).value()}; }

TEST(DnsCache, W03KeepsAnAnswerForItsTimeToLive) {
  DnsCache cache({});
  cache.put("a.example", one("192.0.2.1"), 60s, kStart);
  EXPECT_EQ(cache.find("a.example", kStart + 59s), one("192.0.2.1"));
  EXPECT_FALSE(cache.find("b.example", kStart));
  EXPECT_FALSE(cache.find("a.example", kStart + 60s));
  EXPECT_EQ(cache.size(), 0u);
}

TEST(DnsCache, W03KeepsNothingWithoutTimeToLive) {
  DnsCache cache({});
  cache.put("a.example", one("192.0.2.1"), 60s, kStart);
  cache.put("a.example", one("192.0.2.2"), 0s, kStart);
  EXPECT_FALSE(cache.find("a.example", kStart)) << "nor what it knew before";
}

TEST(DnsCache, W03KeepsNothingForLongerThanItsMaximum) {
  DnsCache cache({.longest = 300s, .missing_longest = 5s});
  cache.put("a.example", one("192.0.2.1"), std::chrono::seconds(0x7FFFFFFF), kStart);
  cache.put("none.example", {}, 3600s, kStart);
  EXPECT_TRUE(cache.find("a.example", kStart + 299s));
  EXPECT_FALSE(cache.find("a.example", kStart + 300s));
  EXPECT_EQ(cache.find("none.example", kStart + 4s), DnsCache::Addresses());
  EXPECT_FALSE(cache.find("none.example", kStart + 5s));
}

TEST(DnsCache, DropsTheLeastRecentlyUsedBeyondItsSize) {
  DnsCache cache({.names = 2});
  cache.put("a", one("192.0.2.1"), 60s, kStart);
  cache.put("b", one("192.0.2.2"), 60s, kStart);
  EXPECT_TRUE(cache.find("a", kStart));
  cache.put("c", one("192.0.2.3"), 60s, kStart);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_TRUE(cache.find("a", kStart));
  EXPECT_FALSE(cache.find("b", kStart));
}

}  // namespace
}  // namespace doorward::net
