#include "protocol/scim/bulk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/scim/bulk_references.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kManager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

Result<BulkRequest> parse(std::string_view text, Dialect dialect = {}) {
  return parse_bulk(json::parse(text).as_object(), dialect);
}

std::string fault_of(std::string_view operation) {
  const auto request = parse(fmt::format(R"({{"Operations":[{}]}})", operation));
  if (!request) return "refused: " + request.error().message;
  const auto& fault = request->operations.at(0).fault;
  if (!fault) return "";
  EXPECT_EQ(fault->reason, Reason::kScimInvalidSyntax);
  return fault->message;
}

TEST(Bulk, ReadsOperationsInAnyKeyCase) {
  const auto request = parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"FailOnErrors":2,
    "operations":[{"Method":"post","path":"/Users","bulkid":"a","data":{"userName":"ann"}},
                  {"method":"PUT","path":"/Users/1","version":"W/\"1\"","data":{}},
                  {"method":"DELETE","path":"/Users/1","bulkId":"b"}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->fail_on_errors, 2U);
  ASSERT_EQ(request->operations.size(), 3U);
  EXPECT_EQ(request->operations[0].method, "POST");
  EXPECT_EQ(request->operations[0].bulk_id, "a");
  EXPECT_EQ(request->operations[0].data.at("userName"), "ann");
  EXPECT_GT(request->operations[0].bytes, 10U);
  EXPECT_EQ(request->operations[1].version, "W/\"1\"");
  EXPECT_EQ(request->operations[2].bulk_id, "b");
  for (const BulkOperation& operation : request->operations) EXPECT_FALSE(operation.fault);
}

TEST(Bulk, RefusesWhatIsNoBulkRequest) {
  for (const char* wrong : {"{}", R"({"Operations":{}})", R"({"Operations":[1]})",
                            R"({"schemas":["urn:other"],"Operations":[]})", R"({"schemas":"x","Operations":[]})",
                            R"({"failOnErrors":0,"Operations":[]})", R"({"failOnErrors":-1,"Operations":[]})",
                            R"({"failOnErrors":"1","Operations":[]})", R"({"failOnErrors":1.5,"Operations":[]})"}) {
    const auto request = parse(wrong);
    ASSERT_FALSE(request) << wrong;
    EXPECT_EQ(request.error().reason, Reason::kScimInvalidSyntax) << wrong;
  }
  Dialect strict;
  strict.behaviour = behaviour_of(Profile::kStrict);
  EXPECT_TRUE(parse(R"({"Operations":[]})"));
  EXPECT_FALSE(parse(R"({"Operations":[]})", strict)) << "without schemas";
}

TEST(Bulk, NamesTheFaultOfOneOperation) {
  EXPECT_EQ(fault_of(R"({"method":"DELETE","path":"/Users/1"})"), "");
  EXPECT_EQ(fault_of(R"({"method":"GET","path":"/Users/1"})"),
            "Operation 0: \"method\" must be POST, PUT, PATCH or DELETE.");
  EXPECT_THAT(fault_of(R"({"path":"/Users/1"})"), HasSubstr("\"method\""));
  EXPECT_THAT(fault_of(R"({"method":7,"path":"/Users/1"})"), HasSubstr("\"method\""));
  EXPECT_THAT(fault_of(R"({"method":"DELETE"})"), HasSubstr("\"path\""));
  EXPECT_THAT(fault_of(R"({"method":"POST","path":"/Users","data":{}})"), HasSubstr("\"bulkId\""));
  EXPECT_THAT(fault_of(R"({"method":"POST","path":"/Users","bulkId":"","data":{}})"), HasSubstr("\"bulkId\""));
  EXPECT_THAT(fault_of(R"({"method":"POST","path":"/Users","bulkId":["a"],"data":{}})"), HasSubstr("\"bulkId\""));
  EXPECT_THAT(fault_of(R"({"method":"POST","path":"/Users","bulkId":"a"})"), HasSubstr("\"data\""));
  EXPECT_THAT(fault_of(R"({"method":"PATCH","path":"/Users/1","data":[]})"), HasSubstr("\"data\""));
  EXPECT_THAT(fault_of(R"({"method":"PUT","path":"/Users/1","version":1,"data":{}})"), HasSubstr("\"version\""));
  const std::string longest(limits::kBulkIdBytes, 'b');
  EXPECT_EQ(fault_of(fmt::format(R"({{"method":"POST","path":"/Users","bulkId":"{}","data":{{}}}})", longest)), "");
  EXPECT_THAT(fault_of(fmt::format(R"({{"method":"POST","path":"/Users","bulkId":"{}b","data":{{}}}})", longest)),
              HasSubstr("\"bulkId\""));
}

TEST(Bulk, RefusesOneBulkIdForTwo) {
  const auto request = parse(R"({"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{}},
                                               {"method":"POST","path":"/Groups","bulkId":"a","data":{}}]})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().reason, Reason::kScimInvalidValue);
  EXPECT_THAT(request.error().message, HasSubstr("Operation 1"));
}

TEST(Bulk, BoundsTheOperations) {
  const auto with = [](std::size_t count) {
    json::array operations;
    for (std::size_t i = 0; i < count; ++i) operations.push_back({{"method", "DELETE"}, {"path", "/Users/1"}});
    Dialect dialect;
    return parse_bulk({{"Operations", std::move(operations)}}, dialect);
  };
  EXPECT_TRUE(with(limits::kBulkOperations));
  const auto more = with(limits::kBulkOperations + 1);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().reason, Reason::kPayloadTooLarge);
  EXPECT_THAT(more.error().message, HasSubstr("1000"));
}

BulkOperation operation(std::string_view path, std::string_view data) {
  return {.method = "POST", .path = std::string(path), .bulk_id = "me", .data = json::parse(data).as_object()};
}

std::optional<std::string> known(std::string_view bulk_id) {
  if (bulk_id.starts_with("new")) return std::nullopt;
  return "id-" + std::string(bulk_id);
}

TEST(BulkReferences, AreFoundWhereverTheyMayStand) {
  EXPECT_THAT(references_of(operation("/Groups/bulkId:g", R"({
        "members":[{"value":"bulkId:a"},{"value":"2","$ref":"../Users/bulkId:b"},{"value":"bulkId:a"}],
        "Operations":[{"op":"remove","path":"members[value eq \"bulkId:c\"]"},{"op":"add","path":"manager","value":"bulkId:d"}]})")),
              ElementsAre("a", "b", "c", "d", "g"));
  EXPECT_TRUE(
      references_of(operation("/Users", R"({"displayName":"see bulkId:x","nickName":"bulkId:","title":"BULKID:x"})"))
          .empty());
}

TEST(BulkReferences, BecomeIds) {
  BulkOperation op = operation("/Groups/bulkId:g", R"({"members":[{"value":"bulkId:a","$ref":"../Users/bulkId:a"},
      {"value":"bulkId:new"}],"Operations":[{"path":"members[value eq \"bulkId:c\" or value eq \"bulkId:d\"]"}]})");
  resolve_references(op, known);
  EXPECT_EQ(op.path, "/Groups/id-g");
  EXPECT_EQ(op.data, json::parse(R"({"members":[{"value":"id-a","$ref":"../Users/id-a"},{"value":"bulkId:new"}],
      "Operations":[{"path":"members[value eq \"id-c\" or value eq \"id-d\"]"}]})"));
}

TEST(BulkReferences, WhatNamesNobodyYetIsTakenOutAndPutBackByAPatch) {
  json::object group = json::parse(R"({"displayName":"G","members":[{"value":"bulkId:a"},{"value":"bulkId:new1"},
      {"value":"3","$ref":"../Users/bulkId:new2"}]})")
                           .as_object();
  const json::array rest = take_unresolved(group, known);
  EXPECT_EQ(group, json::parse(R"({"displayName":"G","members":[{"value":"bulkId:a"}]})"));
  EXPECT_EQ(rest, json::parse(R"([{"op":"add","path":"members","value":[{"value":"bulkId:new1"},
      {"value":"3","$ref":"../Users/bulkId:new2"}]}])"));

  json::object user{{"userName", "ann"}};
  user[kManager] = {{"manager", {{"value", "bulkId:new"}}}, {"department", "x"}};
  EXPECT_EQ(take_unresolved(user, known),
            json::array(
                {{{"op", "add"}, {"path", std::string(kManager) + ":manager"}, {"value", {{"value", "bulkId:new"}}}}}));
  EXPECT_EQ(json::serialize(user), fmt::format(R"({{"userName":"ann","{}":{{"department":"x"}}}})", kManager));

  json::object only{{"userName", "ann"}};
  only[kManager] = {{"manager", "bulkId:new"}};
  EXPECT_EQ(take_unresolved(only, known).size(), 1U);
  EXPECT_EQ(json::serialize(only), R"({"userName":"ann"})");
  EXPECT_TRUE(take_unresolved(only, known).empty());
}

TEST(Bulk, WritesEntriesAsTheRfcShowsThem) {
  EXPECT_EQ(
      json::parse(bulk_entry(operation("/Users", "{}"),
                             {.status = 201, .location = "https://x/Users/1", .version = "W/\"1\"", .id = "1"})),
      json::parse(
          R"({"location":"https://x/Users/1","method":"POST","bulkId":"me","version":"W/\"1\"","status":"201"})"));
  const std::string failed = bulk_entry(operation("/Users", "{}"), {.status = 400, .error = R"({"status":"400"})"});
  EXPECT_EQ(json::parse(failed),
            json::parse(R"({"method":"POST","bulkId":"me","status":"400","response":{"status":"400"}})"));
  EXPECT_EQ(json::parse(bulk_body({failed, failed})).at("Operations").as_array().size(), 2U);
  EXPECT_EQ(json::parse(bulk_body({})),
            json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":[]})"));
}

}  // namespace
}  // namespace doorward::scim
