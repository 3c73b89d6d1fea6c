#include "protocol/saml/logout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "protocol/saml/names.h"
#include "protocol/saml/outgoing_message.h"
#include "protocol/saml/test_messages.h"
#include "protocol/saml/text_element.h"

namespace doorward::saml {
namespace {

using test::reason_of;
using test::replaced;

constexpr const char* kSlo = "https://sp.test/sso/v1/saml/conn_1/slo";
constexpr const char* kProviderId = "https://idp.test/";

SamlSettings settings() {
  SamlSettings made;
  made.provider.entity_id = kProviderId;
  made.provider.certificates = {test::provider().pinned};
  return made;
}

LogoutRequest request() {
  return {.id = "_request",
          .issue_instant = test::kNow,
          .destination = kSlo,
          .issuer = kProviderId,
          .name_id = {.value = "ann@corp.test",
                      .format = std::string(kNameIdEmail),
                      .name_qualifier = "q",
                      .sp_name_qualifier = "spq"},
          .session_indexes = {"_s1", "_s2"},
          .not_on_or_after = test::kNow + std::chrono::minutes(2)};
}

LogoutResponse response() {
  return {.id = "_response",
          .issue_instant = test::kNow,
          .destination = kSlo,
          .issuer = kProviderId,
          .in_response_to = "_ours",
          .status = LogoutStatus::kSuccess};
}

ReceivedMessage by_form(XmlElement element, const MessageSigner* signer = &test::provider().signer) {
  if (signer != nullptr) sign_enveloped(element, *signer);
  return {.binding = SamlBinding::kHttpPost, .xml = element.to_xml(), .relay_state = "", .query = ""};
}

ReceivedMessage by_redirect(const XmlElement& element, const MessageSigner* signer = &test::provider().signer,
                            MessageKind kind = MessageKind::kRequest) {
  const std::string url = redirect_url(kSlo, kind, element.to_xml(), "", signer);
  return {.binding = SamlBinding::kHttpRedirect, .xml = "", .relay_state = "", .query = url.substr(url.find('?') + 1)};
}

Result<LogoutRequest> check(const ReceivedMessage& message, Timestamp now = test::kNow,
                            const SamlSettings& used = settings()) {
  return check_logout_request(message, {.settings = used, .slo_urls = {kSlo}, .now = now});
}

// Signed as it is, in a way that no writer of ours would.
ReceivedMessage signed_query(std::string_view xml, MessageKind kind = MessageKind::kRequest) {
  const std::string url = redirect_url(kSlo, kind, xml, "", &test::provider().signer);
  return {.binding = SamlBinding::kHttpRedirect, .xml = "", .relay_state = "", .query = url.substr(url.find('?') + 1)};
}
ReceivedMessage changed(std::string_view from, std::string_view to) {
  return signed_query(replaced(to_element(request()).to_xml(), from, to));
}

TEST(LogoutRequest, SaysTheSameByBothBindings) {
  for (const auto& message : {by_form(to_element(request())), by_redirect(to_element(request()))}) {
    const auto checked = check(message);
    ASSERT_TRUE(checked) << checked.error().message << checked.error().detail;
    EXPECT_EQ(checked->id, "_request");
    EXPECT_EQ(checked->issue_instant, test::kNow);
    EXPECT_EQ(checked->issuer, kProviderId);
    EXPECT_EQ(checked->destination, kSlo);
    EXPECT_EQ(checked->name_id.value, "ann@corp.test");
    EXPECT_EQ(checked->name_id.format, kNameIdEmail);
    EXPECT_EQ(checked->name_id.name_qualifier, "q");
    EXPECT_EQ(checked->name_id.sp_name_qualifier, "spq");
    EXPECT_EQ(checked->session_indexes, (std::vector<std::string>{"_s1", "_s2"}));
    EXPECT_EQ(checked->not_on_or_after, test::kNow + std::chrono::minutes(2));
  }
}

TEST(LogoutRequest, S100_WithoutSessionIndexItMeansEverySession) {
  LogoutRequest all = request();
  all.session_indexes.clear();
  EXPECT_TRUE(check(by_redirect(to_element(all)))->session_indexes.empty());
}

TEST(LogoutRequest, S99_UnsignedOrSignedByAnotherIsRefused) {
  EXPECT_EQ(reason_of(check(by_form(to_element(request()), nullptr))), "unsigned");
  EXPECT_EQ(reason_of(check(by_redirect(to_element(request()), nullptr))), "unsigned");
  EXPECT_EQ(reason_of(check(by_form(to_element(request()), &test::stranger().signer))), "signature_invalid");
  EXPECT_EQ(reason_of(check(by_redirect(to_element(request()), &test::stranger().signer))), "redirect_signature");
  XmlElement inside = to_element(request());
  sign_enveloped(inside, test::provider().signer);
  EXPECT_EQ(reason_of(check(by_redirect(inside, nullptr))), "unsigned")
      << "by redirect only the query's signature counts";
}

TEST(LogoutRequest, S99_TheMessageOfTheSignedQueryCountsAndNoOther) {
  ReceivedMessage message = by_redirect(to_element(request()));
  LogoutRequest other = request();
  other.name_id.value = "ceo@corp.test";
  message.xml = to_element(other).to_xml();
  EXPECT_EQ(check(message)->name_id.value, "ann@corp.test");
}

TEST(LogoutRequest, S99_OfAnotherProviderOrForAnotherAddressIsRefused) {
  EXPECT_EQ(reason_of(check(changed(">https://idp.test/<", ">https://evil.test/<"))), "issuer_mismatch");
  EXPECT_EQ(reason_of(check(changed(">https://idp.test/<", "><b xmlns=\"urn:x\"/>https://idp.test/<"))),
            "issuer_mismatch");
  EXPECT_EQ(reason_of(check(changed(">https://idp.test/<", "> https://idp.test/\n<"))), "none") << "white space";
  EXPECT_EQ(reason_of(check(changed("conn_1/slo", "conn_2/slo"))), "destination");
  EXPECT_EQ(reason_of(check(changed(" Destination=\"https://sp.test/sso/v1/saml/conn_1/slo\"", ""))), "destination")
      << "who was it for?";
}

TEST(LogoutRequest, S99_AnExpiredOneIsRefused) {
  const ReceivedMessage message = by_redirect(to_element(request()));
  const Timestamp end = test::kNow + std::chrono::minutes(2) + kSamlClockSkew;
  EXPECT_EQ(reason_of(check(message, end - std::chrono::seconds(1))), "none");
  EXPECT_EQ(reason_of(check(message, end)), "time_window");
  EXPECT_EQ(reason_of(check(message, test::kNow - kSamlClockSkew)), "none");
  EXPECT_EQ(reason_of(check(message, test::kNow - kSamlClockSkew - std::chrono::seconds(1))), "time_window");
}

TEST(LogoutRequest, S99_IsRememberedForTheWidestSkew) {
  const ReceivedMessage message = by_redirect(to_element(request()));
  const Timestamp end = test::kNow + std::chrono::minutes(2) + kMostSamlClockSkew;
  EXPECT_EQ(remember_until(*check(message)), end);
  SamlSettings widened = settings();
  for (const std::chrono::seconds skew : {kMostSamlClockSkew, 2 * kMostSamlClockSkew}) {
    widened.clock_skew = skew;
    EXPECT_EQ(reason_of(check(message, end - std::chrono::seconds(1), widened)), "none");
    EXPECT_EQ(reason_of(check(message, end, widened)), "time_window") << "when it is forgotten it is not accepted";
  }
}

TEST(LogoutRequest, S99_NoneLivesLong) {
  LogoutRequest endless = request();
  endless.not_on_or_after.reset();
  const Timestamp end = test::kNow + kLogoutRequestLife + kSamlClockSkew;
  EXPECT_EQ(reason_of(check(by_redirect(to_element(endless)), end - std::chrono::seconds(1))), "none");
  EXPECT_EQ(reason_of(check(by_redirect(to_element(endless)), end)), "time_window");
  endless.not_on_or_after = test::at("9999-01-01T00:00:00Z");
  const Timestamp last = test::kNow + kMostLogoutRequestLife + kSamlClockSkew;
  EXPECT_EQ(reason_of(check(by_redirect(to_element(endless)), last - std::chrono::seconds(1))), "none");
  EXPECT_EQ(reason_of(check(by_redirect(to_element(endless)), last)), "time_window");
}

TEST(LogoutRequest, TimesAreThoseOfSaml) {
  EXPECT_EQ(reason_of(check(changed("2026-11-30T12:00:00Z", "2026-11-30T12:00:00"))), "bad_time");
  EXPECT_EQ(reason_of(check(changed("NotOnOrAfter=\"2026", "NotOnOrAfter=\"x2026"))), "bad_time");
  EXPECT_EQ(reason_of(check(changed(" IssueInstant=\"2026-11-30T12:00:00Z\"", ""))), "saml_shape");
}

TEST(LogoutRequest, S18_OtherMessagesAreRefused) {
  EXPECT_EQ(reason_of(check(by_redirect(to_element(response())))), "wrong_root");
  EXPECT_EQ(reason_of(check(by_redirect(to_element(request()), &test::provider().signer, MessageKind::kResponse))),
            "wrong_root");
  EXPECT_EQ(reason_of(check(by_form(to_element(response())))), "wrong_root");
  EXPECT_EQ(reason_of(check(changed("Version=\"2.0\"", "Version=\"1.1\""))), "bad_version");
  EXPECT_EQ(reason_of(check(signed_query("<!DOCTYPE a><a/>"))), "dtd_forbidden");
  EXPECT_EQ(reason_of(check(signed_query("<a"))), "not_wellformed");
}

TEST(LogoutRequest, S99_ANameThatIsNoneNamesNobody) {
  EXPECT_EQ(reason_of(check(changed(">ann@corp.test<", "> <"))), "nameid_invalid");
  EXPECT_EQ(reason_of(check(changed(">ann@corp.test<", ">admin@corp.test<a/>.evil.test<"))), "nameid_shape");
  EXPECT_EQ(reason_of(check(changed(">ann@corp.test<", ">" + std::string(4 * kMostNameIdCharacters + 1, 'a') + "<"))),
            "nameid_invalid");
  const std::string xml = to_element(request()).to_xml();
  const std::size_t begin = xml.find("<saml:NameID");
  const std::string without = xml.substr(0, begin) + xml.substr(xml.find("</saml:NameID>") + 14);
  EXPECT_EQ(reason_of(check(signed_query(without))), "nameid_invalid");
  const std::string encrypted = std::string("<saml:EncryptedID xmlns:saml=\"") + std::string(kAssertionNs) + "\"/>";
  EXPECT_EQ(reason_of(check(signed_query(xml.substr(0, begin) + encrypted + xml.substr(begin)))),
            "unsupported_encrypted_id");
}

TEST(LogoutRequest, SessionIndexesAreBounded) {
  LogoutRequest many = request();
  many.session_indexes.assign(kMostSessionIndexes, "_s");
  EXPECT_EQ(reason_of(check(by_form(to_element(many)))), "none");
  many.session_indexes.emplace_back("_s");
  EXPECT_EQ(reason_of(check(by_form(to_element(many)))), "saml_shape");
  EXPECT_EQ(reason_of(check(changed(">_s1<", "><"))), "saml_shape");
  EXPECT_EQ(reason_of(check(changed("ID=\"_request\"", "ID=\"1\""))), "saml_shape");
}

TEST(LogoutResponse, SaysHowItWent) {
  for (const LogoutStatus status : {LogoutStatus::kSuccess, LogoutStatus::kPartial, LogoutStatus::kUnknownPrincipal,
                                    LogoutStatus::kDenied, LogoutStatus::kFailed}) {
    LogoutResponse sent = response();
    sent.status = status;
    const SamlSettings used = settings();
    const LogoutCheckInput input{.settings = used, .slo_urls = {"https://sp.test/other", kSlo}, .now = test::kNow};
    for (const auto& message :
         {by_form(to_element(sent)), by_redirect(to_element(sent), &test::provider().signer, MessageKind::kResponse)}) {
      const auto checked = check_logout_response(message, input, "_ours");
      ASSERT_TRUE(checked) << checked.error().message;
      EXPECT_EQ(checked->status, status);
      EXPECT_EQ(checked->in_response_to, "_ours");
    }
  }
}

TEST(LogoutResponse, S99_AnUnsolicitedOneIsRefused) {
  const SamlSettings used = settings();
  const LogoutCheckInput input{.settings = used, .slo_urls = {kSlo}, .now = test::kNow};
  const auto of = [&](const LogoutResponse& sent, std::string_view asked) {
    return reason_of(check_logout_response(by_form(to_element(sent)), input, asked));
  };
  EXPECT_EQ(of(response(), "_other"), "in_response_to");
  EXPECT_EQ(of(response(), ""), "in_response_to");
  LogoutResponse unsolicited = response();
  unsolicited.in_response_to.clear();
  EXPECT_EQ(of(unsolicited, ""), "in_response_to");
  EXPECT_EQ(reason_of(check_logout_response(by_form(to_element(response()), nullptr), input, "_ours")), "unsigned");
}

TEST(UncheckedMessageId, IsANameOrNothing) {
  EXPECT_EQ(unchecked_message_id(to_element(request()).to_xml()), "_request");
  EXPECT_EQ(unchecked_message_id("<a ID=\"b.c-1\"/>"), "b.c-1");
  for (const char* none :
       {"<a/>", "<a ID=\"\"/>", "<a ID=\"1a\"/>", "<a ID=\"a b\"/>", "<a ID=\"a&quot;\"/>", "<a", ""}) {
    EXPECT_EQ(unchecked_message_id(none), std::nullopt) << none;
  }
  EXPECT_EQ(unchecked_message_id("<a ID=\"" + std::string(257, 'a') + "\"/>"), std::nullopt);
}

}  // namespace
}  // namespace doorward::saml
