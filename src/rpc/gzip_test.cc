#include "rpc/gzip.h"

#include <gtest/gtest.h>

#include "base/completion.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

std::string zipped(std::string_view text) {
  std::string out;
  gzip(text, out);
  return out;
}

TEST(Gzip, RoundTrip) {
  for (const auto size : {0, 1, 1000, 100'000}) {
    const std::string text(static_cast<std::size_t>(size), 'x');
    EXPECT_EQ(gunzip(zipped(text), 100'000).value(), text);
  }
  std::string out = "head";
  gzip("body", out);
  EXPECT_EQ(gunzip(std::string_view(out).substr(4), 4).value(), "body");
}

TEST(Gzip, ABombIsRefusedWhileItGrows) {
  const std::string bomb = zipped(std::string(64 * 1024 * 1024, '\0'));
  EXPECT_LT(bomb.size(), 512u * 1024);
  EXPECT_EQ(gunzip(bomb, kMaxInflatedBytes).error().reason, Reason::kPayloadTooLarge);
  EXPECT_EQ(gunzip(zipped("12345"), 4).error().reason, Reason::kPayloadTooLarge);
  EXPECT_EQ(gunzip(zipped("1234"), 4).value(), "1234");
}

TEST(Gzip, RefusesWhatIsNotOneMember) {
  const std::string good = zipped("hello, hello, hello");
  std::string flipped = good;
  flipped[good.size() - 6] ^= 1;  // of the checksum
  for (const auto& bad : {std::string(), std::string("hello"), good.substr(0, good.size() - 1), good + "x", good + good,
                          flipped, good.substr(1)}) {
    EXPECT_EQ(gunzip(bad, 1000).error().reason, Reason::kMalformedRequest);
  }
}

TEST(GzipNegotiation, ReadsWhatThePeerTakes) {
  const auto accepts = [](std::string value) {
    return accepts_gzip({{"accept-encoding", std::move(value)}}, "accept-encoding");
  };
  for (const auto* yes :
       {"gzip", "br, gzip", "gzip;q=0.5", "GZIP , br", "gzip, deflate, br, zstd", "br;q=1,gzip; q=0.01"}) {
    EXPECT_TRUE(accepts(yes)) << yes;
  }
  for (const auto* no : {"", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip", "identity", "*"}) {
    EXPECT_FALSE(accepts(no)) << no;
  }
  EXPECT_FALSE(accepts_gzip({}, "accept-encoding"));
  EXPECT_TRUE(accepts_gzip({{"accept-encoding", "br"}, {"accept-encoding", "gzip"}}, "accept-encoding"));
}

TEST(GzipNegotiation, KnowsTwoEncodings) {
  EXPECT_EQ(declared_encoding({}, "content-encoding").value(), Encoding::kIdentity);
  EXPECT_EQ(declared_encoding({{"content-encoding", "identity"}}, "content-encoding").value(), Encoding::kIdentity);
  EXPECT_EQ(declared_encoding({{"content-encoding", "GZip"}}, "content-encoding").value(), Encoding::kGzip);
  for (const auto* other : {"br", "deflate", "gzip, gzip", "gzip, br", "x"}) {
    EXPECT_EQ(declared_encoding({{"content-encoding", other}}, "content-encoding").error().reason,
              Reason::kUnsupportedEncoding)
        << other;
  }
  const net::Headers twice = {{"content-encoding", "gzip"}, {"content-encoding", "gzip"}};
  EXPECT_EQ(declared_encoding(twice, "content-encoding").error().reason, Reason::kUnsupportedEncoding);
}

TEST(Compression, GoesOnWithoutWhenNobodyHasTime) {
  const Compression full([](std::move_only_function<void()>) { return false; });
  std::string text(10'000, 'x');
  EXPECT_FALSE(sync_wait(full.compress(text)));
  EXPECT_EQ(text, std::string(10'000, 'x'));
  EXPECT_EQ(sync_wait(full.expand(zipped("x"))).error().reason, Reason::kOverloaded);
}

TEST(Compression, RunsWhereItIsTold) {
  int jobs = 0;
  const Compression elsewhere([&](std::move_only_function<void()> work) {
    ++jobs;
    work();
    return true;
  });
  std::string text = "head" + std::string(10'000, 'x');
  EXPECT_TRUE(sync_wait(elsewhere.compress(text, 4)));
  EXPECT_EQ(text.substr(0, 4), "head");
  EXPECT_EQ(sync_wait(elsewhere.expand(std::string_view(text).substr(4))).value(), std::string(10'000, 'x'));
  EXPECT_EQ(jobs, 2);
}

TEST(Compression, KeepsWhatWouldGrow) {
  std::string text = "abc";
  EXPECT_FALSE(sync_wait(Compression().compress(text)));
  EXPECT_EQ(text, "abc");
}

}  // namespace
}  // namespace doorward::rpc
