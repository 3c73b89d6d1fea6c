#include "app/paging/page_token.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

class TestMac : public Mac {
 public:
  std::string lookup_hash(std::string_view secret) const override { return mac("lookup", secret); }
  std::string mac(std::string_view purpose, std::string_view bytes) const override {
    return crypto::hmac_sha256("key" + std::string(purpose), bytes);
  }
};

struct Row {
  Keyset key;
};
Keyset key_of(const Row& row) { return row.key; }

class PageTokensTest : public testing::Test {
 protected:
  std::string next(std::string_view scope) {
    Page<Row> page;
    page.items.push_back({Keyset{from_micros(1'700'000'000'123'456), "org_42"}});
    page.has_next = true;
    return tokens.next(scope, page, key_of);
  }
  Reason refusal(std::string_view scope, std::string_view token) {
    const auto parsed = tokens.parse(scope, 0, token);
    return parsed ? Reason::kInternal : parsed.error().reason;
  }

  TestMac mac;
  PageTokens tokens{mac};
};

TEST_F(PageTokensTest, RoundTripsThePosition) {
  const auto parsed = tokens.parse("s", 25, next("s"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->limit, 25U);
  EXPECT_EQ(parsed->after, (Keyset{from_micros(1'700'000'000'123'456), "org_42"}));
  EXPECT_FALSE(parsed->backward);
}

TEST_F(PageTokensTest, ClampsThePageSize) {
  EXPECT_EQ(tokens.parse("s", 0, "")->limit, kDefaultPageSize);
  EXPECT_EQ(tokens.parse("s", 5'000, "")->limit, kMaxPageSize);
}

TEST_F(PageTokensTest, RefusesTokensOfAnotherListOrCaller) {
  EXPECT_EQ(refusal(page_scope({"users", "skc_2"}), next(page_scope({"users", "skc_1"}))), Reason::kInvalidPageToken);
}

TEST_F(PageTokensTest, RefusesEveryChangedCharacter) {
  const std::string token = next("s");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal("s", changed), Reason::kInvalidPageToken) << i;
  }
  EXPECT_EQ(refusal("s", token.substr(0, 10)), Reason::kInvalidPageToken);
  EXPECT_EQ(refusal("s", std::string(10'000, 'A')), Reason::kInvalidPageToken);
}

TEST(PageScope, DoesNotConfuseNeighbouringParts) { EXPECT_NE(page_scope({"ab", "c"}), page_scope({"a", "bc"})); }

}  // namespace
}  // namespace doorward
