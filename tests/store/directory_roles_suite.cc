#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DirectoryRolesSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    env_ = environment();
    dir_ = directory(organization(env_));
    must([&](WriteTx& tx) -> Result<void> {
      for (const char* name : {"member", "admin"}) {
        DOORWARD_CHECK(tx.environments().insert_role({.environment_id = env_.id,
                                                      .id = RoleId{std::string("role_") + name},
                                                      .name = name,
                                                      .display_name = name}));
      }
      return {};
    });
  }
  RoleAssignment assigned(const std::string& group, const std::string& role) {
    return {.group_id = DirectoryGroupId{group}, .role_id = RoleId{"role_" + role}, .role_name = role};
  }
  std::vector<RoleAssignment> assignments(const EnvironmentId& environment, const DirectoryId& directory) {
    return must_read([&](const ReadTx& tx) { return tx.directories().role_assignments(environment, directory); });
  }
  Directory row() {
    return *must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env_.id, dir_.id); });
  }

  Environment env_;
  Directory dir_;
};

TEST_P(DirectoryRolesSuite, AssignmentsAreReplacedAsAWholeAndKeepTheirOrder) {
  EXPECT_FALSE(row().has_role_assignments);
  const std::vector<RoleAssignment> first = {assigned("g2", "member"), assigned("g1", "admin"),
                                             assigned("g2", "admin")};
  must([&](WriteTx& tx) { return tx.directories().replace_role_assignments(env_.id, dir_.id, first); });
  EXPECT_EQ(assignments(env_.id, dir_.id), first);
  EXPECT_TRUE(row().has_role_assignments);
  const std::vector<RoleAssignment> second = {assigned("g1", "admin"), assigned("g3", "member")};
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directories().lock(env_.id, dir_.id));
    DOORWARD_CHECK(tx.directories().replace_role_assignments(env_.id, dir_.id, second));
    DOORWARD_TRY(const auto locked, tx.directories().lock(env_.id, dir_.id));
    EXPECT_TRUE(locked->has_role_assignments);
    DOORWARD_CHECK(tx.directories().update(*locked));
    return {};
  });
  EXPECT_EQ(assignments(env_.id, dir_.id), second);
  must([&](WriteTx& tx) { return tx.directories().replace_role_assignments(env_.id, dir_.id, {}); });
  EXPECT_THAT(assignments(env_.id, dir_.id), IsEmpty());
  EXPECT_FALSE(row().has_role_assignments);
}

TEST_P(DirectoryRolesSuite, AssignmentsBelongToOneDirectoryOfOneEnvironment) {
  const Environment elsewhere = environment();
  const Directory other = directory(organization(env_));
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directories().replace_role_assignments(env_.id, dir_.id, {assigned("g1", "admin")}));
    return tx.directories().replace_role_assignments(elsewhere.id, dir_.id, {});
  });
  EXPECT_THAT(assignments(env_.id, dir_.id), ElementsAre(assigned("g1", "admin")));
  EXPECT_THAT(assignments(env_.id, other.id), IsEmpty());
  EXPECT_THAT(assignments(elsewhere.id, dir_.id), IsEmpty());
  EXPECT_TRUE(row().has_role_assignments);
}

TEST_P(DirectoryRolesSuite, MappingsAndRolesAreKeptAsTheyAre) {
  EXPECT_THAT(row().attribute_mappings, IsEmpty());
  dir_.attribute_mappings = {{"email", R"(emails[type eq "home"].value)"}, {"costs", "costCenter"}};
  DirectoryUser ann = new_user(dir_, "ann");
  DirectoryUser bob = new_user(dir_, "bob");
  ann.roles = {"admin", "member"};
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directories().update(dir_));
    DOORWARD_CHECK(tx.directory_users().insert(ann));
    DOORWARD_CHECK(tx.directory_users().insert(bob));
    bob.roles = {"member"};
    return tx.directory_users().update(bob);
  });
  EXPECT_EQ(row().attribute_mappings, dir_.attribute_mappings);
  const auto roles_of = [&](const DirectoryUserId& id) {
    return must_read([&](const ReadTx& tx) { return tx.directory_users().find(env_.id, dir_.id, id); })->roles;
  };
  EXPECT_THAT(roles_of(ann.id), ElementsAre("admin", "member"));
  EXPECT_THAT(roles_of(bob.id), ElementsAre("member"));
}

TEST_P(DirectoryRolesSuite, GroupsAreSummarizedInPagesAndCounted) {
  std::vector<DirectoryGroup> groups;
  for (const char* name : {"a", "b", "c"}) {
    groups.push_back(new_group(dir_, name));
    clock_.advance(std::chrono::seconds(1));
  }
  groups[1].member_count = 7;
  must([&](WriteTx& tx) -> Result<void> {
    for (const DirectoryGroup& group : groups) DOORWARD_CHECK(tx.directory_groups().insert(group));
    return tx.directory_groups().mark_deleted(env_.id, dir_.id, groups[2].id, now());
  });
  const auto summaries = [&](const std::optional<Keyset>& after) {
    std::vector<std::string> names;
    for (const auto& group :
         must_read([&](const ReadTx& tx) { return tx.directory_groups().summaries(env_.id, dir_.id, after, 1); })) {
      names.push_back(group.display_name);
    }
    return names;
  };
  EXPECT_THAT(summaries(std::nullopt), ElementsAre("a"));
  EXPECT_THAT(summaries(Keyset{groups[0].create_time, groups[0].id.str()}), ElementsAre("b"));
  EXPECT_THAT(summaries(Keyset{groups[1].create_time, groups[1].id.str()}), IsEmpty());

  const std::vector<DirectoryGroupId> ids = {groups[0].id, groups[1].id, groups[2].id, DirectoryGroupId{"no,\"such"},
                                             groups[0].id};
  std::vector<std::pair<std::string, std::int64_t>> sizes;
  for (const auto& size :
       must_read([&](const ReadTx& tx) { return tx.directory_groups().sizes(env_.id, dir_.id, ids); })) {
    sizes.emplace_back(size.id.str(), size.member_count);
  }
  EXPECT_THAT(sizes, UnorderedElementsAre(std::pair(groups[0].id.str(), 0), std::pair(groups[1].id.str(), 7)));
  const Directory other = directory(organization(env_));
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.directory_groups().sizes(env_.id, other.id, ids); }).empty());
  const auto deleted = [&](const DirectoryGroup& group) {
    return must_read([&](const ReadTx& tx) { return tx.directory_groups().find_deleted(env_.id, dir_.id, group.id); });
  };
  EXPECT_FALSE(deleted(groups[0]));
  EXPECT_EQ(deleted(groups[2])->display_name, "c");
}

TEST_P(DirectoryRolesSuite, AMemberThatIsNotThereIsRememberedUnlessItsClosureFails) {
  const DirectoryGroup group = new_group(dir_, "a");
  const auto add = [&](MemberKind kind, bool fails) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.directories().lock(env_.id, dir_.id));
      DOORWARD_CHECK(tx.directory_groups().add_members(env_.id, dir_.id, group.id,
                                                       {{.group_id = group.id, .value = "x", .kind = kind}}));
      DOORWARD_TRY(const auto locked, tx.directories().lock(env_.id, dir_.id));
      EXPECT_EQ(locked->has_waiting_members, kind == MemberKind::kUnresolved);
      if (fails) return failure(Reason::kInvalidArgument, "No.");
      return true;
    });
  };
  ASSERT_OK(add(MemberKind::kUser, false));
  EXPECT_FALSE(row().has_waiting_members);
  EXPECT_REASON(add(MemberKind::kUnresolved, true), Reason::kInvalidArgument);
  EXPECT_FALSE(row().has_waiting_members);
  ASSERT_OK(add(MemberKind::kUnresolved, false));
  EXPECT_TRUE(row().has_waiting_members);
  const Directory seen = row();
  must([&](WriteTx& tx) { return tx.directories().update(seen); });
  EXPECT_TRUE(row().has_waiting_members);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, DirectoryRolesSuite,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
