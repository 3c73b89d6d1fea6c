// E: versions (RFC 7644 section 3.14).
#include "requirements.h"

namespace doorward::test {
namespace {

std::string rename(const std::string& name) {
  return fmt::format(R"({{"Operations":[{{"op":"replace","path":"displayName","value":"{}"}}]}})", name);
}

std::string members(std::string_view op, const std::string& id) {
  return fmt::format(R"({{"Operations":[{{"op":"{}","path":"members","value":[{{"value":"{}"}}]}}]}})", op, id);
}

TEST_F(Requirements, E1_EveryAnswerWithOneResourceCarriesItsVersion) {
  const Answer made = call("POST", "/Users", R"({"userName":"ann"})");
  EXPECT_EQ(made.header("etag"), "W/\"1\"");
  EXPECT_EQ(made.str("/meta/version"), made.header("etag"));
  const std::string user = "/Users/" + made.str("/id");
  EXPECT_EQ(version(user), made.header("etag"));

  const Answer patched = call("PATCH", user, rename("Ann"));
  EXPECT_EQ(patched.header("etag"), version(user));
  EXPECT_NE(patched.header("etag"), made.header("etag"));
  const Answer put = call("PUT", user, R"({"userName":"ann","title":"Boss"})");
  EXPECT_EQ(put.header("etag"), version(user));
  EXPECT_NE(put.header("etag"), patched.header("etag"));
  EXPECT_EQ(put.header("content-location"), put.str("/meta/location"));

  const std::string group = "/Groups/" + make_group("Staff");
  const Answer silent = call("PATCH", group, rename("Crew"));
  EXPECT_EQ(silent.status, 204);
  EXPECT_EQ(silent.header("etag"), version(group));
  const Answer users = call("GET", "/Users");
  EXPECT_EQ(users.str("/Resources/0/meta/version"), version(user));
  const Answer groups = call("GET", "/Groups?filter=displayName%20eq%20%22crew%22");
  EXPECT_EQ(groups.str("/Resources/0/meta/version"), version(group));
}

TEST_F(Requirements, E1_ARequestThatChangesNothingMovesNoVersion) {
  const std::string user = "/Users/" + make_user("ann");
  const std::string before = version(user);
  EXPECT_EQ(call("PATCH", user, R"({"Operations":[{"op":"add","path":"userName","value":"ann"}]})").header("etag"),
            before);
  EXPECT_EQ(call("PUT", user, call("GET", user).text).header("etag"), before);
  EXPECT_EQ(version(user), before);
}

TEST_F(Requirements, E1_AUsersVersionFollowsItsGroupsAndTheirNames) {
  const std::string id = make_user("ann");
  const std::string user = "/Users/" + id;
  std::vector<std::string> seen{version(user)};
  const auto expect_new = [&](const std::string& what) {
    const std::string now = version(user);
    EXPECT_THAT(seen, testing::Not(testing::Contains(now))) << what;
    seen.push_back(now);
  };
  const std::string group = "/Groups/" + make_group("Staff");
  EXPECT_EQ(version(user), seen.front());
  call("PATCH", group, members("add", id));
  expect_new("joined");
  call("PATCH", group, rename("Crew"));
  expect_new("its group is called otherwise");
  EXPECT_EQ(call("GET", "/Users").str("/Resources/0/meta/version"), seen.back());
  call("PATCH", group, members("remove", id));
  expect_new("left");
  call("PATCH", group, members("add", id));
  expect_new("joined again");
  call("DELETE", group);
  expect_new("its group is gone");
}

TEST_F(Requirements, E1_AVersionMovesAtOnceThoughTheNewsOfALargeGroupComeLater) {
  const std::string first = make_user("first");
  std::vector<std::string> all{first};
  for (std::size_t i = 0; i < kNewsAtOnce; ++i) {
    all.push_back(must(sync_wait(users_.create(home_push_, {{"userName", fmt::format("u{}", i)}}))).user.id.str());
  }
  const std::string before = version("/Users/" + first);
  const std::string group = "/Groups/" + make_group("Everyone", all);
  const std::string joined = version("/Users/" + first);
  EXPECT_NE(joined, before);
  run_jobs();
  const std::string told = version("/Users/" + first);
  call("PATCH", group, rename("Everybody"));
  EXPECT_NE(version("/Users/" + first), told);
}

TEST_F(Requirements, E1_TheVersionThatAUserIsCreatedWithHoldsWhereGroupsWaitedForIt) {
  make_group("Early", {"Xann"});
  const Answer made = call("POST", "/Users", R"({"userName":"ann","externalId":"Xann"})");
  EXPECT_EQ(made.str("/groups/0/display"), "Early");
  EXPECT_EQ(made.header("etag"), version("/Users/" + made.str("/id")));
}

TEST_F(Requirements, E1_AGroupsVersionFollowsLabelsOfMembersAndNestedGroupsThatGo) {
  const std::string inner = make_group("Inner");
  const std::string outer = "/Groups/" + make_group("Outer", {inner});
  const std::string before = version(outer);
  const std::string label = fmt::format(
      R"({{"Operations":[{{"op":"add","path":"members","value":[{{"value":"{}","display":"The inner one"}}]}}]}})",
      inner);
  call("PATCH", outer, label);
  const std::string labelled = version(outer);
  EXPECT_NE(labelled, before);
  call("PATCH", outer, label);
  EXPECT_EQ(version(outer), labelled);
  call("DELETE", "/Groups/" + inner);
  EXPECT_FALSE(call("GET", outer).body.as_object().contains("members"));
  EXPECT_NE(version(outer), labelled);
}

TEST_F(Requirements, E2_AWriteHappensOnlyOnTheVersionThatItNames) {
  for (const std::string& resource : {"/Users/" + make_user("ann"), "/Groups/" + make_group("Staff")}) {
    const std::string body =
        resource.starts_with("/Users") ? R"({"userName":"ann","displayName":"X"})" : R"({"displayName":"X"})";
    const std::string first = version(resource);
    for (const std::string& stale : {std::string("W/\"999\""), std::string("\"x\", W/\"y\""), first.substr(3, 1)}) {
      for (const std::string method : {"PUT", "PATCH", "DELETE"}) {
        const Answer refused =
            call_with({{"if-match", stale}}, method, resource, method == "PATCH" ? rename("X") : body);
        EXPECT_EQ(refused.status, 412) << method << stale;
        EXPECT_EQ(refused.str("/status"), "412");
        EXPECT_NE(refused.str("/detail").find(first), std::string::npos) << "the version to fetch";
      }
    }
    EXPECT_EQ(version(resource), first);

    const Answer put = call_with({{"if-match", first}}, "PUT", resource, body);
    EXPECT_EQ(put.status, 200) << put.text;
    EXPECT_EQ(call_with({{"if-match", first}}, "PATCH", resource, rename("Y")).status, 412) << "it has moved on";
    // Strong or weak, among others, in several lines.
    const std::string strong = put.header("etag").substr(2);
    EXPECT_LT(call_with({{"if-match", "\"0\""}, {"if-match", strong}}, "PATCH", resource, rename("Y")).status, 300);
    EXPECT_EQ(call_with({{"if-match", "*"}}, "DELETE", resource).status, 204);
    EXPECT_EQ(call_with({{"if-match", "*"}}, "DELETE", resource).status, 404);
  }
}

TEST_F(Requirements, E2_OfTwoWritersOnOneVersionOneWins) {
  const std::string user = "/Users/" + make_user("ann");
  const std::string seen = version(user);
  EXPECT_EQ(call_with({{"if-match", seen}}, "PATCH", user, rename("One")).status, 200);
  EXPECT_EQ(call_with({{"if-match", seen}}, "PATCH", user, rename("Two")).status, 412);
  EXPECT_EQ(call("GET", user).str("/displayName"), "One");
}

TEST_F(Requirements, E3_AReaderWhoHasTheVersionIsSentNoBody) {
  const std::string ann = make_user("ann");
  for (const std::string& resource : {"/Users/" + ann, "/Groups/" + make_group("Staff", {ann})}) {
    const std::string tag = version(resource);
    for (const std::string& known : {tag, tag.substr(2), "\"other\", " + tag, std::string("*")}) {
      const Answer same = call_with({{"if-none-match", known}}, "GET", resource);
      EXPECT_EQ(same.status, 304) << known;
      EXPECT_EQ(same.text, "");
      EXPECT_EQ(same.header("etag"), tag);
    }
    for (const std::string& other : {std::string("W/\"0\""), tag.substr(3), std::string("W/\"")}) {
      EXPECT_EQ(call_with({{"if-none-match", other}}, "GET", resource).status, 200) << other;
    }
    call("PATCH", resource, rename("New"));
    EXPECT_EQ(call_with({{"if-none-match", tag}}, "GET", resource).status, 200);
  }
  EXPECT_EQ(call_with({{"if-none-match", "*"}}, "GET", "/Users/none").status, 404);
}

TEST_F(Requirements, E4_AGroupsVersionCountsChangesWhateverItsSize) {
  std::vector<std::string> users;
  for (int i = 0; i < 3; ++i) users.push_back(make_user(fmt::format("u{}", i)));
  const std::string group = "/Groups/" + make_group("Staff", {users[0]});
  EXPECT_EQ(version(group), "W/\"1\"");
  EXPECT_EQ(call("PATCH", group, members("add", users[1])).header("etag"), "W/\"2\"");
  EXPECT_EQ(call("PATCH", group, members("add", users[1])).header("etag"), "W/\"2\"") << "was there already";
  EXPECT_EQ(call("PATCH", group, members("add", users[2])).header("etag"), "W/\"3\"");
  call("DELETE", "/Users/" + users[2]);
  EXPECT_EQ(version(group), "W/\"4\"");
}

}  // namespace
}  // namespace doorward::test
