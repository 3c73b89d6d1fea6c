// What a SAML provider is asked, and by whose word.
#include <string>
#include <utility>
#include <vector>

#include "sign_in/saml_suite.h"

namespace doorward::store {
namespace {

using SamlStarts = SamlSignInSuite;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMfa = "https://refeds.org/profile/mfa";
constexpr const char* kPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";  // what the provider here says

TEST_P(SamlStarts, AProviderThatWantsAFormGetsOne) {
  change_connection([](doorward::Connection& row) { row.saml.provider.sso_binding = SamlBinding::kHttpPost; });
  const auto sent = begin();
  ASSERT_TRUE(sent) << refusal(sent);
  EXPECT_EQ(sent->location, "");
  ASSERT_TRUE(sent->form);
  EXPECT_EQ(sent->form->action, "https://idp.test/sso");
  EXPECT_EQ(sent->form->parameter, "SAMLRequest");
  EXPECT_EQ(sent->form->relay_state.size(), 43U);
}

TEST_P(SamlStarts, ARequestSaysWhatTheConnectionWants) {
  const auto request_of = [](const SignInResult<SentToProvider>& sent) {
    return saml::read_redirect(sent->location.substr(sent->location.find('?') + 1)).value();
  };
  const auto plain = begin({{"login_hint", "ann@corp.test"}});
  ASSERT_TRUE(plain) << refusal(plain);
  EXPECT_FALSE(request_of(plain).is_signed);
  EXPECT_THAT(request_of(plain).xml, Not(HasSubstr("ForceAuthn")));
  EXPECT_THAT(request_of(plain).xml, Not(HasSubstr("ann@corp.test")));
  change_connection([](doorward::Connection& row) {
    row.saml.want_request_signed = true;
    row.saml.login_hint_as_subject = true;
    row.saml.authn_context_class_refs = {"urn:mfa"};
    row.saml.sp_entity_id = "urn:old:sp";
    row.saml.acs_aliases = {"https://old.test/acs"};
  });
  const auto sent = begin({{"login_hint", "ann@corp.test"}});
  ASSERT_TRUE(sent) << refusal(sent);
  const saml::RedirectMessage asked = request_of(sent);
  EXPECT_TRUE(asked.is_signed);
  EXPECT_EQ(asked.relay_state, state_of(*sent));
  for (const std::string& part :
       {std::string(">ann@corp.test</saml:NameID>"), std::string(">urn:mfa<"), std::string(">urn:old:sp</saml:Issuer>"),
        "ID=\"_" + state_of(*sent) + "\"", std::string("AssertionConsumerServiceURL=\"https://old.test/acs\"")}) {
    EXPECT_THAT(asked.xml, HasSubstr(part));
  }
  EXPECT_EQ(refusal(answer(*sent)), "authn_context") << "S-83: a password is no second factor";
}

TEST_P(SamlStarts, S83_WhoAsksForAFreshLoginGetsOne) {
  for (const auto& [name, value] : {std::pair("prompt", "login"), std::pair("max_age", "0")}) {
    const auto sent = begin({{name, value}});
    ASSERT_TRUE(sent) << refusal(sent);
    const std::string xml = saml::read_redirect(sent->location.substr(sent->location.find('?') + 1)).value().xml;
    EXPECT_THAT(xml, HasSubstr("ForceAuthn=\"true\""));
    const std::string stale = to_rfc3339(now() - std::chrono::hours(1));
    EXPECT_EQ(refusal(answer(*sent, {.authn_instant = stale})), "stale_authn");
    EXPECT_EQ(refusal(answer(*sent, {.assertion_id = std::string("_") + name})), "accepted");
  }
}

TEST_P(SamlStarts, AConnectionThatLacksSomethingSendsNobodyAnywhere) {
  change_connection([](doorward::Connection& row) { row.saml.provider.certificates.clear(); });
  const auto sent = begin();
  EXPECT_EQ(refusal(sent), "connection_incomplete");
  EXPECT_EQ(attempt().steps.back().name, "redirect");
}

TEST_P(SamlStarts, S83_TheApplicationsAcrValuesChooseAmongWhatTheConnectionDemands) {
  const auto asked_for = [&](const std::string& acr_values) {
    const auto sent = begin({{"acr_values", acr_values}});
    EXPECT_TRUE(sent) << refusal(sent);
    return std::pair(sent, saml::read_redirect(sent->location.substr(sent->location.find('?') + 1)).value().xml);
  };
  const auto [freely, freely_asked] = asked_for(kPassword);
  EXPECT_THAT(freely_asked, HasSubstr(kPassword));
  EXPECT_EQ(refusal(answer(*freely, {.assertion_id = "_a1"})), "accepted") << "the connection demands nothing";

  change_connection([](doorward::Connection& row) { row.saml.authn_context_class_refs = {"urn:token", kMfa}; });
  const auto [both, both_asked] = asked_for(std::string(kPassword) + " " + kMfa);
  EXPECT_THAT(both_asked, HasSubstr(kMfa));
  EXPECT_THAT(both_asked, Not(HasSubstr(kPassword)));
  EXPECT_THAT(both_asked, Not(HasSubstr("urn:token")));
  EXPECT_EQ(refusal(answer(*both, {.assertion_id = "_a2"})), "authn_context") << "a password is no second factor";

  const auto lowered = begin({{"acr_values", kPassword}});
  EXPECT_EQ(refusal(lowered), "authn_context");
  EXPECT_TRUE(lowered.error().location.starts_with(kCallback)) << "back to the application, and not to the provider";
  EXPECT_EQ(attempt().reason, "authn_context");
  EXPECT_EQ(attempt().steps.back().name, "redirect");
  EXPECT_THAT(attempt().steps.back().expected, HasSubstr(kMfa));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlStarts, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
