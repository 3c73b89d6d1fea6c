#include "protocol/scim/filter.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "protocol/scim/filter_match.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/path.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

Dialect dialect;  // of all requests here; nobody asks what it noted

const json::object& ann() {
  static const json::object resource = json::parse(R"({
    "id": "diruser_1", "externalId": "AbC", "userName": "Ann@Example.test", "active": true,
    "name": {"familyName": "Löwe", "givenName": "Ann"}, "title": "",
    "emails": [{"value": "ann@example.test", "type": "work", "primary": true},
               {"value": "h.ann@example.test", "type": "home"}, {"value": "bare@example.test"}],
    "meta": {"resourceType": "User", "created": "2026-11-22T06:50:26.125Z"},
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
      {"department": "R&D", "manager": {"value": "diruser_9"}}})")
                                           .as_object();
  return resource;
}

Result<bool> ask(std::string_view text) {
  DOORWARD_TRY(const Filter filter, parse_filter(text, dialect));
  DOORWARD_TRY(const BoundFilter bound, BoundFilter::bind(filter, user_type(), dialect));
  return bound.matches(ann());
}

void expect_true(std::string_view text) {
  const auto answer = ask(text);
  ASSERT_TRUE(answer) << text << ": " << answer.error().message;
  EXPECT_TRUE(*answer) << text;
}
void expect_false(std::string_view text) {
  const auto answer = ask(text);
  ASSERT_TRUE(answer) << text << ": " << answer.error().message;
  EXPECT_FALSE(*answer) << text;
}
void expect_refused(std::string_view text, Reason reason = Reason::kScimInvalidFilter) {
  const auto answer = ask(text);
  ASSERT_FALSE(answer) << text;
  EXPECT_EQ(answer.error().reason, reason) << text;
}

TEST(Filter, ComparesStringsAsTheSchemaSays) {
  expect_true(R"(userName eq "ann@example.TEST")");
  expect_true(R"(USERNAME EQ "ann@example.test")");
  expect_false(R"(externalId eq "abc")");
  expect_true(R"(externalId eq "AbC")");
  expect_true(R"(name.familyName eq "LÖWE")");
  expect_true(R"(name.familyName eq "L\u00f6we")");
  expect_true(R"(userName sw "ann" and userName ew ".test" and userName co "@EXAMPLE")");
  expect_true(R"(userName ne "bob")");
  expect_true(R"(userName gt "Am" and userName lt "ao")");
}

TEST(Filter, BindsNotTighterThanAndTighterThanOr) {
  expect_true(R"(externalId eq "AbC" or userName eq "nope" and active eq false)");
  expect_false(R"((externalId eq "AbC" or userName eq "nope") and active eq false)");
  expect_true(R"(not (active eq false) and externalId pr)");
  expect_false(R"(not(active eq true)or title pr)");
}

TEST(Filter, AppliesBracketsToOneElement) {
  expect_true(R"(emails[type eq "home" and value sw "h."])");
  expect_false(R"(emails[type eq "home" and primary eq true])");
  expect_true(R"(emails[type eq "work"].value eq "ANN@example.test")");
  expect_false(R"(emails[type eq "home"].value eq "ann@example.test")");
  expect_true(R"(emails[not (type pr)].value eq "bare@example.test")");
  expect_false(R"(emails[type eq "bare@example.test"])");
}

TEST(Filter, ComparesTheValueOfAComplexAttribute) {
  expect_true(R"(emails co "h.ann")");
  expect_true(R"(manager eq "diruser_9")");
  expect_true(R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d")");
  expect_true(R"(URN:ietf:params:scim:schemas:core:2.0:user:userName pr)");
  expect_true(R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "diruser_9")");
}

TEST(Filter, ComparesTimesAcrossOffsets) {
  expect_true(R"(meta.created gt "2011-05-13T04:42:34-07:00")");
  expect_true(R"(meta.created eq "2026-11-22T08:50:26.125+02:00")");
  expect_true(R"(meta.created le "2026-11-22T06:50:26.1250Z")");
  expect_refused(R"(meta.created gt "yesterday")");
}

TEST(Filter, ComparesNumbersAsNumbers) {
  const ResourceType type{.name = "Device",
                          .endpoint = "/Devices",
                          .description = {},
                          .schema = {.id = "urn:example:Device",
                                     .name = "Device",
                                     .description = {},
                                     .attributes = {{.name = "floor", .type = Type::kInteger},
                                                    {.name = "load", .type = Type::kDecimal},
                                                    {.name = "ports", .type = Type::kInteger, .multi_valued = true}}},
                          .extensions = {}};
  const json::object device{{"floor", 10}, {"load", 2.5}, {"ports", json::array{22, 443}}};
  const auto matches = [&](std::string_view text) {
    const auto bound = BoundFilter::bind(*parse_filter(text, dialect), type, dialect);
    EXPECT_TRUE(bound) << text;
    return bound && bound->matches(device);
  };
  EXPECT_TRUE(matches("floor gt 9"));
  EXPECT_FALSE(matches("floor lt 9"));
  EXPECT_TRUE(matches("floor eq 10.0"));
  EXPECT_TRUE(matches("load gt 2 and load lt 10"));
  EXPECT_TRUE(matches("load ge 25e-1"));
  EXPECT_FALSE(matches("load lt -3"));
  EXPECT_TRUE(matches("ports eq 443"));
  EXPECT_TRUE(matches("ports[value gt 400]"));
  EXPECT_FALSE(matches("ports gt 443"));
  for (const char* text : {"floor co 1", "load sw 2", "floor eq high", "floor gt true"}) {
    EXPECT_FALSE(BoundFilter::bind(*parse_filter(text, dialect), type, dialect)) << text;
  }
}

TEST(Filter, TreatsAbsentAndEmptyAsUnassigned) {
  expect_false("title pr");
  expect_false("nickName pr");
  expect_true("nickName eq null");
  expect_false("userName eq null");
  expect_true(R"(nickName ne "x")");
  expect_false(R"(nickName eq "x")");
  expect_true("name pr");
  expect_false(R"(nonsense eq "x")");
  expect_true(R"(nonsense ne "x")");
  expect_false(R"(nonsense.deeper[x eq 1])");
}

TEST(Filter, TakesLiteralsWithoutQuotesAsClientsSendThem) {
  expect_true("externalId eq AbC");
  expect_true("userName sw ann@");
  expect_true(R"(active eq "True")");
  expect_true("(externalId eq AbC)");
}

TEST(Filter, RefusesWhatIsNotAFilter) {
  for (const char* text : {"",
                           " ",
                           "userName",
                           "userName eq",
                           "userName xx \"a\"",
                           "(userName pr",
                           "userName pr)",
                           "userName eq \"a",
                           "emails[type eq \"a\"",
                           "userName pr and",
                           "and",
                           "not userName pr",
                           "userName eq \"a\" userName eq \"b\"",
                           "emails[].value eq 1",
                           "emails[emails[a pr]]",
                           "userName eq \"\\x\"",
                           "userName eq \"\\u0000\"",
                           "1 eq 1",
                           "name eq \"x\"",
                           "userName eq ()"}) {
    expect_refused(text);
  }
}

TEST(Filter, RefusesOperatorsThatTheTypeDoesNotHave) {
  expect_refused("active gt true");
  expect_refused("active co true");
  expect_refused("active eq maybe");
  expect_refused("x509Certificates.value ge \"a\"");
  expect_refused("userName gt null");
  expect_refused("emails[primary lt true]");
}

TEST(Filter, RefusesAttributesThatAreNeverReturned) {
  expect_refused(R"(password eq "x")", Reason::kScimSensitive);
  expect_refused("password pr", Reason::kScimSensitive);
  expect_refused(R"(userName pr or PassWord sw "a")", Reason::kScimSensitive);
}

TEST(Filter, BoundsDepthLengthAndTerms) {
  expect_refused(std::string(10'000, '(') + "userName pr" + std::string(10'000, ')'));
  std::string negations;
  for (int i = 0; i < 1000; ++i) negations += "not (";
  expect_refused(negations);
  expect_refused("userName eq \"" + std::string(limits::kFilterBytes, 'a') + "\"");
  std::string chain = "id pr";
  for (std::size_t i = 0; i < limits::kFilterTerms; ++i) chain += " or id pr";
  expect_refused(chain);
  const std::string deep(limits::kFilterDepth, '(');
  expect_true(deep + "userName pr" + std::string(limits::kFilterDepth, ')'));
}

TEST(Filter, NamesTheEqualitiesThatAnIndexCanServe) {
  const auto equalities = [](std::string_view text) {
    const auto bound = BoundFilter::bind(*parse_filter(text, dialect), user_type(), dialect);
    std::string out;
    for (const RequiredEquality& term : bound->required_equalities()) out += term.name + "=" + term.value + ";";
    return out;
  };
  EXPECT_EQ(equalities(R"(USERNAME eq "A" and (externalid eq "b" and active eq true))"), "userName=A;externalId=b;");
  EXPECT_EQ(equalities(R"(emails[type eq "work"].value eq "x")"), "emails.type=work;emails.value=x;");
  EXPECT_EQ(equalities(R"(groups.value eq "g")"), "groups.value=g;");
  EXPECT_EQ(equalities(R"(groups eq "g")"), "groups.value=g;");
  EXPECT_EQ(equalities(R"(userName eq "a" or id eq "b")"), "");
  EXPECT_EQ(equalities(R"(not (userName eq "a"))"), "");
}

TEST(Filter, KnowsWhatItMentions) {
  const auto mentions = [](std::string_view text) {
    return BoundFilter::bind(*parse_filter(text, dialect), user_type(), dialect)->mentions("groups");
  };
  EXPECT_TRUE(mentions(R"(active eq true and groups[display eq "x"])"));
  EXPECT_TRUE(mentions("not (groups.value pr)"));
  EXPECT_FALSE(mentions(R"(emails.value eq "x")"));
}

TEST(Path, ReadsItsFourForms) {
  const auto plain = parse_path("name.familyName", dialect);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->name, "name.familyName");
  EXPECT_FALSE(plain->filter);
  const auto filtered = parse_path("emails[type eq \"work\" and primary eq true].value", dialect);
  ASSERT_TRUE(filtered);
  EXPECT_EQ(filtered->name, "emails");
  EXPECT_EQ(filtered->sub, "value");
  EXPECT_EQ(filtered->filter->operands.size(), 2U);
  EXPECT_TRUE(parse_path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", dialect));
  EXPECT_TRUE(parse_path("members[value eq \"a\"]", dialect));
}

TEST(Path, TellsABadPathFromABadFilter) {
  const auto reason = [](std::string_view text) { return parse_path(text, dialect).error().reason; };
  EXPECT_EQ(reason(""), Reason::kScimInvalidPath);
  EXPECT_EQ(reason("emails]"), Reason::kScimInvalidPath);
  EXPECT_EQ(reason("emails value"), Reason::kScimInvalidPath);
  EXPECT_EQ(reason("emails[type eq \"a\"]."), Reason::kScimInvalidPath);
  EXPECT_EQ(reason("emails[type eq \"a\"].value.more"), Reason::kScimInvalidPath);
  EXPECT_EQ(reason("emails[type eq"), Reason::kScimInvalidFilter);
  EXPECT_EQ(reason("emails[]"), Reason::kScimInvalidFilter);
  EXPECT_EQ(reason(std::string(limits::kPathBytes + 1, 'a')), Reason::kScimInvalidPath);
}

}  // namespace
}  // namespace doorward::scim
