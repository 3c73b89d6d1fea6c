#include "domain/group_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RoleAssignment assigned(const std::string& group, const std::string& role) {
  return {.group_id = DirectoryGroupId{group}, .role_id = RoleId{"role_" + role}, .role_name = role};
}
std::vector<GroupReference> in(std::initializer_list<const char*> groups) {
  std::vector<GroupReference> out;
  for (const char* group : groups) out.push_back({.id = DirectoryGroupId{group}, .display_name = group});
  return out;
}

TEST(GroupRoles, AreThoseOfTheGroupsSortedAndEachOnce) {
  const std::vector<RoleAssignment> assignments = {assigned("g1", "member"), assigned("g2", "admin"),
                                                   assigned("g3", "member"), assigned("g3", "auditor")};
  const GroupRoles roles(assignments);
  EXPECT_THAT(roles.of(in({"g1"})), ElementsAre("member"));
  EXPECT_THAT(roles.of(in({"g1", "g2", "g3"})), ElementsAre("admin", "auditor", "member"));
  EXPECT_THAT(roles.of(in({"g3", "g2"})), ElementsAre("admin", "auditor", "member")) << "whatever the order";
}

TEST(GroupRoles, OfNoAssignedGroupAreNone) {
  EXPECT_THAT(GroupRoles({}).of(in({"g1"})), IsEmpty());
  const std::vector<RoleAssignment> assignments = {assigned("g1", "admin")};
  EXPECT_THAT(GroupRoles(assignments).of({}), IsEmpty());
  EXPECT_THAT(GroupRoles(assignments).of(in({"g2"})), IsEmpty());
}

TEST(GroupsWithOtherRoles, AreThoseThatGainedLostOrExchangedOne) {
  const std::vector<RoleAssignment> before = {assigned("lost", "admin"), assigned("kept", "admin"),
                                              assigned("changed", "admin"), assigned("kept", "member")};
  const std::vector<RoleAssignment> after = {assigned("kept", "member"), assigned("kept", "admin"),
                                             assigned("changed", "member"), assigned("gained", "admin")};
  EXPECT_THAT(groups_with_other_roles(before, after),
              ElementsAre(DirectoryGroupId{"changed"}, DirectoryGroupId{"gained"}, DirectoryGroupId{"lost"}));
  EXPECT_THAT(groups_with_other_roles(before, before), IsEmpty());
}

}  // namespace
}  // namespace doorward
