// S-40 to S-56: content and algorithms of signatures, all made with the provider's key unless the line says otherwise.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/encoding.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/xml_nodes.h"
#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using test::answer;
using test::Check;
using test::element_text;
using test::inserted;
using test::replaced;
using test::replaced_all;
using test::signed_assertion;
using test::signed_both;
using test::signed_response;
using test::Signing;

constexpr std::string_view kExclusive = R"(<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>)";
constexpr std::string_view kEnveloped =
    R"(<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>)";
constexpr std::string_view kMore = "http://www.w3.org/2001/04/xmldsig-more#";

Timestamp seconds_ago(int seconds) { return test::kNow - std::chrono::seconds(seconds); }

std::string reason(std::string_view xml) { return Check().reason(xml); }
std::string reason(const Signing& signing) { return reason(signed_assertion(answer(), signing)); }

std::string transforms(std::string_view content) {
  return "<ds:Transforms>" + std::string(content) + "</ds:Transforms>";
}

// A message whose assertion is signed, with the text of its signature changed afterwards.
std::string changed(std::string_view from, std::string_view to) {
  return reason(replaced(signed_assertion(answer()), from, to));
}

TEST(SamlSignature, S40_UnsignedStrippedEmptyOrForeign) {
  EXPECT_EQ(reason(answer()), "unsigned");
  const std::string good = signed_assertion(answer());
  const std::string signature(element_text(good, "<ds:Signature ", "</ds:Signature>"));
  EXPECT_EQ(reason(replaced(good, signature, "")), "unsigned");
  EXPECT_EQ(reason(replaced(good, signature, R"(<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>)")),
            "signature_shape");
  EXPECT_EQ(reason(replaced(good, "http://www.w3.org/2000/09/xmldsig#\">", "http://www.w3.org/2000/09/xmldsig\">")),
            "unsigned")
      << "of another namespace it is no signature";
  Check trusting;
  trusting.settings.signing_option = SamlSigningOption::kNoSigning;
  EXPECT_EQ(trusting.reason(answer()), "unsigned") << "no setting makes what nobody signed acceptable";
}

TEST(SamlSignature, S41_Tampered) {
  EXPECT_EQ(changed("user-1", "user-2"), "signature_invalid");
  EXPECT_EQ(changed("<saml:AttributeValue>eng", "<saml:AttributeValue>root"), "signature_invalid");
  const std::string good = signed_assertion(answer());
  for (const auto& [begin, end] :
       {std::pair{"<ds:SignatureValue>", "</ds:SignatureValue>"}, std::pair{"<ds:DigestValue>", "</ds:DigestValue>"}}) {
    std::string value(element_text(good, begin, end));
    const std::string before = value;
    char& c = value[std::string_view(begin).size()];
    c = c == 'A' ? 'B' : 'A';
    EXPECT_EQ(reason(replaced(good, before, value)), "signature_invalid") << begin;
  }
  EXPECT_EQ(reason(replaced(signed_response(answer()), "user-1", "user-2")), "signature_invalid");
}

TEST(SamlSignature, S42_Sha1) {
  const Signing signature{.algorithm = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"};
  const Signing digest{.digest = "http://www.w3.org/2000/09/xmldsig#sha1"};
  EXPECT_EQ(reason(signature), "alg_forbidden");
  EXPECT_EQ(reason(digest), "alg_forbidden");
  Check legacy;
  legacy.settings.allow_sha1 = true;
  EXPECT_EQ(legacy.reason(signed_assertion(answer(), signature)), "none");
  EXPECT_EQ(legacy.reason(signed_assertion(answer(), digest)), "none");
  EXPECT_EQ(legacy.reason(signed_assertion(answer())), "none");
}

TEST(SamlSignature, S43_HmacKeyedWithWhatIsPublic) {
  const std::string& der = test::provider_key().pin.der;
  for (const std::string& key : {der, base64_encode(der)}) {
    EXPECT_EQ(reason({.algorithm = std::string(kMore) + "hmac-sha256", .hmac_key = key}), "alg_forbidden");
    EXPECT_EQ(reason({.algorithm = "http://www.w3.org/2000/09/xmldsig#hmac-sha1", .hmac_key = key}), "alg_forbidden");
  }
}

TEST(SamlSignature, S43_KeyOfAnotherFamily) {
  EXPECT_EQ(reason({.algorithm = std::string(kMore) + "ecdsa-sha256"}), "signature_invalid");
  Check check;
  check.settings.provider.certificates = {test::ec_key("P-256").pin};
  EXPECT_EQ(check.reason(signed_assertion(answer())), "signature_invalid");
}

TEST(SamlSignature, S44_ClosedListOfAlgorithms) {
  for (const char* name : {"rsa-sha256", "rsa-sha384", "rsa-sha512"}) {
    EXPECT_EQ(reason({.algorithm = std::string(kMore) + name}), "none") << name;
  }
  for (const auto& [curve, name] : {std::pair{"P-256", "ecdsa-sha256"}, std::pair{"P-384", "ecdsa-sha384"},
                                    std::pair{"P-521", "ecdsa-sha512"}, std::pair{"P-256", "ecdsa-sha512"}}) {
    Check check;
    check.settings.provider.certificates = {test::ec_key(curve).pin};
    const Signing signing{.key = &test::ec_key(curve), .algorithm = std::string(kMore) + name};
    EXPECT_EQ(check.reason(signed_assertion(answer(), signing)), "none") << curve << " " << name;
    EXPECT_EQ(check.reason(replaced(signed_assertion(answer(), signing), "user-1", "user-2")), "signature_invalid");
  }
  for (const char* digest :
       {"http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512"}) {
    EXPECT_EQ(reason({.digest = digest}), "none") << digest;
  }
  for (const char* name : {"rsa-md5", "rsa-ripemd160", "rsa-sha224", "ecdsa-sha1", "ecdsa-sha224"}) {
    EXPECT_EQ(reason({.algorithm = std::string(kMore) + name}), "alg_forbidden") << name;
  }
  for (const char* uri : {"http://www.w3.org/2000/09/xmldsig#dsa-sha1", "http://www.w3.org/2009/xmldsig11#dsa-sha256",
                          "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
                          "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", "urn:unknown", ""}) {
    EXPECT_EQ(reason({.algorithm = uri}), "alg_forbidden") << uri;
  }
  EXPECT_EQ(reason({.digest = std::string(kMore) + "md5"}), "alg_forbidden");
  EXPECT_EQ(reason({.in_signature_method = "<ds:HMACOutputLength>8</ds:HMACOutputLength>"}), "alg_forbidden");
  EXPECT_EQ(reason({.in_signature_method = R"(<p:RSAPSSParams xmlns:p="http://www.w3.org/2007/05/xmldsig-more#"/>)"}),
            "alg_forbidden");
}

TEST(SamlSignature, S45_CanonicalizationMethod) {
  for (const char* uri :
       {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments", "http://www.w3.org/2006/12/xml-c14n11", ""}) {
    EXPECT_EQ(reason({.canonicalization = uri}), "c14n_forbidden") << uri;
  }
  EXPECT_EQ(reason({.in_canonicalization_method = "<x/>"}), "c14n_forbidden");
}

TEST(SamlSignature, S46_Transforms) {
  const std::string both = std::string(kEnveloped) + std::string(kExclusive);
  const std::string forbidden[] = {
      "",
      transforms(""),
      transforms(kExclusive),
      transforms(kEnveloped),
      transforms(std::string(kExclusive) + std::string(kEnveloped)),
      transforms(std::string(kEnveloped) + both),
      transforms(both + std::string(kExclusive)),
      transforms(test::repeated(kExclusive, 200)),
      transforms(std::string(kEnveloped) + R"(<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>)"),
      transforms(std::string(kEnveloped) +
                 R"(<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>)"),
      transforms(both + R"(<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>)"
                        R"(not(ancestor-or-self::*[local-name()='Subject'])</ds:XPath></ds:Transform>)"),
      transforms(both + R"(<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet)"
                        R"( version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">)"
                        R"x(<xsl:copy-of select="document('file:///etc/passwd')"/></xsl:template></xsl:stylesheet>)x"
                        R"(</ds:Transform>)"),
  };
  for (const std::string& text : forbidden) EXPECT_EQ(reason({.transforms = text}), "transform_forbidden") << text;
  EXPECT_EQ(reason({.prefixes = "xs xsi"}), "none");
  EXPECT_EQ(reason({.prefixes = "#default xs"}), "none");
  EXPECT_EQ(reason({.prefixes = test::repeated("xs ", 200)}), "transform_forbidden") << "each prefix costs a search";
}

TEST(SamlSignature, S47_ReferenceCountAndManifest) {
  const std::string reference(element_text(signed_assertion(answer()), "<ds:Reference ", "</ds:Reference>"));
  EXPECT_EQ(reason({.more_references = reference}), "reference_count");
  EXPECT_EQ(reason(replaced(signed_assertion(answer()), reference, "")), "reference_count");
  EXPECT_EQ(reason({.after_signature = "<ds:Object><ds:Manifest>" + reference + "</ds:Manifest></ds:Object>"}),
            "signature_shape");
}

TEST(SamlSignature, S48_ReferenceUri) {
  for (const char* uri : {R"("")", "", R"("http://127.0.0.1:9/x")", R"("file:///etc/passwd")", R"x("#xpointer(/)")x",
                          R"x("#xpointer(id('_a1'))")x", R"("#_a1' or '1")", R"("_a1")", R"("#_a2")", R"(" #_a1")"}) {
    EXPECT_EQ(reason({.reference_uri = uri}), "reference_uri") << uri;
  }
  const std::string quoted = replaced(answer(), R"(ID="_a1")", R"x(ID="_a1')]")x");
  EXPECT_EQ(reason(test::sign(quoted, "_a1')]")), "reference_uri") << "an ID that a pointer could not name";
}

TEST(SamlSignature, S49_DigestValue) {
  const std::string good = signed_assertion(answer());
  const std::string value(element_text(good, "<ds:DigestValue>", "</ds:DigestValue>"));
  EXPECT_EQ(reason(replaced(good, value, value + value)), "signature_shape");
  EXPECT_EQ(reason(replaced(good, value, "")), "signature_shape");
  EXPECT_EQ(reason(replaced(good, value, "<ds:DigestValue><x/></ds:DigestValue>")), "signature_shape");
  EXPECT_EQ(reason(replaced(good, value, "<ds:DigestValue></ds:DigestValue>")), "signature_shape");
  EXPECT_EQ(reason(replaced(good, value, "<ds:DigestValue>!</ds:DigestValue>")), "signature_shape");

  Check tolerant;
  tolerant.settings.allow_comments = true;
  const std::string commented = inserted(good, "<ds:DigestValue>", "<!--x-->");
  EXPECT_EQ(reason(commented), "comment_forbidden");
  EXPECT_EQ(tolerant.reason(commented), "none") << "a comment that is dropped changes nothing";
  EXPECT_EQ(tolerant.reason(replaced(good, "<ds:DigestValue>", "<ds:DigestValue>AAAA<!--")), "not_wellformed");

  // A digest that fits what was put in, where a search of the whole document would find it first.
  const std::string smuggled = replaced(replaced(good, "user-1", "admin"), "</samlp:Status>",
                                        "<samlp:StatusDetail>" + value + "</samlp:StatusDetail></samlp:Status>");
  EXPECT_EQ(
      reason(replaced_all(smuggled, "<samlp:StatusDetail><ds:DigestValue>",
                          R"(<samlp:StatusDetail><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">)")),
      "signature_invalid");
}

TEST(SamlSignature, S50_SignedInfoTwiceOrWrappedAndTwoSignatures) {
  const std::string good = signed_assertion(answer());
  const std::string info(element_text(good, "<ds:SignedInfo>", "</ds:SignedInfo>"));
  EXPECT_EQ(reason(replaced(good, info, info + info)), "signature_shape");
  EXPECT_EQ(reason({.before_signed_info = info}), "signature_shape");
  EXPECT_EQ(reason({.after_signature = info}), "signature_shape");
  EXPECT_EQ(reason(replaced(good, info, "<ds:Object>" + info + "</ds:Object>")), "signature_shape");
  const std::string signature(element_text(good, "<ds:Signature ", "</ds:Signature>"));
  EXPECT_EQ(reason(replaced(good, signature, signature + signature)), "signature_count");
}

TEST(SamlSignature, S51_KeyInfoIsNeverTrusted) {
  const test::TestKey& attacker = test::other_key();
  EXPECT_EQ(reason({.key = &attacker, .after_signature = test::key_info(attacker.pin.der)}), "signature_invalid");
  EXPECT_EQ(reason({.key = &attacker, .after_signature = test::key_info(test::provider_key().pin.der)}),
            "signature_invalid");
  EXPECT_EQ(reason({.key = &attacker,
                    .after_signature = "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus>"
                                       "<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>"}),
            "signature_invalid");
  EXPECT_EQ(reason({.after_signature = test::key_info(attacker.pin.der)}), "none") << "nor does it take trust away";
}

TEST(SamlSignature, S51_TheLogTellsWhichCertificateTheProviderNames) {
  Check check;
  const test::TestKey& next = test::other_key();
  EXPECT_EQ(check.reason(signed_assertion(answer(), {.key = &next, .after_signature = test::key_info(next.pin.der)})),
            "signature_invalid");
  ASSERT_FALSE(check.facts.empty());
  EXPECT_EQ(check.facts.back().name, "assertion_signature");
  EXPECT_FALSE(check.facts.back().ok);
  EXPECT_EQ(check.facts.back().expected, test::provider_key().pin.id);
  EXPECT_EQ(check.facts.back().received, next.pin.id);
}

TEST(SamlSignature, S52_KeyInfoThatPointsElsewhere) {
  // xmlsec1 has no callback that could open a URI, and reads KeyInfo in no case.
  for (
      const char* info :
      {R"(<ds:KeyInfo><ds:RetrievalMethod URI="http://169.254.169.254/latest"/></ds:KeyInfo>)",
       R"(<ds:KeyInfo><d:KeyInfoReference xmlns:d="http://www.w3.org/2009/xmldsig11#" URI="file:///etc/passwd"/></ds:KeyInfo>)"}) {
    EXPECT_EQ(reason({.after_signature = info}), "none") << info;
  }
}

TEST(SamlSignature, S53_CertificateOfAnotherConnection) {
  Check other_tenant;
  other_tenant.settings.provider.certificates = {test::other_key().pin};
  EXPECT_EQ(other_tenant.reason(signed_assertion(answer())), "signature_invalid");
  other_tenant.settings.provider.certificates = {};
  EXPECT_EQ(other_tenant.reason(signed_assertion(answer())), "signature_invalid") << "without any";
}

TEST(SamlSignature, S54_ExpiredCertificate) {
  Check check;
  PinnedCertificate& pin = check.settings.provider.certificates[0];
  pin.not_after = seconds_ago(1);
  EXPECT_EQ(check.reason(signed_assertion(answer())), "certificate_expired");
  pin.not_after = check.now;
  EXPECT_EQ(check.reason(signed_assertion(answer())), "none");
  pin.not_before = seconds_ago(-1);
  EXPECT_EQ(check.reason(signed_assertion(answer())), "certificate_expired") << "not valid yet";
  check.settings.allow_expired_certificates = true;
  EXPECT_EQ(check.reason(signed_assertion(answer())), "none");

  // The valid one is tried first, and the expired one is named only when it is the one that fits.
  check.settings.allow_expired_certificates = false;
  check.settings.provider.certificates.push_back(test::other_key().pin);
  EXPECT_EQ(check.reason(signed_assertion(answer(), {.key = &test::other_key()})), "none");
  EXPECT_EQ(check.reason(signed_assertion(answer())), "certificate_expired");
  EXPECT_EQ(check.reason(replaced(signed_assertion(answer()), "user-1", "user-2")), "signature_invalid");
}

TEST(SamlSignature, S55_WhichPartsAreSigned) {
  const std::string assertion_only = signed_assertion(answer());
  const std::string response_only = signed_response(answer());
  const std::string both = signed_both(answer());
  for (const std::string& message : {assertion_only, response_only, both}) EXPECT_EQ(reason(message), "none");

  const auto under = [](SamlSigningOption option, std::string_view message) {
    Check check;
    check.settings.signing_option = option;
    return check.reason(message);
  };
  EXPECT_EQ(under(SamlSigningOption::kResponse, assertion_only), "unsigned");
  EXPECT_EQ(under(SamlSigningOption::kResponse, response_only), "none");
  EXPECT_EQ(under(SamlSigningOption::kAssertion, response_only), "unsigned");
  EXPECT_EQ(under(SamlSigningOption::kAssertion, assertion_only), "none");
  EXPECT_EQ(under(SamlSigningOption::kResponseAndAssertion, assertion_only), "unsigned");
  EXPECT_EQ(under(SamlSigningOption::kResponseAndAssertion, response_only), "unsigned");
  EXPECT_EQ(under(SamlSigningOption::kResponseAndAssertion, both), "none");
  EXPECT_EQ(under(SamlSigningOption::kResponseOrAssertion, response_only), "none");

  // A signature that nobody asked for must still be right.
  const std::string wrong = test::sign(signed_assertion(answer(), {.key = &test::other_key()}), test::kResponseId);
  EXPECT_EQ(under(SamlSigningOption::kResponse, wrong), "signature_invalid");
}

TEST(SamlSignature, S55_TheUnsignedResponseCanOnlyRefuse) {
  // Its InResponseTo does not stand for the one that the signed confirmation lacks; a signed Response's does.
  const std::string without = replaced(answer(), R"( InResponseTo="_q1" NotOnOrAfter)", " NotOnOrAfter");
  EXPECT_EQ(reason(signed_assertion(without)), "in_response_to");
  EXPECT_EQ(reason(signed_response(without)), "none");
  const std::string good = signed_assertion(answer());
  EXPECT_EQ(reason(replaced(good, "status:Success", "status:Responder")), "status_not_success");
  EXPECT_EQ(reason(replaced(good, R"( InResponseTo="_q1"><saml:Issuer>)", R"( InResponseTo="_q2"><saml:Issuer>)")),
            "in_response_to");
}

TEST(SamlSignature, S56_SignatureOverAnotherKindOfElement) {
  EXPECT_EQ(reason(test::sign(replaced(answer(), "<samlp:Status>", R"(<samlp:Status ID="_st">)"), "_st")),
            "signature_misplaced");
  EXPECT_EQ(reason(test::sign(replaced(answer(), "_r1\"", "_r1\" "), "_r1", {.reference_uri = "\"#_i\""})),
            "reference_uri");
}

TEST(SamlSignature, S103_CertificateRollover) {
  Check check;
  check.settings.provider.certificates = {test::provider_key().pin, test::other_key().pin};
  EXPECT_EQ(check.reason(signed_assertion(answer())), "none");
  EXPECT_EQ(check.reason(signed_assertion(answer(), {.key = &test::other_key()})), "none");
  auto accepted = check(signed_assertion(answer(), {.key = &test::other_key()}));
  ASSERT_TRUE(accepted);
  EXPECT_EQ(std::move(*accepted).accept(true)->certificate_id, test::other_key().pin.id);
  check.settings.provider.certificates = {test::other_key().pin};
  EXPECT_EQ(check.reason(signed_assertion(answer())), "signature_invalid");
}

TEST(SamlSignature, PrefixesAndPrettyPrintingDoNotMatter) {
  EXPECT_EQ(reason({.prefix = "dsig"}), "none");
  std::string spaced = replaced_all(answer(), "><", ">\n  <");
  EXPECT_EQ(reason(signed_assertion(spaced)), "none");
  EXPECT_EQ(reason(signed_response(spaced)), "none");
  spaced = replaced_all(signed_assertion(answer()), "<ds:SignatureValue>", "\n<ds:SignatureValue>\n  ");
  EXPECT_EQ(reason(spaced), "none") << "white space outside of what is signed";
}

}  // namespace
}  // namespace doorward::saml
