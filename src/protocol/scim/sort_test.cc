#include "protocol/scim/sort.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

SortValue value(std::string_view by, std::string_view resource) {
  Dialect dialect;
  const auto sort = SortBy::bind(by, user_type(), dialect);
  EXPECT_TRUE(sort) << sort.error().message;
  return sort->value_of(json::parse(resource).as_object());
}
Reason refusal(std::string_view by, Profile profile = Profile::kStandard) {
  Dialect dialect{.behaviour = behaviour_of(profile)};
  const auto sort = SortBy::bind(by, user_type(), dialect);
  return sort ? Reason::kInternal : sort.error().reason;
}
constexpr SortValue kNone{};

TEST(Sort, KeysFollowTheSchema) {
  EXPECT_EQ(value("userName", R"({"userName":"ÄB"})"), SortValue(std::string("äb")));
  EXPECT_EQ(value("externalId", R"({"externalId":"AB"})"), SortValue(std::string("AB")));
  EXPECT_EQ(value("active", R"({"active":true})"), SortValue(std::int64_t{1}));
  EXPECT_EQ(value("meta.created", R"({"meta":{"created":"1970-01-01T02:00:01+02:00"}})"),
            SortValue(std::int64_t{1'000'000}));
  EXPECT_EQ(value("NAME.familyname", R"({"name":{"familyName":"L"}})"), SortValue(std::string("l")));
  EXPECT_EQ(value("department", R"({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R"}})"),
            SortValue(std::string("r")));
}

TEST(Sort, OfSeveralValuesThePrimaryCountsElseTheFirst) {
  EXPECT_EQ(value("emails", R"({"emails":[{"value":"b"},{"value":"a","primary":true}]})"), SortValue(std::string("a")));
  EXPECT_EQ(value("emails.value", R"({"emails":[{"value":"b"},{"value":"a"}]})"), SortValue(std::string("b")));
  EXPECT_EQ(value("emails.type", R"({"emails":[{"value":"b"},{"value":"a","type":"work"}]})"), kNone);
  EXPECT_EQ(value("emails", R"({"emails":[]})"), kNone);
}

TEST(Sort, WhatIsUnassignedOrUnknownComesLast) {
  for (const char* resource : {"{}", R"({"title":""})", R"({"title":5})"}) EXPECT_EQ(value("title", resource), kNone);
  EXPECT_EQ(value("nonsense", R"({"nonsense":"x"})"), kNone);
  EXPECT_EQ(value("department", "{}"), kNone);
  EXPECT_TRUE(sorts_before(std::string("zz"), kNone));
  EXPECT_FALSE(sorts_before(kNone, std::string("zz")));
  EXPECT_FALSE(sorts_before(kNone, kNone));
  EXPECT_TRUE(sorts_before(std::int64_t{-1}, std::int64_t{0}));
}

TEST(Sort, LongTextIsCut) {
  const std::string title(limits::kSortKeyBytes + 50, 'a');
  EXPECT_EQ(value("title", R"({"title":")" + title + R"("})"), SortValue(title.substr(0, limits::kSortKeyBytes)));
}

TEST(Sort, RefusesWhatHasNoOrder) {
  for (const char* by : {"name", "addresses", "meta"}) EXPECT_EQ(refusal(by), Reason::kScimInvalidValue) << by;
  EXPECT_EQ(refusal("password"), Reason::kScimSensitive);
  EXPECT_EQ(refusal("nonsense", Profile::kStrict), Reason::kScimInvalidValue);
}

}  // namespace
}  // namespace doorward::scim
