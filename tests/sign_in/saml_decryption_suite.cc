// Encrypted answers on their way through a sign-in: what is told of one that is refused, and how many may be.
#include <algorithm>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "saml/generator/answer.h"
#include "saml/generator/encryption.h"
#include "sign_in/saml_suite.h"

namespace doorward::store {
namespace {

class SamlDecryptions : public SamlSignInSuite {
 protected:
  void SetUp() override {
    SamlSignInSuite::SetUp();
    own_.pin.der = sync_wait(saml_keys_->current()).value().certificate_der;
    change_connection([](doorward::Connection& row) { row.saml.allow_cbc = true; });
  }

  saml::test::Encrypting by_cbc() const {
    return {.key = &own_, .algorithm = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"};
  }
  // The answer, with its assertion encrypted; with `plaintext` in its place where that is not empty.
  std::string sealed(const ProviderAnswer& answer, const std::string& plaintext = {}) const {
    const std::string xml = xml_of(answer);
    const std::string_view plain = saml::test::assertion_of(xml);
    return saml::test::replaced(xml, plain, saml::test::encrypted(plaintext.empty() ? plain : plaintext, by_cbc()));
  }

  SignInResult<SignInEnd> post_from(const std::string& source, const std::string& xml,
                                    const std::string& browser_secret) {
    BrowserCall call = browser(browser_secret);
    call.source = source;
    return sync_wait(consumer_->consume(
        connection_.id, {.saml_response = base64_encode(xml), .relay_state = {}, .received_at = {}}, std::move(call)));
  }

  saml::test::TestKey own_;
};

TEST_P(SamlDecryptions, S60_ATestOfAConnectionTellsNothingOfAPlaintext) {
  const std::string text(saml::test::assertion_of(xml_of({.state = std::string(43, 'A')})));
  const std::string plaintexts[] = {"<saml:Assertion", "\xFF\xFE" + text, "<!DOCTYPE x>" + text, text + text,
                                    saml::test::replaced(text, "ann@corp.test", "eve@corp.test")};
  std::set<std::string> told;
  for (const std::string& plaintext : plaintexts) {
    const auto sent = sync_wait(sign_in_->begin_test(connection_.id, browser()));
    ASSERT_TRUE(sent) << refusal(sent);
    const auto& to_provider = std::get<SentToProvider>(*sent);
    const auto end = post(sealed({.state = state_of(to_provider)}, plaintext), to_provider.browser_secret.reveal());
    ASSERT_TRUE(end) << refusal(end);
    const ConnectionTest test = std::get<TestEnded>(*end).test;
    EXPECT_EQ(test.status, ConnectionTestStatus::kFailure);
    std::string all = test.error + "|" + test.error_description + "|" + test.error_details;
    const AuthRequest entry = attempt();
    EXPECT_EQ(entry.reason, "decrypt_failed");
    for (const AuthRequestStep& step : entry.steps) {
      all += "|" + step.name + " " + step.reason + " " + step.expected + " " + step.received;
    }
    told.insert(all);
  }
  EXPECT_EQ(told.size(), 1U) << testing::PrintToString(told);
}

TEST_P(SamlDecryptions, H11_OneSourceFailsTenTimesAMinuteAndNobodyElsePays) {
  const auto sent = begin();
  const auto other = begin();
  ASSERT_TRUE(sent && other);
  const std::string bad = sealed({.state = state_of(*sent)}, "<x");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(refusal(post(bad, sent->browser_secret.reveal())), "decrypt_failed") << i;
  const std::string good = sealed({.state = state_of(*sent)});
  EXPECT_EQ(refusal(post(good, sent->browser_secret.reveal())), "rate_limited");
  EXPECT_EQ(refusal(post(xml_of({.state = state_of(*sent)}), sent->browser_secret.reveal())), "accepted")
      << "one that is not encrypted is not meant";
  EXPECT_EQ(refusal(post_from("192.0.2.2", sealed({.state = state_of(*other), .assertion_id = "_a2"}),
                              other->browser_secret.reveal())),
            "accepted");
  clock_.advance(std::chrono::seconds(7));
  const auto later = begin();
  ASSERT_TRUE(later);
  EXPECT_EQ(refusal(post(sealed({.state = state_of(*later), .assertion_id = "_a3"}), later->browser_secret.reveal())),
            "accepted");
}

TEST_P(SamlDecryptions, WhatIsDecryptedIsNoFailure) {
  for (int i = 0; i < 12; ++i) {
    const auto sent = begin();
    ASSERT_TRUE(sent);
    const ProviderAnswer right{.state = state_of(*sent), .assertion_id = "_n" + std::to_string(i)};
    EXPECT_EQ(refusal(post(sealed(right), sent->browser_secret.reveal())), "accepted") << i;
  }
}

TEST_P(SamlDecryptions, S60_ManyAtATimeAreNoMoreThanOneAfterTheOther) {
  constexpr int kAtATime = 30;
  const auto sent = begin();
  ASSERT_TRUE(sent);
  const std::string bad = sealed({.state = state_of(*sent)}, "<x");
  std::vector<std::string> outcomes(kAtATime);
  std::latch start(kAtATime);
  std::vector<std::jthread> browsers;
  for (std::string& outcome : outcomes) {
    browsers.emplace_back([&] {
      start.arrive_and_wait();
      outcome = refusal(post(bad, sent->browser_secret.reveal()));
    });
  }
  browsers.clear();
  EXPECT_EQ(std::ranges::count(outcomes, "decrypt_failed"), 10);
  EXPECT_EQ(std::ranges::count(outcomes, "rate_limited"), kAtATime - 10);
}

TEST_P(SamlDecryptions, WhatNobodyAskedForIsDecryptedOnlyWhereItCouldBeAccepted) {
  const std::string stray = sealed({.state = std::string(43, 'A')}, "<x");
  const std::string unsolicited = sealed({}, "<x");
  EXPECT_EQ(refusal(post(stray, "")), "decrypt_failed");
  EXPECT_EQ(refusal(post(unsolicited, "")), "decrypt_failed");
  change_connection([](doorward::Connection& row) { row.allow_idp_initiated_login = false; });
  EXPECT_EQ(refusal(post(stray, "")), "in_response_to");
  const auto refused = post(unsolicited, "");
  EXPECT_EQ(refusal(refused), "unsolicited_disabled");
  EXPECT_EQ(refused.error().location, "") << "nobody has checked whose it is";
  const auto sent = begin();
  ASSERT_TRUE(sent);
  EXPECT_EQ(refusal(post(sealed({.state = state_of(*sent)}), sent->browser_secret.reveal())), "accepted");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlDecryptions,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
