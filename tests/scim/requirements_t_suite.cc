// T: PATCH (RFC 7644 section 3.5.2).
#include <chrono>
#include <thread>

#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kDepartment = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
constexpr const char* kManager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
constexpr const char* kTwoEmails =
    R"("userName":"ann","emails":[{"value":"a@x","type":"work","primary":true},{"value":"h@x","type":"home"}])";

TEST_F(Requirements, T1_OperatorsAndKeysInAnyCase) {
  const std::string ann = new_user(R"("userName":"ann")");
  for (const char* op : {"add", "Add", "REPLACE", "rePlace"}) {
    EXPECT_EQ(call("PATCH", ann,
                   fmt::format(R"({{"Schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                                   "operations":[{{"OP":"{0}","Path":"title","VALUE":"{0}"}}]}})",
                               op))
                  .status,
              200);
    EXPECT_EQ(shown(ann, "/title"), op);
  }
  for (const char* op : {"\"put\"", "\"\"", "7", "null"}) {
    expect_error(patch(ann, fmt::format(R"([{{"op":{},"path":"title","value":"x"}}])", op)), 400, "invalidSyntax");
  }
  expect_error(call("PATCH", ann, R"({"schemas":["urn:x"],"Operations":[]})"), 400, "invalidSyntax");
  expect_error(call("PATCH", ann, R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]})"), 400,
               "invalidSyntax");
}

TEST_F(Requirements, T1_NoOperationsChangeNothingUnlessStrict) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch(ann, "[]").status, 200);
  pin("strict");
  expect_error(patch(ann, "[]"), 400, "invalidSyntax");
}

TEST_F(Requirements, T2_AllOperationsOrNone) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"title","value":"1"},{"op":"replace","path":"title","value":"2"},
                           {"op":"add","path":"nickName","value":"N"},{"op":"remove","path":"nickName"}])")
                .status,
            200);
  EXPECT_EQ(shown(ann, "/title"), "2");
  const Answer before = call("GET", ann);
  expect_error(
      patch(ann, R"([{"op":"replace","path":"title","value":"3"},{"op":"replace","path":"active","value":"x"}])"), 400,
      "invalidValue");
  EXPECT_EQ(call("GET", ann).text, before.text);
  const std::string staff = new_group(R"("displayName":"Staff")");
  expect_error(patch(staff, fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}},
                                           {{"op":"remove","path":"displayName"}}])",
                                        ann.substr(7))),
               400, "mutability");
  EXPECT_THAT(members_of(staff), IsEmpty());
}

TEST_F(Requirements, T3_TheAnswerIsTheResourceOrNothing) {
  const std::string ann = new_user(R"("userName":"ann")");
  const std::string staff = new_group(R"("displayName":"Staff")");
  const char* rename = R"([{"op":"replace","path":"displayName","value":"New"}])";
  EXPECT_EQ(patch(ann, rename).status, 200);
  EXPECT_EQ(patch(staff, rename).status, 204);
  EXPECT_EQ(patch(staff + "?attributes=displayName", rename).str("/displayName"), "New");
  pin("entra");
  EXPECT_EQ(patch(ann, rename).status, 204);
  EXPECT_EQ(patch(ann + "?attributes=displayName", rename).status, 200);
  pin("strict");
  EXPECT_EQ(patch(staff, rename).status, 200);
}

TEST_F(Requirements, T3_PreferDecides) {
  const std::string ann = new_user(R"("userName":"ann")");
  const auto ask = [&](const std::string& path, const std::string& prefer) {
    Sent sent{"PATCH", path, R"({"Operations":[{"op":"add","path":"displayName","value":"D"}]})", home_.secret};
    sent.headers.push_back({"prefer", prefer});
    return send(home_, sent);
  };
  Answer answer = ask(ann, "return=minimal");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("preference-applied"), "return=minimal");
  answer = ask(new_group(R"("displayName":"G")"), "respond-async, Return=Representation; foo");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("preference-applied"), "return=representation");
  answer = ask(ann, "wait=5");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("preference-applied"), "");
}

TEST_F(Requirements, T4_EveryFormOfPath) {
  const std::string ann = new_user(kTwoEmails);
  const auto set = [&](std::string_view path, std::string_view pointer) {
    const json::array operations{{{"op", "replace"}, {"path", path}, {"value", "new"}}};
    const Answer answer = patch(ann, json::serialize(operations));
    EXPECT_EQ(answer.status, 200) << path << answer.text;
    EXPECT_EQ(at(answer, pointer), "new") << path;
  };
  set("title", "/title");
  set("name.givenName", "/name/givenName");
  set("urn:ietf:params:scim:schemas:core:2.0:User:nickName", "/nickName");
  set("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", "/name/familyName");
  set(R"(emails[type eq "work"].display)", "/emails/0/display");
  set(R"(urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "home"].value)", "/emails/1/value");
  set(kDepartment, "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department");
  EXPECT_EQ(patch(ann, R"([{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                            "value":{"division":"D"}}])")
                .status,
            200);
  EXPECT_EQ(shown(ann, "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/division"), "D");
  for (const char* bad :
       {"a b", "emails[", "emails[type eq \\\"work\\\"]x", ".", "noSuch", "emails.noSuch", "name.x"}) {
    const Answer answer = patch(ann, fmt::format(R"([{{"op":"replace","path":"{}","value":"x"}}])", bad));
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_TRUE(answer.str("/scimType") == "invalidPath" || answer.str("/scimType") == "invalidFilter") << answer.text;
  }
  expect_error(patch(ann, R"([{"op":"replace","path":"emails[type xx \"work\"].value","value":"x"}])"), 400,
               "invalidFilter");
  expect_error(patch(ann, R"([{"op":"replace","path":"noSuch","value":"x"}])"), 400, "invalidPath");
}

TEST_F(Requirements, T5_AddMergesAndAppends) {
  const std::string ann = new_user(kTwoEmails);
  EXPECT_EQ(patch(ann, R"([{"op":"add","value":{"title":"T","name":{"givenName":"Ann"}}},
                           {"op":"add","path":"name","value":{"familyName":"Lee"}},
                           {"op":"add","path":"emails","value":[{"value":"A@x","type":"work"},{"value":"n@x"}]},
                           {"op":"add","path":"title","value":"U"}])")
                .status,
            200);
  const Answer user = call("GET", ann);
  EXPECT_EQ(at(user, "/name"), json::parse(R"({"givenName":"Ann","familyName":"Lee"})"));
  EXPECT_EQ(at(user, "/emails").as_array().size(), 3U);
  EXPECT_EQ(user.str("/title"), "U");
  const auto mark = last_change();
  EXPECT_EQ(
      patch(ann, R"([{"op":"add","path":"emails","value":[{"value":"n@x"}]},{"op":"add","value":{"title":"U"}}])").text,
      user.text)
      << "what changes nothing moves nothing";
  EXPECT_THAT(history(mark), IsEmpty());
}

TEST_F(Requirements, T5_AMemberThatIsAddedAgainKeepsItsLabels) {
  const std::string ann = new_user(R"("userName":"ann")").substr(7);
  const std::string staff =
      new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}","display":"Ann"}}])", ann));
  const Answer before = call("GET", staff);
  clock_.advance(std::chrono::hours(1));
  const std::string again = fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])", ann);
  EXPECT_LT(patch(staff, again).status, 300);
  EXPECT_EQ(call("GET", staff).text, before.text);
  EXPECT_LT(
      patch(staff, fmt::format(R"([{{"op":"replace","path":"members","value":[{{"value":"{}"}}]}}])", ann)).status,
      300);
  EXPECT_TRUE(shown(staff, "/members/0/display").is_null()) << "replaced is replaced";
}

TEST_F(Requirements, T6_RemoveNeedsAPathAndSparesWhatIsRequired) {
  const std::string ann = new_user(kTwoEmails);
  expect_error(patch(ann, R"([{"op":"remove"}])"), 400, "noTarget");
  expect_error(patch(ann, R"([{"op":"remove","path":"userName"}])"), 400, "mutability");
  expect_error(patch(ann, R"([{"op":"remove","path":"id"}])"), 400, "mutability");
  EXPECT_EQ(patch(ann, R"([{"op":"remove","path":"emails[type eq \"home\"]"}])").status, 200);
  EXPECT_EQ(shown(ann, "/emails").as_array().size(), 1U);
  EXPECT_EQ(patch(ann, R"([{"op":"remove","path":"emails[value eq \"a@x\"]"}])").status, 200);
  EXPECT_FALSE(call("GET", ann).body.as_object().contains("emails"));
  const std::string staff = new_group(R"("displayName":"Staff")");
  const Answer before = call("GET", staff);
  EXPECT_EQ(patch(staff, R"([{"op":"remove","path":"members[value eq \"nobody\"]"}])").status, 204);
  EXPECT_EQ(call("GET", staff).text, before.text);
  expect_error(patch(staff, R"([{"op":"remove","path":"displayName"}])"), 400, "mutability");
}

TEST_F(Requirements, T7_ReplaceSetsMergesAndReplacesAll) {
  const std::string ann = new_user(R"("userName":"ann","name":{"givenName":"Ann","familyName":"Lee"},
                                      "emails":[{"value":"a@x","type":"work"},{"value":"b@x","type":"work"}])");
  EXPECT_EQ(patch(ann, R"([{"op":"replace","path":"title","value":"T"},
                           {"op":"replace","path":"name","value":{"familyName":"Ray"}},
                           {"op":"replace","path":"emails[type eq \"work\"].display","value":"D"}])")
                .status,
            200);
  const Answer user = call("GET", ann);
  EXPECT_EQ(user.str("/title"), "T");
  EXPECT_EQ(at(user, "/name"), json::parse(R"({"givenName":"Ann","familyName":"Ray"})"));
  EXPECT_EQ(user.str("/emails/0/display"), "D");
  EXPECT_EQ(user.str("/emails/1/display"), "D");
  EXPECT_EQ(patch(ann, R"([{"op":"replace","path":"emails","value":[{"value":"only@x"}]}])").status, 200);
  EXPECT_EQ(shown(ann, "/emails"), json::parse(R"([{"value":"only@x"}])"));
  expect_error(patch(ann, R"([{"op":"replace","path":"emails[type eq \"fax\"].value","value":"x"}])"), 400, "noTarget");
  expect_error(patch(ann, R"([{"op":"replace","path":"emails[type eq \"fax\"]","value":{"value":"x"}}])"), 400,
               "noTarget");
}

TEST_F(Requirements, T8_EntraMakesTheElementThatIsNotThere) {
  pin("entra");
  const std::string ann = new_user(R"("userName":"ann")");
  for (const char* op : {"Replace", "Add"}) {
    EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"{0}","path":"phoneNumbers[type eq \"{0}\"].value","value":"1"}},
                                        {{"op":"{0}","path":"addresses[type eq \"{0}\"].locality","value":"B"}},
                                        {{"op":"{0}","path":"addresses[type eq \"{0}\"].region","value":"R"}},
                                        {{"op":"{0}","path":"roles[primary eq \"True\"].value","value":"admin"}}])",
                                     op))
                  .status,
              204);
  }
  const Answer user = call("GET", ann);
  EXPECT_EQ(at(user, "/phoneNumbers"), json::parse(R"([{"type":"Replace","value":"1"},{"type":"Add","value":"1"}])"));
  EXPECT_EQ(at(user, "/addresses/1"), json::parse(R"({"type":"Add","locality":"B","region":"R"})"));
  EXPECT_EQ(at(user, "/roles"), json::parse(R"([{"primary":true,"value":"admin"}])"));
  pin("strict");
  for (const char* op : {"replace", "add"}) {
    expect_error(patch(ann, fmt::format(R"([{{"op":"{}","path":"ims[type eq \"x\"].value","value":"1"}}])", op)), 400,
                 "noTarget");
  }
}

TEST_F(Requirements, T9_OneElementBecomesPrimaryAndTheOthersCease) {
  const std::string ann = new_user(kTwoEmails);
  EXPECT_EQ(patch(ann, R"([{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}])").status, 200);
  EXPECT_EQ(shown(ann, "/emails/0/primary"), false);
  EXPECT_EQ(shown(ann, "/emails/1/primary"), true);
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"emails","value":[{"value":"n@x","primary":true}]}])").status, 200);
  EXPECT_EQ(shown(ann, "/emails/1/primary"), false);
  EXPECT_EQ(shown(ann, "/emails/2/primary"), true);
}

TEST_F(Requirements, T10_SchemasFollowTheData) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(shown(ann, "/schemas").as_array().size(), 1U);
  EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"add","path":"{}","value":"D"}}])", kDepartment)).status, 200);
  EXPECT_EQ(shown(ann, "/schemas").as_array().size(), 2U);
  EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"remove","path":"{}"}}])", kDepartment)).status, 200);
  EXPECT_EQ(shown(ann, "/schemas").as_array().size(), 1U);
}

TEST_F(Requirements, T11_ImmutableAndWrongTypesAreRefused) {
  const std::string ann = new_user(kTwoEmails);
  expect_error(patch(ann, R"([{"op":"replace","path":"active","value":7}])"), 400, "invalidValue");
  expect_error(patch(ann, R"([{"op":"add","path":"emails","value":[{"value":7}]}])"), 400, "invalidValue");
  expect_error(patch(ann, R"([{"op":"replace","path":"emails[type eq \"work\"].primary","value":"maybe"}])"), 400,
               "invalidValue");
  const std::string staff =
      new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}"}}])", ann.substr(7)));
  expect_error(patch(staff, fmt::format(R"([{{"op":"replace","path":"members[value eq \"{}\"].value","value":"x"}}])",
                                        ann.substr(7))),
               400, "mutability");
}

TEST_F(Requirements, T12_PathsAsKeysBecomeStructure) {
  for (const char* profile : {"standard", "entra"}) {
    pin(profile);
    const std::string ann =
        new_user(fmt::format(R"("userName":"{}","emails":[{{"value":"a@x","type":"work"}}])", profile));
    for (const char* op : {"add", "replace"}) {
      const Answer answer = patch(ann, fmt::format(R"([{{"op":"{0}","value":{{"name.familyName":"{0}","{1}":"{0}",
                                 "emails[type eq \"work\"].value":"{0}@x","title":"{0}"}}}}])",
                                                   op, kDepartment));
      EXPECT_LT(answer.status, 300) << answer.text;
      const Answer user = call("GET", ann);
      EXPECT_EQ(user.str("/name/familyName"), op);
      EXPECT_EQ(user.str("/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department"), op);
      EXPECT_EQ(user.str("/emails/0/value"), std::string(op) + "@x");
      EXPECT_EQ(user.text.find("name.familyName"), std::string::npos);
    }
  }
}

TEST_F(Requirements, T13_RemovalOfMembersByList) {
  const std::string a = make_user("a");
  const std::string b = make_user("b");
  const std::string staff =
      new_group(fmt::format(R"("displayName":"S","members":[{{"value":"{}"}},{{"value":"{}"}}])", a, b));
  EXPECT_EQ(patch(staff, R"([{"op":"remove","path":"members","value":[]}])").status, 204);
  EXPECT_THAT(members_of(staff), UnorderedElementsAre(a, b)) << "an empty list names nobody";
  EXPECT_EQ(
      patch(staff, fmt::format(R"([{{"op":"Remove","path":"members","value":[{{"$ref":null,"value":"{}"}}]}}])", a))
          .status,
      204);
  EXPECT_THAT(members_of(staff), ElementsAre(b));
  EXPECT_EQ(patch(staff, R"([{"op":"remove","path":"members","value":null}])").status, 204);
  EXPECT_THAT(members_of(staff), IsEmpty());
  EXPECT_EQ(patch(staff, fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])", a)).status,
            204);
  EXPECT_EQ(patch(staff, R"([{"op":"remove","path":"members"}])").status, 204);
  EXPECT_THAT(members_of(staff), IsEmpty());
}

TEST_F(Requirements, T14_EmptyTextClearsUnlessStrict) {
  const std::string boss = make_user("boss");
  const std::string ann = new_user(R"("userName":"ann","title":"T")");
  EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"add","path":"{}","value":"{}"}}])", kManager, boss)).status, 200);
  EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"replace","path":"{}","value":""}},
                                      {{"op":"replace","path":"title","value":""}}])",
                                   kManager))
                .status,
            200);
  const Answer user = call("GET", ann);
  EXPECT_FALSE(user.body.as_object().contains("title"));
  EXPECT_EQ(at(user, "/schemas").as_array().size(), 1U);
  expect_error(patch(ann, R"([{"op":"replace","path":"userName","value":""}])"), 400, "invalidValue");
  pin("strict");
  EXPECT_EQ(patch(ann, R"([{"op":"replace","path":"title","value":""}])").status, 200);
  EXPECT_EQ(shown(ann, "/title"), "") << "a value like any other";
}

TEST_F(Requirements, T15_ReadOnlyKeysWithoutPathAreIgnored) {
  const std::string ann = make_user("ann");
  const std::string staff = new_group(fmt::format(R"("displayName":"S","members":[{{"value":"{}"}}])", ann));
  for (const char* profile : {"standard", "strict"}) {
    pin(profile);
    EXPECT_LT(patch(staff, fmt::format(R"([{{"op":"replace","value":{{"id":"{}","schemas":["x"],"meta":{{"a":1}},
                                          "displayName":"{}"}}}}])",
                                       staff.substr(8), profile))
                  .status,
              300);
    EXPECT_EQ(shown(staff, "/displayName"), profile);
    EXPECT_THAT(members_of(staff), ElementsAre(ann)) << "a rename says nothing of members";
  }
}

TEST_F(Requirements, T16_ExtraKeysOfAnOperationAreIgnored) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"title","value":"T","name":"x","valuePath":{"a":[1]}}])").status, 200);
  EXPECT_EQ(shown(ann, "/title"), "T");
}

TEST_F(Requirements, T17_AThousandOperationsAndTenThousandMembersAtOnce) {
  const std::string ann = new_user(R"("userName":"ann")");
  json::array operations;
  for (int i = 0; i < 1000; ++i) {
    operations.push_back({{"op", "replace"}, {"path", "title"}, {"value", fmt::format("T{}", i)}});
  }
  EXPECT_EQ(patch(ann, json::serialize(operations)).str("/title"), "T999");
  operations.push_back({{"op", "remove"}, {"path", "title"}});
  EXPECT_EQ(patch(ann, json::serialize(operations)).status, 413);
  EXPECT_EQ(shown(ann, "/title"), "T999");

  const std::string staff = new_group(R"("displayName":"Staff")");
  json::array members;
  for (int i = 0; i < 10'000; ++i) members.push_back({{"value", fmt::format("later-{:05}", i)}});
  const json::array add{{{"op", "add"}, {"path", "members"}, {"value", members}}};
  const auto mark = last_change();
  EXPECT_EQ(patch(staff, json::serialize(add)).status, 204);
  EXPECT_EQ(members_of(staff).size(), 10'000U);
  const auto records = history(mark);
  ASSERT_FALSE(records.empty());
  for (const ChangeRecord& record : records) EXPECT_EQ(record.txn, records.front().txn) << "one transaction";
  const json::array remove{{{"op", "remove"}, {"path", "members"}, {"value", members}}};
  EXPECT_EQ(patch(staff, json::serialize(remove)).status, 204);
  EXPECT_THAT(members_of(staff), IsEmpty());
}

TEST_F(Requirements, T18_ParallelPatchesLoseNoMember) {
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::vector<std::string> users;
  for (int i = 0; i < kThreads * kEach; ++i) users.push_back(make_user(fmt::format("u{}", i)));
  const std::string staff = new_group(R"("displayName":"Staff")");
  const auto race = [&](std::string_view op) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const Answer answer =
              patch(staff, fmt::format(R"([{{"op":"{}","path":"members","value":[{{"value":"{}"}}]}}])", op,
                                       users[static_cast<std::size_t>(t * kEach + i)]));
          EXPECT_EQ(answer.status, 204) << answer.text;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  };
  race("add");
  EXPECT_EQ(members_of(staff).size(), users.size());
  race("remove");
  EXPECT_THAT(members_of(staff), IsEmpty());
}

}  // namespace
}  // namespace doorward::test
