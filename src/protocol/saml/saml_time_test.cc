#include "protocol/saml/saml_time.h"

#include <gtest/gtest.h>

namespace doorward::saml {
namespace {

TEST(SamlTime, IsUtcWithAFractionOfUpToNineDigits) {
  const Timestamp noon{std::chrono::seconds(1'800'000'000)};
  EXPECT_EQ(parse_saml_time("2027-01-15T08:00:00Z"), noon);
  EXPECT_EQ(parse_saml_time("2027-01-15T08:00:00.5Z"), noon + std::chrono::milliseconds(500));
  EXPECT_EQ(parse_saml_time("2027-01-15T08:00:00.123456789Z"), noon + std::chrono::microseconds(123'456));
}

TEST(SamlTime, IsNothingElse) {
  for (const char* text :
       {"", "Z", "2027-01-15T08:00:00", "2027-01-15T08:00:00z", "2027-01-15t08:00:00Z", "2027-01-15T08:00:60Z",
        "2027-01-15T08:00:00+00:00", "2027-01-15T08:00:00.Z", "2027-01-15T08:00:00.1234567890Z", "2027-02-29T08:00:00Z",
        "2027-01-15T24:00:00Z", "-2027-01-15T08:00:00Z", "12027-01-15T08:00:00Z", " 2027-01-15T08:00:00Z",
        "2027-01-15T08:00:00+01:00Z"}) {
    EXPECT_FALSE(parse_saml_time(text)) << text;
  }
}

}  // namespace
}  // namespace doorward::saml
