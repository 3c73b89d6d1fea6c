#include "protocol/scim/patch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

Dialect dialect;  // of all requests here; nobody asks what it noted

constexpr std::string_view kUser = R"({
  "userName": "ann", "active": true, "displayName": "Ann", "name": {"givenName": "Ann", "familyName": "Lee"},
  "emails": [{"value": "a@x.test", "type": "work", "primary": true}, {"value": "h@x.test", "type": "home"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}})";

json::object object(std::string_view text) { return json::parse(text).as_object(); }

Result<json::object> patch(std::string_view operations, std::string_view document = kUser) {
  json::object body;
  body["schemas"] = json::array{"urn:ietf:params:scim:api:messages:2.0:PatchOp"};
  body["Operations"] = json::parse(operations);
  DOORWARD_TRY(const PatchRequest request, parse_patch(body, dialect));
  return apply_patch(user_type(), object(document), request, dialect);
}

// The document after the operations, or the reason of the refusal.
json::value after(std::string_view operations, std::string_view pointer, std::string_view document = kUser) {
  const auto patched = patch(operations, document);
  if (!patched) return json::value(reason_name(patched.error().reason));
  json::error_code error;
  const json::value whole(*patched);
  const json::value* found = whole.find_pointer(pointer, error);
  return found == nullptr ? json::value(nullptr) : *found;
}

Reason refusal(std::string_view operations) {
  const auto patched = patch(operations);
  EXPECT_FALSE(patched) << operations;
  return patched ? Reason::kInternal : patched.error().reason;
}

TEST(Patch, ReplacesWithoutPath) {
  EXPECT_EQ(after(R"([{"op":"replace","value":{"active":false}}])", "/active"), false);
  EXPECT_EQ(after(R"([{"op":"Replace","path":"ACTIVE","value":"False"}])", "/active"), false);
  EXPECT_EQ(after(R"([{"op":"replace","value":{"name.familyName":"Ray"}}])", "/name"),
            json::parse(R"({"givenName":"Ann","familyName":"Ray"})"));
  EXPECT_EQ(after(R"([{"op":"replace","value":{"emails[type eq \"work\"].value":"n@x.test"}}])", "/emails/0/value"),
            "n@x.test");
  EXPECT_EQ(
      after(R"([{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter":"C"}}])",
            "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/costCenter"),
      "C");
}

TEST(Patch, IgnoresReadOnlyAndUnknownKeysWithoutPath) {
  EXPECT_EQ(*patch(R"([{"op":"replace","value":{"id":"x","schemas":[],"meta":{"a":1},"groups":[],"what":1}}])"),
            object(kUser));
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"id","value":"x"}])"), Reason::kScimMutability);
  EXPECT_EQ(refusal(R"([{"op":"remove","path":"groups"}])"), Reason::kScimMutability);
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"what","value":"x"}])"), Reason::kScimInvalidPath);
  EXPECT_EQ(*patch(R"([{"op":"replace","path":"urn:vendor:what","value":"x"}])"), object(kUser));
}

TEST(Patch, DropsThePassword) {
  EXPECT_EQ(*patch(R"([{"op":"replace","value":{"password":"s3cret"}},{"op":"add","path":"password","value":"x"}])"),
            object(kUser));
}

TEST(Patch, AddsWithoutRepeating) {
  EXPECT_EQ(*patch(R"([{"op":"add","path":"emails","value":[{"value":"A@x.test","type":"work"}]}])"),
            *patch(R"([{"op":"replace","path":"emails[type eq \"work\"].value","value":"A@x.test"}])"));
  EXPECT_EQ(
      after(R"([{"op":"add","path":"emails","value":{"value":"o@x.test","type":"other","primary":true}}])", "/emails"),
      json::parse(R"([{"value":"a@x.test","type":"work","primary":false},{"value":"h@x.test","type":"home"},
                            {"value":"o@x.test","type":"other","primary":true}])"));
  EXPECT_EQ(after(R"([{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}])", "/emails/0/primary"),
            false);
}

TEST(Patch, MakesTheElementThatAnAddDescribes) {
  EXPECT_EQ(after(R"([{"op":"Add","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main St"},
                      {"op":"Add","path":"addresses[type eq \"work\"].locality","value":"Town"}])",
                  "/addresses"),
            json::parse(R"([{"type":"work","streetAddress":"1 Main St","locality":"Town"}])"));
  EXPECT_EQ(after(R"([{"op":"add","path":"roles[primary eq \"True\"].value","value":"r"}])", "/roles"),
            json::parse(R"([{"primary":true,"value":"r"}])"));
  EXPECT_EQ(refusal(R"([{"op":"add","path":"emails[type ne \"work\" and type ne \"home\"].value","value":"x"}])"),
            Reason::kScimNoTarget);
}

TEST(Patch, RefusesToReplaceWhatIsNotThere) {
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"emails[type eq \"fax\"].value","value":"x"}])"), Reason::kScimNoTarget);
  EXPECT_EQ(*patch(R"([{"op":"remove","path":"emails[type eq \"fax\"]"}])"), object(kUser));
}

TEST(Patch, KeepsWhatTheFilterWasAboutWhenAnElementIsReplaced) {
  EXPECT_EQ(after(R"([{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"n@x.test"}}])", "/emails/0"),
            json::parse(R"({"type":"work","value":"n@x.test"})"));
}

TEST(Patch, RemovesWhatIsNamed) {
  EXPECT_EQ(after(R"([{"op":"remove","path":"emails[type eq \"work\"]"}])", "/emails"),
            json::parse(R"([{"value":"h@x.test","type":"home"}])"));
  EXPECT_EQ(after(R"([{"op":"remove","path":"emails","value":[{"value":"a@x.test"}]}])", "/emails"),
            json::parse(R"([{"value":"h@x.test","type":"home"}])"));
  EXPECT_EQ(*patch(R"([{"op":"remove","path":"emails","value":[]}])"), object(kUser));
  EXPECT_EQ(after(R"([{"op":"remove","path":"emails"}])", "/emails"), nullptr);
  EXPECT_EQ(after(R"([{"op":"remove","path":"emails[type eq \"home\"].value"}])", "/emails/1"), nullptr);
  EXPECT_EQ(after(R"([{"op":"remove","path":"name"}])", "/name"), nullptr);
  EXPECT_EQ(refusal(R"([{"op":"remove","path":"userName"}])"), Reason::kScimMutability);
  EXPECT_EQ(refusal(R"([{"op":"remove"}])"), Reason::kScimNoTarget);
}

TEST(Patch, ClearsWithEmptyValues) {
  for (const char* empty : {"\"\"", "null", "[]"}) {
    const std::string operation = std::string(R"([{"op":"replace","path":"displayName","value":)") + empty + "}]";
    EXPECT_EQ(after(operation, "/displayName"), nullptr) << empty;
  }
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"userName","value":""}])"), Reason::kScimInvalidValue);
  const auto gone =
      patch(R"([{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"}])");
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->contains(kEnterpriseUserUrn));
  EXPECT_EQ(schemas_of(user_type(), *gone).size(), 1U);
}

TEST(Patch, TakesAManagerInEveryShape) {
  const std::string at = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager";
  const std::string path = R"("path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")";
  EXPECT_EQ(after(R"([{"op":"Add",)" + path + R"(,"value":"u2"}])", at), json::parse(R"({"value":"u2"})"));
  EXPECT_EQ(after(R"([{"op":"Add","path":"manager","value":[{"$ref":"r","value":"u2"}]}])", at),
            json::parse(R"({"$ref":"r","value":"u2"})"));
  EXPECT_EQ(
      after(
          R"([{"op":"Add","path":"manager","value":{"$ref":"r","value":"u2"}},{"op":"replace","path":"manager","value":"u3"}])",
          at),
      json::parse(R"({"value":"u3"})"));
  EXPECT_EQ(after(R"([{"op":"Add","path":"manager","value":"u2"},{"op":"Replace",)" + path + R"(,"value":""}])", at),
            nullptr);
  EXPECT_EQ(after(R"([{"op":"add","path":"manager","value":{"displayName":"Boss","value":"u2"}}])", at),
            json::parse(R"({"value":"u2"})"));
}

TEST(Patch, TargetsAWholeExtension) {
  const std::string at = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const std::string path = R"("path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")";
  EXPECT_EQ(after(R"([{"op":"replace",)" + path + R"(,"value":{"costCenter":"C"}}])", at),
            json::parse(R"({"department":"Sales","costCenter":"C"})"));
  EXPECT_EQ(after(R"([{"op":"remove",)" + path + "}]", at), nullptr);
}

TEST(Patch, AppliesInOrderAndAllOrNothing) {
  EXPECT_EQ(after(R"([{"op":"add","path":"emails","value":{"value":"z@x.test","type":"z"}},
                      {"op":"replace","path":"emails[type eq \"z\"].value","value":"y@x.test"}])",
                  "/emails/2/value"),
            "y@x.test");
  EXPECT_EQ(
      refusal(R"([{"op":"replace","path":"displayName","value":"x"},{"op":"replace","path":"active","value":"x"}])"),
      Reason::kScimInvalidValue);
}

TEST(Patch, RefusesMalformedRequests) {
  EXPECT_EQ(refusal(R"([{"op":"move","path":"title","value":"x"}])"), Reason::kScimInvalidSyntax);
  EXPECT_EQ(refusal(R"([{"op":"add","value":"x"}])"), Reason::kScimInvalidValue);
  EXPECT_EQ(refusal(R"([{"op":"add","path":"title"}])"), Reason::kScimInvalidValue);
  EXPECT_EQ(refusal(R"([1])"), Reason::kScimInvalidSyntax);
  EXPECT_EQ(refusal(R"([{"op":"add","path":7,"value":1}])"), Reason::kScimInvalidPath);
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"emails[type eq","value":"x"}])"), Reason::kScimInvalidFilter);
  EXPECT_EQ(refusal(R"([{"op":"replace","path":"userName[a eq 1]","value":"x"}])"), Reason::kScimInvalidPath);
  EXPECT_EQ(parse_patch(object(R"({"schemas":["urn:x"],"Operations":[]})"), dialect).error().reason,
            Reason::kScimInvalidSyntax);
  EXPECT_EQ(parse_patch(object("{}"), dialect).error().reason, Reason::kScimInvalidSyntax);
  EXPECT_TRUE(parse_patch(object(R"({"operations":[]})"), dialect));
  json::array many(limits::kPatchOperations + 1, json::value(nullptr));
  EXPECT_EQ(parse_patch(json::object{{"Operations", many}}, dialect).error().reason, Reason::kPayloadTooLarge);
}

Result<GroupPatch> group_patch(std::string_view operations) {
  DOORWARD_TRY(const PatchRequest request, parse_patch(json::object{{"Operations", json::parse(operations)}}, dialect));
  return compile_group_patch(group_type(), object(R"({"displayName":"G"})"), request, dialect);
}

TEST(Patch, BoundsWhatARequestMayCost) {
  std::string values;
  for (std::size_t i = 0; i < limits::kValuesPerAttribute; ++i) values += "{\"value\":\"" + std::to_string(i) + "\"},";
  values.back() = ']';
  std::string operations = R"([{"op":"replace","path":"roles","value":[)" + values + "}";
  for (int i = 0; i < 900; ++i) operations += R"(,{"op":"remove","path":"roles[value eq \"x\" or display eq \"y\"]"})";
  EXPECT_EQ(refusal(operations + "]"), Reason::kPayloadTooLarge);
}

TEST(GroupPatch, BoundsScansOfAllMembers) {
  std::string operations;
  for (std::size_t i = 0; i < limits::kMemberScanTerms; ++i) {
    operations += R"(,{"op":"remove","path":"members[display eq \"x\"]"})";
  }
  operations[0] = '[';
  EXPECT_TRUE(group_patch(operations + "]"));
  EXPECT_EQ(group_patch(operations + R"(,{"op":"remove","path":"members[display eq \"x\"]"}])").error().reason,
            Reason::kPayloadTooLarge);
}

TEST(GroupPatch, TurnsMemberOperationsIntoDeltas) {
  const auto swapped = group_patch(R"([{"op":"remove","path":"members[value eq \"u1\"]"},
                                       {"op":"add","path":"members","value":[{"value":"u2","display":"d","$ref":null}]}])");
  ASSERT_TRUE(swapped);
  ASSERT_EQ(swapped->deltas.size(), 2U);
  EXPECT_EQ(swapped->deltas[0].kind, MemberDelta::Kind::kRemove);
  EXPECT_EQ(swapped->deltas[0].ids, std::vector<std::string>{"u1"});
  EXPECT_EQ(swapped->deltas[1].kind, MemberDelta::Kind::kAdd);
  EXPECT_EQ(swapped->deltas[1].members, (std::vector<Member>{{"u2", "", "d"}}));
  EXPECT_EQ(swapped->document, object(R"({"displayName":"G"})"));
}

TEST(GroupPatch, RemovesOnlyTheListedMembers) {
  EXPECT_EQ(group_patch(R"([{"op":"Remove","path":"members","value":[{"value":"u1"}]}])")->deltas[0].ids,
            std::vector<std::string>{"u1"});
  EXPECT_TRUE(group_patch(R"([{"op":"Remove","path":"members","value":[]}])")->deltas.empty());
  EXPECT_TRUE(group_patch(R"([{"op":"Remove","path":"members","value":""}])")->deltas.empty());
  EXPECT_EQ(group_patch(R"([{"op":"Remove","path":"members"}])")->deltas[0].kind, MemberDelta::Kind::kReplaceAll);
  EXPECT_EQ(
      group_patch(R"([{"op":"remove","path":"members[value eq \"a\" or value eq \"b\"]"}])")->deltas[0].ids.size(), 2U);
  const auto matching = group_patch(R"([{"op":"remove","path":"members[display eq \"x\"]"}])");
  ASSERT_TRUE(matching->deltas[0].filter);
  EXPECT_TRUE(matching->deltas[0].filter->matches_element(json::parse(R"({"value":"u","display":"X"})")));
}

TEST(GroupPatch, ReplacesTheListWithAndWithoutPath) {
  const auto pathless = group_patch(R"([{"op":"replace","value":{"id":"g","displayName":"H","members":[]}}])");
  ASSERT_TRUE(pathless);
  EXPECT_EQ(pathless->document, object(R"({"displayName":"H"})"));
  ASSERT_EQ(pathless->deltas.size(), 1U);
  EXPECT_EQ(pathless->deltas[0].kind, MemberDelta::Kind::kReplaceAll);
  EXPECT_TRUE(pathless->deltas[0].members.empty());
  EXPECT_TRUE(group_patch(R"([{"op":"replace","value":{"displayName":"H"}}])")->deltas.empty());
  EXPECT_EQ(group_patch(R"([{"op":"replace","path":"members","value":["u1",{"value":"u1"},{"value":"u2"}]}])")
                ->deltas[0]
                .members.size(),
            2U);
}

TEST(GroupPatch, TakesTheNameOrKindOfAMemberAndKeepsNothing) {
  for (const char* path : {R"(members[value eq \"u\"].display)", R"(members[value eq \"u\"].type)", "members.display",
                           R"(members[value eq \"u\"].$ref)"}) {
    const auto patched = group_patch(fmt::format(R"([{{"op":"replace","path":"{}","value":"x"}}])", path));
    ASSERT_TRUE(patched) << path << ": " << patched.error().message;
    EXPECT_TRUE(patched->deltas.empty());
    EXPECT_EQ(patched->document, object(R"({"displayName":"G"})"));
  }
}

TEST(GroupPatch, KeepsMembersImmutable) {
  const auto reason = [](std::string_view operations) { return group_patch(operations).error().reason; };
  EXPECT_EQ(reason(R"([{"op":"replace","path":"members[value eq \"u\"].value","value":"v"}])"),
            Reason::kScimMutability);
  EXPECT_EQ(reason(R"([{"op":"add","path":"members","value":[{"display":"x"}]}])"), Reason::kScimInvalidValue);
  EXPECT_EQ(reason(R"([{"op":"remove","path":"displayName"}])"), Reason::kScimMutability);
}

}  // namespace
}  // namespace doorward::scim
