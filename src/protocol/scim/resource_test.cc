#include "protocol/scim/resource.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/json_reader.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

Dialect dialect;  // of all requests here; nobody asks what it noted

json::object object(std::string_view text) { return json::parse(text).as_object(); }

Result<json::object> read(std::string_view body, const ResourceType& type = user_type()) {
  DOORWARD_TRY(const json::object parsed, parse_body(body));
  return read_resource(type, parsed, dialect);
}

TEST(Body, RefusesWhatReadersCouldReadDifferently) {
  const auto reason = [](std::string_view body) { return parse_body(body).error().reason; };
  for (const char* body :
       {"", "{not json", "[]", "1", "{} {}", R"({"a":1,"a":2})", R"({"active":1,"Active":2})", R"({"x":{"b":1,"B":1}})",
        "{\"a\":\"\xff\"}", R"({"a":"\ud800"})", R"({"a":"\u0000"})", R"({"\u0000":1})", R"({"a":"x\u0000y"})"}) {
    ASSERT_FALSE(parse_body(body)) << body;
    EXPECT_EQ(reason(body), Reason::kScimInvalidSyntax) << body;
  }
  EXPECT_TRUE(parse_body(" {\"a\":{\"b\":1},\"c\":{\"b\":1}} \n"));
  EXPECT_EQ(*parse_body(R"({"a":[1,-2,1.5,true,null,"é\u00e9",{"b":[]}]})"),
            object(R"({"a":[1,-2,1.5,true,null,"éé",{"b":[]}]})"));
}

TEST(ScimBody, H10H13MembersDepthAndNumbersAreBounded) {
  const auto message = [](const std::string& body) {
    const auto parsed = parse_body(body);
    if (parsed) return std::string();
    EXPECT_EQ(parsed.error().reason, Reason::kScimInvalidSyntax);
    return parsed.error().message;
  };
  const auto object_of = [](std::size_t keys) {
    std::string text = "{";
    for (std::size_t i = 0; i < keys; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
    return text + "}";
  };
  EXPECT_EQ(message(object_of(limits::kJsonMembers)), "");
  EXPECT_EQ(message(object_of(limits::kJsonMembers + 1)), "An object has too many keys.");
  EXPECT_EQ(message(object_of(100'000)), "An object has too many keys.");
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(message(nested(limits::kJsonDepth)), "");
  EXPECT_EQ(message(nested(limits::kJsonDepth + 1)), "The body is not valid JSON.");
  for (const std::string& number : {"0." + std::string(limits::kJsonNumberBytes, '1'), std::string(1'000'000, '9'),
                                    std::string("1e999999999"), std::string("-1e400")}) {
    EXPECT_EQ(message("{\"a\":" + number + "}"), "A number is too long or out of range.");
  }
}

TEST(Body, BoundsNesting) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(parse_body(nested(limits::kJsonDepth)));
  EXPECT_EQ(parse_body(nested(limits::kJsonDepth + 1)).error().reason, Reason::kScimInvalidSyntax);
  EXPECT_FALSE(parse_body("{\"a\":" + std::string(1'000'000, '[')));
}

TEST(Resource, SpellsAsTheSchemaDoes) {
  EXPECT_EQ(*read(R"({"USERNAME":"Ann","NAME":{"GivenName":"A","familyname":"B"},
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"DEPARTMENT":"R&D"}})"),
            object(R"({"userName":"Ann","name":{"givenName":"A","familyName":"B"},
                       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D"}})"));
}

TEST(Resource, LeavesOutWhatIsNotTheClients) {
  EXPECT_EQ(*read(R"({"schemas":["urn:scim:schemas:core:2.0"],"id":"mine","meta":{"resourceType":"Bogus"},"groups":[],
                      "userName":"ann","password":"s3cret","PassWord2":"x","unknown":{"deep":[1]},"urn:x:y":{"z":1}})"),
            object(R"({"userName":"ann"})"));
  EXPECT_EQ(*read(R"({"userName":"ann","groups":[{"value":"g"}],"id":7})"), object(R"({"userName":"ann"})"));
}

TEST(Resource, TreatsNullAndEmptyAsUnassigned) {
  EXPECT_EQ(*read(R"({"userName":"ann","title":null,"emails":[],"roles":[null],"name":{},"phoneNumbers":[{}],
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null}})"),
            object(R"({"userName":"ann"})"));
}

TEST(Resource, ToleratesWhatClientsSend) {
  EXPECT_EQ(*read(R"({"userName":"ann","active":"False","emails":{"value":"a@x.test","primary":"True"},
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"u9"}})"),
            object(R"({"userName":"ann","active":false,"emails":[{"value":"a@x.test","primary":true}],
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"u9"}}})"));
  EXPECT_EQ(
      read(
          R"({"userName":"ann","emails":[{"value":"a","primary":true},{"value":"b","primary":true},{"value":"b","primary":true}]})")
          ->at("emails"),
      json::parse(R"([{"value":"a","primary":true},{"value":"b","primary":false}])"));
}

TEST(Resource, RefusesWrongValues) {
  const auto reason = [](std::string_view body) { return read(body).error().reason; };
  for (const char* body :
       {"{}", R"({"userName":null})", R"({"userName":""})", R"({"userName":7})", R"({"userName":"a","active":"yes"})",
        R"({"userName":"a","emails":[7]})", R"({"userName":"a","name":"Ann"})", R"({"userName":"a","title":{"x":1}})",
        R"({"userName":["a","b"]})", R"({"userName":"a","x509Certificates":[{"value":"not base64!"}]})",
        R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":7})"}) {
    ASSERT_FALSE(read(body)) << body;
    EXPECT_EQ(reason(body), Reason::kScimInvalidValue) << body;
  }
  EXPECT_EQ(reason(R"({"userName":"a","schemas":7})"), Reason::kScimInvalidSyntax);
  EXPECT_EQ(reason(R"({"userName":"a","schemas":[1]})"), Reason::kScimInvalidSyntax);
}

TEST(Resource, BoundsItsSize) {
  EXPECT_EQ(read("{\"userName\":\"" + std::string(limits::kIndexedValueBytes + 1, 'a') + "\"}").error().reason,
            Reason::kScimInvalidValue);
  std::string many = R"({"userName":"a","roles":[)";
  for (std::size_t i = 0; i <= limits::kValuesPerAttribute; ++i) many += "{\"value\":\"" + std::to_string(i) + "\"},";
  many.back() = ']';
  EXPECT_EQ(read(many + "}").error().reason, Reason::kScimInvalidValue);
  const std::string large(limits::kStringBytes, 'x');
  std::string heavy = R"({"userName":"a")";
  for (const char* name : {"title", "nickName", "userType", "locale", "timezone"}) {
    heavy += ",\"" + std::string(name) + "\":\"" + large + "\"";
  }
  EXPECT_EQ(read(heavy + "}").error().reason, Reason::kScimInvalidValue);
}

TEST(Resource, KnowsItsSchemas) {
  EXPECT_EQ(schemas_of(user_type(), *read(R"({"userName":"a"})")).size(), 1U);
  EXPECT_EQ(
      schemas_of(
          user_type(),
          *read(R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"division":"d"}})"))
          .size(),
      2U);
}

TEST(GroupResource, GivesItsMembersAsValues) {
  auto group = read(R"({"displayName":"G","members":[{"value":"u1","$ref":null,"display":"d"},{"value":"u1"},"u2"]})",
                    group_type());
  ASSERT_TRUE(group);
  const auto members = take_members(*group, dialect);
  ASSERT_TRUE(members);
  EXPECT_EQ(*members, (std::vector<Member>{{"u1", "", "d"}, {"u2", "", ""}}));
  EXPECT_EQ(*group, object(R"({"displayName":"G"})"));
  auto nameless = read(R"({"displayName":"G","members":[{"display":"x"}]})", group_type());
  EXPECT_EQ(take_members(*nameless, dialect).error().reason, Reason::kScimInvalidValue);
}

TEST(CaseFold, FoldsBeyondAscii) {
  EXPECT_EQ(fold_case("ÅNN Ωmega ЖУК"), "ånn ωmega жук");
  EXPECT_EQ(fold_case("ſ\u212A"), "sk");
  EXPECT_EQ(fold_case("\xff\xc3"), "\xff\xc3");
  EXPECT_EQ(fold_case(fold_case("ΑΒΓ Ǆ Ḁ")), fold_case("αβγ ǆ ḁ"));
}

}  // namespace
}  // namespace doorward::scim
