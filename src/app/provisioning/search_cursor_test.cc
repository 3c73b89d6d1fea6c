#include "app/provisioning/search_cursor.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/scim/limits.h"

namespace doorward {
namespace {

class TestMac : public Mac {
 public:
  std::string lookup_hash(std::string_view secret) const override { return mac("lookup", secret); }
  std::string mac(std::string_view purpose, std::string_view bytes) const override {
    return crypto::hmac_sha256("key" + std::string(purpose), bytes);
  }
};

const Timestamp kNow = from_micros(1'795'000'000'000'000);

class SearchCursorTest : public testing::Test {
 protected:
  static SearchCursor with(scim::SortValue key) {
    return {.after = {.part = 1, .key = std::move(key), .id = "diruser_1"},
            .count = 50,
            .total = 1'000'000,
            .issued = kNow};
  }
  Reason refusal(std::string_view text, Timestamp now = kNow) {
    const auto opened = open_cursor(mac, "scope", text, now);
    return opened ? Reason::kInternal : opened.error().reason;
  }
  TestMac mac;
};

TEST_F(SearchCursorTest, RoundTripsEveryKindOfKey) {
  for (const scim::SortValue& key : std::vector<scim::SortValue>{std::monostate(), std::int64_t{-7}, 1.5,
                                                                 std::string("a\0b\xff", 4), std::string()}) {
    const SearchCursor cursor = with(key);
    const std::string text = make_cursor(mac, "scope", cursor);
    EXPECT_EQ(percent_encode(text), text) << "unreserved characters only";
    const auto opened = open_cursor(mac, "scope", text, kNow);
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, cursor);
  }
}

TEST_F(SearchCursorTest, RefusesAnythingElseInOneWay) {
  const std::string text = make_cursor(mac, "scope", with(std::string("key")));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal(changed), Reason::kScimInvalidCursor) << i;
  }
  for (const std::string& bad : {std::string("A"), text.substr(1), text + "AA", std::string(100'000, 'A')}) {
    EXPECT_EQ(refusal(bad), Reason::kScimInvalidCursor);
  }
  EXPECT_FALSE(open_cursor(mac, "other scope", text, kNow));
}

TEST_F(SearchCursorTest, LastsForItsLifetime) {
  const std::string text = make_cursor(mac, "scope", with(std::monostate()));
  EXPECT_TRUE(open_cursor(mac, "scope", text, kNow + scim::limits::kCursorLifetime));
  EXPECT_EQ(refusal(text, kNow + scim::limits::kCursorLifetime + Duration(1)), Reason::kScimExpiredCursor);
}

// The longest position that a list has must fit.
TEST_F(SearchCursorTest, TheLongestNameFits) {
  const std::string name(scim::limits::kIndexedValueBytes * 3 / 2, 'n');
  const std::string text = make_cursor(mac, "scope", with(name));
  EXPECT_LT(text.size(), scim::limits::kCursorBytes);
  EXPECT_TRUE(open_cursor(mac, "scope", text, kNow));
}

}  // namespace
}  // namespace doorward
