// Tests named after lines of the security catalogue, section S6.
#include <string>
#include <string_view>
#include <variant>

#include "app/service_provider/saml_logout_name.h"
#include "app/sign_in/single_logout.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/redirect_binding.h"
#include "sign_in/saml_suite.h"

namespace doorward::store {
namespace {

using testing::HasSubstr;
using testing::Not;

class SingleLogouts : public SamlSignInSuite {
 protected:
  void SetUp() override {
    SamlSignInSuite::SetUp();
    logout_.emplace(SingleLogout::Ports{store(), clock_, random_, *keys_, *keys_}, *service_provider_, *grants_,
                    home_.id);
  }

  void sign_in(const std::string& name_id, const std::string& session_index) {
    const auto sent = begin();
    ASSERT_TRUE(sent);
    ASSERT_EQ(refusal(answer(
                  *sent,
                  {.name_id = name_id, .assertion_id = "_" + name_id + session_index, .session_index = session_index})),
              "accepted");
  }

  saml::LogoutRequest request(const std::string& name_id, std::vector<std::string> indexes = {}) const {
    return {.id = "_l" + std::to_string(++requests_),
            .issue_instant = now(),
            .destination = saml_addresses(kBaseUrl, connection_).slo_url,
            .issuer = kIdp,
            .name_id = {.value = name_id},
            .session_indexes = std::move(indexes),
            .not_on_or_after = now() + std::chrono::minutes(5)};
  }
  // As the provider's redirect brings it; nullptr: unsigned.
  saml::ReceivedMessage by_redirect(const saml::XmlElement& message, saml::MessageKind kind, std::string relay_state,
                                    const saml::MessageSigner* signer = &provider_signer()) const {
    const std::string url =
        saml::redirect_url("https://us.test/slo", kind, message.to_xml(), std::move(relay_state), signer);
    return received(url.substr(url.find('?') + 1));
  }
  static saml::ReceivedMessage received(const std::string& query) {
    const auto message = saml::read_redirect(query).value();
    return {
        .binding = SamlBinding::kHttpRedirect, .xml = message.xml, .relay_state = message.relay_state, .query = query};
  }
  // What the provider is answered: the last word of the status; or why it is not.
  std::string told(saml::ReceivedMessage message) {
    const auto answered = sync_wait(logout_->end_sessions(connection_.id, std::move(message), browser()));
    if (!answered) return "refused " + std::string(reason_name(answered.error().reason));
    const std::string& url = std::get<saml::RedirectTo>(answered->value()).url;
    EXPECT_TRUE(url.starts_with("https://idp.test/slo?"));
    EXPECT_THAT(url, HasSubstr("&Signature="));
    const std::string xml = saml::read_redirect(url.substr(url.find('?') + 1)).value().xml;
    const std::size_t last = xml.rfind("status:");
    return xml.substr(last + 7, xml.find('"', last) - last - 7);
  }
  std::string told(const saml::LogoutRequest& asked) {
    return told(by_redirect(saml::to_element(asked), saml::MessageKind::kRequest, "rs"));
  }

  // The provider reads no reason, the operator does.
  template <class Act>
  static std::string refusal_of(Act act) {
    return logged_reason("single_logout.refused", std::move(act));
  }

  std::optional<SingleLogout> logout_;
  mutable int requests_ = 0;
};

TEST_P(SingleLogouts, TheProviderEndsASession) {
  sign_in("ann", "s1");
  sign_in("ann", "s2");
  sign_in("ben", "s3");
  EXPECT_EQ(told(request("ann", {"s1"})), "Success");
  ASSERT_EQ(sessions("ann").size(), 1U);
  EXPECT_EQ(sessions("ann")[0].provider_session, "s2");
  EXPECT_EQ(sessions("ben").size(), 1U);
}

TEST_P(SingleLogouts, S100_WithoutAnIndexAllOfThePersonAtThisConnection) {
  sign_in("ann", "s1");
  sign_in("ann", "s2");
  sign_in("ben", "s3");
  const doorward::Connection first = connection_;
  connection_ = saml_connection();
  must([&](WriteTx& tx) { return tx.connections().insert(connection_); });
  sign_in("ann", "s4");
  const doorward::Connection second = connection_;
  connection_ = first;
  EXPECT_EQ(told(request("ann")), "Success");
  EXPECT_EQ(sessions("ann").size(), 0U);
  EXPECT_EQ(sessions("ben").size(), 1U);
  connection_ = second;
  EXPECT_EQ(sessions("ann").size(), 1U) << "the other connection's person of this name is another";
}

TEST_P(SingleLogouts, S99_WhatIsNotTheProvidersOwnEndsNothing) {
  sign_in("ann", "s1");
  const auto signed_by = [&](const saml::LogoutRequest& asked, const saml::MessageSigner* signer) {
    return told(by_redirect(saml::to_element(asked), saml::MessageKind::kRequest, "", signer));
  };
  EXPECT_EQ(signed_by(request("ann"), nullptr), "RequestDenied");
  static const auto stranger = [] {
    return saml::MessageSigner::from_pkcs8(crypto::RsaPrivateKey::generate().to_pkcs8(), "").value();
  }();
  EXPECT_EQ(signed_by(request("ann"), &stranger), "RequestDenied");
  saml::LogoutRequest asked = request("ann");
  asked.issuer = "https://other.test";
  EXPECT_EQ(told(asked), "RequestDenied");
  asked = request("ann");
  asked.destination = "https://us.test/sso/v1/saml/conn_other/slo";
  EXPECT_EQ(told(asked), "RequestDenied") << "another tenant's";
  asked = request("ann");
  asked.not_on_or_after = now() - std::chrono::minutes(5);
  EXPECT_EQ(told(asked), "RequestDenied") << "expired";
  EXPECT_EQ(told(request("ben")), "UnknownPrincipal");
  EXPECT_EQ(told(request("ann", {"s2"})), "UnknownPrincipal");
  EXPECT_EQ(sessions("ann").size(), 1U) << "nobody was logged out";
}

TEST_P(SingleLogouts, S99_ARequestIsGoodOnce) {
  const saml::LogoutRequest asked = request("ann");
  sign_in("ann", "s1");
  ASSERT_EQ(told(asked), "Success");
  sign_in("ann", "s2");
  EXPECT_EQ(refusal_of([&] { EXPECT_EQ(told(asked), "RequestDenied"); }), "replay");
  EXPECT_EQ(sessions("ann").size(), 1U);
}

TEST_P(SingleLogouts, S99_ARequestIsRememberedThoughTheSkewIsWidened) {
  change_connection([](doorward::Connection& row) { row.saml.clock_skew = std::chrono::seconds(0); });
  const saml::LogoutRequest asked = request("ann");
  sign_in("ann", "s1");
  ASSERT_EQ(told(asked), "Success");
  change_connection([](doorward::Connection& row) { row.saml.clock_skew = kMostSamlClockSkew; });
  clock_.advance(std::chrono::minutes(9));
  sync_wait(store().write("test.purge", {}, [&](WriteTx& tx) {
    return tx.sign_in().purge(now(), now() - std::chrono::hours(24), 1'000);
  })).value();
  sign_in("ann", "s2");
  EXPECT_EQ(refusal_of([&] { EXPECT_EQ(told(asked), "RequestDenied"); }), "replay");
  EXPECT_EQ(sessions("ann").size(), 1U);
}

TEST_P(SingleLogouts, S98_TheQueryIsSignedAsItCame) {
  sign_in("ann", "s1");
  const auto query_for = [&] {
    const std::string url = saml::redirect_url("https://us.test/slo", saml::MessageKind::kRequest,
                                               saml::to_element(request("ann")).to_xml(), "rs", &provider_signer());
    return url.substr(url.find('?') + 1);
  };
  const auto replaced = [](std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(told(received(replaced(query_for(), "RelayState=rs", "RelayState=r%73"))), "RequestDenied");
  EXPECT_EQ(told(received(replaced(query_for(), "RelayState=rs&", ""))), "RequestDenied");
  EXPECT_EQ(told(received(replaced(query_for(), "RelayState=rs", "RelayState=other"))), "RequestDenied");
  const std::string sha1 = "http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1";
  std::string swapped = query_for();
  const std::size_t begin = swapped.find("SigAlg=") + 7;
  swapped.replace(begin, swapped.find('&', begin) - begin, sha1);
  EXPECT_EQ(told(received(swapped)), "RequestDenied");
  EXPECT_EQ(sessions("ann").size(), 1U);
  EXPECT_EQ(told(received(query_for())), "Success");
}

TEST_P(SingleLogouts, S100_TheAnswerGoesWhereTheConnectionSaysAndNowhereElse) {
  change_connection([](doorward::Connection& row) { row.saml.provider.slo_url.clear(); });
  sign_in("ann", "s1");
  const auto done = sync_wait(logout_->end_sessions(
      connection_.id, by_redirect(saml::to_element(request("ann")), saml::MessageKind::kRequest, "https://evil.test"),
      browser()));
  ASSERT_TRUE(done);
  EXPECT_FALSE(*done) << "a page says it";
  EXPECT_EQ(sessions("ann").size(), 0U);
}

TEST_P(SingleLogouts, RubbishIsNotAnswered) {
  saml::ReceivedMessage rubbish{.binding = SamlBinding::kHttpPost, .xml = "<x", .relay_state = {}, .query = {}};
  EXPECT_EQ(told(rubbish), "refused not_wellformed");
}

TEST_P(SingleLogouts, S05_WhatHoldsNoMessageCounts) {
  const auto refused = [&] {
    return reason_name(
        logout_->refuse_message(connection_.id, make_error(Reason::kDuplicateParam, "Twice."), browser()).reason);
  };
  for (int i = 0; i < static_cast<int>(kLogoutFailureLimits.burst); ++i) ASSERT_EQ(refused(), "duplicate_param") << i;
  EXPECT_EQ(refused(), "rate_limited");
  EXPECT_EQ(told({.binding = SamlBinding::kHttpPost, .xml = "<x", .relay_state = {}, .query = {}}),
            "refused rate_limited");
}

// -- from the application

TEST_P(SingleLogouts, ASignOutGoesByTheProviderAndComesBackOnce) {
  change_connection([](doorward::Connection& row) { row.saml.slo_required = true; });
  const SamlLogoutName name{.name_id = {.value = "ann", .format = std::string(saml::kNameIdPersistent)},
                            .session_index = "s1"};
  const auto forever = std::chrono::steady_clock::time_point::max();
  const auto left = sync_wait(logout_->leave(connection_, name.to_text(), "https://app.test/bye", forever));
  ASSERT_TRUE(left && *left);
  const std::string& url = std::get<saml::RedirectTo>(**left).url;
  EXPECT_THAT(url, HasSubstr("&Signature="));
  const auto asked = saml::read_redirect(url.substr(url.find('?') + 1)).value();
  EXPECT_THAT(asked.xml, HasSubstr(">ann</saml:NameID>"));
  EXPECT_THAT(asked.xml, HasSubstr("<samlp:SessionIndex>s1<"));
  EXPECT_LE(asked.relay_state.size(), saml::kMostRelayStateBytes);

  saml::LogoutResponse response{.id = "_x1",
                                .issue_instant = now(),
                                .destination = saml_addresses(kBaseUrl, connection_).slo_url,
                                .issuer = kIdp,
                                .in_response_to = saml_request_id(asked.relay_state),
                                .status = saml::LogoutStatus::kPartial};
  const auto come_back = [&](const saml::LogoutResponse& answer, const saml::MessageSigner* signer) {
    const auto address = sync_wait(logout_->come_back(
        connection_.id, by_redirect(saml::to_element(answer), saml::MessageKind::kResponse, asked.relay_state, signer),
        browser()));
    return address ? *address : std::string(reason_name(address.error().reason));
  };
  saml::LogoutResponse unsolicited = response;
  unsolicited.in_response_to = "_" + std::string(43, 'A');
  EXPECT_EQ(come_back(unsolicited, &provider_signer()), "in_response_to") << "S-99";
  EXPECT_EQ(come_back(response, nullptr), "unsigned");
  EXPECT_EQ(come_back(response, &provider_signer()), "https://app.test/bye") << "whatever its status";
  EXPECT_EQ(come_back(response, &provider_signer()), "in_response_to");
}

TEST_P(SingleLogouts, ASignOutIsNoSignIn) {
  change_connection([](doorward::Connection& row) { row.saml.slo_required = true; });
  const SamlLogoutName name{.name_id = {.value = "ann"}, .session_index = {}};
  const auto left = sync_wait(logout_->leave(connection_, name.to_text(), "https://app.test/bye",
                                             std::chrono::steady_clock::time_point::max()));
  ASSERT_TRUE(left && *left);
  const std::string url = std::get<saml::RedirectTo>(**left).url;
  const std::string state = saml::read_redirect(url.substr(url.find('?') + 1)).value().relay_state;
  EXPECT_EQ(refusal(post(xml_of({.state = state}), "x")), "in_response_to");
}

TEST_P(SingleLogouts, AConnectionMayDoWithout) {
  const auto forever = std::chrono::steady_clock::time_point::max();
  const SamlLogoutName name{.name_id = {.value = "ann"}, .session_index = {}};
  const auto leaves = [&](const Secret<std::string>& hint) {
    return sync_wait(logout_->leave(connection_, hint, "", forever)).value().has_value();
  };
  EXPECT_FALSE(leaves(name.to_text())) << "not asked for";
  change_connection([](doorward::Connection& row) { row.saml.slo_required = true; });
  EXPECT_TRUE(leaves(name.to_text()));
  EXPECT_FALSE(leaves(Secret<std::string>())) << "nothing to name the login by";
  change_connection([](doorward::Connection& row) { row.saml.provider.slo_url.clear(); });
  EXPECT_FALSE(leaves(name.to_text())) << "nowhere to go";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SingleLogouts, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
