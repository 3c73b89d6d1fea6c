#include "app/provisioning/search_plan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "protocol/scim/filter.h"
#include "protocol/scim/filter_match.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/schema.h"

namespace doorward {
namespace {

constexpr auto kIndexes =
    std::to_array<SearchIndex>({{"id", 0}, {"userName", 1}, {"emails.value", 3}, {"groups.value", 4}});

std::string micros(Timestamp t) {
  if (t == Timestamp::min() || t == Timestamp::max()) return "";
  return std::to_string(to_micros(t));
}

// "keys userName=a" where each key is a match, "keys~ …" where it must be looked at.
std::string plan(std::string_view filter) {
  scim::Dialect dialect;
  const auto parsed = scim::parse_filter(filter, dialect);
  const auto bound = scim::BoundFilter::bind(*parsed, scim::user_type(), dialect);
  const SearchPlan plan = plan_search(bound->condition(), kIndexes, "User");
  const std::string looked_at = plan.exact ? "" : "~";
  switch (plan.kind) {
    case SearchPlan::Kind::kNothing:
      return "nothing";
    case SearchPlan::Kind::kAll:
      return "all" + looked_at;
    case SearchPlan::Kind::kRange:
      return fmt::format("{}{} {}..{}", plan.walk.order == ResourceOrder::kCreated ? "created" : "modified", looked_at,
                         micros(plan.walk.from), micros(plan.walk.to));
    case SearchPlan::Kind::kKeys:
      break;
  }
  std::string text = "keys" + looked_at;
  for (const IndexKey& key : plan.keys) text += fmt::format(" {}={}", kIndexes.at(key.index).name, key.value);
  return text;
}

TEST(SearchPlan, OneComparisonOneKey) {
  EXPECT_EQ(plan(R"(userName eq "Ann")"), "keys userName=ann");
  EXPECT_EQ(plan(R"(id eq "Ann")"), "keys id=Ann");
  EXPECT_EQ(plan(R"(emails eq "A@x")"), "keys emails.value=a@x");
  EXPECT_EQ(plan(R"(emails[value eq "a"])"), "keys emails.value=a");
  EXPECT_EQ(plan(R"(groups eq "G")"), "keys groups.value=G");
  EXPECT_EQ(plan(R"(title eq "x")"), "all~");
  EXPECT_EQ(plan(R"(userName sw "x")"), "all~");
  EXPECT_EQ(plan(R"(not (userName eq "x"))"), "all~");
  EXPECT_EQ(plan(R"(userName ne "x")"), "all~");
  EXPECT_EQ(plan(R"(userName eq null)"), "all~");
  EXPECT_EQ(plan(R"(userName eq ")" + std::string(scim::limits::kIndexedValueBytes + 1, 'a') + "\""), "all~");
}

TEST(SearchPlan, BracketsHoldForOneElementWhichAnIndexDoesNotKnow) {
  EXPECT_EQ(plan(R"(emails[type eq "work" and value eq "a"])"), "keys~ emails.value=a");
  EXPECT_EQ(plan(R"(emails[type eq "work"].value eq "a")"), "keys~ emails.value=a");
  EXPECT_EQ(plan(R"(emails[value eq "a" or value eq "b"])"), "keys emails.value=a emails.value=b");
  EXPECT_EQ(plan(R"(emails[value eq "a" or type eq "b"])"), "all~");
  EXPECT_EQ(plan(R"(emails[not (value eq "a")])"), "all~");
}

TEST(SearchPlan, OfSeveralTheBestServesAndTheOthersAreLookedAt) {
  EXPECT_EQ(plan(R"(title eq "x" and userName eq "a")"), "keys~ userName=a");
  EXPECT_EQ(plan(R"(groups eq "g" and id eq "a" and emails eq "e")"), "keys~ id=a");
  EXPECT_EQ(plan(R"(meta.created gt "1970-01-01T00:00:01Z" and userName eq "a")"), "keys~ userName=a");
  EXPECT_EQ(plan(R"((userName eq "a" or id eq "b") and title pr)"), "keys~ id=b userName=a");
}

TEST(SearchPlan, AlternativesAreAUnionWhereEachHasAnIndex) {
  EXPECT_EQ(plan(R"(userName eq "b" or userName eq "a" or userName eq "b")"), "keys userName=a userName=b");
  EXPECT_EQ(plan(R"(userName eq "b" or (id eq "a" and title pr))"), "keys~ id=a userName=b");
  EXPECT_EQ(plan(R"(userName eq "b" or title pr)"), "all~");
  EXPECT_EQ(plan(R"(userName eq "b" or meta.created gt "1970-01-01T00:00:01Z")"), "all~");
}

TEST(SearchPlan, TimesAreRanges) {
  EXPECT_EQ(plan(R"(meta.lastModified gt "1970-01-01T00:00:01Z")"), "modified 1000001..");
  EXPECT_EQ(plan(R"(meta.lastModified ge "1970-01-01T00:00:01Z")"), "modified 1000000..");
  EXPECT_EQ(plan(R"(meta.created lt "1970-01-01T00:00:01Z")"), "created ..999999");
  EXPECT_EQ(plan(R"(meta.created le "1970-01-01T00:00:01Z")"), "created ..1000000");
  EXPECT_EQ(plan(R"(meta.created eq "1970-01-01T00:00:01Z")"), "created 1000000..1000000");
  EXPECT_EQ(plan(R"(meta.created ne "1970-01-01T00:00:01Z")"), "all~");
  EXPECT_EQ(plan(R"(meta.created ge "1970-01-01T00:00:01Z" and meta.created lt "1970-01-01T00:00:02Z")"),
            "created 1000000..1999999");
  EXPECT_EQ(plan(R"(meta.created ge "1970-01-01T00:00:01Z" and title pr)"), "created~ 1000000..");
  EXPECT_EQ(plan(R"(meta.created ge "1970-01-01T00:00:01Z" and title pr and meta.created lt "1970-01-01T00:00:02Z")"),
            "created~ 1000000..1999999");
}

TEST(SearchPlan, TheTypeItselfNeedsNoLook) {
  EXPECT_EQ(plan(R"(meta.resourceType eq "User")"), "all");
  EXPECT_EQ(plan(R"(meta.resourceType eq "Group")"), "nothing");
  EXPECT_EQ(plan(R"(meta.resourceType eq "User" and userName eq "a")"), "keys userName=a");
  EXPECT_EQ(plan(R"(userName eq "a" and meta.resourceType eq "User")"), "keys userName=a");
  EXPECT_EQ(plan(R"(meta.resourceType eq "Group" and userName eq "a")"), "nothing");
  EXPECT_EQ(plan(R"(title pr and meta.resourceType eq "Group")"), "nothing");
  EXPECT_EQ(plan(R"(meta.resourceType eq "Group" or userName eq "a")"), "keys userName=a");
  EXPECT_EQ(plan(R"(meta.resourceType eq "User" or title pr)"), "all");
}

}  // namespace
}  // namespace doorward
