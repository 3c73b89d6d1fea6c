#include <gtest/gtest.h>

#include <limits>

#include "echo.pb.h"
#include "rpc/json_document.h"
#include "rpc/json_reader.h"
#include "rpc/json_writer.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using testing::Ticket;

class JsonCodec : public ::testing::Test {
 protected:
  JsonCodec() : plan_(*plans_.plan(Ticket::descriptor()).value()) {}

  Result<Ticket> read(std::string_view text) {
    DOORWARD_TRY(const auto document, parse_json_document(text, {}));
    Ticket ticket;
    DOORWARD_CHECK(read_json(document, plan_, ticket, ""));
    return ticket;
  }
  std::string write(const Ticket& ticket) {
    std::string out;
    write_json(ticket, plan_, out);
    return out;
  }
  std::string violation(std::string_view text) {
    const auto ticket = read(text);
    if (ticket) return "(accepted)";
    return ticket.error().violations.empty()
               ? std::string(reason_name(ticket.error().reason))
               : ticket.error().violations[0].field + " " + ticket.error().violations[0].constraint;
  }
  // What is left of a member after reading and writing it.
  std::string echo(const std::string& member) {
    const auto ticket = read("{" + member + "}");
    if (!ticket) return ticket.error().message;
    const std::string text = write(*ticket);
    const std::string name = member.substr(0, member.find(':') + 1);
    const auto at = text.find(name);
    if (at == std::string::npos) return "(absent)";
    return text.substr(at, member.size());
  }

  PlanSet plans_;
  const MessagePlan& plan_;
};

TEST_F(JsonCodec, WritesDefaultsButNotWhatHasPresence) {
  EXPECT_EQ(
      write(Ticket()),
      R"({"int32_field":0,"int64_field":"0","uint32_field":0,"uint64_field":"0","double_field":0,"float_field":0,)"
      R"("bool_field":false,"text":"","data":"","color":"COLOR_UNSPECIFIED","labels":[],"numbers":[],)"
      R"("children":[],"metadata":{},"by_number":{},"by_truth":{},"colors":[],"times":[],"doubles":[]})");
}

TEST_F(JsonCodec, EveryTypeRoundTrips) {
  for (const auto* member : {R"("int32_field":-2147483648)",
                             R"("int64_field":"-9223372036854775808")",
                             R"("uint32_field":4294967295)",
                             R"("uint64_field":"18446744073709551615")",
                             R"("double_field":0.1)",
                             R"("double_field":1e+300)",
                             R"("double_field":"NaN")",
                             R"("double_field":"-Infinity")",
                             R"("float_field":1.5)",
                             R"("bool_field":true)",
                             R"("text":"a\"\\\n\u0001ü")",
                             R"("data":"AP+A")",
                             R"("color":"GREEN")",
                             R"("color":77)",
                             R"("nothing":{})",
                             R"("labels":["a","b"])",
                             R"("numbers":["1","-2"])",
                             R"("metadata":{"a":"1","b":"2"})",
                             R"("by_truth":{"false":"RED","true":"GREEN"})",
                             R"("maybe_text":"")",
                             R"("maybe_int":0)",
                             R"("left":"")",
                             R"("right":0)",
                             R"("at":"2026-11-22T07:01:02.000345Z")",
                             R"("at":"0001-01-01T00:00:00Z")",
                             R"("at":"9999-12-31T23:59:59Z")",
                             R"("lasts":"-1.500s")",
                             R"("lasts":"0.000000001s")",
                             R"("lasts":"3s")",
                             R"("mask":"displayName,a.b")",
                             R"("detail":{"a":[1,2.5,null,true,"x",{}],"b":{"c":-3}})",
                             R"("any_value":null)",
                             R"("any_value":[1])",
                             R"("list":[1,"a"])",
                             R"("wrapped_int":0)",
                             R"("wrapped_bool":false)",
                             R"("wrapped_text":"")",
                             R"("wrapped_long":"5")",
                             R"("nothing":{})",
                             R"("colors":["RED",9])",
                             R"("times":["2026-11-22T07:00:00Z"])",
                             R"("doubles":[1,"NaN"])"}) {
    EXPECT_EQ(echo(member), member);
  }
}

TEST_F(JsonCodec, AcceptsTheOtherFormsOfAValue) {
  const auto ticket = read(R"({"int32Field": "5", "int64_field": 7, "uint32_field": 1e3, "uint64Field": 2.0,
      "double_field": "0.5", "color": 1, "data": "-_8", "wrappedInt": "9", "mask": "display_name,externalId"})");
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_EQ(ticket->int32_field(), 5);
  EXPECT_EQ(ticket->int64_field(), 7);
  EXPECT_EQ(ticket->uint32_field(), 1000u);
  EXPECT_EQ(ticket->uint64_field(), 2u);
  EXPECT_EQ(ticket->double_field(), 0.5);
  EXPECT_EQ(ticket->color(), testing::RED);
  EXPECT_EQ(ticket->data(), "\xfb\xff");
  EXPECT_EQ(ticket->wrapped_int().value(), 9);
  EXPECT_EQ(ticket->mask().paths(1), "external_id");
}

TEST_F(JsonCodec, NullLeavesAFieldUnset) {
  const auto ticket = read(R"({"text": null, "maybe_text": null, "child": null, "labels": null, "at": null,
      "wrapped_int": null, "metadata": null, "left": null, "right": 3})");
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_FALSE(ticket->has_maybe_text());
  EXPECT_FALSE(ticket->has_child());
  EXPECT_FALSE(ticket->has_wrapped_int());
  EXPECT_EQ(ticket->right(), 3);
}

TEST_F(JsonCodec, IgnoresWhatTheDeclarationDoesNotKnow) {
  const auto ticket = read(R"({"later_field": {"x": [1]}, "text": "kept"})");
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->text(), "kept");
}

TEST_F(JsonCodec, RefusesValuesOfAnotherTypeAndSaysWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([])", "body type"},
      {R"({"int32_field": 2147483648})", "int32_field type"},
      {R"({"int32_field": 1.5})", "int32_field type"},
      {R"({"int32_field": " 1"})", "int32_field type"},
      {R"({"uint32_field": -1})", "uint32_field type"},
      {R"({"int64_field": "9223372036854775808"})", "int64_field type"},
      {R"({"int64_field": 1e19})", "int64_field type"},
      {R"({"uint64_field": 1e20})", "uint64_field type"},
      {R"({"float_field": 1e39})", "float_field type"},
      {R"({"double_field": "1e999"})", "double_field type"},
      {R"({"bool_field": "true"})", "bool_field type"},
      {R"({"text": 1})", "text type"},
      {R"({"data": "?"})", "data type"},
      {R"({"color": "BLUE"})", "color enum.defined_only"},
      {R"({"child": {"child": {"text": []}}})", "child.child.text type"},
      {R"({"children": [{}, {"text": 1}]})", "children[1].text type"},
      {R"({"labels": "a"})", "labels type"},
      {R"({"labels": ["a", null]})", "labels[1] type"},
      {R"({"metadata": {"k": 1}})", "metadata[\"k\"] type"},
      {R"({"by_number": {"x": {}}})", "by_number[\"x\"] type"},
      {R"({"by_truth": {"yes": "RED"}})", "by_truth[\"yes\"] type"},
      {R"({"at": "2026-13-01T00:00:00Z"})", "at type"},
      {R"({"lasts": "5"})", "lasts type"},
      {R"({"lasts": "9999999999999s"})", "lasts type"},
      {R"({"mask": "a,,b"})", "mask type"},
      {R"({"detail": []})", "detail type"},
      {R"({"left": "a", "right": 1})", "right oneof"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(violation(text), expected) << text;
}

TEST_F(JsonCodec, RefusesDocumentsThatAreNotStrictJson) {
  for (const auto* text : {"", "{", "{} x", "{'a':1}", "{\"text\":\"\xff\"}", R"({"text":"\ud800"})", "{\"a\":1,}",
                           R"({"a":1,"a":1})", R"({"x":[{"b":1,"b":2}]})", "// c\n{}"}) {
    EXPECT_EQ(violation(text), "malformed_request") << text;
  }
  const std::string deep(kMaxJsonDepth + 1, '[');
  EXPECT_EQ(violation(deep), "malformed_request");
  EXPECT_EQ(violation(std::string(kMaxJsonBytes + 1, ' ')), "payload_too_large");
}

std::string object_of(std::size_t members) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  return text + "}";
}

TEST(JsonDocument, H10MembersOfAnObjectAreBoundedBeforeTheyAreHashed) {
  EXPECT_TRUE(parse_json_document(object_of(kMaxJsonMembers), {}));
  for (const std::string& text :
       {object_of(kMaxJsonMembers + 1), "[{}," + object_of(kMaxJsonMembers + 1) + "]", object_of(100'000)}) {
    const auto refused = parse_json_document(text, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::kMalformedRequest);
    EXPECT_EQ(refused.error().message, "An object of the JSON document has too many members.");
  }
  std::string many = "[";
  for (int i = 0; i < 50; ++i) many += object_of(500) + ",";
  EXPECT_TRUE(parse_json_document(many + "0]", {})) << "each object by itself";
}

TEST(JsonDocument, H13DepthAndNumbersAreBounded) {
  const auto message = [](const std::string& text) {
    const auto parsed = parse_json_document(text, {});
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_EQ(message(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')), "");
  EXPECT_EQ(message(std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']')),
            "The JSON document is nested too deeply.");
  const std::string refused = "A number of the JSON document is too long or out of range.";
  EXPECT_EQ(message("0." + std::string(kMaxJsonNumberBytes - 2, '1')), "");
  EXPECT_EQ(message("0." + std::string(kMaxJsonNumberBytes - 1, '1')), refused);
  EXPECT_EQ(message("[" + std::string(1'000'000, '9') + "]"), refused);
  EXPECT_EQ(message("1e999999999"), refused);
  EXPECT_EQ(message("[1,2,3," + std::string(40, '9') + "," + std::string(40, '9') + "]"), "") << "each by itself";
}

TEST_F(JsonCodec, WritesWhatOtherMessagesCouldNotHaveRead) {
  Ticket ticket;
  ticket.mutable_at()->set_seconds(std::numeric_limits<std::int64_t>::max());
  ticket.mutable_lasts()->set_seconds(std::numeric_limits<std::int64_t>::min());
  (*ticket.mutable_detail()->mutable_fields())["n"].set_number_value(std::numeric_limits<double>::infinity());
  ticket.mutable_any_value();
  const std::string text = write(ticket);
  EXPECT_NE(text.find(R"("at":null)"), std::string::npos);
  EXPECT_NE(text.find(R"("lasts":"-9223372036854775808s")"), std::string::npos);
  EXPECT_NE(text.find(R"("detail":{"n":null})"), std::string::npos);
  EXPECT_TRUE(parse_json_document(text, {}));
}

TEST_F(JsonCodec, MessagesInsideRoundTrip) {
  const auto ticket = read(R"({"child": {"child": {"text": "a"}}, "children": [{"text": "b"}],
      "by_number": {"-7": {"text": "c"}, "10": {}}})");
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_EQ(ticket->child().child().text(), "a");
  EXPECT_EQ(ticket->children(0).text(), "b");
  EXPECT_EQ(ticket->by_number().at(-7).text(), "c");
  const auto again = read(write(*ticket));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->child().child().text(), "a");
  EXPECT_EQ(again->by_number().size(), 2u);
}

TEST_F(JsonCodec, NanosecondsAreWrittenInFull) {
  Ticket ticket;
  ticket.mutable_at()->set_nanos(7);
  EXPECT_NE(write(ticket).find(R"("at":"1970-01-01T00:00:00.000000007Z")"), std::string::npos);
}

}  // namespace
}  // namespace doorward::rpc
