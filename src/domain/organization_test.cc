#include "domain/organization.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

using Features = std::vector<OrganizationFeature>;

TEST(OrganizationFeatures, AreKnownByNameAndByTheOlderOne) {
  for (const std::string_view name : kOrganizationFeatures) EXPECT_EQ(organization_feature(name), name);
  EXPECT_EQ(organization_feature("directory_sync"), "dir_sync");
  EXPECT_FALSE(organization_feature("SSO"));
  EXPECT_FALSE(organization_feature(""));
}

TEST(OrganizationFeatures, ListThoseEverSwitchedInAFixedOrder) {
  Features features;
  set_feature(features, "session_policy", true);
  set_feature(features, "sso", false);
  set_feature(features, "dir_sync", true);
  EXPECT_EQ(features, (Features{{"sso", false}, {"dir_sync", true}, {"session_policy", true}}));
  set_feature(features, "dir_sync", false);
  set_feature(features, "session_policy", true);
  EXPECT_EQ(features, (Features{{"sso", false}, {"dir_sync", false}, {"session_policy", true}}));
}

}  // namespace
}  // namespace doorward
