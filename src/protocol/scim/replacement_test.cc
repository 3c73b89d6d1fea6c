// What a PUT makes of a stored document, and rules that only schemas of one's own use.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "protocol/scim/coerce.h"
#include "protocol/scim/json_reader.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/resource.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

// Things with a serial number that is given once, a count, and an extension that must be there.
const ResourceType& thing_type() {
  static const ResourceType type{
      .name = "Thing",
      .endpoint = "/Things",
      .description = "",
      .schema = {.id = "urn:x:Thing",
                 .name = "Thing",
                 .description = "",
                 .attributes = {{.name = "name", .required = true},
                                {.name = "serial", .mutability = Mutability::kImmutable},
                                {.name = "count", .type = Type::kInteger},
                                {.name = "weight", .type = Type::kDecimal},
                                {.name = "made", .type = Type::kDateTime},
                                {.name = "parts",
                                 .type = Type::kComplex,
                                 .multi_valued = true,
                                 .sub_attributes = {{.name = "value", .required = true},
                                                    {.name = "lot", .mutability = Mutability::kImmutable},
                                                    {.name = "state"}}}}},
      .extensions = {{.schema = {.id = "urn:x:Owned",
                                 .name = "Owned",
                                 .description = "",
                                 .attributes = {{.name = "owner", .required = true}, {.name = "since"}}},
                      .required = true}}};
  return type;
}

json::object object(std::string_view text) { return json::parse(text).as_object(); }

constexpr std::string_view kThing =
    R"({"name":"n","serial":"s","count":1,"parts":[{"value":"a","lot":"1"}],"urn:x:Owned":{"owner":"o","since":"1"}})";

Result<json::object> put(std::string_view body, Dialect dialect = {}) {
  DOORWARD_TRY(const json::object parsed, parse_body(body));
  DOORWARD_TRY(json::object replacement, read_replacement(thing_type(), parsed, dialect));
  return replaced(thing_type(), object(kThing), std::move(replacement), dialect);
}

Result<json::object> patch(std::string_view operations, Dialect dialect = {}) {
  DOORWARD_TRY(const PatchRequest request, parse_patch({{"Operations", json::parse(operations)}}, dialect));
  return apply_patch(thing_type(), object(kThing), request, dialect);
}

TEST(Replacement, WhatIsLeftOutGoesButForWhatIsGivenOnce) {
  EXPECT_EQ(*put(R"({"name":"m","urn:x:Owned":{"owner":"p"}})"),
            object(R"({"name":"m","serial":"s","urn:x:Owned":{"owner":"p"}})"));
  Dialect keeping;
  keeping.behaviour.omitted_on_put = Behaviour::Omitted::kKept;
  EXPECT_EQ(*put(R"({"name":"m","count":null,"urn:x:Owned":{"owner":"p"}})", keeping),
            object(R"({"name":"m","serial":"s","parts":[{"value":"a","lot":"1"}],
                       "urn:x:Owned":{"owner":"p","since":"1"}})"));
}

TEST(Replacement, KeepingIsNotedOnce) {
  Dialect dialect;
  dialect.behaviour.omitted_on_put = Behaviour::Omitted::kKept;
  EXPECT_TRUE(replaced(thing_type(), object(kThing), object(kThing), dialect));
  EXPECT_FALSE(dialect.quirks.contains(Quirk::kOmittedKept));
  EXPECT_TRUE(replaced(thing_type(), object(kThing), object(R"({"name":"m","urn:x:Owned":{"owner":"p"}})"), dialect));
  EXPECT_TRUE(dialect.quirks.contains(Quirk::kOmittedKept));
}

TEST(Replacement, WhatIsGivenOnceMatchesOrIsRefused) {
  EXPECT_TRUE(put(R"({"name":"m","serial":"s","urn:x:Owned":{"owner":"p"}})"));
  for (const char* body : {R"({"name":"m","serial":"t","urn:x:Owned":{"owner":"p"}})",
                           R"({"name":"m","serial":null,"urn:x:Owned":{"owner":"p"}})",
                           R"({"name":"m","parts":[{"value":"a","lot":"2"}],"urn:x:Owned":{"owner":"p"}})"}) {
    const auto outcome = put(body);
    ASSERT_FALSE(outcome) << body;
    EXPECT_EQ(outcome.error().reason, Reason::kScimMutability) << body;
  }
  EXPECT_EQ(
      put(R"({"name":"m","parts":[{"value":"a","state":"x"},{"value":"b","lot":"9"}],"urn:x:Owned":{"owner":"p"}})")
          ->at("parts"),
      json::parse(R"([{"value":"a","state":"x","lot":"1"},{"value":"b","lot":"9"}])"));
}

TEST(Replacement, WhatIsRequiredMustBeThere) {
  for (const char* body : {R"({"name":"m"})", R"({"name":"m","urn:x:Owned":null})", R"({"name":"m","urn:x:Owned":{}})",
                           R"({"name":"m","urn:x:Owned":{"since":"1"}})", R"({"urn:x:Owned":{"owner":"p"}})",
                           R"({"name":"m","parts":[{"lot":"1"}],"urn:x:Owned":{"owner":"p"}})"}) {
    const auto outcome = put(body);
    ASSERT_FALSE(outcome) << body;
    EXPECT_EQ(outcome.error().reason, Reason::kScimInvalidValue) << body;
  }
}

TEST(Schema, PatchOfWhatIsGivenOnce) {
  const auto reason = [](std::string_view operations) {
    const auto outcome = patch(operations);
    return outcome ? Reason::kInternal : outcome.error().reason;
  };
  EXPECT_EQ(reason(R"([{"op":"add","path":"serial","value":"t"}])"), Reason::kScimMutability);
  EXPECT_EQ(reason(R"([{"op":"replace","path":"serial","value":"t"}])"), Reason::kScimMutability);
  EXPECT_EQ(reason(R"([{"op":"remove","path":"serial"}])"), Reason::kScimMutability);
  EXPECT_EQ(reason(R"([{"op":"replace","path":"parts[value eq \"a\"].lot","value":"2"}])"), Reason::kScimMutability);
  EXPECT_TRUE(patch(R"([{"op":"replace","path":"serial","value":"s"}])")) << "the same is no change";
  EXPECT_TRUE(patch(R"([{"op":"add","path":"parts","value":[{"value":"b","lot":"2"}]}])"));
}

TEST(Schema, PatchDoesNotRemoveWhatIsRequired) {
  for (const char* path : {"name", "urn:x:Owned", "urn:x:Owned:owner", R"(parts[value eq \"a\"].value)"}) {
    const auto outcome = patch(std::string(R"([{"op":"remove","path":")") + path + "\"}]");
    ASSERT_FALSE(outcome) << path;
    EXPECT_EQ(outcome.error().reason, Reason::kScimMutability) << path;
  }
}

TEST(Schema, NumbersAndTimesByTheirTypes) {
  const auto kept = [](std::string_view name, std::string_view value) -> json::value {
    const auto outcome = patch(std::string(R"([{"op":"add","path":")") + std::string(name) + R"(","value":)" +
                               std::string(value) + "}]");
    return outcome ? outcome->at(name) : json::value(reason_name(outcome.error().reason));
  };
  EXPECT_EQ(kept("count", "7"), 7);
  EXPECT_EQ(kept("count", "7.0"), 7);
  EXPECT_EQ(kept("count", "\"7\""), 7);
  EXPECT_EQ(kept("count", "7.5"), "scim_invalid_value");
  EXPECT_EQ(kept("count", "true"), "scim_invalid_value");
  EXPECT_EQ(kept("weight", "7.5"), 7.5);
  EXPECT_EQ(kept("weight", "\"7.5\""), 7.5);
  EXPECT_EQ(kept("weight", "\"x\""), "scim_invalid_value");
  EXPECT_EQ(kept("made", "\"2026-01-31T12:00:00+02:00\""), "2026-01-31T12:00:00+02:00");
  EXPECT_EQ(kept("made", "\"2026-01-31\""), "scim_invalid_value");

  Dialect lenient;
  EXPECT_TRUE(coerce(*thing_type().schema.find("count"), json::value("7"), "count", lenient));
  EXPECT_TRUE(lenient.quirks.contains(Quirk::kNumberAsText));
  Dialect strict{.behaviour = behaviour_of(Profile::kStrict)};
  EXPECT_FALSE(coerce(*thing_type().schema.find("count"), json::value("7"), "count", strict));
}

}  // namespace
}  // namespace doorward::scim
