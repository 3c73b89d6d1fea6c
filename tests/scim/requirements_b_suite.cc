// B: bulk (RFC 7644 section 3.7).
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

std::string bulk(const std::string& operations, const std::string& more = {}) {
  return fmt::format(R"({{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],{}"Operations":[{}]}})", more,
                     operations);
}

std::string post(std::string_view path, std::string_view bulk_id, std::string_view data) {
  return fmt::format(R"({{"method":"POST","path":"{}","bulkId":"{}","data":{}}})", path, bulk_id, data);
}

std::string status(const Answer& answer, int index) { return answer.str(fmt::format("/Operations/{}/status", index)); }

// The id of the resource that an entry tells of.
std::string id(const Answer& answer, int index) {
  const std::string location = answer.str(fmt::format("/Operations/{}/location", index));
  return location.substr(location.rfind('/') + 1);
}

std::vector<std::string> member_ids(const Answer& group) {
  std::vector<std::string> ids;
  if (const auto* members = group.body.as_object().if_contains("members")) {
    for (const json::value& member : members->as_array()) ids.emplace_back(member.at("value").as_string());
  }
  return ids;
}

TEST_F(Requirements, B1_EveryMethodIsAnsweredByAnEntryOfItsOwn) {
  const std::string bob = make_user("bob");
  const std::string eve = make_user("eve");
  const Answer answer = call(
      "POST", "/Bulk",
      bulk(
          post("/Users", "qwerty", R"({"userName":"ann"})") +
          fmt::format(
              R"(,{{"method":"PUT","path":"/Users/{}","version":"W/\"1\"","data":{{"userName":"bob","title":"X"}}}})",
              bob) +
          fmt::format(
              R"(,{{"method":"PATCH","path":"/Users/{}","bulkId":"mine","data":{{"Operations":[{{"op":"add","path":"title","value":"Y"}}]}}}})",
              bob) +
          fmt::format(R"(,{{"method":"DELETE","path":"/Users/{}"}})", eve)));
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(answer.header("content-type"), "application/scim+json");
  EXPECT_EQ(answer.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:BulkResponse");
  ASSERT_EQ(answer.body.at("Operations").as_array().size(), 4U);

  const Answer ann = call("GET", "/Users/" + id(answer, 0));
  EXPECT_EQ(ann.str("/userName"), "ann");
  EXPECT_EQ(answer.body.at("Operations").at(0), json::value({{"method", "POST"},
                                                             {"bulkId", "qwerty"},
                                                             {"location", ann.str("/meta/location")},
                                                             {"version", ann.str("/meta/version")},
                                                             {"status", "201"}}));
  const Answer shown = call("GET", "/Users/" + bob);
  EXPECT_EQ(shown.str("/title"), "Y");
  EXPECT_EQ(status(answer, 1), "200");
  EXPECT_EQ(answer.str("/Operations/1/location"), shown.str("/meta/location"));
  EXPECT_EQ(answer.body.at("Operations").at(2), json::value({{"method", "PATCH"},
                                                             {"bulkId", "mine"},
                                                             {"location", shown.str("/meta/location")},
                                                             {"version", shown.str("/meta/version")},
                                                             {"status", "200"}}));
  EXPECT_EQ(answer.body.at("Operations").at(3).as_object().size(), 3U);
  EXPECT_EQ(answer.str("/Operations/3/method"), "DELETE");
  EXPECT_EQ(id(answer, 3), eve);
  EXPECT_EQ(status(answer, 3), "204");
  EXPECT_EQ(call("GET", "/Users/" + eve).status, 404);
}

TEST_F(Requirements, B1_AFailedOperationCarriesTheErrorAndAFailedPostNoLocation) {
  make_user("ann");
  const Answer answer = call("POST", "/Bulk",
                             bulk(post("/Users", "a", R"({"userName":"ANN"})") +
                                  R"(,{"method":"PATCH","path":"/Users/none","data":{"Operations":[]}})"
                                  R"(,{"method":"PUT","path":"/Users","data":{"userName":"x"}})"
                                  R"(,{"method":"DELETE","path":"/Nothing/1"})"
                                  R"(,{"method":"DELETE","path":"/ServiceProviderConfig"})"
                                  R"(,{"method":"GET","path":"/Users/1"})"));
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(status(answer, 0), "409");
  EXPECT_EQ(answer.str("/Operations/0/response/scimType"), "uniqueness");
  EXPECT_EQ(answer.str("/Operations/0/response/status"), "409");
  EXPECT_FALSE(answer.body.at("Operations").at(0).as_object().contains("location"));
  EXPECT_EQ(status(answer, 1), "404");
  EXPECT_TRUE(answer.str("/Operations/1/location").ends_with("/Users/none"));
  EXPECT_EQ(status(answer, 2), "405");
  EXPECT_EQ(status(answer, 3), "404");
  EXPECT_EQ(status(answer, 4), "404") << "discovery is no resource";
  EXPECT_EQ(status(answer, 5), "400");
}

TEST_F(Requirements, B1_AVersionIsAPreconditionOfItsOperation) {
  const std::string ann = make_user("ann");
  const auto put = [&](const std::string& version) {
    return fmt::format(
        R"({{"method":"PUT","path":"/Users/{}","version":"{}","data":{{"userName":"ann","title":"X"}}}})", ann,
        version);
  };
  const Answer answer = call("POST", "/Bulk", bulk(put(R"(W/\"9\")") + "," + put(R"(W/\"1\")") + "," + put("*")));
  EXPECT_EQ(status(answer, 0), "412");
  EXPECT_EQ(status(answer, 1), "200");
  EXPECT_EQ(status(answer, 2), "200");
}

TEST_F(Requirements, B2_WithoutFailOnErrorsAllIsTriedAndWithItTheRestIsLeft) {
  std::string operations;
  for (int i = 0; i < 6; ++i) {
    operations += (i > 0 ? "," : "") +
                  post("/Users", fmt::format("b{}", i), i % 2 == 0 ? fmt::format(R"({{"userName":"u{}"}})", i) : "{}");
  }
  const Answer stopped = call("POST", "/Bulk", bulk(operations, R"("failOnErrors":2,)"));
  ASSERT_EQ(stopped.status, 200);
  EXPECT_EQ(stopped.body.at("Operations").as_array().size(), 4U);
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 2) << "nothing behind the second error";
  const Answer all = call("POST", "/Bulk", bulk(operations));
  EXPECT_EQ(all.body.at("Operations").as_array().size(), 6U);
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 3);
}

TEST_F(Requirements, B3_ReferencesAreResolvedForwardAndBackward) {
  const std::string old = make_group("Old");
  const Answer answer = call(
      "POST", "/Bulk",
      bulk(
          post("/Groups", "g",
               R"({"displayName":"Staff","members":[{"value":"bulkId:ann"},{"value":"bulkId:boss"}]})") +
          "," + post("/Users", "boss", R"({"userName":"boss"})") + "," +
          post("/Users", "ann",
               fmt::format(R"({{"userName":"ann","{}":{{"manager":{{"value":"bulkId:boss"}}}}}})", kEnterprise)) +
          fmt::format(
              R"(,{{"method":"PATCH","path":"/Groups/{}","data":{{"Operations":[{{"op":"add","path":"members","value":[{{"value":"bulkId:ann"}}]}}]}}}})",
              old) +
          R"(,{"method":"PATCH","path":"/Groups/bulkId:g","data":{"Operations":[{"op":"remove","path":"members[value eq \"bulkId:boss\"]"}]}})"));
  ASSERT_EQ(answer.status, 200) << answer.text;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(status(answer, i).starts_with("20")) << answer.text;
  const std::string ann = id(answer, 2);
  EXPECT_THAT(member_ids(call("GET", "/Groups/" + id(answer, 0))), testing::ElementsAre(ann));
  EXPECT_THAT(member_ids(call("GET", "/Groups/" + old)), testing::ElementsAre(ann));
  const Answer shown = call("GET", "/Users/" + ann);
  EXPECT_EQ(shown.body.at(kEnterprise).at("manager").at("value"), json::value(id(answer, 1)));
  EXPECT_EQ(shown.body.at("groups").as_array().size(), 2U);
}

TEST_F(Requirements, B3_AReferenceToNobodyFailsItsOperationAndADoubleBulkIdTheRequest) {
  const Answer answer = call("POST", "/Bulk",
                             bulk(post("/Groups", "g", R"({"displayName":"G","members":[{"value":"bulkId:nobody"}]})") +
                                  "," + post("/Users", "bad", "{}") + "," +
                                  post("/Groups", "h", R"({"displayName":"H","members":[{"value":"bulkId:bad"}]})") +
                                  R"(,{"method":"DELETE","path":"/Users/bulkId:nobody"})"));
  for (const int i : {0, 1, 2, 3}) {
    EXPECT_EQ(status(answer, i), "400") << i;
    EXPECT_EQ(answer.str(fmt::format("/Operations/{}/response/scimType", i)), "invalidValue");
  }
  EXPECT_EQ(call("GET", "/Groups").body.at("totalResults"), 0);
  const Answer twice =
      call("POST", "/Bulk",
           bulk(post("/Users", "a", R"({"userName":"a"})") + "," + post("/Users", "a", R"({"userName":"b"})")));
  expect_error(twice, 400, "invalidValue");
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 0);
}

TEST_F(Requirements, B4_CirclesAreClosed) {
  const Answer answer = call(
      "POST", "/Bulk",
      bulk(post("/Groups", "a", R"({"displayName":"A","members":[{"value":"bulkId:b"}]})") + "," +
           post("/Groups", "b", R"({"displayName":"B","members":[{"value":"bulkId:a"},{"value":"bulkId:u"}]})") + "," +
           post("/Users", "u",
                fmt::format(R"({{"userName":"u","{}":{{"manager":{{"value":"bulkId:v"}}}}}})", kEnterprise)) +
           "," +
           post("/Users", "v",
                fmt::format(R"({{"userName":"v","{}":{{"manager":{{"value":"bulkId:u"}}}}}})", kEnterprise))));
  ASSERT_EQ(answer.status, 200) << answer.text;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(status(answer, i), "201") << answer.text;
  const Answer a = call("GET", "/Groups/" + id(answer, 0));
  EXPECT_THAT(member_ids(a), testing::ElementsAre(id(answer, 1)));
  EXPECT_EQ(a.str("/meta/version"), answer.str("/Operations/0/version"));
  EXPECT_THAT(member_ids(call("GET", "/Groups/" + id(answer, 1))),
              testing::UnorderedElementsAre(id(answer, 0), id(answer, 2)));
  EXPECT_EQ(call("GET", "/Users/" + id(answer, 2)).body.at(kEnterprise).at("manager").at("value"),
            json::value(id(answer, 3)));
  EXPECT_EQ(call("GET", "/Users/" + id(answer, 3)).body.at(kEnterprise).at("manager").at("value"),
            json::value(id(answer, 2)));
}

TEST_F(Requirements, B4_ACircleThatCannotBeClosedIsAConflictAndLeavesNothing) {
  make_user("taken");
  const Answer answer =
      call("POST", "/Bulk",
           bulk(post("/Groups", "a", R"({"displayName":"A","members":[{"value":"bulkId:u"}]})") + "," +
                post("/Users", "u",
                     fmt::format(R"({{"userName":"taken","{}":{{"manager":{{"value":"bulkId:a"}}}}}})", kEnterprise))));
  EXPECT_EQ(status(answer, 0), "409");
  EXPECT_EQ(status(answer, 1), "409");
  EXPECT_EQ(call("GET", "/Groups").body.at("totalResults"), 0);
}

TEST_F(Requirements, B5_BeyondTheLimitsTheyAreInTheDetail) {
  const Answer config = call("GET", "/ServiceProviderConfig");
  const auto operations =
      static_cast<std::size_t>(config.body.at("bulk").at("maxOperations").to_number<std::int64_t>());
  const auto bytes = static_cast<std::size_t>(config.body.at("bulk").at("maxPayloadSize").to_number<std::int64_t>());
  std::string many = R"({"method":"DELETE","path":"/Users/1"})";
  for (std::size_t i = 1; i < operations; ++i) many += R"(,{"method":"DELETE","path":"/Users/1"})";
  EXPECT_EQ(call("POST", "/Bulk", bulk(many)).body.at("Operations").as_array().size(), operations);
  const Answer too_many = call("POST", "/Bulk", bulk(many + R"(,{"method":"DELETE","path":"/Users/1"})"));
  expect_error(too_many, 413);
  std::string long_body = bulk("");
  long_body.resize(bytes, ' ');
  EXPECT_EQ(call("POST", "/Bulk", long_body).status, 200);
  const Answer too_long = call("POST", "/Bulk", long_body + " ");
  expect_error(too_long, 413);
  for (const Answer& refused : {too_many, too_long}) {
    EXPECT_NE(refused.str("/detail").find(std::to_string(operations)), std::string::npos) << refused.text;
    EXPECT_NE(refused.str("/detail").find(std::to_string(bytes)), std::string::npos) << refused.text;
  }
}

TEST_F(Requirements, B6_EachOperationIsAtomicAndRecordedByItself) {
  const std::string ann = make_user("ann");
  const std::int64_t before = last_change();
  const Answer answer =
      call("POST", "/Bulk",
           bulk(fmt::format(R"({{"method":"PATCH","path":"/Users/{}","data":{{"Operations":[
                    {{"op":"add","path":"title","value":"X"}},{{"op":"replace","path":"emails[type eq \"none\"].value","value":"y"}}]}}}},)",
                            ann) +
                post("/Users", "b", R"({"userName":"bob"})") + "," + post("/Users", "c", R"({"userName":"carl"})")));
  EXPECT_EQ(status(answer, 0), "400");
  EXPECT_EQ(answer.str("/Operations/0/response/scimType"), "noTarget");
  EXPECT_FALSE(call("GET", "/Users/" + ann).body.as_object().contains("title")) << "half of a PATCH";
  const auto records = history(before);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_NE(records[0].txn, records[1].txn);
  for (const ChangeRecord& record : records) EXPECT_EQ(record.event_type, "organization.directory.user_created");
}

TEST_F(Requirements, B6_APostWithoutBulkIdFailsAlone) {
  const Answer answer = call("POST", "/Bulk",
                             bulk(R"({"method":"POST","path":"/Users","data":{"userName":"ann"}},)" +
                                  post("/Users", "b", R"({"userName":"bob"})")));
  EXPECT_EQ(status(answer, 0), "400");
  EXPECT_EQ(answer.str("/Operations/0/response/scimType"), "invalidSyntax");
  EXPECT_EQ(status(answer, 1), "201");
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 1);
}

TEST_F(Requirements, B6_ABulkRequestReachesNoOtherDirectory) {
  const std::string ann = make_user("ann");
  const Tenant other = make_tenant();
  const std::string body = bulk(fmt::format(
      R"({{"method":"DELETE","path":"/Users/{0}"}},{{"method":"DELETE","path":"/../../../{1}/scim/v2/Users/{0}"}},
         {{"method":"DELETE","path":"{2}/directory/{1}/scim/v2/Users/{0}"}})",
      ann, home_.directory.str(), kBaseUrl));
  const Answer answer = send(other, {"POST", "/Bulk", body, other.secret});
  ASSERT_EQ(answer.status, 200) << answer.text;
  for (const int i : {0, 1, 2}) EXPECT_THAT(status(answer, i), testing::AnyOf("404", "400"));
  EXPECT_EQ(call("GET", "/Users/" + ann).status, 200);
}

}  // namespace
}  // namespace doorward::test
