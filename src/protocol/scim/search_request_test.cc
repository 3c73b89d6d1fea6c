#include "protocol/scim/search_request.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>
#include <map>

#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

using Query = std::map<std::string, std::string, std::less<>>;

Result<SearchRequest> from_query(const Query& query) {
  return read_search_parameters([&](std::string_view name) {
    const auto found = query.find(name);
    return found == query.end() ? nullptr : &found->second;
  });
}
Result<SearchRequest> from_body(std::string_view body, Profile profile = Profile::kStandard) {
  Dialect dialect{.behaviour = behaviour_of(profile)};
  return read_search_body(json::parse(body).as_object(), dialect);
}
constexpr const char* kUrn = R"("schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])";

TEST(SearchRequest, QueryAndBodyGiveOneValue) {
  const auto query = from_query({{"attributes", "userName,emails.value"},
                                 {"filter", "id pr"},
                                 {"sortBy", "userName"},
                                 {"sortOrder", "Descending"},
                                 {"startIndex", "3"},
                                 {"count", "-1"}});
  const auto body = from_body(R"({"SCHEMAS":["URN:ietf:params:scim:api:messages:2.0:searchrequest"],
      "attributes":["userName","emails.value"],"Filter":"id pr","sortby":"userName","sortOrder":"descending",
      "startIndex":3,"count":-1,"unknown":{}})",
                              Profile::kStrict);
  ASSERT_TRUE(query) << query.error().message;
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*query, *body);
  EXPECT_EQ(query->attributes, "userName,emails.value");
  EXPECT_TRUE(query->descending);
  EXPECT_EQ(query->start_index, 3);
  EXPECT_EQ(query->count, -1);
  EXPECT_FALSE(query->cursor);
  EXPECT_EQ(*from_query({}), SearchRequest{});
  EXPECT_EQ(*from_query({{"count", ""}, {"startIndex", ""}, {"sortOrder", ""}}), SearchRequest{});
  EXPECT_EQ(*from_body(R"({"count":null,"cursor":null,"attributes":[]})"), SearchRequest{});
}

TEST(SearchRequest, AnEmptyCursorIsOne) {
  EXPECT_EQ(from_query({{"cursor", ""}})->cursor, "");
  EXPECT_EQ(from_body(R"({"cursor":""})")->cursor, "");
  EXPECT_EQ(from_body(R"({"cursor":"abc"})")->cursor, "abc");
}

TEST(SearchRequest, NumbersBeyondSixtyFourBitsAreTheNearest) {
  EXPECT_EQ(from_query({{"count", "99999999999999999999"}})->count, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(from_query({{"startIndex", "-99999999999999999999"}})->start_index,
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(from_body(R"({"count":18446744073709551615})")->count, std::numeric_limits<std::int64_t>::max());
}

TEST(SearchRequest, RefusesWhatItCannotRead) {
  const auto reason = [](const Result<SearchRequest>& request) { return request.error().reason; };
  for (const Query& query : std::vector<Query>{{{"count", "many"}},
                                               {{"count", "1.5"}},
                                               {{"startIndex", "0x1"}},
                                               {{"sortOrder", "up"}},
                                               {{"startIndex", "1"}, {"cursor", ""}}}) {
    ASSERT_FALSE(from_query(query));
    EXPECT_EQ(reason(from_query(query)), Reason::kScimInvalidValue);
  }
  for (const char* body : {R"({"count":"many"})", R"({"count":1.5})", R"({"attributes":[1]})", R"({"filter":5})",
                           R"({"attributes":{}})", R"({"sortBy":[]})", R"({"startIndex":1,"cursor":"x"})"}) {
    ASSERT_FALSE(from_body(body)) << body;
    EXPECT_EQ(reason(from_body(body)), Reason::kScimInvalidValue) << body;
  }
  EXPECT_EQ(reason(from_query({{"count", "x"}, {"cursor", ""}})), Reason::kScimInvalidCount);
  EXPECT_EQ(reason(from_body(R"({"count":"x","cursor":""})")), Reason::kScimInvalidCount);
  EXPECT_EQ(reason(from_query({{"cursor", std::string(limits::kCursorBytes + 1, 'a')}})), Reason::kScimInvalidCursor);
}

TEST(SearchRequest, LooksAwayOnlyWhereTheProfileDoes) {
  Dialect dialect;
  ASSERT_TRUE(read_search_body(json::parse(R"({"count":"5","attributes":"a,b"})").as_object(), dialect));
  EXPECT_TRUE(dialect.quirks.contains(Quirk::kMissingSchemas));
  EXPECT_TRUE(dialect.quirks.contains(Quirk::kNumberAsText));
  EXPECT_TRUE(dialect.quirks.contains(Quirk::kSingleForList));
  EXPECT_EQ(from_body("{}", Profile::kStrict).error().reason, Reason::kScimInvalidSyntax);
  for (const std::string member : {R"("count":"5")", R"("attributes":"a")"}) {
    EXPECT_EQ(from_body("{" + std::string(kUrn) + "," + member + "}", Profile::kStrict).error().reason,
              Reason::kScimInvalidValue);
  }
}

}  // namespace
}  // namespace doorward::scim
