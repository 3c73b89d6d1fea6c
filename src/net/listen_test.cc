#include "net/listen.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

TEST(Listen, ReadsEveryForm) {
  const auto all = parse_listen("localhost:8080, 192.0.2.1:1,[::1]:2,:0");
  ASSERT_TRUE(all);
  const std::vector<ListenAddress> expected = {
      {{"127.0.0.1", "::1"}, 8080}, {{"192.0.2.1"}, 1}, {{"::1"}, 2}, {{"0.0.0.0", "::"}, 0}};
  EXPECT_EQ(*all, expected);
  EXPECT_TRUE(parse_listen("off")->empty());
  EXPECT_TRUE(parse_listen("")->empty());
}

TEST(Listen, RefusesTheRestWithASentence) {
  for (const char* text : {"8080", "localhost", "localhost:", "localhost:65536", "localhost:-1", "host.example:80",
                           "[::1:80", "[]:80", "::1:80", "127.0.0.1:80,", "127.0.0.1:80x"}) {
    const auto all = parse_listen(text);
    ASSERT_FALSE(all) << text;
    EXPECT_EQ(all.error().reason, Reason::kInvalidArgument);
    EXPECT_NE(all.error().message.find("is no listen address"), std::string::npos);
  }
}

TEST(Listen, WritesAddresses) {
  EXPECT_EQ(to_string({"127.0.0.1", 80}), "127.0.0.1:80");
  EXPECT_EQ(to_string({"::1", 80}), "[::1]:80");
}

}  // namespace
}  // namespace doorward::net
