// Paging by index (RFC 7644 section 3.4.2.4) and by cursor (RFC 9865).
#include <algorithm>
#include <set>

#include "protocol/scim/limits.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// All pages of a list by cursor. `path` has a query.
struct Walked {
  std::vector<std::string> ids;
  std::vector<std::string> cursors;
  std::vector<std::int64_t> totals;
};
template <class Call>
Walked walk(Call call, const std::string& path, const std::string& page = "&count=3") {
  Walked walked;
  std::string cursor;
  do {
    const Answer answer = call(path + page + "&cursor=" + cursor);
    for (const std::string& id : found_ids(answer)) walked.ids.push_back(id);
    walked.totals.push_back(total(answer));
    EXPECT_FALSE(answer.body.as_object().contains("startIndex"));
    EXPECT_FALSE(answer.body.as_object().contains("previousCursor"));
    cursor = answer.str("/nextCursor");
    if (!cursor.empty()) walked.cursors.push_back(cursor);
  } while (!cursor.empty() && walked.totals.size() < 100);
  return walked;
}
#define WALK(...) walk([&](const std::string& path) { return call("GET", path); }, __VA_ARGS__)

void expect_refused(const Answer& answer, std::string_view scim_type) {
  EXPECT_EQ(answer.status, 400) << answer.text;
  EXPECT_EQ(answer.str("/scimType"), scim_type) << answer.text;
}

TEST_F(Requirements, P1_StartIndexBeginsAtOneAndIsEchoed) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(make_user(fmt::format("user{}", i)));
  for (const std::string& start : {"-5", "0", "1"}) {
    const Answer list = call("GET", "/Users?count=2&startIndex=" + start);
    EXPECT_EQ(list.body.at("startIndex"), 1) << start;
    EXPECT_THAT(found_ids(list), ElementsAre(made[0], made[1]));
  }
  EXPECT_THAT(found_ids(call("GET", "/Users?startIndex=4")), ElementsAre(made[3], made[4]));
  for (const std::string& filter : {"", "filter=userName%20sw%20%22user%22&", "sortBy=userName&", "sortBy=title&"}) {
    for (const std::string& start : {"6", "99999999999999999999"}) {
      const Answer beyond = call("GET", "/Users?" + filter + "startIndex=" + start);
      EXPECT_EQ(total(beyond), 5) << filter;
      EXPECT_THAT(found_ids(beyond), IsEmpty());
      EXPECT_EQ(beyond.body.at("itemsPerPage"), 0);
    }
  }
  EXPECT_EQ(call("GET", "/Users?startIndex=99").body.at("startIndex"), 99);
  expect_refused(call("GET", "/Users?startIndex=two"), "invalidValue");
}

TEST_F(Requirements, P2_CountIsALimitAndZeroAsksForTheTotal) {
  for (int i = 0; i < 5; ++i) make_user(fmt::format("user{}", i));
  for (const std::string& query :
       {"count=0", "count=-3", "count=0&filter=userName%20pr", "count=0&sortBy=title",
        "count=0&filter=userName%20eq%20%22user1%22%20or%20externalId%20pr", "count=0&cursor="}) {
    const Answer none = call("GET", "/Users?" + query);
    EXPECT_EQ(total(none), 5) << query;
    EXPECT_THAT(found_ids(none), IsEmpty()) << query;
    EXPECT_EQ(none.str("/nextCursor"), "") << query;
  }
  EXPECT_THAT(found_ids(call("GET", "/Users?count=2")), SizeIs(2));
  EXPECT_THAT(found_ids(call("GET", "/Users?count=5000")), SizeIs(5));
  expect_refused(call("GET", "/Users?count=many"), "invalidValue");
}

TEST_F(Requirements, P3_TotalCountsMatchesAndItemsPerPageThePage) {
  for (int i = 0; i < 5; ++i) make_user(fmt::format("user{}", i));
  make_user("other");
  const Answer page = call("GET", filtered("/Users", R"(userName sw "user")", "&startIndex=2&count=2"));
  EXPECT_EQ(total(page), 5);
  EXPECT_EQ(page.body.at("itemsPerPage"), 2);
  const Answer indexed = call("GET", filtered("/Users", R"(userName eq "user1" or userName eq "user2")", "&count=1"));
  EXPECT_EQ(total(indexed), 2);
  EXPECT_EQ(indexed.body.at("itemsPerPage"), 1);
}

TEST_F(Requirements, P4_PagesHoldAHundredUnlessAskedForMoreAndNeverAboveAThousand) {
  EXPECT_EQ(scim::limits::kDefaultPage, 100U);
  EXPECT_EQ(scim::limits::kMaxPage, 1000U);
  many_users(1002);
  EXPECT_THAT(found_ids(call("GET", "/Users")), SizeIs(100));
  const Answer most = call("GET", "/Users?count=100000");
  EXPECT_THAT(found_ids(most), SizeIs(1000));
  EXPECT_EQ(total(most), 1002);
  EXPECT_THAT(found_ids(call("GET", "/Users?count=100000&cursor=")), SizeIs(1000));
  EXPECT_THAT(found_ids(call("GET", filtered("/Users", "userName pr", "&count=1001"))), SizeIs(1000));
}

TEST_F(Requirements, P5_CursorsLeadThroughTheWholeList) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) made.push_back(make_user(fmt::format("user{}", i)));
  for (const std::string& mode : {"/Users?cursor", "/Users?cursor=", "/Users?count=3&cursor="}) {
    const Answer first = call("GET", mode);
    EXPECT_EQ(total(first), 7) << mode;
    EXPECT_FALSE(first.body.as_object().contains("startIndex"));
    EXPECT_FALSE(first.body.as_object().contains("previousCursor"));
  }
  EXPECT_EQ(call("GET", "/Users?cursor").str("/nextCursor"), "") << "all on one page";
  const Walked walked = WALK("/Users?x=");
  EXPECT_EQ(walked.ids, made);
  EXPECT_THAT(walked.totals, ElementsAre(7, 7, 7));
  for (const std::string& cursor : walked.cursors) {
    EXPECT_EQ(percent_encode(cursor), cursor) << "unreserved characters only";
  }
  // A page that is exactly full is the last one.
  EXPECT_THAT(WALK("/Users?x=", "&count=7").totals, SizeIs(1));
}

TEST_F(Requirements, P5_CursorsWorkWithEveryFilterAndOrder) {
  std::vector<std::string> made;
  std::vector<std::string> members;
  for (int i = 0; i < 8; ++i) {
    made.push_back(must_post(
        "/Users",
        fmt::format(R"({{"userName":"U{}","title":"{}","emails":[{{"value":"shared@x.test"}}]}})", 7 - i, i % 3)));
    clock_.advance(std::chrono::seconds(i % 2));
  }
  const std::string team = make_group("Team", made);
  for (const std::string& query :
       {std::string("x="), std::string("sortBy=userName"), std::string("sortBy=userName&sortOrder=descending"),
        std::string("sortBy=title"), std::string("sortBy=title&sortOrder=descending"), std::string("sortBy=nickName"),
        std::string("sortBy=meta.created&sortOrder=descending"), std::string("sortBy=meta.lastModified"),
        std::string("sortBy=id&sortOrder=descending"), std::string("filter=userName%20sw%20%22u%22"),
        std::string("filter=emails%20eq%20%22shared@x.test%22"),
        std::string("filter=emails%20eq%20%22shared@x.test%22&sortBy=userName"),
        std::string("filter=emails%20eq%20%22shared@x.test%22%20and%20userName%20pr"),
        "filter=groups.value%20eq%20%22" + team + "%22",
        std::string("filter=meta.created%20gt%20%222000-01-01T00:00:00Z%22"),
        std::string("filter=meta.lastModified%20gt%20%222000-01-01T00:00:00Z%22%20and%20userName%20pr"),
        std::string("filter=meta.lastModified%20gt%20%222000-01-01T00:00:00Z%22&sortBy=meta.lastModified&sortOrder="
                    "descending")}) {
    const auto whole = found_ids(call("GET", "/Users?" + query));
    EXPECT_THAT(whole, SizeIs(8)) << query;
    const Walked walked = WALK("/Users?" + query);
    EXPECT_EQ(walked.ids, whole) << query;
    EXPECT_THAT(walked.totals, Each(8)) << query;
  }
  EXPECT_EQ(WALK("/?x=").ids, found_ids(call("GET", "/")));
  EXPECT_EQ(WALK("/?sortBy=displayName").ids, found_ids(call("GET", "/?sortBy=displayName")));
  EXPECT_EQ(WALK("/Groups?x=").ids, found_ids(call("GET", "/Groups")));
  EXPECT_EQ(WALK("/Groups?sortBy=displayName").ids, found_ids(call("GET", "/Groups")));
}

TEST_F(Requirements, P6_TheQueryStaysTheSame) {
  for (int i = 0; i < 7; ++i) make_user(fmt::format("user{}", i));
  const std::string cursor = call("GET", "/Users?count=3&sortBy=userName&cursor=").str("/nextCursor");
  ASSERT_NE(cursor, "");
  EXPECT_THAT(found_ids(call("GET", "/Users?count=3&sortBy=userName&cursor=" + cursor)), SizeIs(3));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=userName&cursor=" + cursor)), SizeIs(3))
      << "as many as the first page";
  EXPECT_THAT(found_ids(call("GET", "/Users?count=3&sortBy=userName&attributes=id&cursor=" + cursor)), SizeIs(3));
  expect_refused(call("GET", "/Users?count=4&sortBy=userName&cursor=" + cursor), "invalidCount");
  expect_refused(call("GET", "/Users?count=0&sortBy=userName&cursor=" + cursor), "invalidCount");
  expect_refused(call("GET", "/Users?count=x&sortBy=userName&cursor=" + cursor), "invalidCount");
  expect_refused(call("GET", "/Users?count=x&cursor="), "invalidCount");
  expect_refused(call("GET", "/Users?count=3&cursor=" + cursor), "invalidCursor");
  expect_refused(call("GET", "/Users?count=3&sortBy=userName&sortOrder=descending&cursor=" + cursor), "invalidCursor");
  expect_refused(call("GET", "/Users?count=3&sortBy=userName&filter=id%20pr&cursor=" + cursor), "invalidCursor");
}

TEST_F(Requirements, P7_CursorsCannotBeForgedCarriedElsewhereOrKept) {
  for (int i = 0; i < 7; ++i) make_user(fmt::format("user{}", i));
  const std::string cursor = call("GET", "/Users?count=3&cursor=").str("/nextCursor");
  ASSERT_NE(cursor, "");
  const Answer forged = call("GET", "/Users?count=3&cursor=AAAA");
  expect_refused(forged, "invalidCursor");
  for (std::size_t i = 0; i < cursor.size(); i += 5) {
    std::string changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(call("GET", "/Users?count=3&cursor=" + changed).text, forged.text)
        << "no answer tells which check failed";
  }
  for (const std::string& bad : {cursor.substr(0, cursor.size() - 1), cursor + "A", std::string(5'000, 'A'),
                                 std::string("%2B%2F%3D"), std::string("-")}) {
    EXPECT_EQ(call("GET", "/Users?count=3&cursor=" + bad).text, forged.text);
  }
  EXPECT_EQ(call("GET", "/Groups?count=3&cursor=" + cursor).text, forged.text);
  EXPECT_EQ(call("GET", "/?count=3&cursor=" + cursor).text, forged.text);
  const Tenant other = make_tenant();
  EXPECT_EQ(send(other, {"GET", "/Users?count=3&cursor=" + cursor, "", other.secret}).text, forged.text);
  EXPECT_EQ(send(home_, {"GET", "/Users?count=3&cursor=" + cursor, "", "wrong"}).status, 401);

  // It belongs to the directory, not to one of its tokens, so that tokens may be replaced meanwhile.
  clock_.advance(scim::limits::kCursorLifetime);
  EXPECT_THAT(found_ids(call("GET", "/Users?count=3&cursor=" + cursor)), SizeIs(3));
  clock_.advance(std::chrono::seconds(1));
  expect_refused(call("GET", "/Users?count=3&cursor=" + cursor), "expiredCursor");
}

TEST_F(Requirements, P8_WithoutEitherParameterPagesGoByIndex) {
  make_user("ann");
  const Answer list = call("GET", "/Users?count=1");
  EXPECT_EQ(list.body.at("startIndex"), 1);
  EXPECT_FALSE(list.body.as_object().contains("nextCursor"));
}

TEST_F(Requirements, P8_TheConfigurationTellsOfBothMethodsWhereItMay) {
  set_switch("shows_pagination", "true");
  EXPECT_EQ(call("GET", "/ServiceProviderConfig").body.at("pagination"),
            json::parse(R"({"cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100,
                            "maxPageSize": 1000, "cursorTimeout": 3600})"));
}

TEST_F(Requirements, P9_SearchesByPostTakeCursorsAndNeverBothMethods) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(make_user(fmt::format("user{}", i)));
  const auto search = [&](json::object body) { return call("POST", "/Users/.search", json::serialize(body)); };
  const Answer first = search({{"count", 3}, {"cursor", ""}});
  EXPECT_THAT(found_ids(first), ElementsAre(made[0], made[1], made[2]));
  const std::string cursor = first.str("/nextCursor");
  EXPECT_THAT(found_ids(search({{"count", 3}, {"cursor", cursor}})), ElementsAre(made[3], made[4]));
  EXPECT_THAT(found_ids(call("GET", "/Users?count=3&cursor=" + cursor)), ElementsAre(made[3], made[4]))
      << "the same list";
  expect_refused(search({{"count", "x"}, {"cursor", cursor}}), "invalidCount");
  expect_refused(search({{"startIndex", 1}, {"cursor", ""}}), "invalidValue");
  expect_refused(call("GET", "/Users?startIndex=1&cursor="), "invalidValue");
  EXPECT_THAT(found_ids(search({{"cursor", nullptr}})), SizeIs(5));
}

TEST_F(Requirements, P10_ChangesDuringAWalkNeitherRepeatNorSkipWhatStays) {
  std::vector<std::string> made;
  for (int i = 0; i < 9; ++i) {
    made.push_back(make_user(fmt::format("user{}", i)));
    clock_.advance(std::chrono::seconds(1));
  }
  for (const std::string& query :
       {"x=", "sortBy=userName", "sortBy=name.familyName", "filter=userName%20sw%20%22user%22"}) {
    SCOPED_TRACE(query);
    std::multiset<std::string> seen;
    std::string cursor;
    int page = 0;
    do {
      const Answer answer = call("GET", fmt::format("/Users?{}&count=2&cursor={}", query, cursor));
      for (const std::string& id : found_ids(answer)) seen.insert(id);
      cursor = answer.str("/nextCursor");
      // One comes before the place where the walk is and one behind it, and the last one seen goes.
      const std::string early = make_user(fmt::format("aaa{}", page));
      const std::string late = make_user(fmt::format("zzz{}", page));
      call("DELETE", "/Users/" + early);
      call("DELETE", "/Users/" + late);
      ++page;
    } while (!cursor.empty() && page < 50);
    for (const std::string& id : made) EXPECT_EQ(seen.count(id), 1U) << id;
  }
}

TEST_F(Requirements, P10_ADeepPageCostsWhatTheFirstDoes) {
  for (int i = 0; i < 40; ++i) make_user(fmt::format("user{}", i));
  for (const std::string& query : {"x=", "sortBy=userName", "sortBy=meta.lastModified&sortOrder=descending"}) {
    std::string cursor;
    std::vector<std::string> costs;
    do {
      queries_.clear();
      const Answer answer = call("GET", fmt::format("/Users?{}&count=10&attributes=id&cursor={}", query, cursor));
      costs.push_back(queries_.text());
      EXPECT_EQ(queries_.count("directory_users.position"), 0) << "no offset";
      cursor = answer.str("/nextCursor");
    } while (!cursor.empty());
    ASSERT_EQ(costs.size(), 4U);
    EXPECT_EQ(costs[1], costs[3]);
    EXPECT_LE(costs[1].size(), costs[0].size()) << "only the first page counts";
  }
}

}  // namespace
}  // namespace doorward::test
