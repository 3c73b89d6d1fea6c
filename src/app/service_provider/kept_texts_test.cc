#include <gtest/gtest.h>

#include "app/service_provider/kept_authn_request.h"
#include "app/service_provider/saml_logout_name.h"
#include "app/service_provider/saml_service_provider.h"

namespace doorward {
namespace {

TEST(KeptAuthnRequest, ComesBackAsItWas) {
  const KeptAuthnRequest kept{.sent_at = from_micros(1'795'000'000'000'001),
                              .force_authn = true,
                              .authn_context_class_refs = {"urn:mfa", "a \"b\""}};
  const auto again = KeptAuthnRequest::from_text(kept.to_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sent_at, kept.sent_at);
  EXPECT_TRUE(again->force_authn);
  EXPECT_EQ(again->authn_context_class_refs, kept.authn_context_class_refs);
}

TEST(KeptAuthnRequest, IsMadeOfNothingElse) {
  for (const char* text : {"", "{}", "[]", R"({"sent_at":"1","force_authn":false,"contexts":[]})",
                           R"({"sent_at":1,"contexts":[]})", R"({"sent_at":1,"force_authn":false,"contexts":[1]})",
                           R"({"nonce":"n","issuer":"https://idp.test","started_at":1})"}) {
    EXPECT_FALSE(KeptAuthnRequest::from_text(Secret<std::string>(text))) << text;
  }
}

TEST(SamlLogoutName, ComesBackAsItWas) {
  const SamlLogoutName name{.name_id = {.value = "ann \"x\"",
                                        .format = "urn:f",
                                        .name_qualifier = "https://idp.test",
                                        .sp_name_qualifier = "https://us.test"},
                            .session_index = "_s1"};
  const auto again = SamlLogoutName::from_text(name.to_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->name_id.value, name.name_id.value);
  EXPECT_EQ(again->name_id.format, name.name_id.format);
  EXPECT_EQ(again->name_id.name_qualifier, name.name_id.name_qualifier);
  EXPECT_EQ(again->name_id.sp_name_qualifier, name.name_id.sp_name_qualifier);
  EXPECT_EQ(again->session_index, "_s1");
  for (const char* text : {"", "{}", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}) {
    EXPECT_FALSE(SamlLogoutName::from_text(Secret<std::string>(text))) << "an ID token is none";
  }
}

TEST(SamlRequestId, HoldsTheStateOfItsTransaction) {
  const std::string state(43, 'A');
  EXPECT_EQ(saml_request_id(state), "_" + state);
  EXPECT_EQ(state_in_request_id("_" + state), state);
  for (const std::string& other : {std::string(), std::string("_"), state, "_" + state + "A", "x" + state,
                                   "_" + std::string(42, 'A') + "=", "_" + std::string(42, 'A') + "+"}) {
    EXPECT_EQ(state_in_request_id(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace doorward
