#include "app/simulator/saml_simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "app/simulator/simulator_settings.h"
#include "app/simulator/test_mac.h"
#include "base/encoding.h"
#include "ports/test_doubles.h"
#include "protocol/saml/authn_request.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/names.h"
#include "protocol/saml/redirect_binding.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using test::TestMac;

constexpr const char* kServiceProvider = "https://id.test/sso/v1/saml/conn_1";
constexpr const char* kAcs = "https://id.test/sso/v1/saml/conn_1/callback";
constexpr const char* kContext = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken";

std::string query_of(const std::string& url) { return url.substr(url.find('?') + 1); }

class SamlSimulatorTest : public testing::Test {
 protected:
  saml::AuthnRequest asked() const {
    saml::AuthnRequest request;
    request.id = "_request";
    request.issue_instant = clock.now();
    request.destination = simulator.description().sso_url;
    request.issuer = kServiceProvider;
    request.acs_url = kAcs;
    request.login_hint = "ann@example.com";
    request.authn_context_class_refs = {kContext};
    return request;
  }
  std::string sent(const saml::AuthnRequest& request) const {
    return query_of(saml::redirect_url(request.destination, saml::MessageKind::kRequest, to_element(request).to_xml(),
                                       "of this browser", nullptr));
  }
  saml::PostTo answer(const oauth::Form& form) const {
    const auto request = simulator.read_request(sent(asked()));
    EXPECT_TRUE(request);
    const auto login = read_simulated_login(form, SimulatedProtocol::kSaml);
    EXPECT_TRUE(login);
    return simulator.answer(*request, *login);
  }
  saml::PostTo outcome(std::string_view name) const {
    return answer({{"email", "ann@example.com"}, {"outcome", std::string(name)}});
  }
  // As Doorward judges it, which asked for a fresh login in one context.
  Result<saml::SamlAssertion> judged(const saml::PostTo& posted, bool first = true, bool unsolicited = false) const {
    SamlSettings settings;
    settings.provider = simulator.description();
    const saml::ServiceProvider own{
        .entity_id = kServiceProvider, .acs_urls = {kAcs}, .received_at = kAcs, .decryption_keys = {}};
    saml::ResponseCheckInput input{
        .settings = settings, .service_provider = own, .sent = {}, .now = clock.now(), .on_fact = {}};
    if (!unsolicited)
      input.sent = {
          .id = "_request", .sent_at = clock.now(), .force_authn = true, .authn_context_class_refs = {kContext}};
    DOORWARD_TRY(const std::string xml, saml::decode_post_message(posted.message));
    DOORWARD_TRY(saml::UnusedAssertion unused, saml::check_response(xml, input));
    return std::move(unused).accept(first);
  }
  static std::vector<std::string> values(const saml::SamlAssertion& assertion, std::string_view name) {
    const auto found = std::ranges::find(assertion.attributes, name, &saml::SamlAttribute::name);
    return found == assertion.attributes.end() ? std::vector<std::string>() : found->values;
  }

  test::ManualClock clock;
  mutable test::SystemRandom random;
  TestMac mac;
  SamlSimulator simulator{{clock, random, mac}, "https://id.test"};
};

TEST_F(SamlSimulatorTest, SignsInWhomeverTheFormNames) {
  const saml::PostTo posted = answer({{"email", "ann@example.com"},
                                      {"given_name", "Ann"},
                                      {"family_name", "Ames"},
                                      {"groups", "staff, admins"},
                                      {"attributes", R"({"department":"Sales","sites":["Oslo","Bonn"],"level":3})"}});
  EXPECT_EQ(posted.action, kAcs);
  EXPECT_EQ(posted.parameter, "SAMLResponse");
  EXPECT_EQ(posted.relay_state, "of this browser");
  const auto assertion = judged(posted);
  ASSERT_TRUE(assertion) << assertion.error().detail;
  EXPECT_EQ(assertion->issuer, "https://id.test/simulator/saml");
  EXPECT_EQ(assertion->in_response_to, "_request");
  EXPECT_EQ(assertion->name_id.format, saml::kNameIdPersistent);
  EXPECT_EQ(assertion->authn_context_class_ref, kContext);
  EXPECT_THAT(values(*assertion, "email"), ElementsAre("ann@example.com"));
  EXPECT_THAT(values(*assertion, "name"), ElementsAre("Ann Ames"));
  EXPECT_THAT(values(*assertion, "groups"), ElementsAre("staff", "admins"));
  EXPECT_THAT(values(*assertion, "sites"), ElementsAre("Oslo", "Bonn"));
  EXPECT_THAT(values(*assertion, "level"), ElementsAre("3"));
  EXPECT_THAT(values(*assertion, "sub"), ElementsAre()) << "the NameID says it";
}

TEST_F(SamlSimulatorTest, SignsWhatItIsToldTo) {
  for (const char* part : {"assertion", "response", "both"}) {
    EXPECT_TRUE(judged(answer({{"email", "ann@example.com"}, {"signed", part}}))) << part;
  }
  EXPECT_FALSE(read_simulated_login({{"email", "a@b.test"}, {"signed", "nothing"}}, SimulatedProtocol::kSaml));
}

TEST_F(SamlSimulatorTest, NamesThePersonAsAskedFor) {
  const auto named = [&](NameIdFormat format) {
    saml::AuthnRequest request = asked();
    request.name_id_format = format;
    const auto login = read_simulated_login({{"email", "ann@example.com"}}, SimulatedProtocol::kSaml);
    return judged(simulator.answer(*simulator.read_request(sent(request)), *login)).value().name_id;
  };
  EXPECT_EQ(named(NameIdFormat::kEmail).value, "ann@example.com");
  EXPECT_EQ(named(NameIdFormat::kEmail).format, saml::kNameIdEmail);
  EXPECT_EQ(named(NameIdFormat::kNil).value, named(NameIdFormat::kPersistent).value) << "the same each time";
  EXPECT_NE(named(NameIdFormat::kTransient).value, named(NameIdFormat::kTransient).value);
}

TEST_F(SamlSimulatorTest, EachOutcomeIsWrongInItsOneWay) {
  const std::map<std::string_view, Reason> refusals{
      {"access_denied", Reason::kStatusNotSuccess},
      {"expired", Reason::kTimeWindow},
      {"wrong_audience", Reason::kAudience},
      {"bad_signature", Reason::kSignatureInvalid},
      {"clock_skew", Reason::kTimeWindow},
      {"unsigned", Reason::kUnsigned},
      {"other_key", Reason::kSignatureInvalid},
      {"no_status", Reason::kStatusNotSuccess},
      {"wrong_version", Reason::kBadVersion},
      {"wrong_issuer", Reason::kIssuerMismatch},
      {"no_issuer", Reason::kIssuerMismatch},
      {"two_issuers", Reason::kIssuerMismatch},
      {"wrong_destination", Reason::kDestination},
      {"empty_destination", Reason::kDestination},
      {"wrong_in_response_to", Reason::kInResponseTo},
      {"two_requests", Reason::kInResponseTo},
      {"no_audience", Reason::kAudience},
      {"empty_audience", Reason::kAudience},
      {"two_audiences", Reason::kAudience},
      {"wrong_recipient", Reason::kSubjectConfirmation},
      {"late_confirmation", Reason::kSubjectConfirmation},
      {"endless_confirmation", Reason::kSubjectConfirmation},
      {"early_confirmation", Reason::kSubjectConfirmation},
      {"no_confirmation_data", Reason::kSubjectConfirmation},
      {"holder_of_key", Reason::kSubjectConfirmation},
      {"sender_vouches", Reason::kSubjectConfirmation},
      {"empty_window", Reason::kTimeWindow},
      {"bad_time", Reason::kBadTime},
      {"unknown_condition", Reason::kUnknownCondition},
      {"no_authn_statement", Reason::kNoAuthnStatement},
      {"session_expired", Reason::kSessionExpired},
      {"wrong_authn_context", Reason::kAuthnContext},
      {"stale_authn", Reason::kStaleAuthn},
      {"empty_name_id", Reason::kNameIdInvalid},
      {"strange_name_id", Reason::kNameIdInvalid},
      {"long_name_id", Reason::kNameIdInvalid},
      {"entity_name_id", Reason::kNameIdInvalid},
      {"foreign_name_id", Reason::kNameIdInvalid},
      {"too_many_values", Reason::kTooManyAttributeValues},
      {"large_value", Reason::kTooManyAttributeValues},
  };
  for (const SimulatedOutcomeRow& row : kSimulatedOutcomes) {
    const bool unsolicited = row.outcome == SimulatedOutcome::kIdpInitiated;
    const auto assertion = judged(outcome(row.name), true, unsolicited);
    const auto refusal = refusals.find(row.name);
    if (refusal == refusals.end()) {
      EXPECT_TRUE(assertion) << row.name << ": " << assertion.error().detail;
    } else {
      ASSERT_FALSE(assertion) << row.name;
      EXPECT_EQ(reason_name(assertion.error().reason), reason_name(refusal->second)) << row.name;
    }
  }
}

TEST_F(SamlSimulatorTest, WhatIsNotWrongIsTheSameAsEver) {
  EXPECT_EQ(judged(outcome("replay"))->id, judged(outcome("replay"))->id);
  EXPECT_EQ(judged(outcome("replay"), false).error().reason, Reason::kReplay);
  EXPECT_NE(judged(outcome("success"))->id, judged(outcome("success"))->id);
  EXPECT_THAT(values(*judged(outcome("missing_email")), "email"), ElementsAre());
  EXPECT_EQ(judged(outcome("padded_name_id"))->name_id.value, judged(outcome("success"))->name_id.value);
  EXPECT_EQ(judged(outcome("transient_name_id"))->name_id.format, saml::kNameIdTransient);
  EXPECT_THAT(values(*judged(outcome("repeated_attribute")), "repeated"), ElementsAre("one", "two"));
  EXPECT_THAT(values(*judged(outcome("nil_value")), "nil"), ElementsAre());
  EXPECT_EQ(judged(outcome("short_session"))->session_not_on_or_after,
            std::chrono::floor<std::chrono::seconds>(clock.now()) + std::chrono::hours(1));
  EXPECT_EQ(judged(outcome("idp_initiated"), true, true)->in_response_to, std::nullopt);
  EXPECT_EQ(outcome("idp_initiated").relay_state, "");
}

TEST_F(SamlSimulatorTest, BeginsALoginAtTheProvider) {
  const auto login = read_simulated_login({{"email", "ann@example.com"}}, SimulatedProtocol::kSaml);
  const saml::PostTo posted = simulator.answer(simulator.unsolicited(ConnectionId("conn_1")), *login);
  EXPECT_EQ(posted.action, kAcs);
  EXPECT_TRUE(judged(posted, true, true));
}

TEST_F(SamlSimulatorTest, AnswersThatItKeepsNoSession) {
  saml::AuthnRequest request = asked();
  request.is_passive = true;
  const auto read = simulator.read_request(sent(request));
  ASSERT_TRUE(read->is_passive);
  EXPECT_EQ(judged(simulator.answer_passive(*read)).error().reason, Reason::kStatusNotSuccess);
}

TEST_F(SamlSimulatorTest, TakesARequestByFormAsTheSameByRedirect) {
  const std::string xml = to_element(asked()).to_xml();
  const auto location = simulator.redirect_of({{"SAMLRequest", base64_encode(xml)}, {"RelayState", "r s"}});
  ASSERT_TRUE(location);
  EXPECT_THAT(*location, StartsWith("https://id.test/simulator/saml/sso?SAMLRequest="));
  const auto request = simulator.read_request(query_of(*location));
  EXPECT_EQ(request->id, "_request");
  EXPECT_EQ(request->relay_state, "r s");
  EXPECT_EQ(request->login_hint, "ann@example.com");
  EXPECT_EQ(simulator.redirect_of({}).error().reason, Reason::kInvalidRequest);
  EXPECT_EQ(simulator.redirect_of({{"SAMLRequest", "%"}}).error().reason, Reason::kBadBase64);
}

TEST_F(SamlSimulatorTest, AnswersToThisServerAndThisMachineOnly) {
  const auto refusal = [&](const char* acs_url) {
    saml::AuthnRequest request = asked();
    request.acs_url = acs_url;
    const auto read = simulator.read_request(sent(request));
    return read ? Reason::kInternal : read.error().reason;
  };
  EXPECT_EQ(refusal("http://localhost:1/acs"), Reason::kInternal) << "of this machine";
  EXPECT_EQ(refusal("https://evil.test/acs"), Reason::kInvalidRedirectUri);
  EXPECT_EQ(refusal("javascript:alert(1)"), Reason::kInvalidRedirectUri);
  EXPECT_EQ(refusal(""), Reason::kInvalidRequest);
  EXPECT_EQ(simulator.read_request("").error().reason, Reason::kMalformedRequest);
}

TEST_F(SamlSimulatorTest, IsDescribedByItsMetadataTheSameOnEveryNode) {
  EXPECT_EQ(simulator.description().entity_id, "https://id.test/simulator/saml");
  EXPECT_EQ(simulator.description().sso_url, "https://id.test/simulator/saml/sso");
  EXPECT_EQ(simulator.description().slo_url, "https://id.test/simulator/saml/slo");
  ASSERT_EQ(simulator.description().certificates.size(), 1U);
  EXPECT_EQ(SamlSimulator({clock, random, mac}, "https://id.test").metadata(), simulator.metadata());
  const TestMac another_root("another root");
  EXPECT_NE(SamlSimulator({clock, random, another_root}, "https://id.test").metadata(), simulator.metadata());

  Connection connection;
  connect_to_saml_simulator(connection, simulator.description(), simulator.metadata_url());
  EXPECT_EQ(connection.type, ConnectionType::kSaml);
  EXPECT_EQ(connection.status, ConnectionStatus::kCompleted);
  EXPECT_EQ(connection.saml.metadata_url, "https://id.test/simulator/saml/metadata");
  EXPECT_FALSE(connection.debug_enabled);
}

class SamlSimulatorLogoutTest : public SamlSimulatorTest {
 protected:
  saml::LogoutCheckInput input() const {
    settings.provider = simulator.description();
    return {.settings = settings, .slo_urls = {std::string(kServiceProvider) + "/slo"}, .now = clock.now()};
  }
  static saml::ReceivedMessage received(const std::string& url) {
    saml::RedirectMessage read = saml::read_redirect(query_of(url)).value();
    return {.binding = SamlBinding::kHttpRedirect,
            .xml = std::move(read.xml),
            .relay_state = std::move(read.relay_state),
            .query = query_of(url)};
  }
  std::string asked_to_log_out(const std::string& issuer) const {
    saml::LogoutRequest request;
    request.id = "_logout";
    request.issue_instant = clock.now();
    request.destination = simulator.description().slo_url;
    request.issuer = issuer;
    request.name_id.value = "ann";
    return query_of(saml::redirect_url(request.destination, saml::MessageKind::kRequest, to_element(request).to_xml(),
                                       "state", nullptr));
  }
  mutable SamlSettings settings;
};

TEST_F(SamlSimulatorLogoutTest, AnswersALogout) {
  const auto location = simulator.log_out(asked_to_log_out(kServiceProvider));
  ASSERT_TRUE(location);
  EXPECT_THAT(*location, StartsWith("https://id.test/sso/v1/saml/conn_1/slo?SAMLResponse="));
  const saml::ReceivedMessage message = received(*location);
  EXPECT_EQ(message.relay_state, "state");
  const auto response = saml::check_logout_response(message, input(), "_logout");
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->status, saml::LogoutStatus::kSuccess);
  EXPECT_EQ(simulator.log_out(query_of(*location)).value(), "") << "an answer is the end";
  EXPECT_EQ(simulator.log_out(asked_to_log_out("https://evil.test/sp")).error().reason, Reason::kInvalidRedirectUri);
}

TEST_F(SamlSimulatorLogoutTest, BeginsALogoutOfWhomItSignedIn) {
  const saml::SamlNameId name_id = judged(outcome("success"))->name_id;
  const auto login = read_simulated_login({{"email", "ann@example.com"}}, SimulatedProtocol::kSaml);
  const std::string location = simulator.begin_logout(ConnectionId("conn_1"), name_id_of(login->person, ""));
  const auto request = saml::check_logout_request(received(location), input());
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->name_id.value, name_id.value);
  EXPECT_EQ(request->name_id.format, name_id.format);
  EXPECT_THAT(request->session_indexes, ElementsAre()) << "every session of the person";
}

}  // namespace
}  // namespace doorward
