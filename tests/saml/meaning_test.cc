// S-70 to S-86: what an answer means. Every message is signed by the provider, fault and all.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "protocol/saml/names.h"
#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using std::chrono::seconds;
using test::answer;
using test::Check;
using test::kNow;
using test::reason_of;
using test::repeated;
using test::replaced;
using test::signed_assertion;
using test::signed_response;
using test::time_text;

std::string at(int offset) { return time_text(kNow + seconds(offset)); }

const std::string kConditions = "<saml:Conditions NotBefore=\"" + at(-60) + "\" NotOnOrAfter=\"" + at(300) + "\">";
const std::string kConfirmation =
    " InResponseTo=\"_q1\" NotOnOrAfter=\"" + at(300) + "\" Recipient=\"" + std::string(test::kAcs) + "\"/>";
constexpr std::string_view kNameIdTag =
    R"(<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">user-1</saml:NameID>)";

// The reason for the good answer with one text replaced, then signed.
std::string with(std::string_view from, std::string_view to) {
  return Check().reason(signed_assertion(replaced(answer(), from, to)));
}

std::string with_conditions(std::string_view attributes) {
  return with(kConditions, "<saml:Conditions " + std::string(attributes) + ">");
}

std::string with_confirmation(std::string_view attributes) {
  return with(kConfirmation, std::string(attributes) + "/>");
}

Result<SamlAssertion> accepted(std::string_view xml, Check check = {}) {
  auto checked = check(xml);
  if (!checked) return tl::unexpected(checked.error());
  return std::move(*checked).accept(true);
}

TEST(SamlMeaning, WhatIsReadOfAnAnswer) {
  const auto assertion = accepted(signed_assertion(answer()));
  ASSERT_TRUE(assertion) << assertion.error().detail;
  EXPECT_EQ(assertion->id, "_a1");
  EXPECT_EQ(assertion->response_id, "_r1");
  EXPECT_EQ(assertion->issuer, test::kProviderId);
  EXPECT_EQ(assertion->in_response_to, "_q1");
  EXPECT_EQ(assertion->name_id.value, "user-1");
  EXPECT_EQ(assertion->name_id.format, kNameIdPersistent);
  EXPECT_EQ(assertion->session_index, "_s1");
  EXPECT_EQ(assertion->authn_instant, kNow - seconds(60));
  EXPECT_FALSE(assertion->session_not_on_or_after);
  EXPECT_EQ(assertion->authn_context_class_ref, "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
  EXPECT_EQ(assertion->certificate_id, test::provider_key().pin.id);
  ASSERT_EQ(assertion->attributes.size(), 2U);
  EXPECT_EQ(assertion->attributes[0].name, "email");
  EXPECT_EQ(assertion->attributes[0].friendly_name, "mail");
  EXPECT_EQ(assertion->attributes[0].values, std::vector<std::string>{"ann@corp.test"});
  EXPECT_EQ(assertion->attributes[1].values, (std::vector<std::string>{"eng", "admins"}));
}

TEST(SamlMeaning, FactsTellWhatWasExpectedAndWhatCame) {
  Check check;
  EXPECT_EQ(check.reason(signed_assertion(answer())), "none");
  std::string names;
  for (const CheckedFact& fact : check.facts) {
    EXPECT_TRUE(fact.ok) << fact.name;
    names += fact.name + " ";
  }
  EXPECT_EQ(names, "assertion_signature issuer issuer destination in_response_to audience clock recipient ");
  EXPECT_EQ(check.reason(signed_assertion(replaced(answer(), "<saml:Audience>" + std::string(test::kOwnId),
                                                   "<saml:Audience>https://other.test"))),
            "audience");
  EXPECT_EQ(check.facts.back().name, "audience");
  EXPECT_FALSE(check.facts.back().ok);
  EXPECT_EQ(check.facts.back().expected, test::kOwnId);
  EXPECT_EQ(check.facts.back().received, "https://other.test");
}

TEST(SamlMeaning, S70_StatusIsNotSuccess) {
  const std::string responder =
      R"("urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>)";
  const std::string failed = replaced(answer(), R"("urn:oasis:names:tc:SAML:2.0:status:Success"/>)", responder);
  EXPECT_EQ(Check().reason(signed_assertion(failed)), "status_not_success");
  EXPECT_EQ(Check().reason(signed_response(failed)), "status_not_success");
  EXPECT_EQ(Check().reason(replaced(answer(""), R"("urn:oasis:names:tc:SAML:2.0:status:Success"/>)", responder)),
            "status_not_success")
      << "as providers send it: without an assertion, and perhaps unsigned";
  EXPECT_EQ(
      with(R"(<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>)",
           ""),
      "status_not_success");
}

TEST(SamlMeaning, S71_VersionAndIssuer) {
  EXPECT_EQ(with(R"(ID="_r1" Version="2.0")", R"(ID="_r1" Version="1.1")"), "bad_version");
  EXPECT_EQ(with(R"(ID="_a1" Version="2.0")", R"(ID="_a1" Version="2.1")"), "bad_version");
  EXPECT_EQ(with(R"(ID="_r1" Version="2.0")", R"(ID="_r1")"), "bad_version");
  const std::string issuer = "<saml:Issuer>" + std::string(test::kProviderId) + "</saml:Issuer>";
  EXPECT_EQ(with(issuer + "<saml:Subject>", "<saml:Subject>"), "issuer_mismatch");
  EXPECT_EQ(with(issuer + "<saml:Subject>", "<saml:Issuer>https://evil.test</saml:Issuer><saml:Subject>"),
            "issuer_mismatch");
  EXPECT_EQ(with(issuer + "<saml:Subject>", "<saml:Issuer></saml:Issuer><saml:Subject>"), "issuer_mismatch");
  EXPECT_EQ(with(issuer + "<samlp:Status>", "<saml:Issuer>https://evil.test</saml:Issuer><samlp:Status>"),
            "issuer_mismatch");
  EXPECT_EQ(with(issuer + "<samlp:Status>", "<samlp:Status>"), "none") << "the Response need not name one";
}

TEST(SamlMeaning, S72_Audience) {
  const std::string audience = "<saml:Audience>" + std::string(test::kOwnId) + "</saml:Audience>";
  const std::string restriction = "<saml:AudienceRestriction>" + audience + "</saml:AudienceRestriction>";
  const std::string foreign = "<saml:Audience>https://other.test</saml:Audience>";
  EXPECT_EQ(with(restriction, ""), "audience");
  EXPECT_EQ(with(audience, ""), "audience");
  EXPECT_EQ(with(audience, "<saml:Audience/>"), "audience");
  EXPECT_EQ(with(audience, foreign), "audience");
  EXPECT_EQ(with(audience, foreign + audience), "none") << "one of several";
  EXPECT_EQ(with(restriction, restriction + "<saml:AudienceRestriction>" + foreign + "</saml:AudienceRestriction>"),
            "audience")
      << "each restriction must name us";
  EXPECT_EQ(with(kConditions + restriction + "</saml:Conditions>", ""), "audience");
}

TEST(SamlMeaning, S73_Destination) {
  const std::string destination = " Destination=\"" + std::string(test::kAcs) + "\"";
  for (const char* other :
       {"http://sso.test/sso/v1/saml/conn_1/callback", "https://sso.test:444/sso/v1/saml/conn_1/callback",
        "https://sso.test/sso/v1/saml/conn_2/callback", "https://evil.test/", ""}) {
    const std::string changed = replaced(answer(), destination, " Destination=\"" + std::string(other) + "\"");
    EXPECT_EQ(Check().reason(signed_assertion(changed)), "destination") << other;
    EXPECT_EQ(Check().reason(signed_response(changed)), "destination") << other;
  }
  EXPECT_EQ(with(destination, ""), "none") << "the Recipient, which is signed, says the same";
  EXPECT_EQ(with(destination, " Destination=\"" + std::string(test::kAcsAlias) + "\""), "none");
}

TEST(SamlMeaning, S74_SubjectConfirmation) {
  const std::string acs = " Recipient=\"" + std::string(test::kAcs) + "\"";
  const std::string until = " NotOnOrAfter=\"" + at(300) + "\"";
  const std::string answers = " InResponseTo=\"_q1\"";
  EXPECT_EQ(with_confirmation(answers + until + acs), "none");
  EXPECT_EQ(with_confirmation(answers + until + " Recipient=\"" + std::string(test::kAcsAlias) + "\""), "none");
  EXPECT_EQ(with_confirmation(answers + until + " Recipient=\"https://evil.test\""), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + until), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + acs), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + acs + " NotOnOrAfter=\"" + at(-120) + "\""), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + acs + " NotOnOrAfter=\"9999-12-31T23:59:59Z\""), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + acs + until + " NotBefore=\"" + at(-60) + "\""), "subject_confirmation");
  EXPECT_EQ(with_confirmation(answers + acs + " NotOnOrAfter=\"soon\""), "bad_time");
  EXPECT_EQ(with("<saml:SubjectConfirmationData" + kConfirmation, ""), "subject_confirmation");
  const std::string whole(test::element_text(answer(), "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
  EXPECT_EQ(with(whole, ""), "subject_confirmation");
  const std::string wrong = replaced(whole, std::string(test::kAcs), "https://evil.test");
  EXPECT_EQ(with(whole, wrong + whole), "none") << "one that fits is enough";
  EXPECT_EQ(with(whole, wrong + wrong), "subject_confirmation");
}

TEST(SamlMeaning, S75_OtherConfirmationMethods) {
  EXPECT_EQ(with("cm:bearer", "cm:holder-of-key"), "subject_confirmation");
  EXPECT_EQ(with("cm:bearer", "cm:sender-vouches"), "subject_confirmation");
}

TEST(SamlMeaning, S76_InResponseTo) {
  const auto of_response = [](std::string_view value) {
    return replaced(answer(), R"( InResponseTo="_q1"><saml:Issuer>)", std::string(value) + "><saml:Issuer>");
  };
  const auto reason = [](std::string_view xml, const Check& with_check = {}) {
    Check check = with_check;
    return check.reason(xml);
  };
  EXPECT_EQ(reason(signed_response(of_response(R"( InResponseTo="_q2")"))), "in_response_to");
  EXPECT_EQ(reason(signed_response(of_response(""))), "in_response_to");
  EXPECT_EQ(with(R"(InResponseTo="_q1" NotOnOrAfter)", R"(InResponseTo="_q2" NotOnOrAfter)"), "in_response_to");

  Check unsolicited;
  unsolicited.sent = std::nullopt;
  EXPECT_EQ(reason(signed_assertion(answer()), unsolicited), "in_response_to");
  EXPECT_EQ(reason(signed_assertion(of_response("")), unsolicited), "in_response_to") << "in the confirmation alone";
  const std::string begun_there = test::replaced_all(answer(), R"( InResponseTo="_q1")", "");
  EXPECT_EQ(reason(signed_assertion(begun_there), unsolicited), "none");
  EXPECT_EQ(reason(signed_assertion(begun_there)), "in_response_to");
  EXPECT_EQ(unchecked_in_response_to(answer()), "_q1");
  EXPECT_EQ(unchecked_in_response_to(begun_there), std::nullopt);
  EXPECT_EQ(unchecked_in_response_to("<!DOCTYPE x>" + answer()), std::nullopt);
}

TEST(SamlMeaning, S77_TimeWindow) {
  EXPECT_EQ(with_conditions("NotBefore=\"" + at(121) + "\""), "time_window");
  EXPECT_EQ(with_conditions("NotOnOrAfter=\"" + at(-120) + "\""), "time_window");
  EXPECT_EQ(with_conditions("NotBefore=\"" + at(100) + "\" NotOnOrAfter=\"" + at(100) + "\""), "time_window");
  EXPECT_EQ(with_conditions("NotOnOrAfter=\"9999-12-31T23:59:59Z\""), "time_window");
  EXPECT_EQ(with_conditions(""), "none") << "the confirmation has an end";
  for (const char* bad :
       {"2027-01-15T08:05:00", "2027-01-15T08:05:00+00:00", "2027-01-15T08:05:00.0123456789Z", "2027-01-15T08:05:60Z",
        "2027-02-30T08:05:00Z", "2027-01-15 08:05:00Z", "12027-01-15T08:05:00Z", "2027-01-15T08:05:00z",
        "2027-01-15T24:00:00Z", "2027-01-15T08:05:00.Z", "soon", ""}) {
    EXPECT_EQ(with_conditions("NotOnOrAfter=\"" + std::string(bad) + "\""), "bad_time") << bad;
  }
  EXPECT_EQ(with_conditions("NotOnOrAfter=\"2027-01-15T08:05:00.123456789Z\""), "none");
  const std::string issued = "IssueInstant=\"" + at(-60) + "\"";
  EXPECT_EQ(with(R"(ID="_a1" Version="2.0" )" + issued, R"(ID="_a1" Version="2.0")"), "saml_shape");
  EXPECT_EQ(with(R"(ID="_a1" Version="2.0" )" + issued, "ID=\"_a1\" Version=\"2.0\" IssueInstant=\"" + at(121) + "\""),
            "time_window");
}

TEST(SamlMeaning, S78_ClockSkew) {
  const std::string message = signed_assertion(answer());
  const auto at_time = [&](int offset, seconds skew = kSamlClockSkew) {
    Check check;
    check.now = kNow + seconds(offset);
    check.settings.clock_skew = skew;
    return check.reason(message);
  };
  EXPECT_EQ(at_time(300 + 119), "none");
  EXPECT_EQ(at_time(300 + 120), "time_window");
  EXPECT_EQ(at_time(300 + 121), "time_window");
  EXPECT_EQ(at_time(-60 - 119), "none");
  EXPECT_EQ(at_time(-60 - 120), "none");
  EXPECT_EQ(at_time(-60 - 121), "time_window");
  EXPECT_EQ(at_time(300, seconds(0)), "time_window");
  EXPECT_EQ(at_time(299, seconds(0)), "none");
  EXPECT_EQ(at_time(300 + 299, seconds(86'400)), "none") << "never wider than the widest";
  EXPECT_EQ(at_time(300 + 300, seconds(86'400)), "time_window");
  EXPECT_EQ(at_time(300, seconds(-1)), "time_window");
}

TEST(SamlMeaning, S79_AnAssertionIsAcceptedOnce) {
  Check check;
  auto first = check(signed_assertion(answer()));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id(), "_a1");
  EXPECT_EQ(first->remember_until(), kNow + seconds(300) + kMostSamlClockSkew) << "as long as any skew could accept it";
  EXPECT_EQ(reason_of(std::move(*first).accept(false)), "replay");
}

TEST(SamlMeaning, S79_NoConfirmationOutlivesTheMemoryOfItsAssertion) {
  const std::string whole(test::element_text(answer(), "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
  const auto ending = [&](int offset) { return replaced(whole, at(300), at(offset)); };
  const std::string conditions = "<saml:Conditions NotBefore=\"" + at(-60) + "\">";  // which have no end of their own
  const auto with_both = [&](const std::string& other) {
    return signed_assertion(replaced(replaced(answer(), kConditions, conditions), whole, whole + other));
  };
  constexpr int kMost = 24 * 3600 + 120;
  EXPECT_EQ(Check().reason(with_both(ending(kMost))), "none");
  EXPECT_EQ(Check().reason(with_both(ending(kMost + 1))), "subject_confirmation")
      << "it could be presented when the assertion is forgotten";
  EXPECT_EQ(Check().reason(with_both(replaced(ending(kMost + 1), std::string(test::kAcs), "https://other.test"))),
            "none")
      << "it is not for us";
  EXPECT_EQ(Check().reason(with_both(replaced(ending(kMost), at(kMost), "later"))), "none") << "it never confirms";

  const auto remembered = [&](const std::string& other) {
    Check check;
    const auto unused = check(with_both(other));
    return unused ? unused->remember_until() : Timestamp();
  };
  EXPECT_EQ(remembered(ending(kMost)), kNow + seconds(kMost) + kMostSamlClockSkew);
  EXPECT_EQ(remembered(replaced(ending(900), "\"_q1\"", "\"_q2\"")), kNow + seconds(900) + kMostSamlClockSkew)
      << "an answer to another request, of which it may be one";
  EXPECT_EQ(remembered(ending(60)), kNow + seconds(300) + kMostSamlClockSkew) << "the last one counts";
}

TEST(SamlMeaning, S77_AConnectionSaysForHowLongAnAssertionMayBeGood) {
  const auto lasting = [](int life, int conditions_end, int confirmation_end) {
    Check check;
    check.settings.assertion_life = seconds(life);
    check.settings.clock_skew = seconds(0);
    const std::string conditions = replaced(kConditions, at(300), at(conditions_end));
    const std::string confirmation = replaced(kConfirmation, at(300), at(confirmation_end));
    return check.reason(
        signed_assertion(replaced(replaced(answer(), kConditions, conditions), kConfirmation, confirmation)));
  };
  EXPECT_EQ(lasting(600, 600, 600), "none");
  EXPECT_EQ(lasting(600, 601, 600), "time_window");
  EXPECT_EQ(lasting(600, 600, 601), "subject_confirmation");
  constexpr int kLeast = 60;
  EXPECT_EQ(lasting(0, kLeast, kLeast), "none") << "never less than the least";
  EXPECT_EQ(lasting(0, kLeast + 1, kLeast), "time_window");
  constexpr int kMost = 24 * 3600;
  EXPECT_EQ(lasting(10 * kMost, kMost, kMost), "none") << "never more than the most";
  EXPECT_EQ(lasting(10 * kMost, kMost + 1, kMost), "time_window");
  EXPECT_EQ(lasting(10 * kMost, kMost, kMost + 1), "subject_confirmation");
  EXPECT_EQ(SamlSettings().assertion_life, seconds(kMost)) << "unless said";
}

TEST(SamlMeaning, S80_AnotherResponseAroundTheSameAssertion) {
  Check check;
  const auto again = check(replaced(signed_assertion(answer()), R"(ID="_r1")", R"(ID="_r2")"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id(), "_a1") << "what is remembered is the assertion's";
}

TEST(SamlMeaning, S81_Conditions) {
  const auto and_also = [](std::string_view condition) {
    return with("</saml:Conditions>", std::string(condition) + "</saml:Conditions>");
  };
  EXPECT_EQ(and_also("<saml:OneTimeUse/>"), "none");
  EXPECT_EQ(and_also(R"(<saml:ProxyRestriction Count="0"/>)"), "none");
  EXPECT_EQ(and_also(R"(<saml:Condition/>)"), "unknown_condition");
  EXPECT_EQ(and_also(R"(<x:OneTimeUse xmlns:x="urn:x"/>)"), "unknown_condition");
}

TEST(SamlMeaning, S82_AuthnStatement) {
  const std::string statement(test::element_text(answer(), "<saml:AuthnStatement ", "</saml:AuthnStatement>"));
  const auto with_end = [](std::string_view end) {
    return replaced(answer(), R"( SessionIndex="_s1")", " SessionNotOnOrAfter=\"" + std::string(end) + "\"");
  };
  EXPECT_EQ(with(statement, ""), "no_authn_statement");
  EXPECT_EQ(Check().reason(signed_assertion(with_end(at(-120)))), "session_expired");
  EXPECT_EQ(Check().reason(signed_assertion(with_end("later"))), "bad_time");
  const auto lasting = accepted(signed_assertion(with_end(at(3600))));
  ASSERT_TRUE(lasting);
  EXPECT_EQ(lasting->session_not_on_or_after, kNow + seconds(3600));
  EXPECT_EQ(with(" AuthnInstant=\"" + at(-60) + "\"", ""), "saml_shape");
  EXPECT_EQ(with(" AuthnInstant=\"" + at(-60) + "\"", " AuthnInstant=\"" + at(121) + "\""), "time_window");
  EXPECT_EQ(with("\"_s1\"", "\"" + std::string(kMostSessionIndexBytes + 1, 's') + "\""), "saml_shape");
}

TEST(SamlMeaning, S83_RequestedContextAndForcedAuthentication) {
  Check strong;
  strong.sent->authn_context_class_refs = {"https://refeds.org/profile/mfa"};
  EXPECT_EQ(strong.reason(signed_assertion(answer())), "authn_context");
  strong.sent->authn_context_class_refs.emplace_back(
      "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
  EXPECT_EQ(strong.reason(signed_assertion(answer())), "none");

  Check forced;
  forced.sent->force_authn = true;
  EXPECT_EQ(forced.reason(signed_assertion(answer())), "none");
  const auto authenticated = [](int offset) {
    return signed_assertion(
        replaced(answer(), " AuthnInstant=\"" + at(-60) + "\"", " AuthnInstant=\"" + at(offset) + "\""));
  };
  EXPECT_EQ(forced.reason(authenticated(-90 - 120)), "none") << "within the skew of the request";
  EXPECT_EQ(forced.reason(authenticated(-90 - 121)), "stale_authn");
  EXPECT_EQ(Check().reason(authenticated(-90 - 121)), "none") << "where it was not asked for";
}

TEST(SamlMeaning, S84_NameId) {
  const auto named = [](std::string_view name) { return with("user-1", name); };
  EXPECT_EQ(named(""), "nameid_invalid");
  EXPECT_EQ(named("  \n "), "nameid_invalid");
  EXPECT_EQ(named(std::string(kMostNameIdCharacters, 'n')), "none");
  EXPECT_EQ(named(std::string(kMostNameIdCharacters + 1, 'n')), "nameid_invalid");
  EXPECT_EQ(named(repeated("\xC3\xA9", kMostNameIdCharacters)), "none") << "characters, not octets";
  for (const char* deceptive :
       {"a&#x7F;b", "a&#x85;b", "a&#x202E;b", "a&#x2066;b", "a&#x200F;b", "a&#x61C;b", "a&#9;b"}) {
    EXPECT_EQ(named(deceptive), "nameid_invalid") << deceptive;
  }
  EXPECT_EQ(with(kNameIdTag, ""), "nameid_invalid");

  const auto of_format = [](NameIdFormat configured, std::string_view attributes) {
    Check check;
    check.settings.name_id_format = configured;
    return check.reason(signed_assertion(
        replaced(answer(), kNameIdTag, "<saml:NameID " + std::string(attributes) + ">user-1</saml:NameID>")));
  };
  const std::string email = "Format=\"" + std::string(kNameIdEmail) + "\"";
  const std::string transient = "Format=\"" + std::string(kNameIdTransient) + "\"";
  EXPECT_EQ(of_format(NameIdFormat::kEmail, email), "none");
  EXPECT_EQ(of_format(NameIdFormat::kPersistent, transient), "nameid_invalid");
  EXPECT_EQ(of_format(NameIdFormat::kPersistent, ""), "none") << "the provider does not say";
  EXPECT_EQ(of_format(NameIdFormat::kNil, transient), "none");
  EXPECT_EQ(of_format(NameIdFormat::kNil, "Format=\"" + std::string(kNameIdEntity) + "\""), "nameid_invalid");
  EXPECT_EQ(of_format(NameIdFormat::kNil, "SPNameQualifier=\"https://other.test\""), "nameid_invalid");
  EXPECT_EQ(of_format(NameIdFormat::kNil, "SPNameQualifier=\"" + std::string(test::kOwnId) + "\""), "none");
}

TEST(SamlMeaning, S85_Attributes) {
  const auto with_attributes = [](std::string_view more) {
    return signed_assertion(
        replaced(answer(), "</saml:AttributeStatement>", std::string(more) + "</saml:AttributeStatement>"));
  };
  const auto value = [](std::string_view text) {
    return "<saml:AttributeValue>" + std::string(text) + "</saml:AttributeValue>";
  };
  const auto merged =
      accepted(with_attributes("<saml:Attribute Name=\"groups\">" + value("ops") + "</saml:Attribute>"));
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->attributes.size(), 2U);
  EXPECT_EQ(merged->attributes[1].values, (std::vector<std::string>{"eng", "admins", "ops"}));

  const auto special = accepted(with_attributes(
      R"(<saml:Attribute Name="nil"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></saml:Attribute>)"
      R"(<saml:Attribute Name="id">)" +
      value("<saml:NameID>targeted</saml:NameID>") + "</saml:Attribute>"));
  ASSERT_TRUE(special) << special.error().detail;
  EXPECT_TRUE(special->attributes[2].values.empty());
  EXPECT_EQ(special->attributes[3].values, std::vector<std::string>{"targeted"});

  const auto many = [&](std::size_t values) {
    return with_attributes("<saml:Attribute Name=\"many\">" + repeated(value("v"), values) + "</saml:Attribute>");
  };
  EXPECT_EQ(Check().reason(many(kMostSamlAttributeValues - 3)), "none");
  EXPECT_EQ(Check().reason(many(kMostSamlAttributeValues - 2)), "too_many_attribute_values");
  EXPECT_EQ(Check().reason(many(10'000)), "too_many_attribute_values");
  std::string names;
  for (std::size_t i = 0; i < kMostSamlAttributes - 2; ++i)
    names += "<saml:Attribute Name=\"a" + std::to_string(i) + "\"/>";
  EXPECT_EQ(Check().reason(with_attributes(names)), "none");
  EXPECT_EQ(Check().reason(with_attributes(names + "<saml:Attribute Name=\"more\"/>")), "too_many_attribute_values");
  EXPECT_EQ(with("<saml:AttributeValue>eng", "<saml:AttributeValue>" + std::string(kMostSamlValueBytes, 'v')), "none");
  EXPECT_EQ(with("<saml:AttributeValue>eng", "<saml:AttributeValue>" + std::string(kMostSamlValueBytes + 1, 'v')),
            "too_many_attribute_values");
  EXPECT_EQ(with(R"(Name="groups")", R"(Name="")"), "saml_shape");
}

TEST(SamlMeaning, S86_WhiteSpaceIsTrimmedAndNothingElseIsFolded) {
  const auto name = [](std::string_view text) {
    const auto assertion = accepted(signed_assertion(replaced(answer(), "user-1", text)));
    return assertion ? assertion->name_id.value : std::string(reason_name(assertion.error().reason));
  };
  EXPECT_EQ(name("\n   user-1\t "), "user-1");
  EXPECT_EQ(name("User-1"), "User-1");
  EXPECT_EQ(name("\xE2\x84\xAA"
                 "ate@corp.test"),
            "\xE2\x84\xAA"
            "ate@corp.test")
      << "the Kelvin sign is no K";
  EXPECT_EQ(name("stra\xC3\x9F"
                 "e"),
            "stra\xC3\x9F"
            "e");
  EXPECT_EQ(name("\xC4\xB1@corp.test"), "\xC4\xB1@corp.test") << "dotless i";
  EXPECT_EQ(name("e\xCC\x81"), "e\xCC\x81") << "not composed";
  const auto assertion = accepted(signed_assertion(replaced(answer(), "ann@corp.test", "\n ann@corp.test\n")));
  ASSERT_TRUE(assertion);
  EXPECT_EQ(assertion->attributes[0].values[0], "ann@corp.test");
}

TEST(SamlMeaning, S86_TheAddressInAnAttributeStaysAsItWasWritten) {
  const auto address = [](std::string_view text) {
    const auto assertion = accepted(signed_assertion(replaced(answer(), "ann@corp.test", text)));
    return assertion ? assertion->attributes[0].values.at(0) : std::string(reason_name(assertion.error().reason));
  };
  for (const std::string& written :
       {std::string("Ann@Corp.Test"),
        std::string("\xE2\x84\xAA"
                    "ate@corp.test"),
        std::string("stra\xC3\x9F"
                    "e@corp.test"),
        std::string("\xC4\xB1@corp.test"), std::string("e\xCC\x81@corp.test"), std::string("\xC3\xA9@corp.test")}) {
    EXPECT_EQ(address(written), written) << "neither folded nor composed";
  }
}

}  // namespace
}  // namespace doorward::saml
