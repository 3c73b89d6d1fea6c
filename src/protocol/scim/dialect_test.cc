// What a request is forgiven, and what is noted of it: each quirk once by the profiles that forgive it, and refused by
// the one that does not.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/scim/filter_match.h"
#include "protocol/scim/json_reader.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/resource.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;
using Read = std::function<Result<void>(Dialect&)>;

Read body(std::string text) {
  return [text](Dialect& dialect) -> Result<void> {
    DOORWARD_TRY(const json::object parsed, parse_body(text));
    DOORWARD_CHECK(read_resource(user_type(), parsed, dialect));
    return {};
  };
}

// A user body with its schema.
Read user(const std::string& members) {
  return body(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann",)" + members + "}");
}

Read filter(std::string text) {
  return [text](Dialect& dialect) -> Result<void> {
    DOORWARD_TRY(const Filter parsed, parse_filter(text, dialect));
    DOORWARD_CHECK(BoundFilter::bind(parsed, user_type(), dialect));
    return {};
  };
}

Read patch_body(std::string text, const ResourceType& type = user_type()) {
  return [text, &type](Dialect& dialect) -> Result<void> {
    DOORWARD_TRY(const json::object parsed, parse_body(text));
    DOORWARD_TRY(const PatchRequest request, parse_patch(parsed, dialect));
    if (&type == &group_type()) {
      DOORWARD_CHECK(compile_group_patch(type, {{"displayName", "G"}}, request, dialect));
    } else {
      DOORWARD_CHECK(apply_patch(type, {{"userName", "ann"}, {"title", "T"}}, request, dialect));
    }
    return {};
  };
}

Read patch(const std::string& operations, const ResourceType& type = user_type()) {
  return patch_body(
      R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" + operations + "]}", type);
}

struct Forgiven {
  Quirk quirk;
  Read request;
  std::optional<Reason> strict = {};  // nullopt: strict has nothing against it
};

std::vector<Forgiven> all() {
  constexpr Reason kValue = Reason::kScimInvalidValue;
  return {
      {Quirk::kBooleanAsText, user(R"("active":"False")"), kValue},
      {Quirk::kBooleanAsText, filter(R"(active eq "true")"), Reason::kScimInvalidFilter},
      {Quirk::kSingleForList, user(R"("emails":{"value":"a@x"})"), kValue},
      {Quirk::kListForSingle, user(R"("title":["T"])"), kValue},
      {Quirk::kListForSingle, patch(R"({"op":"add","path":"name","value":[{"givenName":"A"}]})"), kValue},
      {Quirk::kTextForComplex, user(R"("emails":["a@x"])"), kValue},
      {Quirk::kTextForComplex, patch(R"({"op":"add","path":"manager","value":"m"})"), kValue},
      {Quirk::kNullValue, user(R"("emails":[{"value":"a@x"},null])"), kValue},
      {Quirk::kNullValue, user(R"("emails":[{"value":"a@x","type":null}])"), kValue},
      {Quirk::kUnknownAttribute, user(R"("shoeSize":7)"), kValue},
      {Quirk::kUnknownAttribute, filter("shoeSize pr"), Reason::kScimInvalidFilter},
      {Quirk::kUnknownAttribute, filter(R"(emails[shoeSize eq "7"])"), Reason::kScimInvalidFilter},
      {Quirk::kUnknownAttribute, patch(R"({"op":"add","value":{"shoeSize":7}})"), kValue},
      {Quirk::kUnknownSchema, user(R"("urn:x:y:2.0:User":{"a":1})"), kValue},
      {Quirk::kUnknownSchema,
       body(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:x"],"userName":"a"})"), kValue},
      {Quirk::kUnknownSchema, user(R"("urn:scim:schemas:extension:enterprise:2.0":{"department":"D"})"), kValue},
      {Quirk::kUnknownSchema, patch(R"({"op":"add","path":"urn:x:y:2.0:User:a","value":1})"), Reason::kScimInvalidPath},
      {Quirk::kUnknownSchema, patch(R"({"op":"add","path":"urn:scim:schemas:core:2.0:User:title","value":"T"})"),
       Reason::kScimInvalidPath},
      {Quirk::kMissingSchemas, body(R"({"userName":"a"})"), Reason::kScimInvalidSyntax},
      {Quirk::kMissingSchemas, body(R"({"userName":"a","schemas":[]})"), Reason::kScimInvalidSyntax},
      {Quirk::kMissingSchemas, patch_body(R"({"Operations":[{"op":"remove","path":"title"}]})"),
       Reason::kScimInvalidSyntax},
      {Quirk::kSeveralPrimaries, user(R"("emails":[{"value":"a","primary":true},{"value":"b","primary":true}])"),
       kValue},
      {Quirk::kFreeCountry, user(R"("addresses":[{"country":"Germany"}])"), kValue},
      {Quirk::kFreeReference, user(R"("profileUrl":"my page")"), kValue},
      {Quirk::kUnquotedLiteral, filter("userName eq jyoung"), Reason::kScimInvalidFilter},
      {Quirk::kOperatorCase, patch(R"({"op":"Add","path":"title","value":"T"})")},
      {Quirk::kKeyCase, patch(R"({"OP":"add","path":"title","value":"T"})")},
      {Quirk::kEmptyPatch, patch(""), Reason::kScimInvalidSyntax},
      {Quirk::kExtraOperationKey, patch(R"({"op":"add","path":"title","value":"T","name":"x"})")},
      {Quirk::kPathAsKey, patch(R"({"op":"add","value":{"name.familyName":"Lee"}})")},
      {Quirk::kReadOnlyIgnored, patch(R"({"op":"replace","value":{"id":"x","title":"T"}})")},
      {Quirk::kReadOnlyIgnored,
       patch(R"({"op":"replace","path":"members[value eq \"a\"].display","value":"A"})", group_type()),
       Reason::kScimMutability},
      {Quirk::kValueListRemoval, patch(R"({"op":"remove","path":"emails","value":[{"value":"a"}]})")},
      {Quirk::kValueListRemoval, patch(R"({"op":"remove","path":"members","value":[{"value":"a"}]})", group_type())},
      {Quirk::kEmptyListRemoval, patch(R"({"op":"remove","path":"emails","value":[]})")},
      {Quirk::kEmptyListRemoval, patch(R"({"op":"remove","path":"members","value":[]})", group_type())},
      {Quirk::kEmptyTextCleared, patch(R"({"op":"replace","path":"active","value":""})"), kValue},
      {Quirk::kElementCreated, patch(R"({"op":"add","path":"ims[type eq \"x\"].value","value":"1"})"),
       Reason::kScimNoTarget},
      {Quirk::kDisplayNameOfMember,
       patch(R"({"op":"add","path":"members","value":[{"value":"a","displayName":"A"}]})", group_type()), kValue},
      {Quirk::kDisplayNameOfMember,
       patch(R"({"op":"replace","path":"members[value eq \"a\"].displayName","value":"A"})", group_type()),
       Reason::kScimInvalidPath}};
}

TEST(Dialect, StandardForgivesAndNotes) {
  std::size_t number = 0;
  for (const Forgiven& one : all()) {
    SCOPED_TRACE(std::to_string(number++) + ": " + std::string(quirk_name(one.quirk)));
    Dialect dialect;
    const auto read = one.request(dialect);
    EXPECT_TRUE(read) << read.error().message;
    EXPECT_TRUE(dialect.quirks.contains(one.quirk));
    const QuirkSet once = dialect.quirks;
    EXPECT_TRUE(one.request(dialect));
    EXPECT_TRUE(dialect.quirks == once) << "noting again changes nothing";
  }
}

TEST(Dialect, StrictRefusesWhatTheStandardDoes) {
  std::size_t number = 0;
  for (const Forgiven& one : all()) {
    SCOPED_TRACE(std::to_string(number++) + ": " + std::string(quirk_name(one.quirk)));
    Dialect dialect{.behaviour = behaviour_of(Profile::kStrict)};
    const auto read = one.request(dialect);
    ASSERT_EQ(read.has_value(), !one.strict) << (read ? "accepted" : read.error().message);
    if (one.strict) EXPECT_EQ(read.error().reason, *one.strict) << read.error().message;
  }
}

TEST(Dialect, WhatIsAllowedIsNoQuirk) {
  for (const Profile profile : {Profile::kStandard, Profile::kStrict}) {
    for (const Read& request :
         {user(R"("active":true,"title":null,"emails":[{"value":"a@x","primary":true}])"),
          user(R"("addresses":[{"country":"DE"}],"profileUrl":"https://x.test/","meta":{"a":1},"id":"x","groups":[])"),
          filter(R"(userName eq "ann" and active eq true and emails[type eq "work" and value pr])"),
          patch(R"({"op":"add","path":"name.familyName","value":"Lee"},{"op":"remove","path":"title"})"),
          patch(R"({"op":"add","path":"members","value":[{"value":"a","$ref":"https://x.test/a"}]})", group_type())}) {
      Dialect dialect{.behaviour = behaviour_of(profile)};
      const auto read = request(dialect);
      EXPECT_TRUE(read) << read.error().message;
      EXPECT_TRUE(dialect.quirks.empty());
    }
  }
}

// Requests of Entra ID that other clients would be refused for: one refused operation would hold back all changes of
// the user until the tenant is quarantined.
TEST(Dialect, EntraIsNotRefused) {
  for (
      const Read& request :
      {patch(R"({"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"1"})"),
       patch(R"({"op":"Add","path":"addresses[type eq \"work\"].streetAddress","value":"S"})"),
       patch(R"({"op":"Replace","path":"emails[type eq \"untyped\"].value","value":"a@x"})"),
       patch(R"({"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"})"),
       patch(R"({"op":"Add","path":"employeeType","value":"x"})"),
       patch(R"({"op":"Add","path":"emails[type eq \"work\"].flavour","value":"x"})"),
       patch(R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:Custom:2.0:User:tag","value":"x"})"),
       patch(
           R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:desk","value":"x"})"),
       patch(
           R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""})"),
       patch(R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
                  "value":[{"value":"m"}]})"),
       patch(R"({"op":"Replace","path":"active","value":"False"},{"op":"Replace","path":"active","value":"False"})"),
       patch(R"({"op":"replace","value":{"name.familyName":"L","emails[type eq \"work\"].value":"a@x","active":false,
                  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"D"}})"),
       patch(""), filter(R"(emails[type eq "work"].value eq "a@x")"), filter(R"(noSuch eq "x")"),
       patch(R"({"op":"Add","path":"members","value":[{"$ref":null,"value":"a"},{"$ref":null,"value":"a"}]})",
             group_type()),
       patch(R"({"op":"Remove","path":"members","value":[{"$ref":null,"value":"a"}]})", group_type()),
       patch(R"({"op":"Remove","path":"members[value eq \"a\"]"})", group_type())}) {
    Dialect dialect{.behaviour = behaviour_of(Profile::kEntra)};
    const auto read = request(dialect);
    EXPECT_TRUE(read) << read.error().message;
  }
}

}  // namespace
}  // namespace doorward::scim
