#include "names.h"

#include <gtest/gtest.h>

namespace doorward::generator {
namespace {

TEST(Names, MethodsBecomeSnakeCase) {
  EXPECT_EQ(snake_case("GetOrganizationByExternalId"), "get_organization_by_external_id");
  EXPECT_EQ(snake_case("DeletePortalLinkByID"), "delete_portal_link_by_id");
  EXPECT_EQ(snake_case("EnableFSAFeature"), "enable_fsa_feature");
  EXPECT_EQ(snake_case("GetPortalURL"), "get_portal_url");
  EXPECT_EQ(snake_case("Echo2Echo"), "echo2_echo");
  EXPECT_EQ(snake_case("Delete"), "delete_");
}

TEST(Names, PackagesBecomeScopes) {
  EXPECT_EQ(cpp_scope("scalekit.v1.organizations"), "scalekit::v1::organizations");
  EXPECT_EQ(cpp_scope("top"), "top");
}

TEST(Names, FilesLoseTheirEnding) { EXPECT_EQ(without_proto("a/b.proto"), "a/b"); }

}  // namespace
}  // namespace doorward::generator
