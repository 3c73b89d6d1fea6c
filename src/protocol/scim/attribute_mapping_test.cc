#include "protocol/scim/attribute_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "protocol/scim/normalized.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

json::object ann() {
  return json::parse(R"({
    "userName": "ann.o@corp.test", "externalId": "X1", "title": "Chief", "active": true,
    "name": {"givenName": "Ann", "familyName": "Other"},
    "emails": [{"value": "ann@home.test", "type": "home"}, {"value": "ann@work.test", "type": "work", "primary": true}],
    "phoneNumbers": [{"value": "+1", "type": "work"}, {"value": "+2", "type": "mobile"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
      {"department": "R&D", "costCenter": "42", "manager": {"value": "M1", "displayName": "Max"}}
  })")
      .as_object();
}

json::object mapped(const std::vector<AttributeMapping>& mappings, const json::object& document = ann()) {
  json::object profile = normalized_user(document);
  const auto checked = check_mappings(user_type(), mappings, "attributes");
  EXPECT_TRUE(checked) << checked.error().message;
  apply_mappings(user_type(), mappings, document, profile);
  return profile;
}

std::string refusal(const std::vector<AttributeMapping>& mappings) {
  const auto checked = check_mappings(user_type(), mappings, "attributes");
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().reason, Reason::kInvalidArgument);
  return checked.error().message;
}

TEST(AttributeMapping, WithoutAnyTheStandardRulesStand) { EXPECT_EQ(mapped({}), normalized_user(ann())); }

TEST(AttributeMapping, TakesAKeyFromThePathThatWasNamed) {
  EXPECT_EQ(mapped({{"email", "userName"}}).at("email"), "ann.o@corp.test");
  EXPECT_EQ(mapped({{"email", "USERNAME"}}).at("email"), "ann.o@corp.test") << "names have no letter case";
  EXPECT_EQ(mapped({{"email", R"(emails[type eq "home"].value)"}}).at("email"), "ann@home.test");
  EXPECT_EQ(mapped({{"email", R"(emails[type eq "home"])"}}).at("email"), "ann@home.test");
  EXPECT_EQ(mapped({{"email", "emails"}}).at("email"), "ann@work.test") << "the primary one";
  EXPECT_EQ(mapped({{"email", "emails.value"}}).at("email"), "ann@work.test");
  EXPECT_EQ(mapped({{"phone_number", R"(phoneNumbers[type eq "mobile"])"}}).at("phone_number"), "+2");
  EXPECT_EQ(mapped({{"name", "name.familyName"}}).at("name"), "Other");
  EXPECT_EQ(mapped({{"employee_id", "externalId"}}).at("employee_id"), "X1");
  EXPECT_EQ(mapped({{"title", "department"}}).at("title"), "R&D") << "an extension without its URN";
  EXPECT_EQ(mapped({{"title", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"}}).at("title"),
            "42");
  EXPECT_EQ(mapped({{"user_type", "active"}}).at("user_type"), "true");
}

TEST(AttributeMapping, TakesAKeyFromAnotherNormalizedAttribute) {
  EXPECT_EQ(mapped({{"preferred_username", "email"}}).at("preferred_username"), "ann@work.test");
  const json::object exchanged = mapped({{"given_name", "family_name"}, {"family_name", "given_name"}});
  EXPECT_EQ(exchanged.at("given_name"), "Other");
  EXPECT_EQ(exchanged.at("family_name"), "Ann") << "sources are the standard values, whatever the order";
  EXPECT_EQ(mapped({{"email", "email"}}), normalized_user(ann()));
}

TEST(AttributeMapping, HasNoSecondChoice) {
  const json::object profile = mapped({{"email", R"(emails[type eq "other"].value)"}, {"locale", "nickName"}});
  EXPECT_FALSE(profile.contains("email")) << "the standard rule does not step in";
  EXPECT_FALSE(profile.contains("locale"));
  EXPECT_EQ(profile.at("title"), "Chief") << "what is not mapped stays";
}

TEST(AttributeMapping, MakesCustomAttributes) {
  const json::object profile =
      mapped({{"cost-code", "costCenter"}, {"custom_attributes.shown", "active"}, {"nothing", "nickName"}});
  EXPECT_EQ(json::serialize(profile.at("custom_attributes")), R"({"cost-code":"42","shown":true})");
  EXPECT_EQ(profile.at("cost_center"), "42");
  EXPECT_EQ(json::serialize(mapped({{"custom_attributes", "name"}}).at("custom_attributes")),
            R"({"givenName":"Ann","familyName":"Other"})");
  EXPECT_EQ(
      mapped({{"custom_attributes", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}, {"x", "userName"}})
          .at("custom_attributes")
          .as_object()
          .size(),
      4U);
  EXPECT_FALSE(mapped({{"x", "nickName"}}).contains("custom_attributes"));
}

TEST(AttributeMapping, RefusesWhatLeadsNowhere) {
  using testing::HasSubstr;
  for (const char* key : {"roles", "groups", "id", "active", "address", "1st", "a b", "", "a.b", "custom_attributes.",
                          "custom_attributes.email", "dp_id"}) {
    EXPECT_THAT(refusal({{key, "userName"}}), HasSubstr("attributes[0].key")) << key;
  }
  for (const char* source :
       {"", "noSuch", "password", "groups", "id", "meta.created", "emails.noSuch", "emails[", "manager.displayName",
        R"(name[givenName eq "x"])", "emails.value[type eq \"work\"]", "addresses"}) {
    EXPECT_THAT(refusal({{"email", source}}), HasSubstr("attributes[0].map_to")) << source;
  }
  EXPECT_THAT(refusal({{"custom_attributes", "userName"}}), HasSubstr("map_to"));
  EXPECT_THAT(refusal({{"custom_attributes", "email"}}), HasSubstr("map_to"));
  EXPECT_THAT(refusal({{"email", "userName"}, {"email", "emails"}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({{"x", "userName"}, {"custom_attributes.x", "emails"}}), HasSubstr("twice"));
  EXPECT_THAT(refusal(std::vector<AttributeMapping>(kMaxAttributeMappings + 1, {"email", "userName"})),
              HasSubstr("at most"));
}

TEST(AttributeMapping, OfADamagedRowHasNoValue) {
  json::object profile = normalized_user(ann());
  const std::vector<AttributeMapping> mappings = {{"email", "emails["}, {"roles", "userName"}};
  apply_mappings(user_type(), mappings, ann(), profile);
  EXPECT_FALSE(profile.contains("email"));
  EXPECT_FALSE(profile.contains("roles"));
}

}  // namespace
}  // namespace doorward::scim
