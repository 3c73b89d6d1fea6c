// SAML connections as the application configures them.
#include "connections/suite.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(ConnectionSuite, ANewConnectionHasTheCurrentKeyAndKeepsIt) {
  const Connection first = create();
  EXPECT_EQ(first.status, ConnectionStatus::kDraft);
  const SamlKey before = sync_wait(keys_->current()).value();
  EXPECT_EQ(first.saml.certificate_id, before.id.str());
  const SamlKey after = sync_wait(keys_->roll_over(caller(), std::nullopt)).value();
  EXPECT_EQ(stored(first).saml.certificate_id, before.id.str());
  EXPECT_EQ(create().saml.certificate_id, after.id.str());
  EXPECT_EQ(update_saml(first, {.certificate_id = ""})->saml.certificate_id, after.id.str()) << "the current one";
  EXPECT_REASON(update_saml(first, {.certificate_id = "cert_0"}), Reason::kSamlKeyNotFound);
  EXPECT_EQ(stored(first).saml.certificate_id, after.id.str());
  ASSERT_OK(update_saml(first, {.certificate_id = before.id.str()}));
  EXPECT_REASON(sync_wait(keys_->remove(caller(), before.id)), Reason::kSamlKeyInUse);
}

TEST_P(ConnectionSuite, FieldsCompleteAConnection) {
  const Connection draft = create();
  EXPECT_EQ(update_saml(draft, {.entity_id = "https://idp.test/entity"})->status, ConnectionStatus::kInProgress);
  EXPECT_EQ(update_saml(draft, {.sso_url = "https://idp.test/sso", .certificates = pem("one")})->status,
            ConnectionStatus::kCompleted);
  EXPECT_EQ(stored(draft).saml.metadata_fetch_time, std::nullopt);
  EXPECT_EQ(http_.asked(), 0);
  ASSERT_OK(sync_wait(connections_->set_enabled(caller(), acme_.id, draft.id, true)));
  EXPECT_REASON(update_saml(draft, {.certificates = ""}), Reason::kConnectionIncomplete);
  EXPECT_THAT(told(), ElementsAre("organization.sso_created", "organization.sso_enabled"));
}

TEST_P(ConnectionSuite, OnceSomebodyHasSignedInTheEntityIdChangesOnlyToTheAcceptedOne) {
  const Connection connection = by_hand(pem("one"));
  sign_somebody_in(connection);
  const auto rename = [&] { return update_saml(connection, {.entity_id = "https://new.test/entity"}); };
  const auto answer = rename();
  EXPECT_REASON(answer, Reason::kInvalidArgument);
  EXPECT_EQ(answer.error().violations.at(0).field, "idp_entity_id");
  ASSERT_OK(update(connection, {.accepted_issuer = "https://new.test/entity"}));
  ASSERT_OK(rename());
  EXPECT_EQ(stored(connection).saml.provider.entity_id, "https://new.test/entity");
}

TEST_P(ConnectionSuite, AnAcceptedIssuerIsAnEntityId) {
  const Connection connection = create();
  ASSERT_OK(update(connection, {.accepted_issuer = "urn:acme:idp"}));  // of SAML it need not be an address
  for (const std::string& bad : {std::string(kMostSamlEntityIdBytes + 1, 'x'), std::string("urn:a b"),
                                 std::string("urn:a\n"), std::string("urn:\xFF")}) {
    const auto answer = update(connection, {.accepted_issuer = bad});
    EXPECT_REASON(answer, Reason::kInvalidArgument);
    EXPECT_EQ(answer.error().violations.at(0).field, "accepted_issuer");
  }
  EXPECT_EQ(stored(connection).accepted_issuer, "urn:acme:idp");
}

TEST_P(ConnectionSuite, SettingsOfAnotherTypeAreRefused) {
  const Connection saml = create();
  const Connection oidc = create(ConnectionType::kOidc);
  EXPECT_REASON(update_saml(oidc, {.entity_id = "x"}), Reason::kConnectionTypeNotSupported);
  EXPECT_REASON(update(saml, {.settings_type = ConnectionType::kOidc, .oidc = {.client_id = "x"}}),
                Reason::kConnectionTypeNotSupported);
  EXPECT_REASON(update(saml, {.type = ConnectionType::kOidc}), Reason::kConnectionTypeNotSupported);
  const auto caller_of = caller();
  EXPECT_REASON(sync_wait(providers_->add_certificate(caller_of, acme_.id, oidc.id, pem("one"))),
                Reason::kConnectionTypeNotSupported);
  EXPECT_REASON(sync_wait(providers_->refresh(caller_of, acme_.id, oidc.id)), Reason::kConnectionTypeNotSupported);
  const Organization globex = organization(environment_);
  EXPECT_REASON(sync_wait(providers_->refresh(caller_of, globex.id, saml.id)), Reason::kConnectionNotFound);
  EXPECT_REASON(sync_wait(providers_->add_certificate(caller_of, globex.id, saml.id, pem("one"))),
                Reason::kConnectionNotFound);
}

TEST_P(ConnectionSuite, ThePathOfAnAliasIsOfOneConnection) {
  const Connection one = create();
  const Connection other = create();
  const auto at = [&](const char* path) {
    return must_read([&](const ReadTx& tx) { return tx.saml_keys().connection_at(environment_.id, path); });
  };
  ASSERT_OK(update_saml(one, {.acs_aliases = {{"https://old.test/acs?tenant=1", "https://old.test/acs?tenant=2"}}}));
  EXPECT_EQ(at("/acs?tenant=2"), one.id);
  EXPECT_REASON(update_saml(other, {.acs_url = "https://elsewhere.test/acs?tenant=2"}), Reason::kAcsAliasTaken);
  EXPECT_THAT(stored(other).saml.acs_aliases, IsEmpty());
  ASSERT_OK(update_saml(one, {.acs_aliases = {{"https://old.test/acs?tenant=1"}}}));
  ASSERT_OK(update_saml(other, {.acs_url = "https://elsewhere.test/acs?tenant=2"}));
  EXPECT_EQ(at("/acs?tenant=2"), other.id);
  ASSERT_OK(sync_wait(connections_->remove(caller(), acme_.id, other.id)));
  EXPECT_EQ(at("/acs?tenant=2"), std::nullopt);
}

TEST_P(ConnectionSuite, NoAliasIsWhereTheServerOrAConnectionAnswersItself) {
  const Connection connection = create();
  const Connection other = create();
  for (const std::string& path : {std::string("/oauth/token"), std::string("/oauth/token?tenant=1"),
                                  "/sso/v1/saml/" + connection.id.str() + "/callback",
                                  "/sso/v1/saml/" + other.id.str() + "/callback", "/sso/v1/saml/" + other.id.str()}) {
    const auto answer = update_saml(connection, {.acs_aliases = {{"https://old.test/acs", "https://old.test" + path}}});
    EXPECT_REASON(answer, Reason::kInvalidArgument);
    EXPECT_EQ(answer.error().violations.at(0).field, "acs_aliases[1]") << path;
  }
  EXPECT_THAT(stored(connection).saml.acs_aliases, IsEmpty());
  ASSERT_OK(update_saml(connection, {.acs_aliases = {{"https://old.test/sso/v1/saml/conn_12345678901234567/callback",
                                                      "https://old.test/sso/saml/acs/x"}}}));
  EXPECT_EQ(must_read([&](const ReadTx& tx) {
              return tx.saml_keys().connection_at(environment_.id, "/sso/v1/saml/conn_12345678901234567/callback");
            }),
            connection.id);
}

TEST_P(ConnectionSuite, EverySwitchThatWeakensACheckLeavesARecord) {
  const Connection connection = create();
  const auto records = [&] {
    return must_read([&](const ReadTx& tx) { return tx.changes().history(environment_.id, acme_.id.str(), 0, 1000); })
        .size();
  };
  for (std::optional<bool> SamlPatch::* flag :
       {&SamlPatch::allow_sha1, &SamlPatch::allow_cbc, &SamlPatch::allow_comments, &SamlPatch::allow_advice,
        &SamlPatch::allow_expired_certificates}) {
    const std::size_t before = records();
    SamlPatch patch;
    patch.*flag = true;
    ASSERT_OK(update_saml(connection, patch));
    EXPECT_EQ(records(), before + 1);
    ASSERT_OK(update_saml(connection, patch));
    EXPECT_EQ(records(), before + 1) << "no difference, no record";
  }
}

TEST_P(ConnectionSuite, S101_MetadataComesFromWhereItMayAndIsRefusedForTheRightReason) {
  const Connection connection = create();
  const std::vector certificates{key("one").certificate};
  const auto published = [&](Result<HttpResponse> answer) {
    http_.publish(kUrl, std::move(answer));
    const auto refused = update_saml(connection, {.metadata_url = kUrl});
    return refused ? std::string("accepted")
                   : std::string(reason_name(refused.error().reason)) + " " + refused.error().message;
  };
  const auto document = [](std::string body) { return HttpResponse{.status = 200, .body = std::move(body)}; };

  EXPECT_REASON(update_saml(connection, {.metadata_url = "http://idp.test/metadata"}), Reason::kInvalidArgument);
  EXPECT_REASON(update_saml(connection, {.metadata_url = "https://forbidden.test/metadata"}), Reason::kEgressForbidden);
  EXPECT_EQ(http_.asked(), 0) << "nobody was asked";
  EXPECT_THAT(published(failure(make_error(Reason::kEgressForbidden, "private"))), HasSubstr("metadata_failed"));
  EXPECT_THAT(published(HttpResponse{.status = 302, .headers = {{"location", "https://evil.test"}}}),
              HasSubstr("metadata_failed The metadata's address answers with a redirect"));
  EXPECT_THAT(published(HttpResponse{.status = 500}), HasSubstr("status 500"));
  EXPECT_THAT(published(document("<!DOCTYPE x [<!ENTITY y 'z'>]>" + test::metadata_of({.certificates = certificates}))),
              HasSubstr("metadata_invalid dtd_forbidden"));
  EXPECT_THAT(published(document(std::string(kMaxHttpResponseBytes + 1, ' '))),
              HasSubstr("metadata_invalid too_large"));
  EXPECT_THAT(published(document("<html/>")), HasSubstr("metadata_invalid wrong_root"));
  EXPECT_THAT(
      published(document(test::metadata_of({.certificates = certificates, .valid_until = "2020-01-01T00:00:00Z"}))),
      HasSubstr("metadata_invalid The metadata is out of date"));
  EXPECT_THAT(published(document(test::metadata_of({}))), HasSubstr("metadata_invalid"));
  EXPECT_EQ(stored(connection).status, ConnectionStatus::kDraft) << "nothing was taken";

  http_.publish(kUrl, {.certificates = certificates, .wants_requests_signed = true});
  const Connection after = update_saml(connection, {.metadata_url = kUrl}).value();
  EXPECT_EQ(after.status, ConnectionStatus::kCompleted);
  EXPECT_EQ(after.configuration, ConfigurationType::kDiscovery);
  EXPECT_EQ(after.saml.provider.entity_id, "https://idp.test/entity");
  EXPECT_EQ(after.saml.provider.sso_binding, SamlBinding::kHttpRedirect);
  EXPECT_TRUE(after.saml.provider.want_requests_signed);
  EXPECT_EQ(after.saml.metadata_fetch_time, now());
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));

  const int asked = http_.asked();
  http_.publish(kUrl, {.certificates = {key("evil").certificate}});
  ASSERT_OK(update_saml(connection, {.metadata_url = kUrl}));
  EXPECT_EQ(http_.asked(), asked);
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one")) << "to repeat a setting confirms nothing";
}

TEST_P(ConnectionSuite, S102_AConfiguredSignatureIsRequiredOfTheConfiguredSigner) {
  const test::ProviderKey federation = key("federation");
  const test::ProviderKey other = key("other");
  const test::PublishedProvider provider{.certificates = {key("one").certificate}};
  const Connection connection = create();
  const auto publish = [&](std::string body) {
    http_.publish(kUrl, HttpResponse{.status = 200, .body = std::move(body)});
  };
  const SamlPatch patch{.metadata_url = kUrl, .metadata_certificate = saml::to_pem(federation.certificate)};

  publish(test::metadata_of(provider));
  const auto plain = update_saml(connection, patch);
  EXPECT_REASON(plain, Reason::kMetadataInvalid);
  EXPECT_THAT(plain.error().message, HasSubstr("unsigned"));
  publish(test::signed_metadata_of(provider, other));
  const auto foreign = update_saml(connection, patch);
  EXPECT_REASON(foreign, Reason::kMetadataInvalid);
  EXPECT_THAT(foreign.error().message, HasSubstr("signature_invalid"));
  EXPECT_EQ(stored(connection).status, ConnectionStatus::kDraft);

  publish(test::signed_metadata_of(provider, federation));
  ASSERT_OK(update_saml(connection, patch));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));

  publish(test::metadata_of(provider));
  EXPECT_REASON(sync_wait(providers_->refresh(caller(), acme_.id, connection.id)), Reason::kMetadataInvalid);
  EXPECT_THAT(stored(connection).saml.metadata_error, HasSubstr("unsigned"));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one")) << "what was known counts on";
}

TEST_P(ConnectionSuite, S102_AnotherSignerOfTheMetadataLeavesARecord) {
  const Connection connection = create();
  const auto last = [&] {
    return must_read([&](const ReadTx& tx) { return tx.changes().history(environment_.id, acme_.id.str(), 0, 1000); })
        .back();
  };
  const auto signer_in = [](const std::optional<boost::json::object>& snapshot) {
    const boost::json::value* id = snapshot.value().at("saml").as_object().if_contains("metadata_certificate_id");
    return id == nullptr ? std::string() : std::string(id->as_string());
  };
  const test::ProviderKey first = key("first");
  const test::ProviderKey second = key("second");
  const auto id_of = [&](const test::ProviderKey& signer) {
    return saml::read_certificate_der(signer.certificate, now()).value().id;
  };
  ASSERT_OK(update_saml(connection, {.metadata_certificate = saml::to_pem(first.certificate)}));
  EXPECT_EQ(signer_in(last().after), id_of(first));
  ASSERT_OK(update_saml(connection, {.metadata_certificate = saml::to_pem(second.certificate)}));
  EXPECT_EQ(signer_in(last().before), id_of(first));
  EXPECT_EQ(signer_in(last().after), id_of(second));
  ASSERT_OK(update_saml(connection, {.metadata_certificate = ""}));
  EXPECT_EQ(signer_in(last().after), "");
}

TEST_P(ConnectionSuite, S102_OfSeveralEntitiesExactlyTheNamedOneIsTaken) {
  const std::string mine = test::metadata_of({.certificates = {key("mine").certificate}});
  std::string other = test::metadata_of({.entity_id = "https://other.test", .certificates = {key("x").certificate}});
  other.replace(other.find("_metadata"), 9, "_other");
  const std::string xml = R"(<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">)" + other + mine +
                          "</md:EntitiesDescriptor>";
  const Connection connection = create();
  EXPECT_REASON(update_saml(connection, {.metadata_xml = xml}), Reason::kMetadataInvalid);
  EXPECT_REASON(update_saml(connection, {.metadata_xml = xml, .entity_id = "https://idp.test/"}),
                Reason::kMetadataInvalid);
  ASSERT_OK(update_saml(connection, {.metadata_xml = xml, .entity_id = "https://idp.test/entity"}));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=mine"));
  EXPECT_EQ(stored(connection).configuration, ConfigurationType::kManual);
}

}  // namespace
}  // namespace doorward
