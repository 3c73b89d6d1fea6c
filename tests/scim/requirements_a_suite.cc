// Projection (RFC 7644 section 3.9).
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

using testing::UnorderedElementsAre;

std::vector<std::string> keys(const json::value& object) {
  std::vector<std::string> names;
  for (const auto& member : object.as_object()) names.emplace_back(member.key());
  return names;
}

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

TEST_F(Requirements, A1_AttributesNameWhatShowsBesideWhatAlwaysDoes) {
  meet_ann_and_bob();
  const std::string path = "/Users/" + ann_;
  EXPECT_THAT(keys(call("GET", path + "?attributes=userName,title").body),
              UnorderedElementsAre("schemas", "id", "userName", "title"));
  const Answer without = call("GET", path + "?excludedAttributes=emails,id,schemas,name");
  EXPECT_FALSE(without.body.as_object().contains("emails"));
  EXPECT_FALSE(without.body.as_object().contains("name"));
  EXPECT_EQ(without.str("/id"), ann_) << "always returned";
  EXPECT_EQ(without.str("/userName"), "Ann@X.test");
  const Answer both = call("GET", path + "?attributes=userName&excludedAttributes=emails");
  EXPECT_EQ(both.status, 400);
  EXPECT_EQ(both.str("/scimType"), "invalidValue");

  const Answer list = call("GET", "/Users?attributes=title");
  EXPECT_THAT(keys(list.body.at("Resources").at(0)), UnorderedElementsAre("schemas", "id", "title"));
  EXPECT_THAT(keys(list.body.at("Resources").at(1)), UnorderedElementsAre("schemas", "id"));
  EXPECT_EQ(call("GET", "/Users?attributes=title&excludedAttributes=emails").status, 400);
}

TEST_F(Requirements, A1_AnswersToChangesAreProjectedToo) {
  const Answer made = call("POST", "/Users?attributes=userName", R"({"userName":"ann","title":"Boss"})");
  ASSERT_EQ(made.status, 201);
  EXPECT_THAT(keys(made.body), UnorderedElementsAre("schemas", "id", "userName"));
  const std::string path = "/Users/" + made.str("/id");
  EXPECT_FALSE(call("PUT", path + "?excludedAttributes=title", R"({"userName":"ann","title":"CEO"})")
                   .body.as_object()
                   .contains("title"));
  EXPECT_THAT(keys(call("PATCH", path + "?attributes=title",
                        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                            "Operations":[{"op":"replace","path":"title","value":"CTO"}]})")
                       .body),
              UnorderedElementsAre("schemas", "id", "title"));
  const Answer group = call(
      "POST", "/Groups?excludedAttributes=members",
      json::serialize(json::object{{"displayName", "Team"}, {"members", json::array{{{"value", made.str("/id")}}}}}));
  ASSERT_EQ(group.status, 201);
  EXPECT_FALSE(group.body.as_object().contains("members"));
  const Answer patched = call("PATCH", "/Groups/" + group.str("/id") + "?attributes=displayName",
                              R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                                  "Operations":[{"op":"replace","path":"displayName","value":"Crew"}]})");
  EXPECT_EQ(patched.status, 200);
  EXPECT_THAT(keys(patched.body), UnorderedElementsAre("schemas", "id", "displayName"));
  EXPECT_EQ(call("PUT", path + "?attributes=a&excludedAttributes=b", R"({"userName":"x"})").status, 400);
  EXPECT_EQ(call("GET", path).str("/userName"), "ann") << "refused before anything was done";
}

TEST_F(Requirements, A2_SubAttributesUrnsAndWholeExtensions) {
  meet_ann_and_bob();
  const std::string path = "/Users/" + ann_;
  const auto shown = [&](const std::string& attributes) {
    return call("GET", path + "?attributes=" + attributes).body;
  };
  EXPECT_EQ(shown("name.givenName").at("name"), (json::object{{"givenName", "Ann"}}));
  EXPECT_EQ(shown("emails.value").at("emails"), (json::array{{{"value", "ann@x.test"}}, {{"value", "home@y.test"}}}));
  EXPECT_EQ(shown("urn:ietf:params:scim:schemas:core:2.0:User:title").at("title"), "Boss");
  EXPECT_THAT(keys(shown(std::string(kEnterprise))), UnorderedElementsAre("schemas", "id", kEnterprise));
  EXPECT_EQ(shown(std::string(kEnterprise) + ":department").at(kEnterprise), (json::object{{"department", "R&D"}}));
  EXPECT_THAT(keys(shown("%20USERNAME%20,,%20%20title%20")),
              UnorderedElementsAre("schemas", "id", "userName", "title"));
  EXPECT_THAT(keys(shown("nonsense")), UnorderedElementsAre("schemas", "id"));

  const auto without = [&](const std::string& names) {
    return call("GET", path + "?excludedAttributes=" + names).body.as_object();
  };
  EXPECT_EQ(without("name.givenName").at("name"), (json::object{{"familyName", "Löwe"}}));
  EXPECT_EQ(without("emails.type,emails.primary").at("emails"),
            (json::array{{{"value", "ann@x.test"}}, {{"value", "home@y.test"}}}));
  EXPECT_FALSE(without(kEnterprise).contains(kEnterprise));
  EXPECT_FALSE(without(std::string(kEnterprise) + ":department").at(kEnterprise).as_object().contains("department"));
  // When nothing is left of a complex attribute, the attribute goes.
  EXPECT_FALSE(without("name.givenName,name.familyName").contains("name"));
  EXPECT_FALSE(without("emails.value,emails.type,emails.primary").contains("emails"));
}

TEST_F(Requirements, A3_WhatIsExcludedIsNotLoaded) {
  meet_ann_and_bob();
  const std::string team = make_group("Team", {ann_, bob_});
  const auto reads = [&](const std::string& path, std::string_view query) {
    queries_.clear();
    EXPECT_EQ(call("GET", path).status, 200) << path;
    return queries_.count(query);
  };
  for (const std::string& how : {"excludedAttributes=members", "attributes=displayName"}) {
    EXPECT_EQ(reads("/Groups/" + team + "?" + how, "group_members."), 0) << queries_.text();
    EXPECT_EQ(reads("/Groups?" + how, "group_members."), 0) << queries_.text();
    EXPECT_EQ(reads(filtered("/Groups", R"(displayName eq "team")", "&" + how), "group_members."), 0);
  }
  EXPECT_EQ(reads("/Groups/" + team, "group_members."), 1);
  // The groups of a user are part of its version: they are read where that shows.
  for (const std::string& how : {"excludedAttributes=groups,meta", "attributes=userName"}) {
    EXPECT_EQ(reads("/Users?" + how, "directory_users.groups_of"), 0) << queries_.text();
    EXPECT_EQ(reads(filtered("/Users", R"(userName eq "bob")", "&" + how), "directory_users.groups_of"), 0);
  }
  EXPECT_EQ(reads("/Users", "directory_users.groups_of"), 1) << "once for the whole page";
  queries_.clear();
  const Answer search = call("POST", "/.search", R"({"excludedAttributes":["members","groups","meta"]})");
  EXPECT_EQ(total(search), 3);
  EXPECT_EQ(queries_.count("group_members.") + queries_.count("directory_users.groups_of"), 0);

  // A filter sees what the answer does not show.
  EXPECT_THAT(
      found_ids(call("GET", filtered("/Groups", R"(members eq ")" + bob_ + "\"", "&excludedAttributes=members"))),
      testing::ElementsAre(team));
  // Brackets behind a name are tolerated.
  EXPECT_THAT(keys(call("GET", "/Users/" + ann_ + "?attributes=emails[type%20eq%20%22work%22]").body),
              UnorderedElementsAre("schemas", "id", "emails"));
}

}  // namespace
}  // namespace doorward::test
