#include "protocol/oidc/profile.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

using test::reason_of;
using test::text_of;
namespace json = boost::json;

constexpr const char* kTenantIssuer = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";

Connection connection(ConnectionProvider provider = ConnectionProvider::kOkta) {
  Connection made;
  made.id = ConnectionId("conn_1");
  made.organization_id = OrganizationId("org_1");
  made.provider = provider;
  return made;
}

SsoUserAttribute attribute(std::string key, std::string mapping, std::uint8_t datatype = 1, bool required = false) {
  SsoUserAttribute made;
  made.key = std::move(key);
  made.default_oidc_mapping = std::move(mapping);
  made.datatype = datatype;
  made.required = required;
  return made;
}

TEST(Profile, HasTheSameFieldsWhateverTheProvider) {
  const json::object claims{{"iss", "https://idp.test"},
                            {"sub", "u1"},
                            {"email", "Ann@corp.test"},
                            {"email_verified", true},
                            {"given_name", "Ann"},
                            {"family_name", "Bee"},
                            {"preferred_username", "ann"},
                            {"picture", "https://idp.test/ann.png"},
                            {"locale", "de"},
                            {"updated_at", 1700000000},
                            {"groups", json::array{"admin"}},
                            {"nonce", "n"},
                            {"at_hash", "h"}};
  const auto profile = make_profile(connection(), claims, {});
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_EQ(profile->email, "Ann@corp.test") << "as the provider spells it";
  EXPECT_TRUE(profile->email_verified);
  EXPECT_EQ(profile->claims.at("name"), "Ann Bee") << "made of its parts where it is not told";
  EXPECT_EQ(profile->claims.at("given_name"), "Ann");
  EXPECT_EQ(profile->claims.at("preferred_username"), "ann");
  EXPECT_EQ(profile->claims.at("updated_at"), "1700000000") << "the published SDKs read a text";
  for (const char* absent : {"sub", "email", "email_verified", "groups", "nonce", "iss"}) {
    EXPECT_FALSE(profile->claims.contains(absent)) << absent;
  }
  EXPECT_TRUE(profile->raw_attributes.contains("groups"));
  EXPECT_TRUE(profile->raw_attributes.contains("sub"));
  EXPECT_FALSE(profile->raw_attributes.contains("nonce"));
  EXPECT_FALSE(profile->raw_attributes.contains("at_hash"));
}

TEST(Profile, SaysWhoseIdentityItIs) {
  const auto profile = make_profile(connection(), {{"sub", "u1"}, {"email", "ann@corp.test"}}, {});
  ASSERT_TRUE(profile);
  const json::object& identity = profile->claims.at("identities").as_array().at(0).as_object();
  EXPECT_EQ(identity.at("connection_id"), "conn_1");
  EXPECT_EQ(identity.at("organization_id"), "org_1");
  EXPECT_EQ(identity.at("connection_type"), "OIDC");
  EXPECT_EQ(identity.at("provider_name"), "OKTA");
  EXPECT_EQ(identity.at("social"), false);
  EXPECT_EQ(identity.at("provider_raw_attributes"), R"({"sub":"u1","email":"ann@corp.test"})");
}

TEST(Profile, NeedsAnAddress) {
  for (const json::value& email : {json::value(nullptr), json::value(""), json::value("ann"), json::value("@corp.test"),
                                   json::value("ann@"), json::value("a b@corp.test"), json::value("a\n@corp.test"),
                                   json::value(7), json::value(std::string(255, 'a') + "@corp.test")}) {
    const auto profile = make_profile(connection(), {{"sub", "u1"}, {"email", email}}, {});
    EXPECT_EQ(reason_of(profile), text_of(Reason::kMandatoryAttributeMissing)) << email;
  }
}

TEST(Profile, MappingReplacesTheDefaults) {
  Connection mapped = connection();
  mapped.attribute_mapping = {{"email", "work.mail"}, {"given_name", "https://corp.test/first"},
                              {"groups", "roles"},    {"family_name", "nothing"},
                              {"sub", "email"},       {"oid", "org"}};
  const json::object claims{{"sub", "u1"},
                            {"email", "private@mail.test"},
                            {"email_verified", true},
                            {"work", json::object{{"mail", "ann@corp.test"}}},
                            {"https://corp.test/first", "Ann"},
                            {"family_name", "Bee"},
                            {"org", "org_2"},
                            {"roles", json::array{"a", "b"}}};
  const auto profile = make_profile(mapped, claims, {});
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->email, "ann@corp.test");
  EXPECT_FALSE(profile->email_verified) << "the verdict was on another address";
  EXPECT_EQ(profile->claims.at("given_name"), "Ann");
  EXPECT_FALSE(profile->claims.contains("family_name")) << "a mapping has no fallback";
  EXPECT_EQ(profile->claims.at("groups"), (json::array{"a", "b"}));
  EXPECT_FALSE(profile->claims.contains("oid")) << "no mapping sets what tokens say of themselves";
  EXPECT_FALSE(profile->claims.contains("sub"));
}

TEST(Profile, ProvidersHaveDefaultsOfTheirOwn) {
  const json::object upn_only{{"sub", "u1"}, {"upn", "ann@corp.test"}};
  EXPECT_EQ(make_profile(connection(ConnectionProvider::kAdfs), upn_only, {})->email, "ann@corp.test");
  EXPECT_EQ(make_profile(connection(ConnectionProvider::kMicrosoftAd), upn_only, {})->email, "ann@corp.test");
  EXPECT_EQ(reason_of(make_profile(connection(ConnectionProvider::kOkta), upn_only, {})),
            text_of(Reason::kMandatoryAttributeMissing));
  const auto nickname = make_profile(connection(ConnectionProvider::kAuth0),
                                     {{"sub", "u1"}, {"email", "a@b.test"}, {"nickname", "annie"}}, {});
  EXPECT_EQ(nickname->claims.at("preferred_username"), "annie");
}

TEST(Profile, CustomAttributesKeepTheirType) {
  const std::vector<SsoUserAttribute> attributes{attribute("department", "dept"),      attribute("level", "", 2),
                                                 attribute("manager", "isManager", 3), attribute("teams", "teams", 4),
                                                 attribute("address", "address", 5),   attribute("oid", "dept"),
                                                 attribute("cost_centre", "cc")};
  const json::object claims{
      {"sub", "u1"},       {"email", "a@b.test"},       {"dept", "R&D"}, {"level", "high"},
      {"isManager", true}, {"teams", json::array{"x"}}, {"cc", 17},      {"address", json::object{{"city", "Ulm"}}}};
  const auto profile = make_profile(connection(), claims, attributes);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->claims.at("department"), "R&D");
  EXPECT_EQ(profile->claims.at("manager"), true);
  EXPECT_EQ(profile->claims.at("teams"), json::array{"x"});
  EXPECT_TRUE(profile->claims.at("address").is_object());
  EXPECT_FALSE(profile->claims.contains("level")) << "a text is no number";
  EXPECT_FALSE(profile->claims.contains("cost_centre")) << "a number is no text";
  EXPECT_FALSE(profile->claims.contains("oid")) << "reserved";
}

TEST(Profile, RequiredAttributesMustCome) {
  const std::vector<SsoUserAttribute> attributes{attribute("department", "dept", 1, true)};
  EXPECT_EQ(reason_of(make_profile(connection(), {{"sub", "u1"}, {"email", "a@b.test"}}, attributes)),
            text_of(Reason::kMandatoryAttributeMissing));
  Connection mapped = connection();
  mapped.attribute_mapping = {{"department", "unit"}};
  EXPECT_EQ(reason_of(make_profile(mapped, {{"sub", "u1"}, {"email", "a@b.test"}, {"unit", "R&D"}}, attributes)),
            "none");
}

TEST(Profile, L01_EntraVouchesForAnAddressOnlyWithXmsEdov) {
  json::object claims{{"iss", kTenantIssuer}, {"sub", "u1"}, {"email", "ceo@victim.test"}, {"email_verified", true}};
  EXPECT_FALSE(make_profile(connection(ConnectionProvider::kMicrosoftAd), claims, {})->email_verified);
  EXPECT_FALSE(make_profile(connection(ConnectionProvider::kCustom), claims, {})->email_verified)
      << "whatever the connection calls its provider";
  claims["xms_edov"] = "true";
  EXPECT_FALSE(make_profile(connection(ConnectionProvider::kMicrosoftAd), claims, {})->email_verified);
  claims["xms_edov"] = true;
  EXPECT_TRUE(make_profile(connection(ConnectionProvider::kMicrosoftAd), claims, {})->email_verified);
}

TEST(Profile, L02_OnlyTrueIsVerified) {
  for (const json::value& verified : {json::value(nullptr), json::value(false), json::value("true"), json::value(1),
                                      json::value(json::array{true})}) {
    const auto profile =
        make_profile(connection(), {{"sub", "u1"}, {"email", "a@b.test"}, {"email_verified", verified}}, {});
    EXPECT_FALSE(profile->email_verified) << verified;
  }
}

TEST(Profile, StaysSmall) {
  json::array many;
  for (int i = 0; i < 2000; ++i) many.emplace_back("group-" + std::to_string(i));
  Connection mapped = connection();
  mapped.attribute_mapping = {{"groups", "groups"}};
  const auto profile = make_profile(
      mapped, {{"sub", "u1"}, {"email", "a@b.test"}, {"groups", many}, {"name", std::string(5000, 'n')}}, {});
  ASSERT_TRUE(profile);
  EXPECT_FALSE(profile->claims.contains("groups")) << "half a list would be a lie";
  EXPECT_FALSE(profile->claims.contains("name"));
  EXPECT_FALSE(profile->raw_attributes.contains("groups"));
  EXPECT_TRUE(profile->raw_attributes.contains("email"));
  EXPECT_LT(json::serialize(profile->claims).size(), 2 * profile::kMostRawAttributesBytes);
}

TEST(NeedsUserInfo, OnlyWhereTheIdTokenLacksWhatIsWanted) {
  const json::object full{{"sub", "u1"}, {"email", "a@b.test"}, {"name", "Ann"}};
  EXPECT_FALSE(needs_userinfo(connection(), full, {}));
  EXPECT_TRUE(needs_userinfo(connection(), {{"sub", "u1"}, {"name", "Ann"}}, {}));
  EXPECT_TRUE(needs_userinfo(connection(), {{"sub", "u1"}, {"email", "a@b.test"}}, {}));
  EXPECT_TRUE(needs_userinfo(connection(), full, std::vector{attribute("department", "dept")}));
  Connection mapped = connection();
  mapped.attribute_mapping = {{"groups", "roles"}};
  EXPECT_TRUE(needs_userinfo(mapped, full, {}));
}

}  // namespace
}  // namespace doorward::oidc
