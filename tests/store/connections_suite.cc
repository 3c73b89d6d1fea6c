#include <fmt/format.h>

#include "domain/connection_snapshot.h"
#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConnectionsSuite : public StoreSuite {
 protected:
  doorward::Connection new_connection(const Organization& of, std::string title = "Okta") {
    clock_.advance(std::chrono::seconds(1));
    return {.environment_id = of.environment_id,
            .organization_id = of.id,
            .id = ids().next<ConnectionId>(),
            .provider = ConnectionProvider::kOkta,
            .ui_button_title = std::move(title),
            .create_time = now(),
            .update_time = now()};
  }
  doorward::Connection connection(const Organization& of, std::string title = "Okta") {
    doorward::Connection one = new_connection(of, std::move(title));
    insert(one);
    return one;
  }
  void insert(const doorward::Connection& one) {
    must([&](WriteTx& tx) { return tx.connections().insert(one); });
  }
  std::optional<doorward::Connection> find(const EnvironmentId& environment, const ConnectionId& id) {
    return must_read([&](const ReadTx& tx) { return tx.connections().find(environment, id); });
  }
  std::vector<std::string> titles(const Environment& env, const ConnectionFilter& filter,
                                  const PageRequest& page = {.limit = 100}) {
    std::vector<std::string> out;
    for (const auto& one :
         must_read([&](const ReadTx& tx) { return tx.connections().search(env.id, filter, page); }).items) {
      out.push_back(one.ui_button_title);
    }
    if (!page.after && page.limit >= 100) {
      EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.connections().count(env.id, filter); }),
                static_cast<std::int64_t>(out.size()));
    }
    return out;
  }
  ConnectionTest new_test(const doorward::Connection& of) {
    clock_.advance(std::chrono::seconds(1));
    return {.environment_id = of.environment_id,
            .connection_id = of.id,
            .id = ids().next<ConnectionTestId>(),
            .create_time = now()};
  }
};

TEST_P(ConnectionsSuite, AConnectionComesBackAsItWasStored) {
  const Environment env = environment();
  const Organization org = organization(env);
  doorward::Connection stored = new_connection(org);
  insert(stored);
  EXPECT_TRUE(find(env.id, stored.id)->oidc.pkce_enabled);
  EXPECT_TRUE(find(env.id, stored.id)->allow_idp_initiated_login);
  stored.provider = ConnectionProvider::kMicrosoftAd;
  stored.provider_key = "entra";
  stored.key_id = "conn_key";
  stored.status = ConnectionStatus::kCompleted;
  stored.enabled = true;
  stored.debug_enabled = true;
  stored.configuration = ConfigurationType::kDiscovery;
  stored.attribute_mapping = {{"email", "mail"}, {"costs", "cost \"centre\""}};
  stored.allow_idp_initiated_login = false;
  stored.sync_user_profile_on_login = true;
  stored.jit_provisioning = false;
  stored.trust_email = true;
  stored.oidc = {.issuer = "https://i",
                 .discovery_endpoint = "https://d",
                 .authorize_uri = "https://a",
                 .token_uri = "https://t",
                 .user_info_uri = "https://u",
                 .jwks_uri = "https://j",
                 .end_session_uri = "https://e",
                 .client_id = "client",
                 .sealed_client_secret = "sealed",
                 .client_secret_time = now(),
                 .scopes = {"openid", "groups"},
                 .token_auth_type = TokenAuthType::kPrivateKeyJwt,
                 .assertion_to_issuer = true,
                 .id_token_signed_response_alg = "ES256",
                 .pkce_enabled = false,
                 .issuer_in_response = true,
                 .idp_logout_required = true};
  stored.configure_time = now();
  stored.update_time += std::chrono::seconds(5);
  must([&](WriteTx& tx) { return tx.connections().update(stored); });
  const auto found = find(env.id, stored.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->environment_id, env.id);
  EXPECT_EQ(found->organization_id, org.id);
  EXPECT_EQ(found->type, ConnectionType::kOidc);
  EXPECT_EQ(found->provider, stored.provider);
  EXPECT_EQ(found->provider_key, "entra");
  EXPECT_EQ(found->key_id, "conn_key");
  EXPECT_EQ(found->ui_button_title, "Okta");
  EXPECT_TRUE(found->is_active());
  EXPECT_TRUE(found->debug_enabled);
  EXPECT_EQ(found->configuration, ConfigurationType::kDiscovery);
  EXPECT_EQ(found->attribute_mapping, stored.attribute_mapping);
  EXPECT_FALSE(found->allow_idp_initiated_login);
  EXPECT_EQ(found->oidc.issuer, "https://i");
  EXPECT_EQ(found->oidc.discovery_endpoint, "https://d");
  EXPECT_EQ(found->oidc.authorize_uri, "https://a");
  EXPECT_EQ(found->oidc.token_uri, "https://t");
  EXPECT_EQ(found->oidc.user_info_uri, "https://u");
  EXPECT_EQ(found->oidc.jwks_uri, "https://j");
  EXPECT_EQ(found->oidc.end_session_uri, "https://e");
  EXPECT_EQ(found->oidc.client_id, "client");
  EXPECT_EQ(found->oidc.sealed_client_secret, "sealed");
  EXPECT_EQ(found->oidc.client_secret_time, stored.oidc.client_secret_time);
  EXPECT_EQ(found->configure_time, stored.configure_time);
  EXPECT_THAT(found->oidc.scopes, ElementsAre("openid", "groups"));
  EXPECT_EQ(found->oidc.token_auth_type, TokenAuthType::kPrivateKeyJwt);
  EXPECT_TRUE(found->oidc.assertion_to_issuer);
  EXPECT_EQ(found->oidc.id_token_signed_response_alg, "ES256");
  EXPECT_FALSE(found->oidc.pkce_enabled);
  EXPECT_TRUE(found->oidc.issuer_in_response);
  EXPECT_TRUE(found->oidc.idp_logout_required);
  EXPECT_TRUE(found->sync_user_profile_on_login);
  EXPECT_FALSE(found->jit_provisioning);
  EXPECT_TRUE(found->trust_email);
  EXPECT_EQ(found->create_time, stored.create_time);
  EXPECT_EQ(found->update_time, stored.update_time);
  EXPECT_FALSE(find(environment().id, stored.id));
}

TEST_P(ConnectionsSuite, ASamlConnectionComesBackAsItWasStored) {
  const Environment env = environment();
  doorward::Connection stored = new_connection(organization(env));
  stored.type = ConnectionType::kSaml;
  insert(stored);
  EXPECT_EQ(find(env.id, stored.id)->saml.clock_skew, kSamlClockSkew);
  EXPECT_FALSE(find(env.id, stored.id)->saml.pending_description);
  const std::string der("\x30\x00\xff\x01", 4);
  const SamlProviderDescription provider{.entity_id = "https://idp.example/é",
                                         .sso_url = "https://idp.example/sso",
                                         .sso_binding = SamlBinding::kHttpPost,
                                         .slo_url = "https://idp.example/slo",
                                         .slo_response_url = "https://idp.example/slo-answer",
                                         .slo_binding = SamlBinding::kHttpRedirect,
                                         .certificates = {{.id = "0123456789abcdef",
                                                           .der = der,
                                                           .subject = "CN=idp",
                                                           .issuer = "CN=ca",
                                                           .not_before = now(),
                                                           .not_after = now() + std::chrono::days(30),
                                                           .create_time = now(),
                                                           .warn_time = now() + std::chrono::days(1)},
                                                          {.id = "fedcba9876543210", .der = "next"}},
                                         .want_requests_signed = true};
  stored.saml = {.provider = provider,
                 .name_id_format = NameIdFormat::kPersistent,
                 .signing_option = SamlSigningOption::kResponseAndAssertion,
                 .assertion_encrypted = true,
                 .want_request_signed = true,
                 .certificate_id = "cert_1",
                 .force_authn = true,
                 .login_hint_as_subject = true,
                 .authn_context_class_refs = {"urn:a", "urn:b"},
                 .slo_required = true,
                 .default_redirect_uri = "https://app.example",
                 .clock_skew = std::chrono::seconds(7),
                 .sp_entity_id = "urn:sp",
                 .acs_aliases = {"https://old.example/acs?tenant=1"},
                 .allow_sha1 = true,
                 .allow_cbc = true,
                 .allow_comments = true,
                 .allow_advice = true,
                 .allow_expired_certificates = true,
                 .metadata_url = "https://idp.example/metadata",
                 .metadata_certificate_der = der,
                 .metadata_fetch_time = now(),
                 .metadata_error = "target_unreachable",
                 .pending_description = provider,
                 .declined_description = "aa"};
  must([&](WriteTx& tx) { return tx.connections().update(stored); });
  const auto found = find(env.id, stored.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, ConnectionType::kSaml);
  EXPECT_EQ(connection_snapshot(*found, {}), connection_snapshot(stored, {}));
  const SamlSettings& saml = found->saml;
  ASSERT_EQ(saml.provider.certificates.size(), 2U);
  const PinnedCertificate& first = saml.provider.certificates[0];
  EXPECT_EQ(first.der, der);
  EXPECT_EQ(first.issuer, "CN=ca");
  EXPECT_EQ(first.not_before, stored.saml.provider.certificates[0].not_before);
  EXPECT_EQ(first.create_time, stored.saml.provider.certificates[0].create_time);
  EXPECT_EQ(first.warn_time, stored.saml.provider.certificates[0].warn_time);
  EXPECT_FALSE(saml.provider.certificates[1].warn_time);
  EXPECT_EQ(saml.metadata_certificate_der, der);
  EXPECT_EQ(saml.metadata_fetch_time, stored.saml.metadata_fetch_time);
  EXPECT_EQ(saml.metadata_error, "target_unreachable");
  EXPECT_EQ(saml.declined_description, "aa");
  ASSERT_TRUE(saml.pending_description);
  EXPECT_EQ(saml.pending_description->certificates.size(), 2U);
}

TEST_P(ConnectionsSuite, WhatIsDueIsClaimedOnceTheLongestDueFirst) {
  const Environment env = environment();
  const auto one = connection(organization(env), "one");
  const auto two = connection(organization(environment()), "two");
  const auto never = connection(organization(env), "never");
  const auto schedule = [&](const doorward::Connection& of, std::optional<Timestamp> at) {
    must([&](WriteTx& tx) { return tx.connections().schedule_check(of.environment_id, of.id, at); });
  };
  const auto next_due = [&] { return must_read([](const ReadTx& tx) { return tx.connections().next_due(); }); };
  EXPECT_FALSE(next_due());
  const Timestamp start = now();
  schedule(one, start + std::chrono::hours(2));
  schedule(two, start + std::chrono::hours(1));
  EXPECT_EQ(next_due(), start + std::chrono::hours(1));
  must([&](WriteTx& tx) { return tx.connections().update(two); });
  EXPECT_EQ(next_due(), start + std::chrono::hours(1)) << "a change of settings leaves it";
  const auto claim = [&](Timestamp at, std::int64_t limit) {
    std::vector<std::string> claimed;
    const auto due =
        write([&](WriteTx& tx) { return tx.connections().claim_due(at, at + std::chrono::hours(5), limit); });
    for (const auto& taken : due.value()) claimed.push_back(taken.ui_button_title);
    return claimed;
  };
  EXPECT_THAT(claim(start, 9), IsEmpty());
  EXPECT_THAT(claim(start + std::chrono::hours(2), 1), ElementsAre("two"));
  EXPECT_THAT(claim(start + std::chrono::hours(2), 9), ElementsAre("one"));
  EXPECT_THAT(claim(start + std::chrono::hours(3), 9), IsEmpty());
  EXPECT_EQ(next_due(), start + std::chrono::hours(7));
  schedule(one, std::nullopt);
  schedule(two, std::nullopt);
  EXPECT_FALSE(next_due());
}

TEST_P(ConnectionsSuite, AnOrganizationsConnectionsComeOldestFirst) {
  const Environment env = environment();
  const Organization org = organization(env);
  connection(org, "one");
  connection(organization(env), "elsewhere");
  connection(org, "two");
  std::vector<std::string> found;
  for (const auto& one : must_read([&](const ReadTx& tx) { return tx.connections().list(env.id, org.id); })) {
    found.push_back(one.ui_button_title);
  }
  EXPECT_THAT(found, ElementsAre("one", "two"));
  EXPECT_THAT(must_read([&](const ReadTx& tx) { return tx.connections().list(environment().id, org.id); }), IsEmpty());
}

TEST_P(ConnectionsSuite, ASearchNarrowsByTextAndStateNewestFirst) {
  const Environment env = environment();
  Organization acme = new_organization(env, "Äcme Works");
  must([&](WriteTx& tx) { return tx.organizations().insert(acme); });
  const Organization other = organization(env);
  const auto first = connection(acme, "Sign in at Acme");
  auto second = new_connection(other, "Entra");
  second.provider = ConnectionProvider::kMicrosoftAd;
  second.provider_key = "azure-50%";
  second.status = ConnectionStatus::kCompleted;
  second.enabled = true;
  insert(second);
  connection(other, "third");
  connection(organization(environment()), "of another environment");
  EXPECT_THAT(titles(env, {}), ElementsAre("third", "Entra", "Sign in at Acme"));
  EXPECT_THAT(titles(env, {.organization = other.id}), ElementsAre("third", "Entra"));
  EXPECT_THAT(titles(env, {.query = "IN AT"}), ElementsAre("Sign in at Acme"));
  EXPECT_THAT(titles(env, {.query = "äCME"}), ElementsAre("Sign in at Acme")) << "the name of its organization";
  EXPECT_THAT(titles(env, {.query = "50%"}), ElementsAre("Entra")) << "the provider's key, and no wildcards";
  EXPECT_THAT(titles(env, {.query = first.id.str()}), ElementsAre("Sign in at Acme"));
  EXPECT_THAT(titles(env, {.query = "nothing such"}), IsEmpty());
  EXPECT_THAT(titles(env, {.provider = ConnectionProvider::kMicrosoftAd}), ElementsAre("Entra"));
  EXPECT_THAT(titles(env, {.status = ConnectionStatus::kDraft}), ElementsAre("third", "Sign in at Acme"));
  EXPECT_THAT(titles(env, {.type = ConnectionType::kSaml}), IsEmpty());
  EXPECT_THAT(titles(env, {.enabled = true}), ElementsAre("Entra"));
  EXPECT_THAT(titles(env, {.enabled = false}), ElementsAre("third", "Sign in at Acme"));
  const Keyset at{second.create_time, second.id.str()};
  EXPECT_THAT(titles(env, {}, {.limit = 1, .after = at}), ElementsAre("Sign in at Acme"));
  EXPECT_THAT(titles(env, {}, {.limit = 1, .after = at, .backward = true}), ElementsAre("third"));
}

TEST_P(ConnectionsSuite, AConnectionIsLockedOrNotThere) {
  const Environment env = environment();
  const auto one = connection(organization(env));
  const auto lock = [&](const EnvironmentId& of, const ConnectionId& id) {
    return write([&](WriteTx& tx) { return tx.connections().lock(of, id); });
  };
  EXPECT_EQ(lock(env.id, one.id)->id, one.id);
  EXPECT_REASON(lock(env.id, ConnectionId("conn_0")), Reason::kConnectionNotFound);
  EXPECT_REASON(lock(environment().id, one.id), Reason::kConnectionNotFound);
}

TEST_P(ConnectionsSuite, DomainsTestsAndPathsGoWithTheirConnection) {
  const Environment env = environment();
  const Organization org = organization(env);
  const auto one = connection(org);
  const auto other = connection(org);
  const ConnectionTest test = new_test(one);
  const ConnectionTest kept = new_test(other);
  must([&](WriteTx& tx) -> Result<void> {
    ConnectionRepository& connections = tx.connections();
    DOORWARD_CHECK(
        connections.assign_domains(env.id, one.id, {DomainId("dom_1"), DomainId("dom_2"), DomainId("dom_1")}));
    DOORWARD_CHECK(connections.assign_domains(env.id, other.id, {DomainId("dom_3")}));
    DOORWARD_CHECK(connections.insert_test(test));
    DOORWARD_CHECK(tx.saml_keys().assign_paths(env.id, one.id, {"/acs"}));
    return connections.insert_test(kept);
  });
  const auto domains = [&](const ConnectionId& id) {
    return must_read([&](const ReadTx& tx) { return tx.connections().domains(env.id, id); });
  };
  EXPECT_THAT(domains(one.id), ElementsAre(DomainId("dom_1"), DomainId("dom_2")));
  must([&](WriteTx& tx) { return tx.connections().assign_domains(env.id, one.id, {DomainId("dom_2")}); });
  EXPECT_THAT(domains(one.id), ElementsAre(DomainId("dom_2")));
  must([&](WriteTx& tx) { return tx.connections().remove(env.id, one.id); });
  EXPECT_FALSE(find(env.id, one.id));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.saml_keys().connection_at(env.id, "/acs"); }));
  EXPECT_THAT(domains(one.id), IsEmpty());
  EXPECT_THAT(domains(other.id), ElementsAre(DomainId("dom_3")));
  EXPECT_TRUE(find(env.id, other.id));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.connections().find_test(env.id, one.id, test.id); }));
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.connections().find_test(env.id, other.id, kept.id); }));
}

TEST_P(ConnectionsSuite, TestsAreRememberedToABound) {
  const Environment env = environment();
  const auto one = connection(organization(env));
  const auto other = connection(organization(env));
  ConnectionTest test = new_test(one);
  must([&](WriteTx& tx) { return tx.connections().insert_test(test); });
  const auto passed_since = [&](Timestamp since) {
    return must_read([&](const ReadTx& tx) { return tx.connections().tested_since(env.id, one.id, since); });
  };
  EXPECT_FALSE(passed_since(test.create_time)) << "pending";
  test.status = ConnectionTestStatus::kFailure;
  test.error = "nonce";
  test.error_description = "The nonce is another's.";
  test.error_details = "expected a, got b";
  test.finish_time = now();
  must([&](WriteTx& tx) { return tx.connections().update_test(test); });
  EXPECT_FALSE(passed_since(test.create_time));
  const auto find = [&](const ConnectionId& of, const ConnectionTestId& id) {
    return must_read([&](const ReadTx& tx) { return tx.connections().find_test(env.id, of, id); });
  };
  EXPECT_EQ(find(one.id, test.id)->status, ConnectionTestStatus::kFailure);
  EXPECT_EQ(find(one.id, test.id)->error, "nonce");
  EXPECT_EQ(find(one.id, test.id)->error_description, "The nonce is another's.");
  EXPECT_EQ(find(one.id, test.id)->error_details, "expected a, got b");
  EXPECT_EQ(find(one.id, test.id)->finish_time, test.finish_time);
  EXPECT_FALSE(find(other.id, test.id));
  test.status = ConnectionTestStatus::kSuccess;
  test.user_info = R"({"email":"ann@example.com"})";
  must([&](WriteTx& tx) { return tx.connections().update_test(test); });
  EXPECT_EQ(find(one.id, test.id)->user_info, test.user_info);
  EXPECT_TRUE(passed_since(now()));
  EXPECT_FALSE(passed_since(now() + std::chrono::seconds(1)));
  const ConnectionTest oldest = new_test(one);
  must([&](WriteTx& tx) { return tx.connections().insert_test(oldest); });
  for (int i = 1; i < kKeptConnectionTests; ++i) {
    must([&](WriteTx& tx) { return tx.connections().insert_test(new_test(one)); });
  }
  must([&](WriteTx& tx) { return tx.connections().insert_test(new_test(other)); });
  EXPECT_TRUE(find(one.id, oldest.id));
  must([&](WriteTx& tx) { return tx.connections().insert_test(new_test(one)); });
  EXPECT_FALSE(find(one.id, oldest.id));
  EXPECT_TRUE(find(one.id, test.id)) << "those that are left alone push out none that passed";
  EXPECT_EQ(database_->read_number("SELECT count(*) FROM connection_tests"), kKeptConnectionTests + 2);
}

TEST_P(ConnectionsSuite, TestsThatFailPushOutNoneThatRuns) {
  const Environment env = environment();
  const auto one = connection(organization(env));
  const ConnectionTest running = new_test(one);
  must([&](WriteTx& tx) { return tx.connections().insert_test(running); });
  for (int i = 0; i <= kKeptConnectionTests; ++i) {
    ConnectionTest failed = new_test(one);
    failed.status = ConnectionTestStatus::kFailure;
    must([&](WriteTx& tx) { return tx.connections().insert_test(failed); });
  }
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.connections().find_test(env.id, one.id, running.id); }));
  EXPECT_EQ(database_->read_number("SELECT count(*) FROM connection_tests"), kKeptConnectionTests + 1);
}

TEST_P(ConnectionsSuite, UserAttributesAreOnePerKey) {
  const Environment env = environment();
  const Environment elsewhere = environment();
  SsoUserAttribute costs{.environment_id = env.id,
                         .key = "costs",
                         .label = "Cost centre",
                         .datatype = 3,
                         .enabled = false,
                         .required = true,
                         .default_saml_mapping = "saml",
                         .default_oidc_mapping = "oidc",
                         .create_time = now(),
                         .update_time = now()};
  const auto insert_attribute = [&](const SsoUserAttribute& attribute) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.connections().insert_user_attribute(attribute));
      return true;
    });
  };
  ASSERT_OK(insert_attribute(costs));
  EXPECT_REASON(insert_attribute(costs), Reason::kUserAttributeTaken);
  ASSERT_OK(insert_attribute({.environment_id = env.id, .key = "building"}));
  ASSERT_OK(insert_attribute({.environment_id = elsewhere.id, .key = "costs"}));
  const auto list = [&](const EnvironmentId& of) {
    return must_read([&](const ReadTx& tx) { return tx.connections().user_attributes(of); });
  };
  ASSERT_EQ(list(env.id).size(), 2U);
  EXPECT_EQ(list(env.id)[0].key, "building");
  EXPECT_TRUE(list(env.id)[0].enabled);
  EXPECT_FALSE(list(env.id)[0].required);
  costs.label = "Centre";
  costs.update_time += std::chrono::seconds(1);
  must([&](WriteTx& tx) { return tx.connections().update_user_attribute(costs); });
  const SsoUserAttribute found = list(env.id)[1];
  EXPECT_EQ(found.label, "Centre");
  EXPECT_EQ(found.datatype, 3);
  EXPECT_FALSE(found.enabled);
  EXPECT_TRUE(found.required);
  EXPECT_EQ(found.default_saml_mapping, "saml");
  EXPECT_EQ(found.default_oidc_mapping, "oidc");
  EXPECT_EQ(found.update_time, costs.update_time);
  must([&](WriteTx& tx) { return tx.connections().remove_user_attribute(env.id, "costs"); });
  EXPECT_EQ(list(env.id).size(), 1U);
  EXPECT_EQ(list(elsewhere.id).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ConnectionsSuite,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
