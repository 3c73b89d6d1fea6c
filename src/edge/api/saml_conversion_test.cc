#include "edge/api/saml_conversion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/connections/saml_patch.h"
#include "edge/api/connection_conversion.h"

namespace doorward::api {
namespace {

using testing::ElementsAre;

constexpr const char* kBase = "https://id.test";
const Timestamp kNow = *parse_rfc3339("2027-01-01T00:00:00Z");

Connection connection() {
  Connection made;
  made.id = ConnectionId("conn_1");
  made.type = ConnectionType::kSaml;
  made.ui_button_title = "Acme";
  made.jit_provisioning = false;
  made.saml.provider = {.entity_id = "urn:idp",
                        .sso_url = "https://idp.test/sso",
                        .sso_binding = SamlBinding::kHttpPost,
                        .slo_url = "https://idp.test/slo",
                        .slo_binding = SamlBinding::kHttpRedirect,
                        .certificates = {{.id = "a",
                                          .der = "DER",
                                          .subject = "CN=s",
                                          .issuer = "CN=i",
                                          .not_after = kNow + std::chrono::days(1),
                                          .create_time = kNow}}};
  made.saml.name_id_format = NameIdFormat::kPersistent;
  made.saml.signing_option = SamlSigningOption::kAssertion;
  made.saml.certificate_id = "cert_1";
  made.saml.metadata_url = "https://idp.test/metadata";
  return made;
}

TEST(SamlConversion, SendsTheProviderAndWhatItIsTold) {
  connections_v1::SAMLConnectionConfigResponse out;
  to_proto(connection(), kBase, out);
  EXPECT_EQ(out.sp_entity_id(), "https://id.test/sso/v1/saml/conn_1");
  EXPECT_EQ(out.sp_assertion_url(), "https://id.test/sso/v1/saml/conn_1/callback");
  EXPECT_EQ(out.sp_metadata_url(), "https://id.test/sso/v1/saml/conn_1/metadata");
  EXPECT_EQ(out.sp_slo_url().value(), "https://id.test/sso/v1/saml/conn_1/slo");
  EXPECT_EQ(out.idp_metadata_url().value(), "https://idp.test/metadata");
  EXPECT_EQ(out.idp_entity_id().value(), "urn:idp");
  EXPECT_EQ(out.idp_sso_request_binding(), connections_v1::HTTP_POST);
  EXPECT_EQ(out.idp_slo_request_binding(), connections_v1::HTTP_REDIRECT);
  EXPECT_EQ(out.idp_name_id_format(), connections_v1::PERSISTENT);
  EXPECT_EQ(out.saml_signing_option(), connections_v1::SAML_ONLY_ASSERTION_SIGNING);
  EXPECT_EQ(out.certificate_id().value(), "cert_1");
  EXPECT_EQ(out.ui_button_title().value(), "Acme");
  EXPECT_FALSE(out.has_default_redirect_uri());
  EXPECT_TRUE(out.has_jit_provisioning_with_sso_enabled());
  EXPECT_FALSE(out.jit_provisioning_with_sso_enabled().value());
  ASSERT_EQ(out.idp_certificates_size(), 1);
  EXPECT_EQ(out.idp_certificates(0).certificate(), "-----BEGIN CERTIFICATE-----\nREVS\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(out.idp_certificates(0).issuer(), "CN=i");
  Connection moved = connection();
  moved.saml.sp_entity_id = "urn:old";
  moved.saml.acs_aliases = {"https://old.test/acs", "https://older.test/acs2"};
  to_proto(moved, kBase, out);
  EXPECT_EQ(out.sp_entity_id(), "urn:old");
  EXPECT_EQ(out.sp_assertion_url(), "https://old.test/acs");
}

TEST(SamlConversion, WhatIsNotGivenStaysAndWhatFollowsIsStoredAsNothing) {
  const ConnectionId id("conn_1");
  const SamlPatch nothing = from_proto(connections_v1::SAMLConnectionConfigRequest(), id, kBase);
  EXPECT_FALSE(nothing.entity_id || nothing.certificates || nothing.name_id_format || nothing.sso_binding ||
               nothing.signing_option || nothing.force_authn || nothing.sp_entity_id || nothing.acs_url);

  connections_v1::SAMLConnectionConfigRequest input;
  input.mutable_sp_entity_id()->set_value("https://id.test/sso/v1/saml/conn_1");
  input.mutable_sp_assertion_url()->set_value("https://id.test/sso/v1/saml/conn_1/callback");
  input.mutable_idp_entity_id()->set_value("");
  input.set_idp_name_id_format(connections_v1::EMAIL);
  input.set_idp_sso_request_binding(static_cast<connections_v1::RequestBinding>(99));
  input.mutable_force_authn()->set_value(false);
  const SamlPatch patch = from_proto(input, id, kBase);
  EXPECT_EQ(patch.sp_entity_id, "");
  EXPECT_EQ(patch.acs_url, "");
  EXPECT_EQ(patch.entity_id, "");
  EXPECT_EQ(patch.name_id_format, NameIdFormat::kEmail);
  EXPECT_EQ(patch.sso_binding, std::nullopt) << "a number that nobody knows";
  EXPECT_EQ(patch.force_authn, false);
  EXPECT_EQ(from_proto(input, ConnectionId("conn_2"), kBase).sp_entity_id, input.sp_entity_id().value());
}

TEST(SamlConversion, SendsWhatWaitsWithItsDifference) {
  Connection waiting = connection();
  SamlProviderDescription pending = waiting.saml.provider;
  pending.certificates[0].id = "b";
  pending.entity_id = "urn:new";
  waiting.saml.pending_description = pending;
  ::doorward::v1::SamlConnectionSettings out;
  to_proto(waiting, out);
  EXPECT_EQ(out.pending_metadata().id(), description_id(pending));
  EXPECT_EQ(out.pending_metadata().idp_entity_id(), "urn:new");
  EXPECT_THAT(out.pending_metadata().certificates_added(), ElementsAre("b"));
  EXPECT_THAT(out.pending_metadata().certificates_removed(), ElementsAre("a"));
  EXPECT_TRUE(out.pending_metadata().entity_id_changes());
  EXPECT_FALSE(out.pending_metadata().addresses_change());
  EXPECT_EQ(out.clock_skew().seconds(), kSamlClockSkew.count());
}

TEST(SamlConversion, ListsCanBeEmptied) {
  ::doorward::v1::UpdateSamlConnectionSettings input;
  const auto untouched = from_proto(input);
  ASSERT_TRUE(untouched);
  EXPECT_FALSE(untouched->acs_aliases || untouched->authn_context_class_refs || untouched->clock_skew);
  input.mutable_acs_aliases();
  input.mutable_authn_context_class_refs()->add_class_refs("urn:a");
  input.mutable_clock_skew()->set_seconds(30);
  input.mutable_assertion_life()->set_seconds(90);
  input.set_idp_name_id_format(connections_v1::NAME_ID_FORMAT_NIL);
  const auto patch = from_proto(input);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(patch->acs_aliases && patch->acs_aliases->empty());
  EXPECT_THAT(*patch->authn_context_class_refs, ElementsAre("urn:a"));
  EXPECT_EQ(patch->clock_skew, std::chrono::seconds(30));
  EXPECT_EQ(patch->assertion_life, std::chrono::seconds(90));
  EXPECT_EQ(patch->name_id_format, NameIdFormat::kNil);
}

TEST(SamlConversion, SettingsAreOfOneType) {
  ::doorward::v1::UpdateConnectionSettings input;
  input.set_trust_email(true);
  EXPECT_EQ(from_proto(input)->settings_type, std::nullopt) << "both have this";
  input.mutable_saml()->set_allow_sha1(true);
  EXPECT_EQ(from_proto(input)->settings_type, ConnectionType::kSaml);
  input.set_end_session_uri("");
  ASSERT_FALSE(from_proto(input));
  EXPECT_EQ(from_proto(input).error().violations.at(0).field, "settings.saml");
}

}  // namespace
}  // namespace doorward::api
