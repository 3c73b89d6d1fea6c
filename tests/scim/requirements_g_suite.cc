// Reading, lists and searches (RFC 7644 sections 3.4.1 to 3.4.3).
#include "protocol/scim/limits.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string search_body(json::object members) {
  members["schemas"] = json::array{"urn:ietf:params:scim:api:messages:2.0:SearchRequest"};
  return json::serialize(members);
}

TEST_F(Requirements, G1_OneOrAListAndNoMatchIsAnEmptyList) {
  meet_ann_and_bob();
  const Answer one = call("GET", "/Users/" + ann_);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.str("/userName"), "Ann@X.test");
  EXPECT_EQ(call("GET", "/Users/nobody").status, 404);
  EXPECT_EQ(call("GET", "/Groups/" + ann_).status, 404);

  const Answer list = call("GET", "/Users");
  EXPECT_EQ(list.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:ListResponse");
  EXPECT_EQ(total(list), 2);
  EXPECT_EQ(list.body.at("itemsPerPage"), 2);
  EXPECT_EQ(list.body.at("startIndex"), 1);
  EXPECT_THAT(found_ids(list), ElementsAre(ann_, bob_));
  const Answer none = call("GET", filtered("/Users", R"(userName eq "nobody")"));
  EXPECT_EQ(total(none), 0);
  EXPECT_EQ(none.body.at("itemsPerPage"), 0);
  EXPECT_THAT(found_ids(none), IsEmpty());
  EXPECT_EQ(total(call("GET", "/Groups")), 0);
}

TEST_F(Requirements, G2_SearchesByPostAnswerAsTheirGet) {
  meet_ann_and_bob();
  make_group("Team", {ann_});
  const auto same = [&](const std::string& path, const std::string& query, const json::object& body) {
    const Answer get = call("GET", path + query);
    const Answer post = call("POST", path + "/.search", search_body(body));
    EXPECT_EQ(get.status, 200) << get.text;
    EXPECT_EQ(post.status, 200) << post.text;
    EXPECT_EQ(post.body, get.body) << query;
  };
  same("/Users", "", {});
  same("/Groups", "?excludedAttributes=members", {{"excludedAttributes", json::array{"members"}}});
  same("/Users", filtered("", R"(name.familyName sw "l")", "&attributes=userName,emails.value"),
       {{"filter", R"(name.familyName sw "l")"}, {"attributes", json::array{"userName", "emails.value"}}});
  same("/Users", "?sortBy=userName&sortOrder=descending&startIndex=2&count=1",
       {{"sortBy", "userName"}, {"sortOrder", "descending"}, {"startIndex", 2}, {"count", 1}});
  same("", filtered("", R"(displayName co "e")"), {{"FILTER", R"(displayName co "e")"}});
  same("", "", {});

  for (const std::string& body : {"[]", "{broken", R"({"count":"many"})", R"({"attributes":5})", R"({"filter":true})",
                                  R"({"sortOrder":"up"})", R"({"attributes":["a"],"excludedAttributes":["b"]})"}) {
    EXPECT_EQ(call("POST", "/Users/.search", body).status, 400) << body;
  }
  EXPECT_EQ(call("POST", "/Users/.search", search_body({{"filter", "userName xx"}})).str("/scimType"), "invalidFilter");
  for (const std::string& path : {"/Users/.search", "/Groups/.search", "/.search"}) {
    const Answer wrong = call("GET", path);
    EXPECT_EQ(wrong.status, 405) << path;
    EXPECT_EQ(wrong.header("allow"), "POST");
  }
  EXPECT_EQ(send(home_, {"POST", "/Users/.search", "{}", home_.secret, "text/plain"}).status, 415);
}

TEST_F(Requirements, G3_TheRootIsOneListOfAllTypes) {
  meet_ann_and_bob();
  const std::string team = make_group("Team", {ann_});
  const std::string other = make_group("Bosses");
  EXPECT_THAT(found_ids(call("GET", "")), ElementsAre(ann_, bob_, team, other));
  EXPECT_THAT(found_ids(call("GET", "/")), ElementsAre(ann_, bob_, team, other));
  EXPECT_EQ(total(call("GET", "/?count=0")), 4);
  EXPECT_EQ(call("POST", "/", "{}").status, 405);

  const auto types = [&](std::string_view filter) {
    return each(call("GET", filtered("/", filter)), "/meta/resourceType");
  };
  EXPECT_THAT(types(R"(meta.resourceType eq "User")"), ElementsAre("User", "User"));
  EXPECT_THAT(types(R"(meta.resourceType eq "Group")"), ElementsAre("Group", "Group"));
  EXPECT_THAT(types(R"(meta.resourceType ne "Group")"), ElementsAre("User", "User"));
  EXPECT_THAT(types(R"(meta.resourceType eq "Group" or userName eq "bob")"), ElementsAre("User", "Group", "Group"));
  EXPECT_THAT(types(R"(meta.resourceType eq "Printer")"), IsEmpty());
  EXPECT_THAT(found_ids(call("GET", filtered("/", R"(displayName eq "team")"))), ElementsAre(team));
  EXPECT_THAT(found_ids(call("GET", filtered("/", R"(id eq ")" + bob_ + R"(")"))), ElementsAre(bob_));
  EXPECT_THAT(found_ids(call("GET", filtered("/", R"(meta.lastModified gt "2000-01-01T00:00:00Z" and title pr)"))),
              ElementsAre(ann_));
  // Pages go on from one type into the next.
  std::vector<std::string> paged;
  for (const int start : {1, 4}) {
    for (const std::string& id : found_ids(call("GET", fmt::format("/?startIndex={}&count=3", start))))
      paged.push_back(id);
  }
  EXPECT_THAT(paged, ElementsAre(ann_, bob_, team, other));
  // What is never shown is not shown here either, and members and groups are.
  EXPECT_THAT(each(call("GET", "/"), "/groups/0/value"), ElementsAre(team, "-", "-", "-"));
  EXPECT_THAT(each(call("GET", "/"), "/members/0/value"), ElementsAre("-", "-", ann_, "-"));
  EXPECT_EQ(call("GET", filtered("/", "password pr")).status, 403);
}

TEST_F(Requirements, G3_WhatOneOfTheTypesLacksHasNoValueThereAlsoUnderStrict) {
  meet_ann_and_bob();
  make_group("Team");
  pin("strict");
  EXPECT_THAT(found_ids(call("GET", filtered("/", R"(userName eq "bob")"))), ElementsAre(bob_));
  EXPECT_EQ(total(call("GET", "/?sortBy=userName")), 3);
}

TEST_F(Requirements, G4_TooManyToSortIsRefusedWithAWayOut) {
  must(write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.directories().change_stats(environment_, home_.directory,
                                                 {.users = static_cast<std::int64_t>(scim::limits::kSortedMatches)}));
    return true;
  }));
  make_user("ann");  // one too many
  const Answer refused = call("GET", "/Users?sortBy=name.familyName");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.str("/scimType"), "tooMany");
  EXPECT_THAT(refused.str("/detail"), testing::HasSubstr("meta.created"));
  // An index keeps these in order however many there are.
  for (const std::string& by : {"userName", "id", "meta.created", "meta.lastModified"}) {
    EXPECT_EQ(call("GET", "/Users?sortBy=" + by).status, 200) << by;
  }
  EXPECT_THAT(user_names(call("GET", filtered("/Users", R"(userName eq "ann")", "&sortBy=name.familyName"))),
              ElementsAre("ann"));
}

TEST_F(Requirements, G5_TheOrderStaysWhileTheDataDo) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    made.push_back(make_user(fmt::format("user{}", 6 - i)));
    if (i % 2 == 0) clock_.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(found_ids(call("GET", "/Users")), made) << "as they were created";
  for (const std::string& query : {"", "filter=userName%20sw%20%22user%22&", "filter=emails%20pr&sortBy=title&"}) {
    std::vector<std::string> paged;
    for (int start = 1; start <= 7; start += 3) {
      for (const std::string& id :
           found_ids(call("GET", fmt::format("/Users?{}startIndex={}&count=3", query, start)))) {
        paged.push_back(id);
      }
    }
    EXPECT_EQ(paged, made) << query;
  }
}

TEST_F(Requirements, G6_NoQueryReachesIntoAnotherDirectory) {
  meet_ann_and_bob();
  const std::string team = make_group("Team", {ann_});
  const Tenant other = make_tenant();
  const auto elsewhere = [&](const std::string& path) { return send(other, {"GET", path, "", other.secret}); };
  for (const std::string& path : {"/Users", "/Groups", "/"}) {
    EXPECT_EQ(total(elsewhere(path)), 0) << path;
    for (const std::string& filter :
         {"id pr", R"(userName eq "bob")", R"(externalId eq "E-Ann")", R"(emails eq "ann@x.test")",
          R"(displayName eq "Team")", R"(meta.lastModified gt "2000-01-01T00:00:00Z")", R"(userName ne "x")",
          R"(not (userName eq "x"))", R"(userName eq "' OR '1'='1")", R"(userName sw "%")",
          R"(userName eq "a\" or id pr or userName eq \"b")"}) {
      EXPECT_EQ(total(elsewhere(filtered(path, filter))), 0) << path << filter;
      EXPECT_EQ(total(elsewhere(filtered(path, filter, "&sortBy=userName&count=5"))), 0) << path << filter;
    }
    for (const std::string& id : {ann_, team}) {
      EXPECT_EQ(total(elsewhere(filtered(path, fmt::format(R"(id eq "{0}")", id)))), 0);
      EXPECT_EQ(total(elsewhere(filtered(path, fmt::format(R"(members.value eq "{0}" or groups.value eq "{0}")", id)))),
                0);
      EXPECT_EQ(total(elsewhere(filtered(path, fmt::format(R"(members eq "{0}")", id)))), 0);
      EXPECT_EQ(total(elsewhere(filtered(path, fmt::format(R"(groups eq "{0}")", id)))), 0);
    }
  }
}

}  // namespace
}  // namespace doorward::test
