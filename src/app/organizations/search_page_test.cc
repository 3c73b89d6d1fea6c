#include "app/organizations/search_page.h"

#include <gmock/gmock.h>

namespace doorward {
namespace {

Keyset at(int second) { return {Timestamp{std::chrono::seconds(second)}, "org_" + std::to_string(second)}; }

// Ids of the page of matches 9, 8, ..., 1, and which neighbours it has.
std::string page(const PageRequest& request) {
  SearchPage search(request);
  for (int second = 9; second > 0; --second) search.add(at(second));
  EXPECT_EQ(search.total(), 9);
  const auto found = search.take();
  std::string text = found.has_previous ? "<" : "";
  for (const Keyset& item : found.items) text += item.id.substr(4);
  return text + (found.has_next ? ">" : "");
}

TEST(SearchPage, WalksForwardsToTheEnd) {
  EXPECT_EQ(page({.limit = 4}), "9876>");
  EXPECT_EQ(page({.limit = 4, .after = at(6)}), "<5432>");
  EXPECT_EQ(page({.limit = 4, .after = at(2)}), "<1");
  EXPECT_EQ(page({.limit = 4, .after = at(1)}), "<");
  EXPECT_EQ(page({.limit = 9}), "987654321");
}

TEST(SearchPage, WalksBackwardsToTheBeginning) {
  EXPECT_EQ(page({.limit = 4, .after = at(1), .backward = true}), "<5432>");
  EXPECT_EQ(page({.limit = 4, .after = at(5), .backward = true}), "9876>");
  EXPECT_EQ(page({.limit = 4, .after = at(7), .backward = true}), "98>");
  EXPECT_EQ(page({.limit = 4, .after = at(9), .backward = true}), ">");
}

TEST(SearchPage, APositionNeedsNoMatch) {
  SearchPage search({.limit = 2, .after = at(5)});
  for (const int second : {9, 6, 4, 1}) search.add(at(second));
  const auto found = search.take();
  EXPECT_THAT(found.items, testing::ElementsAre(at(4), at(1)));
  EXPECT_TRUE(found.has_previous);
  EXPECT_FALSE(found.has_next);
}

TEST(SearchPage, MatchesOfOneInstantAreOrderedById) {
  const Timestamp now = Timestamp{std::chrono::seconds(1)};
  SearchPage search({.limit = 2, .after = Keyset{now, "org_2"}});
  for (const char* id : {"org_3", "org_2", "org_1"}) search.add({now, id});
  EXPECT_THAT(search.take().items, testing::ElementsAre(Keyset{now, "org_1"}));
}

}  // namespace
}  // namespace doorward
