#include "app/connections/saml_patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "app/connections/metadata_double.h"
#include "crypto/test_certificates.h"
#include "protocol/saml/certificate_text.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kUrl = "https://idp.test/metadata";
const Timestamp kNow = *parse_rfc3339("2027-01-01T00:00:00Z");

#define EXPECT_FIELD(expression, name)                    \
  do {                                                    \
    const auto& outcome = (expression);                   \
    ASSERT_FALSE(outcome.has_value());                    \
    ASSERT_EQ(outcome.error().violations.size(), 1U);     \
    EXPECT_EQ(outcome.error().violations[0].field, name); \
  } while (false)

std::string pem_of(const std::string& name) {
  return saml::to_pem(test::provider_key(name, kNow, kNow + std::chrono::years(1)).certificate);
}

Connection draft() {
  Connection connection;
  connection.type = ConnectionType::kSaml;
  return connection;
}

Connection by_hand(const std::string& pem) {
  const ConnectionPatch patch{
      .saml = {.entity_id = "https://idp.test/entity", .sso_url = "https://idp.test/sso", .certificates = pem}};
  return *patched_saml(draft(), patch, std::nullopt, kNow);
}

SamlProviderDescription description(std::string id = "a") {
  return {.entity_id = "https://idp.test/entity",
          .sso_url = "https://idp.test/sso",
          .sso_binding = SamlBinding::kHttpRedirect,
          .certificates = {{.id = std::move(id), .der = "DER", .create_time = kNow}}};
}

Connection by_metadata() {
  const ConnectionPatch patch{.saml = {.metadata_url = kUrl}};
  const auto source = metadata_source(draft(), patch, kNow);
  return *patched_saml(draft(), patch, DescribedProvider{.source = **source, .description = description()}, kNow);
}

TEST(SamlPatch, FieldsDescribeAProviderByHand) {
  const Connection after = by_hand(pem_of("one"));
  EXPECT_EQ(after.configuration, ConfigurationType::kManual);
  EXPECT_EQ(after.saml.provider.entity_id, "https://idp.test/entity");
  ASSERT_THAT(after.saml.provider.certificates, SizeIs(1));
  EXPECT_EQ(after.saml.provider.certificates[0].subject, "CN=one");
  EXPECT_EQ(after.saml.provider.certificates[0].create_time, kNow);
  EXPECT_FALSE(*metadata_source(draft(), {.saml = {.entity_id = "x"}}, kNow));
}

TEST(SamlPatch, CertificatesAreThoseOfTheTextAndWhatIsKnownOfOneIsKept) {
  const std::string one = pem_of("one");
  Connection before = by_hand(one);
  before.saml.provider.certificates[0].warn_time = kNow;
  const auto after = patched_saml(before, {.saml = {.certificates = pem_of("two") + "\n" + one + one}}, std::nullopt,
                                  kNow + std::chrono::days(1));
  ASSERT_TRUE(after);
  ASSERT_THAT(after->saml.provider.certificates, SizeIs(2));
  EXPECT_EQ(after->saml.provider.certificates[0].subject, "CN=two");
  EXPECT_EQ(after->saml.provider.certificates[0].create_time, kNow + std::chrono::days(1));
  EXPECT_EQ(after->saml.provider.certificates[1].create_time, kNow);
  EXPECT_EQ(after->saml.provider.certificates[1].warn_time, kNow);
  EXPECT_THAT(patched_saml(before, {.saml = {.certificates = ""}}, std::nullopt, kNow)->saml.provider.certificates,
              IsEmpty());
}

TEST(SamlPatch, S54_WhatIsNoUsableCertificateIsRefusedWhenItIsSaved) {
  const auto refused = [](const std::string& text) {
    return patched_saml(draft(), {.saml = {.certificates = text}}, std::nullopt, kNow);
  };
  for (const char* bad :
       {crypto::test::kRsa1024, crypto::test::kSecp256k1, crypto::test::kEd25519, "bm90IGEgY2VydA=="}) {
    EXPECT_FIELD(refused(bad), "idp_certificate");
    EXPECT_EQ(refused(bad).error().reason, Reason::kCertificateInvalid);
  }
  EXPECT_THAT(refused(crypto::test::kRsa1024).error().message, HasSubstr("2,048"));
  const std::string key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
  for (const std::string& pasted : {key, key + pem_of("one"), pem_of("one") + key}) {
    EXPECT_EQ(refused(pasted).error().reason, Reason::kCertificateInvalid);
    EXPECT_THAT(refused(pasted).error().message, HasSubstr("private key"));
  }
  EXPECT_TRUE(refused(crypto::test::kP521)) << "an accepted curve";
  EXPECT_FIELD(patched_saml(draft(), {.saml = {.metadata_certificate = "x"}}, std::nullopt, kNow),
               "metadata_certificate");
}

TEST(SamlPatch, S103_FourCertificatesAreTheMost) {
  std::string text;
  for (const char* name : {"1", "2", "3", "4"}) text += pem_of(name);
  EXPECT_THAT(by_hand(text).saml.provider.certificates, SizeIs(kMostPinnedCertificates));
  EXPECT_FIELD(patched_saml(draft(), {.saml = {.certificates = text + pem_of("5")}}, std::nullopt, kNow),
               "idp_certificate");
}

TEST(SamlPatch, AnAddressOfMetadataIsReadWhenItIsNew) {
  const auto source = metadata_source(draft(), {.saml = {.metadata_url = kUrl}}, kNow);
  ASSERT_TRUE(*source);
  EXPECT_EQ((*source)->url, kUrl);
  EXPECT_FALSE((*source)->allow_http);
  const Connection before = by_metadata();
  EXPECT_EQ(before.configuration, ConfigurationType::kDiscovery);
  EXPECT_EQ(before.saml.metadata_fetch_time, kNow);
  EXPECT_FALSE(*metadata_source(before, {.ui_button_title = "Acme"}, kNow));
  EXPECT_FALSE(*metadata_source(before, {.saml = {.metadata_url = kUrl}}, kNow))
      << "to say again what is so confirms nothing that the provider may have changed";
  const auto other = metadata_source(before, {.saml = {.metadata_url = "https://other.test"}}, kNow);
  ASSERT_TRUE(*other);
  EXPECT_EQ((*other)->entity_id, "") << "another address may be another provider";
  const auto by_form =
      metadata_source(before, {.saml = {.metadata_url = kUrl, .sso_binding = SamlBinding::kHttpPost}}, kNow);
  ASSERT_TRUE(*by_form);
  EXPECT_EQ((*by_form)->entity_id, before.saml.provider.entity_id);
  EXPECT_EQ((*by_form)->sso_binding, SamlBinding::kHttpPost);
}

TEST(SamlPatch, WhatTheMetadataContradictsIsRefusedAndWhatItSaysMayBeRepeated) {
  const Connection before = by_metadata();
  const auto with = [&](SamlPatch saml) { return patched_saml(before, {.saml = std::move(saml)}, std::nullopt, kNow); };
  EXPECT_FIELD(with({.entity_id = "https://evil.test"}), "idp_entity_id");
  EXPECT_FIELD(with({.sso_url = "https://evil.test"}), "idp_sso_url");
  EXPECT_FIELD(with({.certificates = pem_of("evil")}), "idp_certificate");
  EXPECT_FIELD(with({.sso_binding = SamlBinding::kHttpPost}), "idp_sso_request_binding");
  EXPECT_TRUE(with({.entity_id = "https://idp.test/entity", .sso_binding = SamlBinding::kHttpRedirect}));
  const auto manual =
      patched_saml(before, {.configuration = ConfigurationType::kManual, .saml = {.sso_url = "https://new.test"}},
                   std::nullopt, kNow);
  ASSERT_TRUE(manual);
  EXPECT_EQ(manual->saml.metadata_url, "");
  EXPECT_EQ(manual->saml.provider.sso_url, "https://new.test");
  EXPECT_EQ(manual->saml.provider.certificates[0].id, "a") << "what was known stays";
}

TEST(SamlPatch, S101_AnotherBindingOrSignerOfTheSameAddressConfirmsNothing) {
  const Connection before = by_metadata();
  const auto look = [&](const Connection& known, SamlPatch saml, SamlProviderDescription said) {
    saml.metadata_url = kUrl;
    const ConnectionPatch patch{.saml = std::move(saml)};
    const auto source = metadata_source(known, patch, kNow);
    return patched_saml(known, patch, DescribedProvider{.source = source->value(), .description = std::move(said)},
                        kNow + std::chrono::hours(1))
        .value()
        .saml;
  };
  const SamlPatch by_form{.sso_binding = SamlBinding::kHttpPost};
  SamlProviderDescription said = description();
  said.sso_binding = SamlBinding::kHttpPost;
  said.sso_url = "https://idp.test/post";
  const SamlSettings asked = look(before, by_form, said);
  EXPECT_EQ(asked.provider.sso_url, "https://idp.test/post") << "this was asked for";
  EXPECT_FALSE(asked.pending_description);
  EXPECT_EQ(asked.metadata_url, kUrl);
  EXPECT_EQ(asked.metadata_fetch_time, kNow + std::chrono::hours(1));

  said.certificates = {{.id = "evil"}};
  const SamlSettings waiting = look(before, by_form, said);
  EXPECT_EQ(waiting.provider.certificates.at(0).id, "a");
  EXPECT_EQ(waiting.provider.sso_url, "https://idp.test/post");
  EXPECT_EQ(description_id(waiting.pending_description.value()), description_id(said));

  Connection declined = before;
  declined.saml.declined_description = description_id(said);
  EXPECT_FALSE(look(declined, by_form, said).pending_description) << "declined stays declined";
  EXPECT_EQ(look(declined, by_form, said).declined_description, description_id(said));
  EXPECT_EQ(look(declined, by_form, said).provider.certificates.at(0).id, "a");

  const SamlSettings signer = look(before, {.metadata_certificate = pem_of("signer")}, description("evil"));
  EXPECT_FALSE(signer.metadata_certificate_der.empty());
  EXPECT_EQ(signer.provider.certificates.at(0).id, "a");
  EXPECT_TRUE(signer.pending_description);

  SamlProviderDescription moved = description();
  moved.sso_url = "https://evil.test/sso";
  const SamlSettings elsewhere = look(before, {.metadata_certificate = pem_of("signer")}, moved);
  EXPECT_EQ(elsewhere.provider.sso_url, "https://idp.test/sso") << "nobody asked for another address";
  EXPECT_TRUE(elsewhere.pending_description);
}

TEST(SamlPatch, S101_AnotherEntityOfTheSameAddressIsTakenByItsNameAndItsKeysAreConfirmed) {
  const Connection before = by_metadata();
  const auto look = [&](const Connection& known, const SamlProviderDescription& said) {
    const ConnectionPatch patch{.saml = {.metadata_url = kUrl, .entity_id = said.entity_id}};
    const auto source = metadata_source(known, patch, kNow);
    return patched_saml(known, patch, DescribedProvider{.source = source->value(), .description = said}, kNow)
        .value()
        .saml;
  };
  SamlProviderDescription said = description();
  said.entity_id = "https://idp.test/renamed";
  EXPECT_EQ(look(before, said).provider.entity_id, said.entity_id);
  EXPECT_FALSE(look(before, said).pending_description);

  said.certificates = {{.id = "b"}};
  EXPECT_EQ(description_id(look(before, said).provider), description_id(before.saml.provider));
  EXPECT_EQ(description_id(look(before, said).pending_description.value()), description_id(said));
  Connection declined = before;
  declined.saml.declined_description = description_id(said);
  EXPECT_TRUE(look(declined, said).pending_description) << "who asks for it by its name is asked again";
}

TEST(SamlPatch, ADocumentTakesThePlaceOfAnAddress) {
  const Connection before = by_metadata();
  const ConnectionPatch patch{.saml = {.metadata_xml = "<md/>"}};
  const auto source = metadata_source(before, patch, kNow);
  ASSERT_TRUE(*source);
  EXPECT_EQ((*source)->xml, "<md/>");
  EXPECT_EQ((*source)->url, "");
  const auto after =
      patched_saml(before, patch, DescribedProvider{.source = **source, .description = description("b")}, kNow);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->configuration, ConfigurationType::kManual);
  EXPECT_EQ(after->saml.metadata_url, "");
  EXPECT_FALSE(after->saml.metadata_fetch_time);
  EXPECT_EQ(after->saml.provider.certificates[0].id, "b");
  EXPECT_FIELD(check_saml_patch({.metadata_url = kUrl, .metadata_xml = "<md/>"}), "metadata_xml");
  EXPECT_FIELD(patched_saml(*after, {.configuration = ConfigurationType::kDiscovery}, std::nullopt, kNow),
               "idp_metadata_url");
}

TEST(SamlPatch, TheFirstAliasIsWhereRequestsAskAnswersToGo) {
  Connection before = draft();
  const auto with = [&](SamlPatch saml) { return patched_saml(before, {.saml = std::move(saml)}, std::nullopt, kNow); };
  before = *with({.acs_aliases = {{"https://a.test/acs?x=1", "https://b.test/acs"}}});
  EXPECT_THAT(with({.acs_url = "https://b.test/acs"})->saml.acs_aliases,
              ElementsAre("https://b.test/acs", "https://a.test/acs?x=1"));
  EXPECT_THAT(with({.acs_url = "https://c.test/acs2"})->saml.acs_aliases, SizeIs(3));
  EXPECT_THAT(with({.acs_url = ""})->saml.acs_aliases, IsEmpty());
  EXPECT_FIELD(with({.acs_url = "https://c.test/acs"}), "acs_aliases[2]");
  EXPECT_TRUE(with({.acs_aliases = {{"https://a.test/sso/v1/saml/conn_2/callback"}}})) << "it may be nobody's here";
  EXPECT_FIELD(with({.acs_aliases = {{"https://a.test"}}}), "acs_aliases[0]");
  EXPECT_FIELD(with({.acs_aliases = {{"/acs"}}}), "acs_aliases[0]");
  const std::vector<std::string> many(kMostSamlAcsAliases + 1, "https://a.test/acs");
  EXPECT_FIELD(with({.acs_aliases = many}), "acs_aliases");
  EXPECT_EQ(alias_path("https://a.test/acs?x=1"), "/acs?x=1");
  EXPECT_EQ(alias_path("https://a.test?x=1"), "/?x=1");
  EXPECT_EQ(alias_path("https://a.test"), "/");
  EXPECT_EQ(connection_in("/sso/v1/saml/conn_2/callback"), ConnectionId("conn_2"));
  EXPECT_EQ(connection_in("/sso/v1/saml/conn_2?x=/y"), ConnectionId("conn_2"));
  EXPECT_EQ(connection_in("/sso/saml/acs/conn_2"), std::nullopt);
}

TEST(SamlPatch, RefusesWhatNoConnectionTakes) {
  EXPECT_FIELD(check_saml_patch({.entity_id = std::string(kMostSamlEntityIdBytes + 1, 'x')}), "idp_entity_id");
  EXPECT_FIELD(check_saml_patch({.entity_id = "urn:a b"}), "idp_entity_id");
  EXPECT_FIELD(check_saml_patch({.sp_entity_id = "a\nb"}), "sp_entity_id");
  EXPECT_FIELD(check_saml_patch({.default_redirect_uri = "javascript:alert(1)"}), "default_redirect_uri");
  EXPECT_FIELD(check_saml_patch({.clock_skew = kMostSamlClockSkew + std::chrono::seconds(1)}), "clock_skew");
  EXPECT_FIELD(check_saml_patch({.clock_skew = std::chrono::seconds(-1)}), "clock_skew");
  EXPECT_TRUE(check_saml_patch({.clock_skew = kMostSamlClockSkew}));
  EXPECT_FIELD(check_saml_patch({.assertion_life = kMostSamlAssertionLife + std::chrono::seconds(1)}),
               "assertion_life");
  EXPECT_FIELD(check_saml_patch({.assertion_life = kLeastSamlAssertionLife - std::chrono::seconds(1)}),
               "assertion_life");
  EXPECT_TRUE(check_saml_patch({.assertion_life = kLeastSamlAssertionLife}));
  EXPECT_FIELD(check_saml_patch({.authn_context_class_refs = {{"urn:a", "Password"}}}), "authn_context_class_refs[1]");
  const std::vector<std::string> many(kMostAuthnContextClassRefs + 1, "urn:a");
  EXPECT_FIELD(check_saml_patch({.authn_context_class_refs = many}), "authn_context_class_refs");
}

TEST(SamlPatch, AddressesAreHttpsUnlessDebuggingIsOnAndOnlyOursAreJudgedByEgress) {
  const test::Publisher http;
  Connection after = by_hand(pem_of("one"));
  EXPECT_TRUE(check_saml_addresses(http, draft(), after));
  after.saml.provider.sso_url = "http://idp.test/sso";
  EXPECT_FIELD(check_saml_addresses(http, draft(), after), "idp_sso_url");
  after.debug_enabled = true;
  EXPECT_TRUE(check_saml_addresses(http, draft(), after));
  after.saml.provider.sso_url = "https://forbidden.test";
  EXPECT_TRUE(check_saml_addresses(http, draft(), after)) << "a browser goes there, inside the customer's network";
  after.saml.metadata_url = "https://forbidden.test/metadata";
  const auto refused = check_saml_addresses(http, draft(), after);
  EXPECT_FIELD(refused, "idp_metadata_url");
  EXPECT_EQ(refused.error().reason, Reason::kEgressForbidden);
  EXPECT_TRUE(check_saml_addresses(http, after, after)) << "what was there is judged when it is used";
}

TEST(SamlRefresh, S101_ADifferenceWaitsAndAFailureChangesNothing) {
  const SamlSettings before = by_metadata().saml;
  const Timestamp later = kNow + std::chrono::hours(6);
  const auto same = after_refresh(before, description(), later);
  EXPECT_EQ(same.metadata_fetch_time, later);
  EXPECT_FALSE(same.pending_description);

  for (const auto& change : std::vector<std::function<void(SamlProviderDescription&)>>{
           [](auto& said) { said.entity_id = "https://evil.test"; },
           [](auto& said) { said.sso_url = "https://evil.test"; },
           [](auto& said) { said.slo_url = "https://evil.test"; }, [](auto& said) { said.certificates[0].id = "b"; },
           [](auto& said) { said.certificates.push_back({.id = "b"}); }}) {
    SamlProviderDescription said = description();
    change(said);
    const SamlSettings after = after_refresh(before, said, later);
    ASSERT_TRUE(after.pending_description);
    EXPECT_EQ(description_id(after.provider), description_id(before.provider)) << "nothing counts yet";
    EXPECT_EQ(description_id(*after.pending_description), description_id(said));
    EXPECT_NE(description_id(said), description_id(before.provider));
    EXPECT_FALSE(after_refresh(after, description(), later).pending_description) << "the provider took it back";

    SamlSettings declined = before;
    declined.declined_description = description_id(said);
    EXPECT_FALSE(after_refresh(declined, said, later).pending_description);
  }

  SamlProviderDescription harmless = description();
  harmless.want_requests_signed = true;
  EXPECT_TRUE(after_refresh(before, harmless, later).provider.want_requests_signed);

  const auto failed = after_refresh(before, failure(make_error(Reason::kMetadataInvalid, "dtd_forbidden: no")), later);
  EXPECT_EQ(failed.metadata_error, "dtd_forbidden: no");
  EXPECT_EQ(failed.metadata_fetch_time, kNow);
  EXPECT_EQ(description_id(failed.provider), description_id(before.provider));
  EXPECT_EQ(after_refresh(failed, description(), later).metadata_error, "");
}

}  // namespace
}  // namespace doorward
