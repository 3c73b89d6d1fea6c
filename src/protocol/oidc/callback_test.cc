#include "protocol/oidc/callback.h"

#include <gtest/gtest.h>

#include "protocol/oidc/initiation.h"
#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

using test::reason_of;
using test::text_of;

TEST(Callback, ReadsACodeAndItsIssuer) {
  const auto read = read_callback("code=a%2Bb&state=s&iss=https%3A%2F%2Fidp.test&session_state=x");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code, "a+b");
  EXPECT_EQ(read->state, "s");
  EXPECT_EQ(read->issuer, "https://idp.test");
  EXPECT_TRUE(read->error.empty());
}

TEST(Callback, ReadsARefusal) {
  const auto read = read_callback("error=access_denied&error_description=%3Cb%3Eno%0D%0A&state=s");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->error, "access_denied");
  EXPECT_EQ(read->error_description, "<b>no\r\n") << "as sent: pages and logs escape it";
  EXPECT_FALSE(read->issuer);
}

TEST(Callback, D01_AnAnswerWithoutState) {
  EXPECT_EQ(reason_of(read_callback("code=c")), text_of(Reason::kState));
  EXPECT_EQ(reason_of(read_callback("code=c&state=")), text_of(Reason::kState));
  EXPECT_EQ(reason_of(read_callback("")), text_of(Reason::kState));
}

TEST(Callback, D27_CodeAndErrorTogetherTwiceOrNeither) {
  EXPECT_EQ(reason_of(read_callback("code=c&error=access_denied&state=s")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=c&code=d&state=s")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=c&state=s&state=t")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=c&state=s&iss=a&iss=b")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("state=s")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=%zz&state=s")), text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=%ff&state=s")), text_of(Reason::kMalformedRequest));
}

TEST(Callback, HasBounds) {
  EXPECT_EQ(reason_of(read_callback("state=s&code=" + std::string(kMostCodeBytes, 'c'))), "none");
  EXPECT_EQ(reason_of(read_callback("state=s&code=" + std::string(kMostCodeBytes + 1, 'c'))),
            text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=c&state=" + std::string(kMostStateBytes + 1, 's'))),
            text_of(Reason::kMalformedRequest));
  EXPECT_EQ(reason_of(read_callback("code=c&state=s&x=" + std::string(20'000, 'x'))),
            text_of(Reason::kPayloadTooLarge));
}

TEST(Initiation, ReadsWhoBeganAndForWhom) {
  const auto read = read_initiation(
      "iss=https%3A%2F%2Fidp.test&login_hint=ann%40corp.test&target_link_uri=https%3A%2F%2Fapp.test%2Fx",
      test::kIssuer);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->login_hint, "ann@corp.test");
  EXPECT_EQ(read->target_link_uri, "https://app.test/x");
}

TEST(Initiation, D30_OnlyTheConfiguredIssuerMayBegin) {
  EXPECT_EQ(reason_of(read_initiation("iss=https%3A%2F%2Fevil.test", test::kIssuer)), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(read_initiation("iss=https%3A%2F%2Fidp.test%2F", test::kIssuer)),
            text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(read_initiation("login_hint=ann", test::kIssuer)), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(read_initiation("iss=", "")), text_of(Reason::kIssuerMismatch)) << "a connection without issuer";
  EXPECT_EQ(reason_of(read_initiation("iss=https%3A%2F%2Fidp.test&iss=https%3A%2F%2Fevil.test", test::kIssuer)),
            text_of(Reason::kMalformedRequest));
}

}  // namespace
}  // namespace doorward::oidc
