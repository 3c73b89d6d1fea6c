#include "domain/domain_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "domain/mail_providers.h"

namespace doorward {
namespace {

using testing::Eq;
using testing::Optional;

TEST(DomainName, HasOneForm) {
  const struct {
    std::string text, canonical;
  } cases[] = {{"acme.com", "acme.com"},
               {"ACME.Com", "acme.com"},
               {"acme.com.", "acme.com"},
               {"m\xC3\xBCnchen.example", "xn--mnchen-3ya.example"},
               {"M\xC3\x9CNCHEN.example", "xn--mnchen-3ya.example"},
               {"mu\xCC\x88nchen.example", "xn--mnchen-3ya.example"},  // u with a combining diaeresis
               {"XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"},
               {"stra\xC3\x9F"
                "e.example",
                "xn--strae-oqa.example"},  // sharp s is kept: non-transitional
               {"acme\xE3\x80\x82"
                "com",
                "acme.com"},                                                          // ideographic full stop
               {"\xEF\xBC\xA1\xEF\xBC\xA3\xEF\xBC\xAD\xEF\xBC\xA5.com", "acme.com"},  // full-width letters
               {"r3---sn-4g5e6.example", "r3---sn-4g5e6.example"},
               {"localhost", "localhost"},
               {"123.example", "123.example"},
               {std::string(63, 'a') + ".example", std::string(63, 'a') + ".example"}};
  for (const auto& c : cases) EXPECT_THAT(canonical_domain(c.text), Optional(Eq(c.canonical))) << c.text;
}

TEST(DomainName, IsNothingElse) {
  std::string long_name;
  while (long_name.size() < 254) long_name += "abcdefgh.";
  long_name += "com";
  for (const std::string& text : {std::string(),
                                  std::string("."),
                                  std::string("acme..com"),
                                  std::string(".acme.com"),
                                  std::string("acme.com.."),
                                  std::string("-acme.com"),
                                  std::string("acme-.com"),
                                  std::string("ac_me.com"),
                                  std::string("ac me.com"),
                                  std::string(" acme.com"),
                                  std::string("acme.com "),
                                  std::string("acme.com\n"),
                                  std::string("acme.com\0", 9),
                                  std::string("acme.com/"),
                                  std::string("acme.com:443"),
                                  std::string("*.acme.com"),
                                  std::string("user@acme.com"),
                                  std::string("acme.com>"),
                                  std::string("[192.0.2.1]"),
                                  std::string("192.0.2.1"),
                                  std::string("127.1"),
                                  std::string("0x7f000001"),
                                  std::string("a.0x7f"),
                                  std::string("::1"),
                                  std::string(64, 'a') + ".com",
                                  long_name,
                                  std::string("xn--.com"),
                                  std::string("xn--a.com"),
                                  std::string("xn--acme-.com"),
                                  std::string("a\xFF.com"),
                                  std::string("\xE2\x80\x8B.com"),  // a zero-width space, which leaves nothing
                                  std::string("a\xE2\x98\x83\xCC\xB8\xE2\x92\x88.com"),
                                  std::string(kMaxDomainInput + 1, 'a')}) {
    EXPECT_EQ(canonical_domain(text), std::nullopt) << text;
  }
}

// An A-label that decodes to what its own encoding would be something else, here an upper-case U with diaeresis.
TEST(DomainName, AnALabelStandsForTheULabelThatMakesIt) {
  EXPECT_EQ(canonical_domain("xn--Mnchen-3ya.example"), "xn--mnchen-3ya.example");
  EXPECT_EQ(canonical_domain("xn--acme.example"), std::nullopt);
}

TEST(EmailDomain, L07_IsWhatStandsBehindTheLastAt) {
  const struct {
    std::string address, domain;
  } cases[] = {{"jane@acme.com", "acme.com"},
               {"Jane.Doe+tag@ACME.COM", "acme.com"},
               {"jane@acme.com.", "acme.com"},
               {"user@evil.com@victim.com", "victim.com"},
               {"\"user@evil.com\"@victim.com", "victim.com"},
               {"\"a b\\\"@\"@victim.com", "victim.com"},
               {"jane@victim.com.evil.com", "victim.com.evil.com"},
               {"jane@sub.victim.com", "sub.victim.com"},
               {"jane@m\xC3\xBCnchen.example", "xn--mnchen-3ya.example"},
               {"j\xC3\xA4ne@xn--mnchen-3ya.example", "xn--mnchen-3ya.example"}};
  for (const auto& c : cases) EXPECT_THAT(email_domain(c.address), Optional(Eq(c.domain))) << c.address;
}

TEST(EmailDomain, L07_IsNothingForWhatIsNoAddress) {
  for (const std::string& text :
       {std::string(), std::string("acme.com"), std::string("@acme.com"), std::string("jane@"), std::string("jane@@"),
        std::string("jane@acme.com@"), std::string("Jane <jane@acme.com>"), std::string("jane@acme.com "),
        std::string("jane@[192.0.2.1]"), std::string("jane@192.0.2.1"), std::string("jane@(c)acme.com"),
        std::string("jane@acme.com,evil.com"), std::string("jane@acme.com\r\nx"),
        std::string("jane@acme.com\0.evil.com", 23), std::string(kMaxAddressInput, 'a') + "@acme.com"}) {
    EXPECT_EQ(email_domain(text), std::nullopt) << text;
  }
}

TEST(PublicSuffix, IsWhereAnybodyMayRegister) {
  for (const char* name : {"com", "co.uk", "uk", "github.io", "xn--p1ai", "unlisted-top-level"}) {
    EXPECT_TRUE(is_public_suffix(name)) << name;
  }
  for (const char* name : {"acme.com", "acme.co.uk", "acme.github.io", "acme.unlisted-top-level", "example.com"}) {
    EXPECT_FALSE(is_public_suffix(name)) << name;
  }
}

TEST(BusinessDomain, A11_IsNoSuffixAndNoProviderOfMailForEverybody) {
  for (const char* name :
       {"acme.com", "acme.co.uk", "eu.acme.com", "notgmail.com", "gmail.com.acme.com", "acme.test"}) {
    EXPECT_TRUE(check_business_domain(name)) << name;
  }
  for (const char* name : {"acme", "localhost", "co.uk", "com", "github.io", "gmail.com", "googlemail.com",
                           "yahoo.co.jp", "qq.com", "mailinator.com", "inbox.mailinator.com", "t-online.de"}) {
    const auto refused = check_business_domain(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().reason, Reason::kDomainNotBusiness) << name;
  }
}

TEST(MailProvider, IsAlsoEveryNameBelow) {
  EXPECT_TRUE(is_mail_provider("gmail.com"));
  EXPECT_TRUE(is_mail_provider("a.b.gmail.com"));
  EXPECT_FALSE(is_mail_provider("com"));
  EXPECT_FALSE(is_mail_provider("xgmail.com"));
  EXPECT_FALSE(is_mail_provider(""));
}

}  // namespace
}  // namespace doorward
