#include "protocol/saml/post_binding.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::saml {
namespace {

std::string outcome(std::string_view body, std::string_view query = {}) {
  const auto read = read_post(body, query);
  return read ? "read" : std::string(reason_name(read.error().reason));
}

TEST(PostBinding, ReadsAMessageWithItsRelayState) {
  const auto read = read_post("RelayState=a%20b&SAMLResponse=PD94%0D%0AbWw%2B&other=1", "acs");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, MessageKind::kResponse);
  EXPECT_EQ(read->message, "PD94\r\nbWw+");
  EXPECT_EQ(read->relay_state, "a b");
  const auto request = read_post("SAMLRequest=PD94", {});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->kind, MessageKind::kRequest);
  EXPECT_EQ(request->relay_state, "");
}

TEST(PostBinding, S01_WhatIsTooLargeIsNotDecoded) {
  EXPECT_EQ(outcome("SAMLResponse=" + std::string(3'000'000, '%')), "too_large") << "its escapes are broken, too";
  EXPECT_EQ(outcome("SAMLResponse=" + std::string(kMostPostFormBytes - 13, 'A')), "read");
  EXPECT_EQ(outcome("SAMLResponse=A&RelayState=" + std::string(kMostReceivedRelayStateBytes + 1, 'r')), "too_large");
}

TEST(PostBinding, S05_NoFieldComesTwice) {
  EXPECT_EQ(outcome("SAMLResponse=A&SAMLResponse=A"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A&%53AMLResponse=A"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A", "SAMLResponse=A"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A&RelayState=r", "RelayState=r"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A&RelayState=&RelayState=r"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A&SAMLRequest=A"), "duplicate_param");
  EXPECT_EQ(outcome("SAMLResponse=A&other=1&other=2"), "read");
}

TEST(PostBinding, H09_WhatIsNoFormIsRefused) {
  EXPECT_EQ(outcome(""), "malformed_request");
  EXPECT_EQ(outcome("SAMLResponse="), "malformed_request");
  EXPECT_EQ(outcome("samlresponse=A"), "malformed_request");
  EXPECT_EQ(outcome("SAMLResponse=%4"), "malformed_request");
  EXPECT_EQ(outcome("SAMLart=AAQA"), "malformed_request") << "S-97: artifacts are not offered";
  std::string fields = "SAMLResponse=A";
  for (std::size_t i = 0; i < kMostPostFields; ++i) fields += "&f=1";
  EXPECT_EQ(outcome(fields), "malformed_request");
}

}  // namespace
}  // namespace doorward::saml
