// S-01 to S-18: transport and parser, before any signature. The messages are signed, so that nothing else refuses them.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/encoding.h"
#include "protocol/saml/xml_document.h"
#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using test::answer;
using test::assertion;
using test::Check;
using test::inserted;
using test::reason_of;
using test::repeated;
using test::replaced;
using test::signed_assertion;
using test::signed_response;

constexpr std::string_view kNameId = "user-1";

std::string reason(std::string_view xml) { return Check().reason(xml); }

// The gate alone: what it refuses, libxml2 never sees.
std::string gate(std::string_view xml) { return reason_of(check_bytes(xml)); }

// A signed answer with this DOCTYPE.
std::string with_doctype(std::string_view doctype) { return std::string(doctype) + signed_assertion(answer()); }

TEST(SamlParser, TheAnswerOfTheseTestsIsAccepted) {
  EXPECT_EQ(reason(signed_assertion(answer())), "none");
  EXPECT_EQ(reason(R"(<?xml version="1.0" encoding="UTF-8"?>)" + signed_response(answer())), "none");
  EXPECT_EQ(reason("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n" + signed_response(answer())),
            "none");
}

TEST(SamlParser, S01_Oversize) {
  EXPECT_EQ(reason_of(decode_post_message(std::string(3 * 1024 * 1024, 'A'))), "too_large");
  EXPECT_EQ(reason_of(decode_post_message(base64_encode(std::string(kMostXmlBytes + 1, 'x')))), "too_large");
  EXPECT_EQ(decode_post_message(base64_encode(std::string(kMostXmlBytes, 'x')))->size(), kMostXmlBytes);
  const std::string padding = signed_response(answer()) + std::string(kMostXmlBytes, ' ');
  EXPECT_EQ(gate(padding.substr(0, kMostXmlBytes)), "none");
  EXPECT_EQ(gate(padding.substr(0, kMostXmlBytes + 1)), "too_large");
}

TEST(SamlParser, S03_DeflateInThePostBinding) {
  // A deflated message is no XML: its first octet is not `<`, and hardly any of the rest is UTF-8.
  const std::string_view deflated("\x7D\x91\x4F\x6F\xC2\x30\x0C\xC5\xBF\x4A\x94\x7B\x49\x5B", 16);
  EXPECT_EQ(reason(deflated), "not_utf8");
  EXPECT_EQ(reason("abc"), "not_wellformed");
  EXPECT_EQ(reason(""), "not_wellformed");
}

TEST(SamlParser, S04_DirtyBase64) {
  EXPECT_EQ(*decode_post_message("PGE+\r\nPC9h Pg==\n"), "<a></a>");
  for (const char* dirty : {"PGE-", "PGE_", "PGE+!", "PGE+PC9hPg", "PGE+PC9hPg=", "PGE+PC9hPg==PGE+", "====", ""}) {
    EXPECT_EQ(reason_of(decode_post_message(dirty)), "bad_base64") << dirty;
  }
  EXPECT_EQ(reason_of(decode_post_message(std::string_view("PGE+\0", 5))), "bad_base64");
}

TEST(SamlParser, S06_DoctypeOfAnyKind) {
  for (const char* doctype : {
           "<!DOCTYPE samlp:Response>",
           R"(<!DOCTYPE r [<!ENTITY e "admin">]>)",
           R"(<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>)",
           R"(<!DOCTYPE r [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>)",
           R"(<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>)",
           R"(<!DOCTYPE r [<!ATTLIST saml:Assertion ID CDATA "_a2">]>)",
           "<!doctype r>",
       }) {
    EXPECT_EQ(reason(with_doctype(doctype)), "dtd_forbidden") << doctype;
  }
}

TEST(SamlParser, S07_IdMadeOfAnEntity) {
  EXPECT_EQ(reason(R"(<!DOCTYPE r [<!ENTITY id "_a1">]>)" +
                   replaced(signed_assertion(answer()), R"( ID="_a1")", R"( ID="&id;")")),
            "dtd_forbidden");
  EXPECT_EQ(reason(replaced(signed_assertion(answer()), R"( ID="_a1")", R"( ID="&id;")")), "not_wellformed")
      << "an entity that nothing declares";
}

TEST(SamlParser, S08_DoctypeThatOtherParsersReadAsSomethingElse) {
  EXPECT_EQ(reason(with_doctype(R"(<!DOCTYPE r SYSTEM 'x"><!--'><r>-->)")), "dtd_forbidden");
  EXPECT_EQ(reason(with_doctype(R"(<!DOCTYPE r [<!-- ]><samlp:Response> -->]>)")), "dtd_forbidden");
}

TEST(SamlParser, S09_AttlistWithNamespacesAndDefaults) {
  EXPECT_EQ(reason(with_doctype(R"(<!DOCTYPE r [<!ATTLIST samlp:Response xmlns:saml CDATA "urn:evil">]>)")),
            "dtd_forbidden");
}

TEST(SamlParser, S10_Encodings) {
  const std::string message = signed_assertion(answer());
  for (const char* declared : {"UTF-7", "ISO-8859-1", "utf-16", "US-ASCII", "UTF-8x"}) {
    EXPECT_EQ(reason(R"(<?xml version="1.0" encoding=")" + std::string(declared) + R"("?>)" + message), "not_utf8")
        << declared;
  }
  EXPECT_EQ(reason(R"(<?xml version="1.1"?>)" + message), "not_wellformed");
  EXPECT_EQ(reason(R"(<?xml encoding="UTF-8"?>)" + message), "not_wellformed");
  std::string utf16("\xFF\xFE", 2);
  for (const char c : message) utf16 += {c, '\0'};
  EXPECT_EQ(reason(utf16), "not_utf8");
  EXPECT_EQ(reason(utf16.substr(2)), "not_utf8") << "without a byte order mark";
  using namespace std::string_view_literals;
  for (const std::string_view bad : {"\0"sv, "\xC0\xBC"sv, "\xED\xA0\x80"sv, "\xFF"sv, "\x01"sv, "\xEF\xBF\xBE"sv}) {
    EXPECT_EQ(reason(replaced(message, kNameId, "user" + std::string(bad))), "not_utf8");
    for (std::size_t at = 0; at < 16; ++at) {
      EXPECT_EQ(gate("<a>" + std::string(at, 'x') + std::string(bad) + std::string(16 - at, 'x') + "</a>"), "not_utf8");
    }
  }
  EXPECT_EQ(gate("<a>\t\r\n\x7F\xEF\xBF\xBD</a>"), "none");
}

TEST(SamlParser, S11_Depth) {
  const auto nested = [](std::size_t depth) { return repeated("<a>", depth) + repeated("</a>", depth); };
  EXPECT_EQ(gate(nested(kMostXmlDepth)), "none");
  EXPECT_EQ(gate(nested(kMostXmlDepth + 1)), "too_deep");
  EXPECT_EQ(gate(repeated("<a>", kMostXmlDepth) + "<b/>"), "too_deep");
  EXPECT_EQ(gate(repeated("<a></a><b/>", 1000)), "none") << "siblings do not nest";
  EXPECT_EQ(reason(inserted(signed_assertion(answer()), "<saml:AttributeValue>eng", nested(5'000))), "too_deep");
}

TEST(SamlParser, S12_AttributeFlood) {
  const auto tag = [](std::size_t attributes) {
    std::string text = "<a";
    for (std::size_t i = 0; i < attributes; ++i) text += " a" + std::to_string(i) + "='1'";
    return text + "/>";
  };
  EXPECT_EQ(gate(tag(kMostXmlAttributes)), "none");
  EXPECT_EQ(gate(tag(kMostXmlAttributes + 1)), "too_many_attributes");
  EXPECT_EQ(gate(tag(20'000)), "too_many_attributes");
  EXPECT_EQ(gate("<a b='" + repeated("x=y ", 100) + "'/>"), "none") << "signs in a value";
}

TEST(SamlParser, S12_ElementFlood) {
  const auto message = [](std::size_t elements) { return "<r>" + repeated("<a/>", elements) + "</r>"; };
  EXPECT_EQ(gate(message(kMostXmlNodes - 1)), "none");
  EXPECT_EQ(gate(message(kMostXmlNodes)), "too_large");
  const auto with_attributes = [](std::size_t elements) {
    return "<r>" + repeated("<a b='1' c='2' d='3'/>", elements) + "</r>";
  };
  EXPECT_EQ(gate(with_attributes(kMostXmlNodes / 4 - 1)), "none");
  EXPECT_EQ(gate(with_attributes(kMostXmlNodes / 4)), "too_large");
  EXPECT_EQ(reason(replaced(signed_assertion(answer()), "<saml:AttributeValue>eng",
                            "<saml:AttributeValue>" + repeated("<a/>", kMostXmlNodes))),
            "too_large");
}

TEST(SamlParser, S13_NamespaceFlood) {
  const auto declarations = [](std::size_t count, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < from + count; ++i)
      text += " xmlns:n" + std::to_string(i) + "='urn:" + std::to_string(i) + "'";
    return text;
  };
  EXPECT_EQ(gate("<a" + declarations(20'000, 0) + "/>"), "too_many_attributes");
  EXPECT_EQ(gate("<a" + declarations(40, 0) + "><b" + declarations(24, 40) + "/></a>"), "none");
  EXPECT_EQ(gate("<a" + declarations(40, 0) + "><b" + declarations(25, 40) + "/></a>"), "too_many_attributes")
      << "in scope at a time, of all ancestors";
  EXPECT_EQ(gate("<a>" + repeated("<b" + declarations(60, 0) + "/>", 20) + "</a>"), "none") << "of siblings";
}

TEST(SamlParser, S13_NamespaceNamesThatCanonicalFormWouldRepeat) {
  const std::string wide = "<saml:AttributeValue xmlns:p=\"urn:" + std::string(100'000, 'n') + "\">";
  const std::string message = replaced(signed_assertion(answer()), "<saml:AttributeValue>eng</saml:AttributeValue>",
                                       wide + repeated("<p:a/>", 1'000) + "</saml:AttributeValue>");
  EXPECT_EQ(reason(message), "too_large");
}

TEST(SamlParser, S14_MarkupInContent) {
  const auto with_name = [](std::string_view name) { return replaced(signed_assertion(answer()), kNameId, name); };
  EXPECT_EQ(reason(with_name("user-1<!-- -->.evil")), "comment_forbidden");
  EXPECT_EQ(reason(with_name("user-1<?x?>.evil")), "pi_forbidden");
  EXPECT_EQ(reason(with_name("<![CDATA[user-1]]>")), "cdata_forbidden");
  EXPECT_EQ(reason(" <?xml version=\"1.0\"?>" + signed_assertion(answer())), "pi_forbidden");
  EXPECT_EQ(reason("<?xml-stylesheet href='x'?>" + signed_assertion(answer())), "pi_forbidden");
}

TEST(SamlParser, S14_CommentsThatAreToleratedCutNothingOff) {
  Check check;
  check.settings.allow_comments = true;
  const std::string whole = signed_assertion(replaced(answer(), kNameId, "admin.evil"));
  auto accepted = check(replaced(whole, "admin.evil", "admin<!-- -->.evil"));
  ASSERT_TRUE(accepted) << accepted.error().detail;
  EXPECT_EQ(std::move(*accepted).accept(true)->name_id.value, "admin.evil");
  EXPECT_EQ(check.reason(replaced(whole, "admin.evil", "admin<!-- ")), "not_wellformed");
  EXPECT_EQ(check.reason(replaced(whole, "admin.evil", "admin<!DOCTYPE x>")), "dtd_forbidden");
}

TEST(SamlParser, S15_NameIdOrAttributeWithAChildElement) {
  EXPECT_EQ(reason(signed_assertion(replaced(answer(), kNameId, "admin@corp.test<b>.evil.test</b>"))), "nameid_shape");
  EXPECT_EQ(reason(signed_assertion(replaced(answer(), "ann@corp.test", "ann@corp.test<b>.evil.test</b>"))),
            "nameid_shape");
}

TEST(SamlParser, S16_WhatIsNoXml) {
  const std::string good = signed_assertion(answer());
  for (const std::string& bad : {
           good + "x",
           good + good,
           "x" + good,
           replaced(good, R"( SessionIndex="_s1")", R"( ::foo="1")"),
           replaced(good, R"( SessionIndex="_s1")", R"( SessionIndex="_s1" SessionIndex="_s2")"),
           replaced(good, R"( SessionIndex="_s1")", R"( xmlns:p="urn:x" xmlns:q="urn:x" p:a="1" q:a="2")"),
           replaced(good, R"( SessionIndex="_s1")", R"( undeclared:a="1")"),
           replaced(good, R"( SessionIndex="_s1")", R"( SessionIndex="<")"),
           replaced(good, "</samlp:Response>", ""),
           replaced(good, kNameId, "&#0;"),
           replaced(good, kNameId, "]]>"),
       }) {
    EXPECT_EQ(reason(bad), "not_wellformed") << bad;
  }
}

TEST(SamlParser, S17_VoidCanonicalization) {
  // What has no canonical form is digested as nothing by careless code, and nothing has a well-known digest.
  EXPECT_EQ(reason(replaced(signed_response(answer()), R"( ID="_r1")", R"( xmlns:x="../rel" ID="_r1")")),
            "c14n_failed");
  EXPECT_EQ(reason(replaced(signed_assertion(answer()), R"( ID="_a1")", R"( xmlns:x="../rel" ID="_a1")")),
            "c14n_failed");
  const std::string empty = base64_encode(test::digest_octets("", ""));
  std::string emptied = replaced(signed_assertion(answer()), R"( ID="_a1")", R"( xmlns:x="../rel" ID="_a1")");
  const std::string_view digest = test::element_text(emptied, "<ds:DigestValue>", "</ds:DigestValue>");
  emptied = replaced(emptied, std::string(digest), "<ds:DigestValue>" + empty + "</ds:DigestValue>");
  EXPECT_EQ(reason(emptied), "c14n_failed");
}

TEST(SamlParser, S18_WrongRoot) {
  const std::string good = signed_assertion(answer());
  EXPECT_EQ(reason(test::sign(assertion(), test::kAssertionId)), "wrong_root");
  EXPECT_EQ(reason(test::replaced_all(good, "SAML:2.0:protocol", "SAML:1.0:protocol")), "wrong_root");
  EXPECT_EQ(reason(test::replaced_all(good, "samlp:Response", "samlp:LogoutResponse")), "wrong_root");
  EXPECT_EQ(reason("<Response/>"), "wrong_root");
}

}  // namespace
}  // namespace doorward::saml
