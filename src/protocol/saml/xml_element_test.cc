#include "protocol/saml/xml_element.h"

#include <gtest/gtest.h>
#include <libxml/c14n.h>
#include <libxml/tree.h>

#include <string>

#include "protocol/saml/text_element.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

// What libxml2 makes of it, which knows nothing of XmlElement.
std::string canonical(const std::string& xml) {
  const auto document = XmlDocument::parse(xml);
  if (!document) return "not parsed: " + document.error().message + document.error().detail;
  xmlChar* raw = nullptr;
  const int size = xmlC14NDocDumpMemory(document->doc(), nullptr, XML_C14N_EXCLUSIVE_1_0, nullptr, 0, &raw);
  std::string text = size < 0 ? "not canonical" : std::string(reinterpret_cast<const char*>(raw), size);
  xmlFree(raw);
  return text;
}

XmlElement message(std::string_view value) {
  XmlElement inner("saml:NameID");
  inner.set("SPNameQualifier", value).set("Format", "f").text(value);
  XmlElement subject("saml:Subject");
  subject.add(std::move(inner));
  XmlElement element("samlp:AuthnRequest");
  element.set("Version", "2.0")
      .set("ID", "_1")
      .set_if("Consent", "")
      .add(text_element("saml:Issuer", "us"))
      .add(std::move(subject))
      .add(XmlElement("samlp:Extensions"));
  return element;
}

TEST(XmlElement, IsItsOwnCanonicalForm) {
  const std::string xml = message("ann").to_xml();
  EXPECT_EQ(xml, R"(<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0">)"
                 R"(<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">us</saml:Issuer>)"
                 R"(<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">)"
                 R"(<saml:NameID Format="f" SPNameQualifier="ann">ann</saml:NameID></saml:Subject>)"
                 R"(<samlp:Extensions></samlp:Extensions></samlp:AuthnRequest>)");
  EXPECT_EQ(canonical(xml), xml);
}

TEST(XmlElement, S104_WhateverIsPutInIsText) {
  for (const std::string value :
       {R"("><evil a=")", "</saml:NameID><x/>", "&amp;&#60;", "]]>", "<!--x-->", "<!DOCTYPE a>", "tab\there",
        "line\nfeed", "carriage\rreturn", "Bücher 漢字 \xF0\x9F\x98\x80", "'\"", ""}) {
    const std::string xml = message(value).to_xml();
    EXPECT_EQ(canonical(xml), xml) << value;
    const auto document = XmlDocument::parse(xml);
    ASSERT_TRUE(document) << value;
    const _xmlNode* subject = next_element(*first_element(*document->root()));
    const _xmlNode* name_id = first_element(*subject);
    EXPECT_EQ(text_of(*name_id), value);
    EXPECT_EQ(attribute(*name_id, "SPNameQualifier"), value);
    EXPECT_EQ(first_element(*name_id), nullptr) << value;
  }
}

TEST(XmlElement, S104_WhatXmlCannotHoldIsReplaced) {
  const std::string replacement = "\xEF\xBF\xBD";
  const auto written = [](std::string_view text) {
    XmlElement element("saml:Issuer");
    element.text(text);
    const std::string xml = element.to_xml();
    EXPECT_EQ(canonical(xml), xml) << text;
    const std::size_t begin = xml.find('>') + 1;
    return xml.substr(begin, xml.rfind('<') - begin);
  };
  EXPECT_EQ(written(std::string_view("a\0b", 3)), "a" + replacement + "b");
  EXPECT_EQ(written("\x1B[31m"), replacement + "[31m");
  EXPECT_EQ(written("\xFF"), replacement);
  EXPECT_EQ(written("\xC3"), replacement) << "cut short";
  EXPECT_EQ(written("\xC0\xAF"), replacement + replacement) << "overlong";
  EXPECT_EQ(written("\xED\xA0\x80"), replacement + replacement + replacement) << "a surrogate";
  EXPECT_EQ(written("\xEF\xBF\xBE"), replacement + replacement + replacement) << "U+FFFE";
  EXPECT_EQ(written("\xF4\x90\x80\x80"), replacement + replacement + replacement + replacement) << "beyond Unicode";
  EXPECT_EQ(written("\xEF\xBF\xBD"), replacement);
}

TEST(XmlElement, RefusesWhatOnlyABugAsksFor) {
  EXPECT_THROW(XmlElement("foo:Bar"), std::invalid_argument);
  EXPECT_THROW(XmlElement("Bar"), std::invalid_argument);
  XmlElement element("saml:Issuer");
  element.set("Format", "a");
  EXPECT_THROW(element.set("Format", "b"), std::invalid_argument);
}

TEST(XmlElement, KnowsItsParts) {
  XmlElement element = message("ann");
  EXPECT_EQ(element.attribute("ID"), "_1");
  EXPECT_EQ(element.attribute("Destination"), "");
  ASSERT_NE(element.child(0), nullptr);
  EXPECT_EQ(element.child(0)->name(), "saml:Issuer");
  EXPECT_EQ(element.child(0)->child(0), nullptr) << "a text";
  EXPECT_EQ(element.child(3), nullptr);
  EXPECT_EQ(element.child_count(), 3U);
}

}  // namespace
}  // namespace doorward::saml
