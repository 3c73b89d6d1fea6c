// S-20 to S-34: signature wrapping. Every message holds a signature that is right, and an element that it does not
// sign.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/encryption.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using test::answer;
using test::assertion;
using test::assertion_of;
using test::Check;
using test::replaced;
using test::replaced_all;
using test::sign;
using test::signed_assertion;
using test::signed_response;

std::string reason(std::string_view xml) { return Check().reason(xml); }

// Says that it speaks of the administrator, and signs nothing.
std::string evil_assertion(std::string_view id = "_evil") {
  return replaced(replaced(assertion(), "user-1", "admin"), R"(ID="_a1")", "ID=\"" + std::string(id) + "\"");
}

std::string evil_answer(std::string_view content) {
  return replaced(answer(content), R"(ID="_r1")", R"(ID="_evil_r")");
}

std::string_view signature_in(std::string_view text) {
  return test::element_text(text, "<ds:Signature ", "</ds:Signature>");
}

// `xml` with the signature of `from` in it: behind the Issuer of the element of `id`.
std::string with_signature(std::string_view xml, std::string_view id, std::string_view signature) {
  const std::size_t at = xml.find("ID=\"" + std::string(id) + "\"");
  const std::size_t place = xml.find("</saml:Issuer>", at) + std::string_view("</saml:Issuer>").size();
  return std::string(xml.substr(0, place)) + std::string(signature) + std::string(xml.substr(place));
}

std::string in_signature(std::string_view signature, std::string_view what) {
  return replaced(signature, "</ds:Signature>", std::string(what) + "</ds:Signature>");
}

std::string in_object(std::string_view signature, std::string_view what) {
  return in_signature(signature, "<ds:Object>" + std::string(what) + "</ds:Object>");
}

TEST(SamlWrapping, S20_OriginalResponseInsideTheSignatureOfAnEvilOne) {
  const std::string original = signed_response(answer());
  const std::string signature = in_signature(signature_in(original), answer());
  EXPECT_EQ(reason(with_signature(evil_answer(evil_assertion()), "_evil_r", signature)), "assertion_count");
  EXPECT_EQ(reason(with_signature(evil_answer(evil_assertion("_a1")), "_evil_r", signature)), "duplicate_id");
}

TEST(SamlWrapping, S21_OriginalResponseBeforeTheSignatureOfAnEvilOne) {
  const std::string original = signed_response(answer());
  const std::string before = answer() + std::string(signature_in(original));
  EXPECT_EQ(reason(with_signature(evil_answer(evil_assertion()), "_evil_r", before)), "assertion_count");
}

TEST(SamlWrapping, S22_EvilAssertionBeforeTheSignedOne) {
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(reason(answer(evil_assertion() + original)), "assertion_count");
}

TEST(SamlWrapping, S23_SignedAssertionInsideTheEvilOne) {
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(reason(answer(replaced(evil_assertion(), "</saml:Assertion>", original + "</saml:Assertion>"))),
            "assertion_count");
}

TEST(SamlWrapping, S24_EvilAssertionCarriesTheSignature) {
  const std::string original(assertion_of(signed_assertion(answer())));
  const std::string evil = with_signature(evil_assertion(), "_evil", signature_in(original));
  EXPECT_EQ(reason(answer(evil + assertion())), "assertion_count");
}

TEST(SamlWrapping, S25_OriginalInsideTheSignatureOfTheEvilOne) {
  const std::string original(assertion_of(signed_assertion(answer())));
  const std::string signature = in_signature(signature_in(original), assertion());
  EXPECT_EQ(reason(answer(with_signature(evil_assertion(), "_evil", signature))), "assertion_count");
}

TEST(SamlWrapping, S26_SameIdInExtensions) {
  const std::string original = signed_assertion(answer());
  const std::string extended = replaced(
      original, "<samlp:Status>", "<samlp:Extensions>" + evil_assertion("_a1") + "</samlp:Extensions><samlp:Status>");
  EXPECT_EQ(reason(extended), "duplicate_id");
  EXPECT_EQ(reason(replaced(original, "<samlp:Status>",
                            "<samlp:Extensions>" + evil_assertion() + "</samlp:Extensions><samlp:Status>")),
            "assertion_count");
}

TEST(SamlWrapping, S27_OriginalInAnObject) {
  const std::string original(assertion_of(signed_assertion(answer())));
  const std::string signature = in_object(signature_in(original), assertion());
  EXPECT_EQ(reason(answer(with_signature(evil_assertion(), "_evil", signature))), "assertion_count");
  EXPECT_EQ(reason(answer(with_signature(evil_assertion("_a1"), "_a1", signature))), "duplicate_id");
}

TEST(SamlWrapping, S28_SignedFirstEvilLast) {
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(reason(answer(original + evil_assertion())), "assertion_count");
}

TEST(SamlWrapping, S29_OriginalHiddenInStatusDetailOrAttributeValue) {
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(reason(replaced(answer(evil_assertion()), "</samlp:Status>",
                            "<samlp:StatusDetail>" + original + "</samlp:StatusDetail></samlp:Status>")),
            "assertion_count");
  EXPECT_EQ(
      reason(answer(replaced(evil_assertion(), "eng</saml:AttributeValue>", original + "</saml:AttributeValue>"))),
      "assertion_count");
  EXPECT_EQ(reason(replaced(answer(""), "</samlp:Status>",
                            "<samlp:StatusDetail>" + original + "</samlp:StatusDetail></samlp:Status>")),
            "assertion_count")
      << "the one assertion is no child of the Response";
  EXPECT_EQ(reason(answer(replaced_all(original, "SAML:2.0:assertion", "SAML:1.0:assertion"))), "assertion_count");
  EXPECT_EQ(reason(answer("")), "assertion_count");
}

TEST(SamlWrapping, S30_EncryptedAssertionBesideAPlainOne) {
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(reason(answer(original + test::encrypted(evil_assertion()))), "assertion_count");
  EXPECT_EQ(reason(answer(test::encrypted(original) + evil_assertion())), "assertion_count");
}

TEST(SamlWrapping, S31_SignatureOfAnotherElement) {
  // The Response's signature, moved into the evil assertion.
  const std::string original = signed_response(answer());
  EXPECT_EQ(reason(answer(with_signature(evil_assertion(), "_evil", signature_in(original)))), "reference_uri");
  EXPECT_EQ(reason(signed_assertion(answer(), {.reference_uri = "\"#_r1\"", .digested_id = "_r1"})), "reference_uri");
  const std::string named = replaced(answer(), "<samlp:Status>", R"(<samlp:Status ID="_st">)");
  EXPECT_EQ(reason(signed_response(named, {.reference_uri = "\"#_st\"", .digested_id = "_st"})), "reference_uri");
}

TEST(SamlWrapping, S32_IdAliasing) {
  for (const char* alias : {R"( Id="_a1")", R"( id="_a1")", R"( xml:id="_a1")", R"( AssertionID="_a1")",
                            R"( xmlns:x="urn:x" x:ID="_a1")"}) {
    EXPECT_EQ(
        reason(replaced(signed_assertion(answer()), "<samlp:Status>", "<samlp:Status" + std::string(alias) + ">")),
        "duplicate_id")
        << alias;
    EXPECT_EQ(reason(signed_assertion(replaced(answer(), R"(<saml:Attribute Name="groups")",
                                               "<saml:Attribute Name=\"groups\"" + std::string(alias)))),
              "duplicate_id")
        << alias;
  }
}

TEST(SamlWrapping, S33_SignatureInAnIllegalPlace) {
  const std::string original = signed_assertion(answer());
  const std::string signature(signature_in(signed_response(answer())));
  const std::string misplaced[] = {
      replaced(original, "<samlp:Status>", "<samlp:Status>" + signature),
      replaced(original, "<samlp:Status>", "<samlp:Extensions>" + signature + "</samlp:Extensions><samlp:Status>"),
      replaced(original, "</samlp:Response>", signature + "</samlp:Response>"),
      replaced(original, "<saml:AttributeValue>eng", "<saml:AttributeValue>" + signature),
      replaced(original, "<samlp:Status>",
               R"(<samlp:Extensions><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">)" +
                   signature + "</md:EntityDescriptor></samlp:Extensions><samlp:Status>"),
  };
  for (const std::string& message : misplaced) EXPECT_EQ(reason(message), "signature_misplaced") << message;
}

TEST(SamlWrapping, S34_AssertionsInAdvice) {
  const std::string inner = sign(replaced(assertion(), R"(ID="_a1")", R"(ID="_inner")"), "_inner");
  const std::string advised = signed_assertion(
      replaced(answer(), "</saml:Conditions>", "</saml:Conditions><saml:Advice>" + inner + "</saml:Advice>"));
  EXPECT_EQ(reason(advised), "assertion_count") << "by default";

  Check allowing;
  allowing.settings.allow_advice = true;
  EXPECT_EQ(allowing.reason(advised), "none");
  const std::string original(assertion_of(signed_assertion(answer())));
  EXPECT_EQ(allowing.reason(answer(replaced(evil_assertion(), "</saml:Conditions>",
                                            "</saml:Conditions><saml:Advice>" + original + "</saml:Advice>"))),
            "unsigned")
      << "what Advice holds is never what is believed";
  EXPECT_EQ(allowing.reason(answer("<saml:Advice>" + original + "</saml:Advice>")), "assertion_count")
      << "Advice outside of an assertion";
}

}  // namespace
}  // namespace doorward::saml
