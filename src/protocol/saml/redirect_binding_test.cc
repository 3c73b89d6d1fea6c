#include "protocol/saml/redirect_binding.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/saml/deflate.h"
#include "protocol/saml/names.h"
#include "protocol/saml/test_messages.h"

namespace doorward::saml {
namespace {

using test::reason_of;
using test::replaced;

constexpr std::string_view kXml = "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
constexpr std::string_view kEndpoint = "https://sp.test/slo";

std::string query_of(const std::string& url) { return url.substr(url.find('?') + 1); }
std::string signed_query(const test::Party& party = test::provider(), std::string_view relay_state = "state-1") {
  return query_of(redirect_url(kEndpoint, MessageKind::kRequest, kXml, relay_state, &party.signer));
}
std::string message_query(std::string_view deflated) {
  return "SAMLRequest=" + percent_encode(base64_encode(deflated));
}

Result<std::string> check(std::string_view query,
                          const std::vector<PinnedCertificate>& pins = {test::provider().pinned},
                          bool allow_sha1 = false, bool allow_expired = false) {
  return check_redirect_signature(
      query,
      {.certificates = pins, .allow_sha1 = allow_sha1, .allow_expired_certificates = allow_expired, .now = test::kNow});
}

TEST(RedirectBinding, ComesBackAsItWasSent) {
  const auto read = read_redirect(signed_query(test::provider(), "a&b=c d+é"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->kind, MessageKind::kRequest);
  EXPECT_EQ(read->xml, kXml);
  EXPECT_EQ(read->relay_state, "a&b=c d+é");
  EXPECT_TRUE(read->is_signed);
  const auto unsigned_response =
      read_redirect(query_of(redirect_url(kEndpoint, MessageKind::kResponse, kXml, "", nullptr)));
  ASSERT_TRUE(unsigned_response);
  EXPECT_EQ(unsigned_response->kind, MessageKind::kResponse);
  EXPECT_EQ(unsigned_response->relay_state, "");
  EXPECT_FALSE(unsigned_response->is_signed);
}

TEST(RedirectBinding, KeepsTheQueryOfTheEndpoint) {
  const auto url = [](std::string_view endpoint) {
    return redirect_url(endpoint, MessageKind::kRequest, kXml, "", nullptr);
  };
  EXPECT_TRUE(url("https://idp.test/sso").starts_with("https://idp.test/sso?SAMLRequest="));
  EXPECT_TRUE(url("https://idp.test/sso?idpid=C01").starts_with("https://idp.test/sso?idpid=C01&SAMLRequest="));
  EXPECT_TRUE(url("https://idp.test/sso#top").starts_with("https://idp.test/sso?SAMLRequest="));
}

TEST(RedirectBinding, S02_ABombStopsAtTheCap) {
  const std::string most(kMostInflatedBytes, 'a');
  EXPECT_EQ(read_redirect(message_query(deflate(most)))->xml, most);
  EXPECT_EQ(reason_of(read_redirect(message_query(deflate(most + "a")))), "too_large");
  const std::string bomb = deflate(std::string(std::size_t{8} * 1024 * 1024, 'a'));
  ASSERT_LT(bomb.size() * 4 / 3 + 100, kMostRedirectQueryBytes) << "the query itself is small enough";
  EXPECT_EQ(reason_of(read_redirect(message_query(bomb))), "too_large");
}

TEST(RedirectBinding, S02_ALongQueryIsNotEvenRead) {
  EXPECT_EQ(reason_of(read_redirect("SAMLRequest=" + std::string(kMostRedirectQueryBytes, 'A'))), "too_large");
  EXPECT_EQ(reason_of(read_redirect(message_query(deflate(kXml)) +
                                    "&RelayState=" + std::string(kMostReceivedRelayStateBytes + 1, 'r'))),
            "too_large");
}

TEST(RedirectBinding, OnlyOneWholeDeflatedMessageIsRead) {
  const std::string deflated = deflate(kXml);
  EXPECT_EQ(reason_of(read_redirect(message_query(deflated.substr(0, deflated.size() - 1)))), "not_wellformed");
  EXPECT_EQ(reason_of(read_redirect(message_query(deflated + "x"))), "not_wellformed");
  EXPECT_EQ(reason_of(read_redirect(message_query(kXml))), "not_wellformed") << "not deflated at all";
  EXPECT_EQ(reason_of(read_redirect("SAMLRequest=%2A%2A")), "bad_base64");
  EXPECT_EQ(reason_of(read_redirect("SAMLRequest=")), "bad_base64");
  EXPECT_EQ(reason_of(read_redirect("SAMLRequest=%4")), "malformed_request");
  EXPECT_EQ(reason_of(read_redirect("")), "malformed_request");
  EXPECT_EQ(reason_of(read_redirect("a=b&RelayState=x")), "malformed_request");
  EXPECT_EQ(reason_of(read_redirect(message_query(deflated) + "&SAMLEncoding=urn:other")), "malformed_request");
  EXPECT_EQ(reason_of(read_redirect(
                message_query(deflated) +
                "&SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE")),
            "none");
  EXPECT_EQ(reason_of(read_redirect(message_query(deflated) + "&RelayState=%FF")), "malformed_request");
}

TEST(RedirectBinding, ToleratesAPlusThatNobodyEncoded) {
  std::string base64;
  for (int i = 0; base64.find('+') == std::string::npos; ++i) {
    base64 = base64_encode(deflate(crypto::sha256(std::to_string(i))));
  }
  EXPECT_EQ(reason_of(read_redirect("SAMLRequest=" + base64)), "none");
}

TEST(RedirectBinding, S05_EachParameterComesOnce) {
  const std::string query = signed_query();
  for (const char* extra : {"&SAMLRequest=x", "&SAMLResponse=x", "&RelayState=x", "&SigAlg=x", "&Signature=x"}) {
    EXPECT_EQ(reason_of(read_redirect(query + extra)), "duplicate_param") << extra;
    EXPECT_EQ(reason_of(check(query + extra)), "duplicate_param") << extra;
  }
  EXPECT_EQ(reason_of(read_redirect(query + "&Relay%53tate=x")), "malformed_request") << "the same, in disguise";
  EXPECT_EQ(reason_of(check(query + "&Relay%53tate=x")), "malformed_request");
  EXPECT_EQ(reason_of(check(query + "&other=1&other=2")), "none") << "nobody's business";
}

TEST(RedirectSignature, HoldsUnderThePinnedCertificate) {
  const auto checked = check(signed_query(), {test::stranger().pinned, test::provider().pinned});
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(*checked, test::provider().pinned.id);
  EXPECT_EQ(*check(signed_query(test::rsa_provider()), {test::rsa_provider().pinned}), test::rsa_provider().pinned.id);
  EXPECT_EQ(reason_of(check(signed_query(test::provider(), ""))), "none") << "without RelayState";
}

TEST(RedirectSignature, S98_EveryOctetCounts) {
  const std::string query = signed_query();
  EXPECT_EQ(reason_of(check(query, {test::stranger().pinned})), "redirect_signature");
  EXPECT_EQ(reason_of(check(query, {})), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, "state-1", "state-2"))), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, "state-1", "state%2D1"))), "redirect_signature") << "encoded anew";
  EXPECT_EQ(reason_of(check(replaced(query, "&RelayState=state-1", ""))), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, "SAMLRequest", "SAMLResponse"))), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(signed_query(test::provider(), ""), "&SigAlg", "&RelayState=added&SigAlg"))),
            "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, "&Signature=", "&Signature=AAAA"))), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, "&Signature=", "&Signature=*"))), "redirect_signature");
}

TEST(RedirectSignature, S98_ReorderedParametersAreRefused) {
  const std::string query = signed_query();
  const std::string relay = "&RelayState=state-1";
  EXPECT_EQ(reason_of(check("RelayState=state-1&" + replaced(query, relay, ""))), "redirect_signature");
  EXPECT_EQ(reason_of(check(replaced(query, relay, "") + relay)), "redirect_signature");
}

TEST(RedirectSignature, S98_AnUnsignedQueryIsRefusedAsThat) {
  const std::string query = signed_query();
  EXPECT_EQ(reason_of(check(query.substr(0, query.find("&Signature")))), "unsigned");
  EXPECT_EQ(reason_of(check(query.substr(0, query.find("&SigAlg")))), "unsigned");
}

TEST(RedirectSignature, S98_AlgorithmsAreAClosedList) {
  const std::string query = signed_query(test::rsa_provider());
  const std::vector pins{test::rsa_provider().pinned};
  const auto with = [&](std::string_view algorithm) {
    return replaced(query, percent_encode(kRsaSha256), percent_encode(algorithm));
  };
  for (const std::string_view forbidden :
       {std::string_view("http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        std::string_view("http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
        std::string_view("http://www.w3.org/2001/04/xmldsig-more#rsa-md5"), std::string_view(""), kRsaSha1}) {
    EXPECT_EQ(reason_of(check(with(forbidden), pins)), "alg_forbidden") << forbidden;
  }
  EXPECT_EQ(reason_of(check(replaced(query, "&SigAlg=", "&Other="), pins)), "alg_forbidden");
  EXPECT_EQ(reason_of(check(with(kRsaSha1), pins, true)), "redirect_signature") << "allowed, but not what signed";
  EXPECT_EQ(reason_of(check(with(kRsaSha512), pins)), "redirect_signature");
  EXPECT_EQ(reason_of(check(with(kEcdsaSha256), pins)), "redirect_signature") << "of another kind than the key";
}

TEST(RedirectSignature, S42_Sha1OnlyWhereTheConnectionAllowsIt) {
  const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::generate();
  const test::Party party = test::make_party(key.to_pkcs8(), "old.idp.test");
  std::string query = message_query(deflate(kXml)) + "&SigAlg=" + percent_encode(kRsaSha1);
  query += "&Signature=" + percent_encode(base64_encode(key.sign(crypto::Digest::kSha1, query)));
  EXPECT_EQ(reason_of(check(query, {party.pinned})), "alg_forbidden");
  EXPECT_EQ(reason_of(check(query, {party.pinned}, true)), "none");
}

TEST(RedirectSignature, S54_AnExpiredCertificateCountsOnlyWhereTheConnectionAllowsIt) {
  const auto key = crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8();
  const test::Party past = test::make_party(key, "past.test", test::at("2026-11-30T12:00:00Z"));
  EXPECT_EQ(reason_of(check(signed_query(past), {past.pinned})), "certificate_expired");
  EXPECT_EQ(reason_of(check(signed_query(past), {past.pinned}, false, true)), "none");
  EXPECT_EQ(reason_of(check(signed_query(past), {past.pinned, past.pinned})), "certificate_expired");
  const test::Party renewed = test::make_party(key, "renewed.test");
  const auto checked = check(signed_query(past), {past.pinned, renewed.pinned});
  ASSERT_TRUE(checked) << "the same key in a certificate that is in force: " << checked.error().message;
  EXPECT_EQ(*checked, renewed.pinned.id);
  const test::Party last_second = test::make_party(key, "last.test", test::at("2026-11-30T12:00:01Z"));
  EXPECT_EQ(reason_of(check(signed_query(last_second), {last_second.pinned})), "none");
}

}  // namespace
}  // namespace doorward::saml
