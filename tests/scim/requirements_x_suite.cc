// X: delete (RFC 7644 section 3.6).
#include <set>

#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

std::string report_of(const std::string& name, const std::string& manager) {
  return fmt::format(R"({{"userName":"{}","{}":{{"manager":{{"value":"{}"}}}}}})", name, kEnterprise, manager);
}

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

TEST_F(Requirements, X3_ADeletedUserIsNoMemberAndNobodysManager) {
  const std::string boss = make_user("boss");
  const std::string group = "/Groups/" + make_group("Staff", {boss});
  const std::string ann = "/Users/" + call("POST", "/Users", report_of("ann", boss)).str("/id");
  const std::string bob = "/Users/" + make_user("bob");
  call("PATCH", bob,
       fmt::format(
           R"({{"Operations":[{{"op":"add","value":{{"{0}:manager":{{"value":"{1}"}},"{0}:department":"D"}}}}]}})",
           kEnterprise, boss));
  ASSERT_EQ(call("GET", bob).body.at(kEnterprise).at("manager").at("value"), json::value(boss));
  const std::string eve = "/Users/" + call("POST", "/Users", report_of("eve", "somebody else")).str("/id");
  const std::string before = version(ann);
  const std::string untouched = version(eve);
  const std::int64_t records = last_change();

  EXPECT_EQ(call("DELETE", "/Users/" + boss).status, 204);
  EXPECT_FALSE(call("GET", group).body.as_object().contains("members"));
  const Answer shown = call("GET", ann);
  EXPECT_FALSE(shown.body.as_object().contains(kEnterprise)) << shown.text;
  EXPECT_EQ(shown.body.at("schemas").as_array().size(), 1U);
  EXPECT_NE(version(ann), before);
  EXPECT_EQ(call("GET", bob).body.at(kEnterprise), json::value({{"department", "D"}}));
  EXPECT_EQ(version(eve), untouched);
  std::vector<std::string> told;
  for (const ChangeRecord& record : history(records)) told.push_back(record.object_id);
  EXPECT_THAT(told, testing::UnorderedElementsAre(boss, ann.substr(7), bob.substr(7)));
}

TEST_F(Requirements, X3_AManagerOfManyIsForgottenByAJob) {
  const std::string boss = make_user("boss");
  const std::string filter = fmt::format("/Users?count=0&filter={}:manager.value%20eq%20%22{}%22", kEnterprise, boss);
  const std::size_t many = kNewsAtOnce + 1;
  for (std::size_t i = 0; i < many; ++i) {
    json::object document{{"userName", fmt::format("u{}", i)}};
    document[kEnterprise] = {{"manager", {{"value", boss}}}};
    must(sync_wait(users_.create(home_push_, std::move(document))));
  }
  ASSERT_EQ(call("GET", filter).body.at("totalResults"), static_cast<std::int64_t>(many));
  EXPECT_EQ(call("DELETE", "/Users/" + boss).status, 204);
  run_jobs();
  EXPECT_EQ(call("GET", filter).body.at("totalResults"), 0);
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
