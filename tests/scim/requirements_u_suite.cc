// U: replace (RFC 7644 section 3.5.1).
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Requirements, U1_ReplacesWholeAndNeverCreates) {
  const std::string ann = new_user(R"("userName":"ann","title":"T")");
  const Answer put = call("PUT", ann, user_body(R"("userName":"ann","nickName":"N")"));
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.text, call("GET", ann).text);
  expect_error(call("PUT", "/Users/diruser_1", user_body(R"("userName":"new")")), 404);
  expect_error(call("PUT", "/Users/diruser_1", "{"), 404);
  EXPECT_EQ(at(call("GET", "/Users"), "/totalResults"), 1);
}

TEST_F(Requirements, U2_WhatIsLeftOutIsClearedButForTheAccountAndItsLink) {
  for (const char* profile : {"standard", "strict"}) {
    pin(profile);
    const std::string ann =
        new_user(fmt::format(R"("userName":"{0}","externalId":"E{0}","title":"T","active":false)", profile));
    EXPECT_EQ(call("PUT", ann, user_body(fmt::format(R"("userName":"{}")", profile))).status, 200);
    const Answer user = call("GET", ann);
    EXPECT_TRUE(at(user, "/title").is_null());
    EXPECT_EQ(at(user, "/active"), false) << "never flips";
    EXPECT_EQ(user.str("/externalId"), std::string("E") + profile);
  }
}

TEST_F(Requirements, U2_OrIsKept) {
  set_switch("omitted_on_put", "kept");
  const std::string ann = new_user(
      R"("userName":"ann","title":"T","nickName":"N",
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","division":"V"})");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"ann","nickName":null,
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"division":"W"})"))
                .status,
            200);
  const Answer user = call("GET", ann);
  EXPECT_EQ(user.str("/title"), "T");
  EXPECT_TRUE(at(user, "/nickName").is_null()) << "null is not left out";
  const json::value data = user.body.at("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User");
  EXPECT_EQ(data.at("department"), "D");
  EXPECT_EQ(data.at("division"), "W");
}

TEST_F(Requirements, U2_MembersThatAreLeftOutGoOrStay) {
  const std::string ann = make_user("ann");
  const std::string members = fmt::format(R"(,"members":[{{"value":"{}"}}])", ann);
  const std::string staff = new_group(R"("displayName":"Staff")" + members);
  EXPECT_EQ(call("PUT", staff, group_body(R"("displayName":"Staff")")).status, 200);
  EXPECT_THAT(members_of(staff), IsEmpty());
  EXPECT_EQ(call("PUT", staff, group_body(R"("displayName":"Staff")" + members)).status, 200);
  set_switch("omitted_members_on_put", "kept");
  EXPECT_EQ(call("PUT", staff, group_body(R"("displayName":"Renamed")")).status, 200);
  EXPECT_THAT(members_of(staff), ElementsAre(ann));
  EXPECT_EQ(call("PUT", staff, group_body(R"("displayName":"Renamed","members":[])")).status, 200);
  EXPECT_THAT(members_of(staff), IsEmpty()) << "an empty list is not left out";
}

TEST_F(Requirements, U3_ReadOnlyIsIgnoredAndRequiredInsistedOn) {
  const std::string ann = new_user(R"("userName":"ann")");
  const Answer put = call("PUT", ann, user_body(R"("userName":"ann","id":"other","meta":{"created":"x"},"groups":[])"));
  EXPECT_EQ(put.status, 200) << put.text;
  EXPECT_EQ("/Users/" + put.str("/id"), ann);
  expect_error(call("PUT", ann, user_body(R"("title":"T")")), 400, "invalidValue");
}

TEST_F(Requirements, U4_NullAndAnEmptyListClear) {
  const std::string ann = new_user(
      R"("userName":"ann","externalId":"E","title":"T","emails":[{"value":"a@x"}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D"})");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"ann","externalId":null,"title":null,"emails":[],
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null)"))
                .status,
            200);
  const Answer user = call("GET", ann);
  for (const char* gone : {"/externalId", "/title", "/emails"}) EXPECT_TRUE(at(user, gone).is_null()) << gone;
  EXPECT_EQ(at(user, "/schemas").as_array().size(), 1U);
}

TEST_F(Requirements, U4_TheUserNameMayChangeButNotToAnothers) {
  new_user(R"("userName":"bob")");
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"anna")")).status, 200);
  EXPECT_EQ(shown(ann, "/userName"), "anna");
  expect_error(call("PUT", ann, user_body(R"("userName":"BOB")")), 409, "uniqueness");
  EXPECT_EQ(shown(ann, "/userName"), "anna");
}

TEST_F(Requirements, U5_AnEqualPutLeavesNoTrace) {
  const std::string ann = new_user(R"("userName":"ann","emails":[{"value":"a@x","type":"work"}])");
  const std::string staff =
      new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}"}}])", ann.substr(7)));
  for (const std::string& path : {ann, staff}) {
    const Answer before = call("GET", path);
    const auto mark = last_change();
    clock_.advance(std::chrono::hours(1));
    EXPECT_EQ(call("PUT", path, before.text).status, 200);
    EXPECT_EQ(call("GET", path).text, before.text);
    EXPECT_THAT(history(mark), IsEmpty());
  }
}

}  // namespace
}  // namespace doorward::test
