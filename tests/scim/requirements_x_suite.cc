// X: delete (RFC 7644 section 3.6).
#include <set>

#include "requirements.h"

namespace doorward::test {
namespace {

TEST_F(Requirements, X1_WhatIsDeletedIsGoneForEveryRequest) {
  const std::string ann = make_user("ann");
  for (const std::string& path : {"/Users/" + ann, "/Groups/" + make_group("Staff", {ann})}) {
    const Answer gone = call("DELETE", path);
    EXPECT_EQ(gone.status, 204);
    EXPECT_EQ(gone.text, "");
    expect_error(call("GET", path), 404);
    expect_error(call("PUT", path, R"({"userName":"ann","displayName":"Staff"})"), 404);
    expect_error(call("PATCH", path, R"({"Operations":[{"op":"add","path":"displayName","value":"x"}]})"), 404);
    expect_error(call("DELETE", path), 404);
    const std::string collection = path.substr(0, path.rfind('/'));
    EXPECT_EQ(call("GET", collection).body.at("totalResults"), 0);
    EXPECT_EQ(call("GET", collection + "?filter=id%20pr").body.at("totalResults"), 0);
    EXPECT_EQ(call("GET", fmt::format("{}?filter=id%20eq%20%22{}%22", collection, path.substr(path.rfind('/') + 1)))
                  .body.at("totalResults"),
              0);
  }
  EXPECT_EQ(call("GET", "/Users?filter=userName%20eq%20%22ann%22").body.at("totalResults"), 0);
  const Answer again = call("POST", "/Users", R"({"userName":"ann","externalId":"Xann"})");
  EXPECT_EQ(again.status, 201) << "the name is free at once";
  EXPECT_NE(again.str("/id"), ann);
  EXPECT_EQ(call("POST", "/Groups", R"({"displayName":"Staff"})").status, 201);
}

TEST_F(Requirements, X2_WhoIsDeactivatedIsStillThere) {
  const std::string ann = make_user("ann");
  call("PATCH", "/Users/" + ann, R"({"Operations":[{"op":"replace","path":"active","value":false}]})");
  EXPECT_EQ(call("GET", "/Users/" + ann).body.at("active"), false);
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 1);
  EXPECT_EQ(call("GET", "/Users?filter=active%20eq%20false").body.at("totalResults"), 1);
  EXPECT_EQ(call("GET", "/Users?filter=userName%20eq%20%22ann%22").str("/Resources/0/id"), ann);
  expect_error(call("POST", "/Users", R"({"userName":"ann"})"), 409, "uniqueness");
}

TEST_F(Requirements, X3_ADeletedUserIsNoMember) {
  const std::string ann = make_user("ann");
  const std::string group = "/Groups/" + make_group("Staff", {ann});
  const std::string before = version(group);
  EXPECT_EQ(call("DELETE", "/Users/" + ann).status, 204);
  EXPECT_FALSE(call("GET", group).body.as_object().contains("members"));
  EXPECT_NE(version(group), before);
}

TEST_F(Requirements, X3_ADeletedGroupLeavesItsUsersAndNoTraceInOthers) {
  const std::string ann = make_user("ann");
  const std::string inner = make_group("Inner", {ann});
  const std::string outer = "/Groups/" + make_group("Outer", {inner, ann});
  EXPECT_EQ(call("DELETE", "/Groups/" + inner).status, 204);
  const Answer user = call("GET", "/Users/" + ann);
  EXPECT_EQ(user.status, 200);
  EXPECT_EQ(user.body.at("groups").as_array().size(), 1U);
  const Answer left = call("GET", outer);
  ASSERT_EQ(left.body.at("members").as_array().size(), 1U);
  EXPECT_EQ(left.str("/members/0/value"), ann);
}

TEST_F(Requirements, X3_NoIdIsGivenTwice) {
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    const std::string user = make_user("ann");
    const std::string group = make_group("Staff");
    EXPECT_TRUE(ids.insert(user).second);
    EXPECT_TRUE(ids.insert(group).second);
    call("DELETE", "/Users/" + user);
    call("DELETE", "/Groups/" + group);
  }
}

TEST_F(Requirements, X4_ADeletionIsToldAsADeactivationIs) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string group = make_group("Staff");
  const std::int64_t before = last_change();
  call("PATCH", "/Users/" + ann, R"({"Operations":[{"op":"replace","path":"active","value":false}]})");
  call("DELETE", "/Users/" + bob);
  call("DELETE", "/Groups/" + group);
  std::vector<std::string> events;
  for (const ChangeRecord& record : history(before)) events.push_back(record.event_type);
  EXPECT_THAT(events, testing::ElementsAre("organization.directory.user_deleted", "organization.directory.user_deleted",
                                           "organization.directory.group_deleted"));
  const std::int64_t told = last_change();
  call("DELETE", "/Users/" + ann);
  for (const ChangeRecord& record : history(told)) EXPECT_EQ(record.event_type, "") << "told already";
}

}  // namespace
}  // namespace doorward::test
