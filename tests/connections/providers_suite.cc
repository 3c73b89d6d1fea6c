// What happens to a SAML connection while its provider changes.
#include "connections/suite.h"

namespace doorward {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kChanged = "organization.sso_metadata_changed";
constexpr const char* kExpiring = "organization.sso_certificate_expiring";

TEST_P(ConnectionSuite, S101_NewKeysWaitForAnAdministrator) {
  const auto one = key("one").certificate;
  const auto two = key("two").certificate;
  const Connection connection = by_metadata({one});
  told();
  EXPECT_EQ(run_due(), now() + SamlProviders::kIdle) << "nothing is due";
  http_.publish(kUrl, {.certificates = {one, two}});
  clock_.advance(hours(6));
  run_due();
  EXPECT_THAT(told(), ElementsAre(kChanged));
  const Connection waiting = stored(connection);
  ASSERT_TRUE(waiting.saml.pending_description);
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one")) << "nothing counts before it is confirmed";
  EXPECT_EQ(waiting.saml.metadata_fetch_time, now());
  EXPECT_EQ(waiting.configure_time, connection.configure_time);
  clock_.advance(hours(6));
  run_due();
  EXPECT_THAT(told(), IsEmpty()) << "told once";

  const std::string id = description_id(*waiting.saml.pending_description);
  const auto confirm = [&](const std::string& which) {
    return sync_wait(providers_->confirm(caller(), acme_.id, connection.id, which));
  };
  EXPECT_REASON(confirm("0000"), Reason::kStoreConflict);
  ASSERT_OK(confirm(id));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one", "CN=two"));
  EXPECT_FALSE(stored(connection).saml.pending_description);
  EXPECT_EQ(stored(connection).configure_time, now()) << "a test made before says nothing of the new keys";
  EXPECT_EQ(stored(connection).saml.provider.certificates[0].create_time, connection.create_time);
  EXPECT_REASON(confirm(id), Reason::kMetadataUnchanged);
}

TEST_P(ConnectionSuite, S101_WhatWasDeclinedIsNotOfferedAgainAndWhatWasTakenBackIsForgotten) {
  const auto one = key("one").certificate;
  const auto two = key("two").certificate;
  const Connection connection = by_metadata({one});
  told();
  const auto refresh = [&] {
    return sync_wait(providers_->refresh(caller(), acme_.id, connection.id)).value().connection.saml;
  };
  http_.publish(kUrl, {.entity_id = "https://evil.test", .certificates = {one}});
  const auto renamed = refresh().pending_description;
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->entity_id, "https://evil.test");
  EXPECT_EQ(stored(connection).saml.provider.entity_id, "https://idp.test/entity");
  ASSERT_OK(sync_wait(providers_->decline(caller(), acme_.id, connection.id, description_id(*renamed))));
  EXPECT_FALSE(refresh().pending_description);
  EXPECT_THAT(told(), ElementsAre(kChanged));

  http_.publish(kUrl, {.certificates = {two}});
  EXPECT_TRUE(refresh().pending_description) << "another change is another question";
  http_.publish(kUrl, {.certificates = {one}});
  EXPECT_FALSE(refresh().pending_description);
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));
  EXPECT_REASON(sync_wait(providers_->decline(caller(), acme_.id, connection.id, "x")), Reason::kMetadataUnchanged);
}

TEST_P(ConnectionSuite, OnceSomebodyHasSignedInOnlyTheAcceptedEntityIdIsConfirmed) {
  const std::string renamed = "https://new.test/entity";
  const auto one = key("one").certificate;
  const auto two = key("two").certificate;
  const Connection connection = by_metadata({one});
  sign_somebody_in(connection);
  const auto published = [&](const test::PublishedProvider& provider) {
    http_.publish(kUrl, provider);
    const auto view = sync_wait(providers_->refresh(caller(), acme_.id, connection.id)).value();
    return description_id(view.connection.saml.pending_description.value());
  };
  const auto confirm = [&](const std::string& id) {
    return sync_wait(providers_->confirm(caller(), acme_.id, connection.id, id));
  };
  ASSERT_OK(confirm(published({.certificates = {one, two}})));  // keys are for the administrator to judge

  const std::string id = published({.entity_id = renamed, .certificates = {one, two}});
  const auto answer = confirm(id);
  EXPECT_REASON(answer, Reason::kInvalidArgument);
  EXPECT_EQ(answer.error().violations.at(0).field, "idp_entity_id");
  EXPECT_THAT(answer.error().violations.at(0).description, HasSubstr("set accepted_issuer"));
  EXPECT_EQ(stored(connection).saml.provider.entity_id, "https://idp.test/entity");
  EXPECT_TRUE(stored(connection).saml.pending_description) << "it goes on waiting";

  ASSERT_OK(update(connection, {.accepted_issuer = "https://other.test/entity"}));
  EXPECT_REASON(confirm(id), Reason::kInvalidArgument);
  ASSERT_OK(update(connection, {.accepted_issuer = renamed}));
  ASSERT_OK(confirm(id));
  EXPECT_EQ(stored(connection).saml.provider.entity_id, renamed);
  EXPECT_EQ(stored(connection).accepted_issuer, "") << "used up";
}

TEST_P(ConnectionSuite, S101_AFailedLookLeavesTheOldMetadataAndComesAgainSoon) {
  const Connection connection = by_metadata({key("one").certificate});
  http_.publish(kUrl, HttpResponse{.status = 503});
  clock_.advance(hours(6));
  run_due();
  EXPECT_THAT(stored(connection).saml.metadata_error, HasSubstr("status 503"));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));
  EXPECT_EQ(must_read([](const ReadTx& tx) { return tx.connections().next_due(); }), now() + hours(1));
  EXPECT_REASON(sync_wait(providers_->refresh(caller(), acme_.id, connection.id)), Reason::kMetadataFailed);
  http_.publish(kUrl, {.certificates = {key("two").certificate}});
  clock_.advance(hours(1));
  run_due();
  EXPECT_EQ(stored(connection).saml.metadata_error, "");
  EXPECT_TRUE(stored(connection).saml.pending_description);
  EXPECT_EQ(must_read([](const ReadTx& tx) { return tx.connections().next_due(); }), now() + hours(6));
}

TEST_P(ConnectionSuite, ARefreshNeedsAnAddress) {
  const Connection connection = by_hand(pem("one"));
  EXPECT_REASON(sync_wait(providers_->refresh(caller(), acme_.id, connection.id)), Reason::kConnectionIncomplete);
}

TEST_P(ConnectionSuite, S101_AnotherBindingOfTheSameAddressPinsNoNewKeys) {
  const Connection connection = by_metadata({key("one").certificate});
  const test::PublishedProvider changed{.certificates = {key("evil").certificate}, .post_url = "https://idp.test/post"};
  http_.publish(kUrl, changed);
  told();
  ASSERT_OK(update_saml(connection, {.metadata_url = kUrl, .sso_binding = SamlBinding::kHttpPost}));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));
  EXPECT_EQ(stored(connection).saml.provider.sso_url, "https://idp.test/post");
  EXPECT_THAT(told(), ElementsAre(kChanged));
  const std::string id = description_id(stored(connection).saml.pending_description.value());
  clock_.advance(hours(6));
  run_due();
  EXPECT_EQ(description_id(stored(connection).saml.pending_description.value()), id) << "the same question still";
  ASSERT_OK(sync_wait(providers_->decline(caller(), acme_.id, connection.id, id)));
  const test::ProviderKey federation = key("federation");
  http_.publish(kUrl, HttpResponse{.status = 200, .body = test::signed_metadata_of(changed, federation)});
  ASSERT_OK(
      update_saml(connection, {.metadata_url = kUrl, .metadata_certificate = saml::to_pem(federation.certificate)}));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one"));
  EXPECT_FALSE(stored(connection).saml.pending_description) << "declined stays declined";
  ASSERT_OK(sync_wait(providers_->refresh(caller(), acme_.id, connection.id)));
  EXPECT_FALSE(stored(connection).saml.pending_description);
}

TEST_P(ConnectionSuite, AnAdministratorsChoiceOfBindingSurvivesARefresh) {
  const auto one = key("one").certificate;
  const test::PublishedProvider both{.certificates = {one}, .post_url = "https://idp.test/post"};
  http_.publish(kUrl, both);
  const Connection connection =
      update_saml(create(), {.metadata_url = kUrl, .sso_binding = SamlBinding::kHttpPost}).value();
  EXPECT_EQ(connection.saml.provider.sso_url, "https://idp.test/post");
  clock_.advance(hours(6));
  run_due();
  EXPECT_EQ(stored(connection).saml.provider.sso_binding, SamlBinding::kHttpPost);
  EXPECT_FALSE(stored(connection).saml.pending_description);
}

TEST_P(ConnectionSuite, S103_CertificatesComeAndGoOneByOne) {
  const Connection connection = by_hand(pem("one"));
  ASSERT_OK(sync_wait(connections_->set_enabled(caller(), acme_.id, connection.id, true)));
  const auto add = [&](const std::string& text) {
    return sync_wait(providers_->add_certificate(caller(), acme_.id, connection.id, text));
  };
  const auto remove = [&](const std::string& id) {
    return sync_wait(providers_->remove_certificate(caller(), acme_.id, connection.id, id));
  };
  const std::string two = pem("two");
  ASSERT_OK(add(two));
  ASSERT_OK(add(two));
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=one", "CN=two"));
  EXPECT_REASON(add("nonsense"), Reason::kCertificateInvalid);
  ASSERT_OK(add(pem("three")));
  ASSERT_OK(add(pem("four")));
  EXPECT_REASON(add(pem("five")), Reason::kInvalidArgument);
  EXPECT_EQ(certificates_of(connection).size(), kMostPinnedCertificates);
  EXPECT_REASON(remove("0000"), Reason::kSamlCertificateNotFound);
  while (certificates_of(connection).size() > 1) {
    ASSERT_OK(remove(stored(connection).saml.provider.certificates[0].id));
  }
  EXPECT_REASON(remove(stored(connection).saml.provider.certificates[0].id), Reason::kConnectionIncomplete);
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=four"));
}

TEST_P(ConnectionSuite, S103_WhereMetadataSpeaksNothingIsAddedByHandButAnythingIsRemoved) {
  const Connection connection = by_metadata({key("one").certificate, key("two").certificate});
  EXPECT_REASON(sync_wait(providers_->add_certificate(caller(), acme_.id, connection.id, pem("three"))),
                Reason::kInvalidArgument);
  const std::string stolen = stored(connection).saml.provider.certificates[0].id;
  ASSERT_OK(sync_wait(providers_->remove_certificate(caller(), acme_.id, connection.id, stolen)));
  clock_.advance(hours(6));
  run_due();
  EXPECT_THAT(certificates_of(connection), ElementsAre("CN=two"))
      << "it comes back by nobody's hand but an administrator's";
  EXPECT_TRUE(stored(connection).saml.pending_description);
}

TEST_P(ConnectionSuite, S103_TheEndOfACertificateIsToldThirtyDaysBeforeAndOnce) {
  const Connection connection = by_hand(pem("soon", days(40)) + pem("later", days(50)));
  told();
  clock_.advance(days(9));
  run_due();
  EXPECT_THAT(told(), IsEmpty());
  clock_.advance(days(1));
  run_due();
  EXPECT_THAT(told(), ElementsAre(kExpiring));
  EXPECT_TRUE(stored(connection).saml.provider.certificates[0].warn_time);
  EXPECT_FALSE(stored(connection).saml.provider.certificates[1].warn_time);
  EXPECT_EQ(stored(connection).configure_time, connection.configure_time);
  clock_.advance(days(9));
  run_due();
  EXPECT_THAT(told(), IsEmpty());
  clock_.advance(days(1));
  run_due();
  EXPECT_THAT(told(), ElementsAre(kExpiring));
  EXPECT_EQ(must_read([](const ReadTx& tx) { return tx.connections().next_due(); }), std::nullopt);
}

TEST_P(ConnectionSuite, AnotherEntityIdEndsWhatRestedOnTheOneBefore) {
  const auto one = key("one").certificate;
  const Connection connection = by_metadata({one});
  const GrantId grant("grt_1");
  must([&](WriteTx& tx) {
    return tx.sign_in().insert(Grant{.environment_id = environment_.id,
                                     .id = grant,
                                     .client_id = ApiClientId("skc_1"),
                                     .session_id = SessionId("ses_1"),
                                     .user = {.organization_id = acme_.id, .connection_id = connection.id},
                                     .create_time = now()});
  });
  const auto revoked = [&] {
    return must_read([&](const ReadTx& tx) { return tx.sign_in().find_grant(environment_.id, grant); })
        ->revoke_time.has_value();
  };
  const auto take = [&](const test::PublishedProvider& provider) {
    http_.publish(kUrl, provider);
    const auto view = sync_wait(providers_->refresh(caller(), acme_.id, connection.id)).value();
    ASSERT_TRUE(view.connection.saml.pending_description);
    const std::string id = description_id(*view.connection.saml.pending_description);
    ASSERT_OK(sync_wait(providers_->confirm(caller(), acme_.id, connection.id, id)));
  };
  take({.certificates = {one, key("two").certificate}});
  EXPECT_FALSE(revoked()) << "the same provider with another key";
  take({.entity_id = "https://new.test/entity", .certificates = {one}});
  EXPECT_TRUE(revoked());
}

}  // namespace
}  // namespace doorward
