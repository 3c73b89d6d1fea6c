// S: schema and attribute model (RFC 7643).
#include <map>

#include "protocol/scim/schema.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

std::string enterprise(std::string_view members) {
  return fmt::format(R"("userName":"ann","{}":{{{}}})", kEnterprise, members);
}

TEST_F(Requirements, S1_CharacteristicsHaveTheirDefaults) {
  const scim::Attribute unstated{.name = "x"};
  EXPECT_FALSE(unstated.required);
  EXPECT_FALSE(unstated.case_exact);
  EXPECT_FALSE(unstated.multi_valued);
  EXPECT_EQ(unstated.type, scim::Type::kString);
  EXPECT_EQ(unstated.mutability, scim::Mutability::kReadWrite);
  EXPECT_EQ(unstated.returned, scim::Returned::kDefault);
  EXPECT_EQ(unstated.uniqueness, scim::Uniqueness::kNone);
  // And discovery tells the same of an attribute for which the schema states nothing.
  const json::value attributes = shown("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", "/attributes");
  const auto nick = std::ranges::find_if(
      attributes.as_array(), [](const json::value& attribute) { return attribute.at("name") == "nickName"; });
  ASSERT_NE(nick, attributes.as_array().end());
  EXPECT_EQ(nick->at("required"), false);
  EXPECT_EQ(nick->at("caseExact"), false);
  EXPECT_EQ(nick->at("mutability"), "readWrite");
  EXPECT_EQ(nick->at("returned"), "default");
  EXPECT_EQ(nick->at("uniqueness"), "none");
}

TEST_F(Requirements, S2_AWrongTypeIsRefused) {
  for (const char* members :
       {R"("userName":7)", R"("userName":"a","active":"perhaps")", R"("userName":"a","title":{"a":"b"})",
        R"("userName":"a","name":"Ann")", R"("userName":"a","emails":[["x"]])", R"("userName":"a","displayName":true)",
        R"("userName":"a","x509Certificates":[{"value":"not base64!"}])", R"("userName":"a","profileUrl":7)"}) {
    SCOPED_TRACE(members);
    expect_error(post_user(members), 400, "invalidValue");
  }
  EXPECT_EQ(post_user(R"("userName":"b","x509Certificates":[{"value":"QUJD"},{"value":"_-8"}])").status, 201);
}

TEST_F(Requirements, S2_AReferenceIsAUriWhereThatIsInsistedOn) {
  EXPECT_EQ(post_user(R"("userName":"a","profileUrl":"my page")").status, 201);
  pin("strict");
  expect_error(post_user(R"("userName":"b","profileUrl":"my page")"), 400, "invalidValue");
  EXPECT_EQ(post_user(R"("userName":"b","profileUrl":"https://x.test/b?c=d%20e")").status, 201);
}

TEST_F(Requirements, S3_UnassignedIsNullIsAnEmptyList) {
  for (const char* profile : {"standard", "strict"}) {
    pin(profile);
    const std::string path =
        new_user(fmt::format(R"("userName":"{}","title":null,"emails":[],"name":{{}},"nickName":"N")", profile));
    const Answer user = call("GET", path);
    for (const char* gone : {"/title", "/emails", "/name"}) EXPECT_TRUE(at(user, gone).is_null()) << gone;
    EXPECT_EQ(patch(path, R"([{"op":"replace","path":"nickName","value":null}])").status, 200);
    EXPECT_FALSE(call("GET", path).body.as_object().contains("nickName"));
  }
}

TEST_F(Requirements, S4_ARequiredAttributeMustBeThere) {
  const std::string ann = new_user(R"("userName":"ann")");
  for (const char* members : {R"("title":"T")", R"("userName":null)", R"("userName":"")", R"("userName":[])"}) {
    SCOPED_TRACE(members);
    expect_error(post_user(members), 400, "invalidValue");
    expect_error(call("PUT", ann, user_body(members)), 400, "invalidValue");
  }
  expect_error(call("POST", "/Groups", group_body(R"("externalId":"x")")), 400, "invalidValue");
}

TEST_F(Requirements, S5_ReadOnlyIsIgnoredOnPostAndPut) {
  const std::string ann = new_user(R"("userName":"ann","id":"mine","meta":{"location":"x"},"groups":[{"value":"g"}])");
  EXPECT_NE(ann, "/Users/mine");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"ann","id":"other","groups":[{"value":"g"}],"meta":null)")).status,
            200);
  EXPECT_TRUE(shown(ann, "/groups").is_null());
}

TEST_F(Requirements, S5_ReadOnlyIsRefusedAsThePathOfAPatch) {
  const std::string ann = new_user(R"("userName":"ann")");
  for (const char* path : {"id", "meta", "groups", "meta.created"}) {
    SCOPED_TRACE(path);
    expect_error(patch(ann, fmt::format(R"([{{"op":"replace","path":"{}","value":"x"}}])", path)), 400, "mutability");
    expect_error(patch(ann, fmt::format(R"([{{"op":"remove","path":"{}"}}])", path)), 400, "mutability");
  }
}

TEST_F(Requirements, S5_ImmutableIsSetOnceAndThenMatches) {
  // Who a member is.
  const std::string ann = make_user("ann");
  const std::string staff = new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}"}}])", ann));
  expect_error(
      patch(staff, fmt::format(R"([{{"op":"replace","path":"members[value eq \"{}\"].value","value":"x"}}])", ann)),
      400, "mutability");
  EXPECT_THAT(members_of(staff), ElementsAre(ann));
}

TEST_F(Requirements, S5_WriteOnlyIsNeverReturned) {
  const std::string ann = new_user(R"("userName":"ann","password":"s3cret")");
  EXPECT_TRUE(shown(ann, "/password").is_null());
  EXPECT_TRUE(shown(ann + "?attributes=password", "/password").is_null());
}

TEST_F(Requirements, S6_WhatIsAlwaysReturnedCannotBeExcluded) {
  const std::string ann = new_user(R"("userName":"ann","title":"T","password":"p")");
  const Answer without = call("GET", ann + "?excludedAttributes=id,schemas,title");
  EXPECT_EQ("/Users/" + without.str("/id"), ann);
  EXPECT_TRUE(at(without, "/schemas").is_array());
  EXPECT_TRUE(at(without, "/title").is_null());
  const Answer with = call("GET", ann + "?attributes=title");
  EXPECT_EQ("/Users/" + with.str("/id"), ann);
  EXPECT_EQ(with.str("/title"), "T");
  EXPECT_TRUE(at(with, "/userName").is_null());
}

TEST_F(Requirements, S7_UniquenessHoldsForEveryVerbAndWithoutLetterCase) {
  new_user(R"("userName":"ann@x.test")");
  const std::string bob = new_user(R"("userName":"bob@x.test")");
  expect_error(post_user(R"("userName":"ANN@x.test")"), 409, "uniqueness");
  expect_error(call("PUT", bob, user_body(R"("userName":"Ann@X.test")")), 409, "uniqueness");
  expect_error(patch(bob, R"([{"op":"replace","path":"userName","value":"aNN@x.test"}])"), 409, "uniqueness");
  EXPECT_EQ(shown(bob, "/userName"), "bob@x.test");
  EXPECT_EQ(patch(bob, R"([{"op":"replace","path":"userName","value":"BOB@x.test"}])").status, 200) << "its own";
}

constexpr const char* kTwoPrimaries =
    R"("emails":[{"value":"a@x","type":"work","primary":true},{"value":"b@x","type":"home","primary":true}])";

TEST_F(Requirements, S8_AtMostOnePrimary) {
  const std::string ann = new_user(fmt::format(R"("userName":"ann",{})", kTwoPrimaries));
  EXPECT_EQ(shown(ann, "/emails/0/primary"), true);
  EXPECT_EQ(shown(ann, "/emails/1/primary"), false);
  pin("strict");
  expect_error(post_user(fmt::format(R"("userName":"bob",{})", kTwoPrimaries)), 400, "invalidValue");
  expect_error(patch(ann, fmt::format(R"([{{"op":"replace","value":{{{}}}}}])", kTwoPrimaries)), 400, "invalidValue");
}

TEST_F(Requirements, S8_AValueOfOneTypeIsThereOnce) {
  const std::string ann = new_user(
      R"("userName":"ann","emails":[{"value":"a@x","type":"work"},{"value":"A@x","type":"Work","primary":true},
         {"value":"a@x","type":"home"},{"value":"a@x"}])");
  EXPECT_EQ(shown(ann, "/emails").as_array().size(), 3U);
  EXPECT_EQ(shown(ann, "/emails/0/primary"), true);
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"emails","value":[{"value":"a@X","type":"home"}]}])").status, 200);
  EXPECT_EQ(shown(ann, "/emails").as_array().size(), 3U);
}

TEST_F(Requirements, S9_TheBaseUrnIsInferredOrInsistedOn) {
  const std::vector<const char*> bodies = {R"({"userName":"u1"})", R"({"userName":"u2","schemas":[]})",
                                           R"({"userName":"u3","schemas":null})",
                                           R"({"userName":"u4","schemas":["urn:scim:schemas:core:2.0"]})"};
  for (const char* body : bodies) {
    const Answer made = call("POST", "/Users", body);
    EXPECT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(at(made, "/schemas"), json::parse(R"(["urn:ietf:params:scim:schemas:core:2.0:User"])"));
  }
  pin("strict");
  for (const char* body : bodies) EXPECT_EQ(call("POST", "/Users", body).status, 400) << body;
  expect_error(call("POST", "/Users", bodies[0]), 400, "invalidSyntax");
  expect_error(call("PATCH", new_user(R"("userName":"p")"), R"({"Operations":[{"op":"remove","path":"title"}]})"), 400,
               "invalidSyntax");
}

TEST_F(Requirements, S9_SchemasNameTheExtensionsThatHaveData) {
  const std::string ann = new_user(enterprise(R"("department":"Sales")"));
  EXPECT_EQ(shown(ann, "/schemas").as_array().size(), 2U);
  EXPECT_EQ(patch(ann, fmt::format(R"([{{"op":"remove","path":"{}:department"}}])", kEnterprise)).status, 200);
  EXPECT_EQ(shown(ann, "/schemas").as_array().size(), 1U);
}

TEST_F(Requirements, S10_AnEmptyExtensionIsDroppedWithItsUrn) {
  const std::string ann = new_user(enterprise(""));
  const Answer user = call("GET", ann);
  EXPECT_EQ(at(user, "/schemas").as_array().size(), 1U);
  EXPECT_FALSE(user.body.as_object().contains(kEnterprise));
  EXPECT_EQ(post_user(fmt::format(R"("userName":"bob","{}":{{"department":null}})", kEnterprise)).status, 201);
  const std::string sue = new_user(fmt::format(R"("userName":"sue","{}":{{"division":"D"}})", kEnterprise));
  EXPECT_EQ(call("GET", sue).body.at(kEnterprise).at("division"), "D");
}

TEST_F(Requirements, S11_TheServerMakesTheId) {
  const Answer made = post_user(R"("userName":"ann","id":"bulkId")");
  EXPECT_EQ(made.status, 201);
  EXPECT_NE(made.str("/id"), "bulkId");
  EXPECT_EQ(call("DELETE", "/Users/" + made.str("/id")).status, 204);
  const Answer again = post_user(R"("userName":"ann")");
  EXPECT_NE(again.str("/id"), made.str("/id"));
  std::string other_case = again.str("/id");
  for (char& c : other_case) c = static_cast<char>(toupper(c));
  EXPECT_EQ(call("GET", "/Users/" + other_case).status, 404) << "case-exact";
}

TEST_F(Requirements, S12_ExternalIdsMayRepeatUnlessStrict) {
  new_user(R"("userName":"a","externalId":"E1")");
  const std::string b = new_user(R"("userName":"b","externalId":"E1")");
  new_group(R"("displayName":"G","externalId":"E1")");
  EXPECT_EQ(shown(b, "/externalId"), "E1");
  pin("strict");
  expect_error(post_user(R"("userName":"c","externalId":"E1")"), 409, "uniqueness");
  const std::string c = new_user(R"("userName":"c","externalId":"e1")");
  expect_error(patch(c, R"([{"op":"replace","path":"externalId","value":"E1"}])"), 409, "uniqueness");
  expect_error(call("PUT", c, user_body(R"("userName":"c","externalId":"E1")")), 409, "uniqueness");
  expect_error(call("POST", "/Groups", group_body(R"("displayName":"H","externalId":"E1")")), 409, "uniqueness");
  EXPECT_EQ(call("PUT", c, user_body(R"("userName":"c","externalId":"e1","title":"T")")).status, 200) << "its own";
}

TEST_F(Requirements, S12_ExternalIdsAreScopedToOneDirectory) {
  pin("strict");
  new_user(R"("userName":"a","externalId":"E1")");
  const Tenant other = make_tenant();
  EXPECT_EQ(send(other, {"POST", "/Users", user_body(R"("userName":"a","externalId":"E1")"), other.secret}).status,
            201);
}

TEST_F(Requirements, S13_MetaIsTheServers) {
  const Answer made = post_user(R"("userName":"ann","meta":{"resourceType":"X","created":"2001-01-01T00:00:00Z"})");
  EXPECT_EQ(made.str("/meta/resourceType"), "User");
  EXPECT_EQ(made.str("/meta/created"), made.str("/meta/lastModified"));
  EXPECT_NE(made.str("/meta/created"), "2001-01-01T00:00:00Z");
  EXPECT_EQ(made.str("/meta/location"),
            fmt::format("{}/directory/{}/scim/v2/Users/{}", kBaseUrl, home_.directory.str(), made.str("/id")));
  EXPECT_EQ(made.header("location"), made.str("/meta/location"));
}

TEST_F(Requirements, S14_EveryAttributeOfAUserIsKept) {
  const json::value sent = json::parse(R"({
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"], "userName":"ann", "externalId":"E",
    "name":{"formatted":"Dr Ann M Lee Jr","familyName":"Lee","givenName":"Ann","middleName":"M",
            "honorificPrefix":"Dr","honorificSuffix":"Jr"},
    "displayName":"Ann","nickName":"A","profileUrl":"https://x.test/a","title":"T","userType":"Employee",
    "preferredLanguage":"de","locale":"de-DE","timezone":"Europe/Berlin","active":false,
    "emails":[{"value":"a@x","display":"A","type":"work","primary":true}],
    "phoneNumbers":[{"value":"tel:+49-1","type":"work"}], "ims":[{"value":"im","type":"xmpp"}],
    "photos":[{"value":"https://x.test/p","type":"photo"}],
    "addresses":[{"formatted":"F","streetAddress":"S","locality":"L","region":"R","postalCode":"P","country":"DE",
                  "type":"work","primary":true}],
    "entitlements":[{"value":"e"}],"roles":[{"value":"r","type":"t"}],"x509Certificates":[{"value":"QUJD"}]})");
  for (const char* profile : {"standard", "strict"}) {
    pin(profile);
    json::object body = sent.as_object();
    body["userName"] = profile;
    body["externalId"] = profile;
    const Answer made = call("POST", "/Users", json::serialize(body));
    ASSERT_EQ(made.status, 201) << made.text;
    for (const auto& member : body) EXPECT_EQ(made.body.at(member.key()), member.value()) << member.key();
  }
}

TEST_F(Requirements, S15_ACountryIsFreeTextUnlessStrict) {
  constexpr const char* kAddress = R"("userName":"{}","addresses":[{{"country":"{}","type":"work"}}])";
  const std::string ann = new_user(fmt::format(kAddress, "ann", "United States"));
  EXPECT_EQ(shown(ann, "/addresses/0/country"), "United States");
  pin("strict");
  for (const char* country : {"United States", "us", "USA", "U1"}) {
    expect_error(post_user(fmt::format(kAddress, "bob", country)), 400, "invalidValue");
  }
  EXPECT_EQ(post_user(fmt::format(kAddress, "bob", "US")).status, 201);
  expect_error(patch(ann, R"([{"op":"replace","path":"addresses[type eq \"work\"].country","value":"Austria"}])"), 400,
               "invalidValue");
}

TEST_F(Requirements, S16_GroupsOfAUserFollowItsMemberships) {
  const std::string ann = new_user(R"("userName":"ann","groups":[])");
  const std::string id = ann.substr(7);
  const std::string staff = new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}"}}])", id));
  EXPECT_EQ(shown(ann, "/groups/0/display"), "Staff");
  EXPECT_EQ(shown(ann, "/groups/0/type"), "direct");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"ann","groups":[])")).status, 200);
  EXPECT_EQ(shown(ann, "/groups").as_array().size(), 1U) << "ignored, not obeyed";
  pin("strict");
  EXPECT_EQ(call("PUT", ann, user_body(R"("userName":"ann","groups":[])")).status, 200) << "nor refused";
}

TEST_F(Requirements, S17_GroupsNestAndMembersDoNotChange) {
  const std::string ann = make_user("ann");
  const std::string inner = new_group(fmt::format(R"("displayName":"Inner","members":[{{"value":"{}"}}])", ann));
  const std::string outer =
      new_group(fmt::format(R"("displayName":"Outer","members":[{{"value":"{}","type":"Group"}}])", inner.substr(8)));
  const Answer group = call("GET", outer);
  EXPECT_EQ(group.str("/members/0/type"), "Group");
  EXPECT_TRUE(group.str("/members/0/$ref").ends_with(inner));
  const std::string relabel =
      fmt::format(R"([{{"op":"replace","path":"members[value eq \"{}\"].display","value":"X"}}])", ann);
  EXPECT_EQ(patch(inner, relabel).status, 204);
  EXPECT_EQ(shown(inner, "/members/0/display"), json::value());
  pin("strict");
  expect_error(patch(inner, relabel), 400, "mutability");
}

TEST_F(Requirements, S18_EnterpriseUsers) {
  const std::string boss = make_user("boss");
  const std::string ann = new_user(enterprise(fmt::format(
      R"("employeeNumber":"7","costCenter":"C","organization":"O","division":"D","department":"P",
         "manager":{{"value":"{}","displayName":"ignored"}})",
      boss)));
  const json::value data = call("GET", ann).body.at(kEnterprise);
  EXPECT_EQ(data.at("employeeNumber"), "7");
  EXPECT_EQ(data.at("costCenter"), "C");
  EXPECT_EQ(data.at("organization"), "O");
  EXPECT_EQ(data.at("division"), "D");
  EXPECT_EQ(data.at("department"), "P");
  EXPECT_EQ(data.at("manager").at("value").as_string(), boss);
  EXPECT_FALSE(data.at("manager").as_object().contains("displayName"));
}

TEST_F(Requirements, S19_AReferenceMayWaitUnlessStrict) {
  const std::string staff = new_group(R"("displayName":"Staff","members":[{"value":"Xann"}])");
  EXPECT_THAT(members_of(staff), ElementsAre("Xann"));
  const std::string ann = make_user("ann");  // externalId Xann
  EXPECT_THAT(members_of(staff), ElementsAre(ann));
  const std::string bob =
      new_user(fmt::format(R"("userName":"bob","{}":{{"manager":{{"value":"later"}}}})", kEnterprise));
  EXPECT_EQ(call("GET", bob).body.at(kEnterprise).at("manager").at("value"), "later");

  pin("strict");
  expect_error(call("POST", "/Groups", group_body(R"("displayName":"G","members":[{"value":"nobody"}])")), 400,
               "invalidValue");
  expect_error(patch(staff, R"([{"op":"add","path":"members","value":[{"value":"nobody"}]}])"), 400, "invalidValue");
  EXPECT_THAT(members_of(staff), ElementsAre(ann));
  expect_error(
      patch(bob, fmt::format(R"([{{"op":"replace","path":"{}:manager","value":{{"value":"nobody"}}}}])", kEnterprise)),
      400, "invalidValue");
  EXPECT_EQ(patch(bob, R"([{"op":"replace","path":"title","value":"T"}])").status, 200)
      << "what waits already may wait";
  EXPECT_EQ(
      patch(bob, fmt::format(R"([{{"op":"replace","path":"{}:manager","value":{{"value":"{}"}}}}])", kEnterprise, ann))
          .status,
      200);
}

TEST_F(Requirements, S20_UnknownAttributesAreIgnoredUnlessStrict) {
  const std::vector<const char*> bodies = {
      R"("userName":"u1","shoeSize":7)", R"("userName":"u2","urn:x:y:2.0:User":{"a":1})",
      R"("userName":"u3","emails":[{"value":"a@x","flavour":"x"}])", R"("userName":"u4","name.familyName":"Lee")",
      R"("userName":"u5","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"desk":"7"})"};
  for (const char* body : bodies) {
    const Answer made = post_user(body);
    EXPECT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.text.find("shoeSize"), std::string::npos);
  }
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch(ann, R"([{"op":"replace","value":{"shoeSize":7,"title":"T"}}])").status, 200);
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"urn:x:y:2.0:User:tag","value":"1"}])").status, 200);
  pin("strict");
  for (const char* body : bodies) expect_error(post_user(body), 400, "invalidValue");
  expect_error(patch(ann, R"([{"op":"replace","value":{"shoeSize":7}}])"), 400, "invalidValue");
  expect_error(patch(ann, R"([{"op":"add","path":"urn:x:y:2.0:User:tag","value":"1"}])"), 400, "invalidPath");
}

TEST_F(Requirements, S21_CoercionsAreLenientOnly) {
  struct Loose {
    const char* sent;
    const char* pointer;
    const char* kept;  // JSON
  };
  const std::vector<Loose> all = {
      {R"("active":"true")", "/active", "true"},
      {R"("active":"False")", "/active", "false"},
      {R"("emails":{"value":"a@x"})", "/emails/0/value", R"("a@x")"},
      {R"("emails":["a@x"])", "/emails/0/value", R"("a@x")"},
      {R"("emails":[{"value":"a@x"},null])", "/emails/0/value", R"("a@x")"},
      {R"("emails":[{"value":"a@x","type":null}])", "/emails/0/value", R"("a@x")"},
      {R"("title":["T"])", "/title", R"("T")"},
      {R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"later"})",
       "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value", R"("later")"},
      {R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":[{"value":"later"}]})",
       "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value", R"("later")"}};
  int number = 0;
  for (const Loose& one : all) {
    const Answer made = post_user(fmt::format(R"("userName":"u{}",{})", ++number, one.sent));
    EXPECT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(at(made, one.pointer), json::parse(one.kept)) << one.sent;
  }
  pin("strict");
  for (const Loose& one : all) {
    SCOPED_TRACE(one.sent);
    expect_error(post_user(fmt::format(R"("userName":"s{}",{})", ++number, one.sent)), 400, "invalidValue");
  }
}

TEST_F(Requirements, S22_WhatIsStoredIsWhatIsReturned) {
  const json::value sent = json::parse(R"({
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":" Ann@X.Test ","displayName":"  Ann  L\u00f6we ",
    "phoneNumbers":[{"value":"(030) 12 34","type":"WORK"},{"value":"1","type":"a"}],
    "emails":[{"value":"Z@X.test","type":"other"},{"value":"a@x.test","type":"Work"}],"timezone":"europe/berlin",
    "roles":[{"value":"b"},{"value":"a"}]})");
  const Answer made = call("POST", "/Users", json::serialize(sent));
  ASSERT_EQ(made.status, 201) << made.text;
  const Answer read = call("GET", "/Users/" + made.str("/id"));
  for (const auto& member : sent.as_object()) EXPECT_EQ(read.body.at(member.key()), member.value()) << member.key();
}

}  // namespace
}  // namespace doorward::test
