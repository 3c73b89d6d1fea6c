#include "protocol/saml/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "protocol/saml/names.h"
#include "protocol/saml/test_assertion.h"
#include "protocol/saml/test_messages.h"

namespace doorward::saml {
namespace {

using test::reason_of;
namespace json = boost::json;

const std::string kClaims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

Connection connection(ConnectionProvider provider = ConnectionProvider::kCustom) {
  Connection made;
  made.id = ConnectionId("conn_1");
  made.organization_id = OrganizationId("org_1");
  made.type = ConnectionType::kSaml;
  made.provider = provider;
  return made;
}

SamlAttribute said(std::string name, std::string value, std::string friendly_name = "") {
  return {.name = std::move(name), .friendly_name = std::move(friendly_name), .values = {std::move(value)}};
}

SamlAssertion assertion(std::vector<SamlAttribute> attributes, std::string name_id = "u1",
                        std::string_view format = kNameIdPersistent) {
  SamlAssertion made = test::BlankAssertion::make();
  made.name_id = {.value = std::move(name_id), .format = std::string(format)};
  made.attributes = std::move(attributes);
  return made;
}

SsoUserAttribute custom(std::string key, std::string mapping, std::uint8_t datatype = 1, bool required = false) {
  SsoUserAttribute made;
  made.key = std::move(key);
  made.default_saml_mapping = std::move(mapping);
  made.default_oidc_mapping = "not this";
  made.datatype = datatype;
  made.required = required;
  return made;
}

struct ProviderCase {
  const char* name;
  ConnectionProvider provider;
  std::vector<SamlAttribute> attributes;
  std::string username;  // empty: none
};

// As each provider's documentation or default configuration has them.
std::vector<ProviderCase> providers() {
  return {
      {"Okta",
       ConnectionProvider::kOkta,
       {said("email", "ann@corp.test"), said("firstName", "Ann"), said("lastName", "Bee"), said("login", "ann")},
       "ann"},
      {"Entra ID",
       ConnectionProvider::kMicrosoftAd,
       {said(kClaims + "emailaddress", "ann@corp.test"), said(kClaims + "givenname", "Ann"),
        said(kClaims + "surname", "Bee"), said(kClaims + "name", "ann@corp.onmicrosoft.test"),
        said("http://schemas.microsoft.com/identity/claims/displayname", "Ann Bee"),
        said("http://schemas.microsoft.com/identity/claims/objectidentifier", "0-1")},
       "ann@corp.onmicrosoft.test"},
      {"Google",
       ConnectionProvider::kGoogle,
       {said("email", "ann@corp.test"), said("first_name", "Ann"), said("last_name", "Bee")},
       ""},
      {"OneLogin",
       ConnectionProvider::kOneLogin,
       {said("User.email", "ann@corp.test"), said("User.FirstName", "Ann"), said("User.LastName", "Bee")},
       ""},
      {"PingFederate",
       ConnectionProvider::kPingIdentity,
       {said("mail", "ann@corp.test"), said("givenName", "Ann"), said("sn", "Bee"), said("uid", "ann")},
       "ann"},
      {"JumpCloud",
       ConnectionProvider::kJumpCloud,
       {said("email", "ann@corp.test"), said("firstname", "Ann"), said("lastname", "Bee"), said("username", "ann")},
       "ann"},
      {"AD FS",
       ConnectionProvider::kAdfs,
       {said(kClaims + "emailaddress", "ann@corp.test"), said(kClaims + "givenname", "Ann"),
        said(kClaims + "surname", "Bee"), said(kClaims + "name", "CORP\\ann"),
        said(kClaims + "upn", "ann@ad.corp.test")},
       "ann@ad.corp.test"},
      {"Auth0",
       ConnectionProvider::kAuth0,
       {said(kClaims + "emailaddress", "ann@corp.test"), said(kClaims + "name", "Ann Bee"),
        said(kClaims + "givenname", "Ann"), said(kClaims + "surname", "Bee"),
        said("http://schemas.auth0.com/nickname", "ann")},
       "ann"},
      {"Shibboleth",
       ConnectionProvider::kCustom,
       {said("urn:oid:0.9.2342.19200300.100.1.3", "ann@corp.test", "mail"),
        said("urn:oid:2.5.4.42", "Ann", "givenName"), said("urn:oid:2.5.4.4", "Bee", "sn"),
        said("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "ann@corp", "eduPersonPrincipalName")},
       "ann@corp"},
      {"Keycloak",
       ConnectionProvider::kCustom,
       {said("urn:oid:1.2.840.113549.1.9.1", "ann@corp.test", "email"), said("urn:oid:2.5.4.42", "Ann", "givenName"),
        said("urn:oid:2.5.4.4", "Bee", "surname"), said("Role", "offline_access")},
       ""},
  };
}

TEST(SamlProfile, HasTheSameFieldsWhateverTheProvider) {
  for (const ProviderCase& one : providers()) {
    const auto made = make_profile(connection(one.provider), assertion(one.attributes), {});
    ASSERT_TRUE(made) << one.name << made.error().message;
    EXPECT_EQ(made->email, "ann@corp.test") << one.name;
    EXPECT_FALSE(made->email_verified) << one.name;
    EXPECT_EQ(made->claims.at("given_name"), "Ann") << one.name;
    EXPECT_EQ(made->claims.at("family_name"), "Bee") << one.name;
    EXPECT_EQ(made->claims.at("name"), "Ann Bee") << one.name;
    EXPECT_EQ(made->claims.contains("preferred_username"), !one.username.empty()) << one.name;
    if (!one.username.empty()) EXPECT_EQ(made->claims.at("preferred_username"), json::value(one.username)) << one.name;
    EXPECT_FALSE(made->claims.contains("groups")) << one.name;
  }
}

TEST(SamlProfile, EntraAndAdfsFallBackToThePrincipalName) {
  for (const auto provider : {ConnectionProvider::kMicrosoftAd, ConnectionProvider::kAdfs}) {
    EXPECT_EQ(make_profile(connection(provider), assertion({said(kClaims + "upn", "ann@corp.test")}), {})->email,
              "ann@corp.test");
  }
  EXPECT_EQ(reason_of(make_profile(connection(), assertion({said(kClaims + "upn", "ann@corp.test")}), {})),
            "mandatory_attribute_missing");
}

TEST(SamlProfile, AnAddressMayBeTheNameId) {
  for (const std::string_view format : {kNameIdEmail, kNameIdUnspecified}) {
    EXPECT_EQ(make_profile(connection(), assertion({}, "ann@corp.test", format), {})->email, "ann@corp.test");
  }
  for (const std::string_view format : {kNameIdPersistent, kNameIdTransient}) {
    EXPECT_EQ(reason_of(make_profile(connection(), assertion({}, "a1b2@idp.test", format), {})),
              "mandatory_attribute_missing")
        << "it may look like one and be none";
  }
  EXPECT_EQ(
      make_profile(connection(), assertion({said("mail", "b@corp.test")}, "a@corp.test", kNameIdEmail), {})->email,
      "b@corp.test")
      << "an attribute comes first";
  EXPECT_EQ(reason_of(make_profile(connection(), assertion({said("email", "no address")}), {})),
            "mandatory_attribute_missing");
}

TEST(SamlProfile, MappingReplacesTheDefaults) {
  Connection mapped = connection();
  mapped.attribute_mapping = {{"email", "contact"},
                              {"given_name", "vorname"},
                              {"groups", "memberOf"},
                              {"family_name", "nothing"},
                              {"oid", "org"}};
  SamlAttribute groups = said("memberOf", "admins");
  groups.values.emplace_back("users");
  const auto made =
      make_profile(mapped,
                   assertion({said("email", "private@mail.test"), said("urn:x", "ann@corp.test", "contact"),
                              said("vorname", "Ann"), said("sn", "Bee"), said("org", "org_2"), groups},
                             "nobody@corp.test", kNameIdEmail),
                   {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->email, "ann@corp.test") << "by its FriendlyName";
  EXPECT_EQ(made->claims.at("given_name"), "Ann");
  EXPECT_EQ(made->claims.at("groups"), (json::array{"admins", "users"}));
  EXPECT_FALSE(made->claims.contains("family_name")) << "a mapping has no fallback";
  EXPECT_FALSE(made->claims.contains("oid")) << "no mapping sets what tokens say of themselves";
  mapped.attribute_mapping = {{"email", "absent"}};
  EXPECT_EQ(reason_of(make_profile(mapped, assertion({}, "ann@corp.test", kNameIdEmail), {})),
            "mandatory_attribute_missing");
  mapped.attribute_mapping = {{"email", "NameID"}, {"preferred_username", "NameID"}};
  const auto by_name_id = make_profile(mapped, assertion({}, "ann@corp.test"), {});
  ASSERT_TRUE(by_name_id) << "an administrator says what it is";
  EXPECT_EQ(by_name_id->claims.at("preferred_username"), "ann@corp.test");
}

TEST(SamlProfile, AnExactNameComesBeforeOneThatOnlyLooksAlike) {
  EXPECT_EQ(
      make_profile(connection(), assertion({said("EMAIL", "b@corp.test"), said("email", "a@corp.test")}), {})->email,
      "a@corp.test");
  EXPECT_EQ(make_profile(connection(), assertion({said("EMAIL", "b@corp.test")}), {})->email, "b@corp.test");
}

TEST(SamlProfile, L02_OnlyAnAttributeThatSaysSoVerifiesTheAddress) {
  const auto verified = [](const Connection& used, std::vector<SamlAttribute> attributes) {
    attributes.push_back(said("email", "ann@corp.test"));
    return make_profile(used, assertion(std::move(attributes)), {})->email_verified;
  };
  EXPECT_FALSE(verified(connection(), {}));
  EXPECT_TRUE(verified(connection(), {said("email_verified", "true")}));
  EXPECT_FALSE(verified(connection(), {said("email_verified", "false")}));
  EXPECT_FALSE(verified(connection(), {said("email_verified", "yes")}));
  EXPECT_TRUE(
      verified(connection(ConnectionProvider::kAuth0), {said("http://schemas.auth0.com/email_verified", "true")}));
  Connection mapped = connection();
  mapped.attribute_mapping = {{"email", "email"}};
  EXPECT_FALSE(verified(mapped, {said("email_verified", "true")})) << "the verdict was on whichever address";
}

TEST(SamlProfile, CustomAttributesHaveTheTypeThatTheyAreDeclaredWith) {
  const std::vector attributes{custom("department", "dept"), custom("level", "", 2),     custom("share", "share", 2),
                               custom("manager", "boss", 3), custom("teams", "team", 4), custom("grade", "grade", 2),
                               custom("address", "addr", 5)};
  SamlAttribute teams = said("team", "x");
  teams.values.emplace_back("y");
  const auto made =
      make_profile(connection(),
                   assertion({said("mail", "a@b.test"), said("dept", "R&D"), said("level", "-7"), said("share", "0.5"),
                              said("boss", "True"), teams, said("grade", "high"), said("addr", "{}")}),
                   attributes);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->claims.at("department"), "R&D");
  EXPECT_EQ(made->claims.at("level"), -7);
  EXPECT_EQ(made->claims.at("share"), 0.5);
  EXPECT_EQ(made->claims.at("manager"), true);
  EXPECT_EQ(made->claims.at("teams"), (json::array{"x", "y"}));
  EXPECT_FALSE(made->claims.contains("grade")) << "no number";
  EXPECT_FALSE(made->claims.contains("address")) << "an assertion has no objects";
  EXPECT_EQ(reason_of(make_profile(connection(), assertion({said("mail", "a@b.test")}),
                                   std::vector{custom("department", "dept", 1, true)})),
            "mandatory_attribute_missing");
}

TEST(SamlProfile, S85_StaysSmall) {
  SamlAttribute many = said("groups", "g");
  for (int i = 0; i < 2000; ++i) many.values.push_back("group-" + std::to_string(i));
  Connection mapped = connection();
  mapped.attribute_mapping = {{"groups", "groups"}};
  const auto made = make_profile(
      mapped, assertion({said("mail", "a@b.test"), many, said("displayName", std::string(5000, 'n'))}), {});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->claims.contains("groups")) << "half a list would be a lie";
  EXPECT_FALSE(made->claims.contains("name"));
  EXPECT_FALSE(made->raw_attributes.contains("groups"));
  EXPECT_EQ(made->raw_attributes.at("mail"), "a@b.test");
  EXPECT_EQ(made->raw_attributes.at("NameID"), "u1");
}

TEST(SamlProfile, SaysWhoseIdentityItIs) {
  const auto made = make_profile(connection(ConnectionProvider::kOkta), assertion({said("email", "a@b.test")}), {});
  const json::object& identity = made->claims.at("identities").as_array().at(0).as_object();
  EXPECT_EQ(identity.at("connection_id"), "conn_1");
  EXPECT_EQ(identity.at("connection_type"), "SAML");
  EXPECT_EQ(identity.at("provider_name"), "OKTA");
  EXPECT_EQ(json::parse(identity.at("provider_raw_attributes").as_string()),
            (json::object{{"NameID", "u1"}, {"email", "a@b.test"}}));
}

TEST(SamlProfile, ShowsItsDefaults) {
  const auto sources = default_sources(ConnectionProvider::kMicrosoftAd, "preferred_username");
  ASSERT_GE(sources.size(), 2U);
  EXPECT_EQ(sources[0], "preferred_username");
  EXPECT_EQ(sources[1], kClaims + "name");
  EXPECT_TRUE(default_sources(ConnectionProvider::kOkta, "groups").empty());
  EXPECT_EQ(std::ranges::count(default_sources(ConnectionProvider::kOkta, "email"), kClaims + "upn"), 0)
      << "of other providers";
}

}  // namespace
}  // namespace doorward::saml
