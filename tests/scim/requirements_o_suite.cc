// Sorting (RFC 7644 section 3.4.2.3).
#include <set>

#include "requirements.h"

namespace doorward::test {
namespace {

using testing::ElementsAre;

TEST_F(Requirements, O1_AscendingAndDescendingWithWhatIsMissingAtTheEndAndTheBeginning) {
  const std::string b = must_post("/Users", R"({"userName":"u1","title":"b"})");
  const std::string none = must_post("/Users", R"({"userName":"u2"})");
  const std::string a = must_post("/Users", R"({"userName":"u3","title":"a"})");
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=title")), ElementsAre(a, b, none));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=title&sortOrder=ascending")), ElementsAre(a, b, none));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=TITLE&sortOrder=Descending")), ElementsAre(none, b, a));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=userName&sortOrder=descending")), ElementsAre(a, none, b));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName")),
              ElementsAre(b, none, a));
  EXPECT_THAT(found_ids(call("GET", "/Users?sortOrder=descending")), ElementsAre(b, none, a)) << "alone it is ignored";
  EXPECT_THAT(found_ids(call("GET", filtered("/Users", "title pr", "&sortBy=title&sortOrder=descending"))),
              ElementsAre(b, a));
  EXPECT_THAT(found_ids(call("GET", filtered("/Users", R"(userName eq "u3" or userName eq "u1")", "&sortBy=title"))),
              ElementsAre(a, b));
  const Answer wrong = call("GET", "/Users?sortBy=title&sortOrder=up");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.str("/scimType"), "invalidValue");
}

TEST_F(Requirements, O2_LetterCaseTypesAndSeveralValues) {
  const std::string a = must_post("/Users", R"({"userName":"B","externalId":"b","active":true,
      "name":{"familyName":"zeta"},
      "emails":[{"value":"z@x.test"},{"value":"a@x.test","primary":true}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"y"}})");
  clock_.advance(std::chrono::seconds(1));
  const std::string b = must_post("/Users", R"({"userName":"a","externalId":"B","active":false,
      "name":{"familyName":"Éa"},
      "emails":[{"value":"B@x.test"},{"value":"0@x.test"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"X"}})");
  const auto sorted = [&](std::string_view by) { return found_ids(call("GET", "/Users?sortBy=" + std::string(by))); };
  EXPECT_THAT(sorted("userName"), ElementsAre(b, a)) << "whatever the case";
  EXPECT_THAT(sorted("externalId"), ElementsAre(b, a)) << "case exact: capitals first";
  EXPECT_THAT(sorted("name.familyName"), ElementsAre(a, b));
  EXPECT_THAT(sorted("emails"), ElementsAre(a, b)) << "the primary one, else the first";
  EXPECT_THAT(sorted("emails.value"), ElementsAre(a, b));
  EXPECT_THAT(sorted("active"), ElementsAre(b, a));
  EXPECT_THAT(sorted("meta.created"), ElementsAre(a, b));
  EXPECT_THAT(sorted("department"), ElementsAre(b, a));
  EXPECT_THAT(sorted("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"), ElementsAre(b, a));
  EXPECT_THAT(sorted("meta.lastModified&sortOrder=descending"), ElementsAre(b, a));
  EXPECT_THAT(sorted("id&sortOrder=descending"), ElementsAre(b, a));
  for (const std::string& by : {"name", "meta", "groups", "groups.display"}) {
    const Answer refused = call("GET", "/Users?sortBy=" + by);
    EXPECT_EQ(refused.status, 400) << by;
    EXPECT_EQ(refused.str("/scimType"), "invalidValue");
  }
  EXPECT_EQ(call("GET", "/Users?sortBy=password").status, 403);
  EXPECT_THAT(sorted("nonsense"), ElementsAre(a, b)) << "nobody has a value of it";
}

TEST_F(Requirements, O3_TheOrderIsTotalSoThatPagesFitTogether) {
  std::vector<std::string> made;
  for (int i = 0; i < 9; ++i)
    made.push_back(must_post("/Users", fmt::format(R"({{"userName":"u{}","title":"same"}})", i)));
  make_group("Same");
  for (const std::string& by : {"title", "title&sortOrder=descending", "displayName", "meta.created", "userName"}) {
    std::vector<std::string> by_index;
    for (int start = 1; start <= 9; start += 4) {
      for (const std::string& id :
           found_ids(call("GET", fmt::format("/Users?sortBy={}&startIndex={}&count=4", by, start)))) {
        by_index.push_back(id);
      }
    }
    const auto whole = found_ids(call("GET", "/Users?sortBy=" + by));
    EXPECT_EQ(by_index, whole) << by;
    EXPECT_EQ(std::set<std::string>(whole.begin(), whole.end()).size(), 9U);
  }
}

TEST_F(Requirements, O3_AListOfSeveralTypesIsSortedAcrossThem) {
  const std::string bob = must_post("/Users", R"({"userName":"u1","displayName":"Bob"})");
  const std::string team = make_group("alpha");
  const std::string ann = must_post("/Users", R"({"userName":"u2","displayName":"ann"})");
  const std::string none = must_post("/Users", R"({"userName":"u0"})");
  EXPECT_THAT(found_ids(call("GET", "/?sortBy=displayName")), ElementsAre(team, ann, bob, none));
  EXPECT_THAT(found_ids(call("GET", "/?sortBy=displayName&sortOrder=descending")), ElementsAre(none, bob, ann, team));
  EXPECT_THAT(found_ids(call("GET", "/?sortBy=displayName&startIndex=2&count=2")), ElementsAre(ann, bob));
  EXPECT_THAT(found_ids(call("GET", "/?sortBy=userName")), ElementsAre(none, bob, ann, team))
      << "a group has no userName";
}

}  // namespace
}  // namespace doorward::test
