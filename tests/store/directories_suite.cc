#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;

std::vector<std::string> user_names(const std::vector<DirectoryUser>& users) {
  std::vector<std::string> names;
  for (const DirectoryUser& user : users) names.push_back(user.user_name);
  return names;
}

TEST_P(StoreSuite, TheFirstDirectoryIsTheOldestEnabledOne) {
  const Environment env = environment();
  const Organization org = organization(env);
  Directory disabled = new_directory(org, "disabled");
  disabled.enabled = false;
  clock_.advance(std::chrono::seconds(1));
  const Directory older = new_directory(org, "older");
  clock_.advance(std::chrono::seconds(1));
  const Directory newer = new_directory(org, "newer");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directories().insert(newer));
    DOORWARD_CHECK(tx.directories().insert(disabled));
    return tx.directories().insert(older);
  });
  std::vector<std::string> names;
  for (const Directory& d : must_read([&](const ReadTx& tx) { return tx.directories().list(env.id, org.id); })) {
    names.push_back(d.name);
  }
  EXPECT_THAT(names, ElementsAre("older", "newer", "disabled"));
}

TEST_P(StoreSuite, ADirectoryBelongsToItsOrganizationAndEnvironment) {
  const Environment env = environment();
  const Environment other_env = environment();
  const Organization org = organization(env);
  const Organization other = organization(env);
  Directory dir = directory(org);
  const auto find = [&](const EnvironmentId& e, const OrganizationId& o) {
    return must_read([&](const ReadTx& tx) { return tx.directories().find(e, o, dir.id); });
  };
  EXPECT_TRUE(find(env.id, org.id));
  EXPECT_FALSE(find(env.id, other.id));
  EXPECT_FALSE(find(other_env.id, org.id));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(other_env.id, dir.id); }));
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.directories().list(other_env.id, org.id); }).empty());
  must([&](WriteTx& tx) { return tx.directories().mark_deleted(env.id, other.id, dir.id, now()); });
  EXPECT_TRUE(find(env.id, org.id));

  dir.name = "Renamed";
  dir.enabled = false;
  dir.status = DirectoryStatus::kCompleted;
  must([&](WriteTx& tx) { return tx.directories().update(dir); });
  const auto updated = find(env.id, org.id);
  EXPECT_EQ(updated->name, "Renamed");
  EXPECT_FALSE(updated->enabled);
  EXPECT_EQ(updated->status, DirectoryStatus::kCompleted);
  must([&](WriteTx& tx) { return tx.directories().mark_deleted(env.id, org.id, dir.id, now()); });
  EXPECT_FALSE(find(env.id, org.id));
  EXPECT_FALSE(*write([&](WriteTx& tx) { return tx.directories().lock(env.id, dir.id); }));
}

TEST_P(StoreSuite, StatsAddUpAndTheLastSyncOnlyMovesForward) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  const Timestamp early = now();
  const Timestamp late = early + std::chrono::seconds(5);
  must([&](WriteTx& tx) {
    return tx.directories().change_stats(env.id, dir.id, {.users = 2, .user_updated_at = late});
  });
  must([&](WriteTx& tx) {
    return tx.directories().change_stats(env.id, dir.id, {.users = -1, .groups = 1, .group_updated_at = early});
  });
  must([&](WriteTx& tx) { return tx.directories().change_stats(env.id, dir.id, {}); });
  const auto found = must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env.id, dir.id); });
  EXPECT_EQ(found->stats.total_users, 1);
  EXPECT_EQ(found->stats.total_groups, 1);
  EXPECT_EQ(found->stats.user_updated_at, late);
  EXPECT_EQ(found->stats.group_updated_at, early);
  EXPECT_EQ(found->last_synced_at, late);
}

TEST_P(StoreSuite, OnlyAnActiveUnexpiredSecretOfTheDirectoryIsFound) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  const Directory other = directory(org);
  const std::string hash = std::string("\0\xff", 2) + std::string(30, 'h');
  DirectorySecret secret{.environment_id = env.id,
                         .organization_id = org.id,
                         .directory_id = dir.id,
                         .id = ids().next<DirectorySecretId>(),
                         .lookup_hash = hash,
                         .secret_suffix = "abcd",
                         .create_time = now(),
                         .expire_time = now() + std::chrono::seconds(10)};
  must([&](WriteTx& tx) { return tx.directory_secrets().insert(secret); });
  const auto find = [&](const DirectoryId& d, const std::string& h) {
    return must_read([&](const ReadTx& tx) { return tx.directory_secrets().find_live(env.id, d, h, now()); });
  };
  ASSERT_TRUE(find(dir.id, hash));
  EXPECT_EQ(find(dir.id, hash)->lookup_hash, hash);
  EXPECT_EQ(find(dir.id, hash)->secret_suffix, "abcd");
  EXPECT_FALSE(find(other.id, hash));
  EXPECT_FALSE(find(dir.id, std::string(32, 'h')));
  must([&](WriteTx& tx) { return tx.directory_secrets().touch(env.id, dir.id, secret.id, now()); });
  EXPECT_EQ(find(dir.id, hash)->last_used_time, now());
  clock_.advance(std::chrono::seconds(10));
  EXPECT_FALSE(find(dir.id, hash)) << "expired";
  secret.id = ids().next<DirectorySecretId>();
  secret.expire_time.reset();
  must([&](WriteTx& tx) { return tx.directory_secrets().insert(secret); });
  EXPECT_TRUE(find(dir.id, hash));
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.directory_secrets().list(env.id, dir.id, {}); }).size(), 2U);
  secret.status = SecretStatus::kInactive;
  must([&](WriteTx& tx) { return tx.directory_secrets().end(secret); });
  EXPECT_FALSE(find(dir.id, hash));
}

TEST_P(StoreSuite, AUserComesBackAsItWasStoredAndOnlyInItsDirectory) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  const Directory other = directory(org);
  DirectoryUser user = new_user(dir, "ann");
  must([&](WriteTx& tx) { return tx.directory_users().insert(user); });
  const auto found = must_read([&](const ReadTx& tx) { return tx.directory_users().find(env.id, dir.id, user.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user_name, "ann");
  EXPECT_EQ(found->organization_id, org.id);
  EXPECT_EQ(found->external_id, "ext-ann");
  EXPECT_EQ(found->email, "ann@acme.test");
  EXPECT_EQ(found->attributes, user.attributes);
  EXPECT_EQ(found->profile, user.profile);
  EXPECT_EQ(found->version, 1);
  EXPECT_EQ(found->create_time, user.create_time);
  must_read([&](const ReadTx& tx) -> Result<bool> {
    EXPECT_FALSE(*tx.directory_users().find(env.id, other.id, user.id));
    EXPECT_FALSE(*tx.directory_users().find_by_user_name(env.id, other.id, "ann"));
    EXPECT_TRUE(tx.directory_users().find_by_external_id(env.id, other.id, "ext-ann")->empty());
    EXPECT_TRUE(tx.directory_users().list(env.id, other.id, {}, {})->items.empty());
    EXPECT_FALSE(*tx.directory_users().find(EnvironmentId("env_0"), dir.id, user.id));
    EXPECT_TRUE(*tx.directory_users().find_by_user_name(env.id, dir.id, "ann"));
    EXPECT_EQ(tx.directory_users().find_by_external_id(env.id, dir.id, "ext-ann")->size(), 1U);
    return true;
  });
  DirectoryUser moved = user;
  moved.directory_id = other.id;
  moved.user_name = "stolen";
  must([&](WriteTx& tx) { return tx.directory_users().update(moved); });
  must([&](WriteTx& tx) { return tx.directory_users().remove(env.id, other.id, user.id); });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.directory_users().find(env.id, dir.id, user.id); })->user_name,
            "ann");
  user.active = false;
  user.external_id.reset();
  user.version = 2;
  user.attributes["active"] = false;
  must([&](WriteTx& tx) { return tx.directory_users().update(user); });
  const auto updated = must_read([&](const ReadTx& tx) { return tx.directory_users().find(env.id, dir.id, user.id); });
  EXPECT_FALSE(updated->active);
  EXPECT_FALSE(updated->external_id);
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->attributes, user.attributes);
}

TEST_P(StoreSuite, AUserNameIsTakenOncePerDirectory) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  const Directory other = directory(org);
  const auto insert = [&](const DirectoryUser& user) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.directory_users().insert(user));
      return true;
    });
  };
  ASSERT_OK(insert(new_user(dir, "ann")));
  EXPECT_REASON(insert(new_user(dir, "ann")), Reason::kUserNameTaken);
  ASSERT_OK(insert(new_user(other, "ann")));
  DirectoryUser bob = new_user(dir, "bob");
  ASSERT_OK(insert(bob));
  bob.user_name_folded = "ann";
  const auto renamed = write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.directory_users().update(bob));
    return true;
  });
  EXPECT_REASON(renamed, Reason::kUserNameTaken);
}

TEST_P(StoreSuite, TextThatADatabaseCannotKeepIsRefusedAlike) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  const auto kept = write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.directory_users().insert(new_user(dir, std::string("a\0b", 3))));
    return true;
  });
  EXPECT_REASON(kept, Reason::kInvalidArgument);
}

TEST_P(StoreSuite, UsersAreListedOldestFirstWithFilters) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  std::vector<DirectoryUser> users;
  for (int i = 1; i <= 5; ++i) {
    clock_.advance(std::chrono::seconds(1));
    users.push_back(new_user(dir, std::to_string(i)));
  }
  const DirectoryGroup group = new_group(dir, "G");
  must([&](WriteTx& tx) -> Result<void> {
    for (const DirectoryUser& user : users) DOORWARD_CHECK(tx.directory_users().insert(user));
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    for (const int i : {1, 3}) {
      DOORWARD_TRY([[maybe_unused]] auto added,
                   tx.directory_groups().add_members(env.id, dir.id, group.id,
                                                     {{.group_id = group.id,
                                                       .value = users[static_cast<std::size_t>(i)].id.str(),
                                                       .kind = MemberKind::kUser}}));
    }
    return tx.directories().change_stats(env.id, dir.id, {.users = 5, .groups = 1});
  });
  const auto list = [&](const DirectoryUserQuery& query, const PageRequest& page) {
    return must_read([&](const ReadTx& tx) { return tx.directory_users().list(env.id, dir.id, query, page); });
  };
  const auto count = [&](const DirectoryUserQuery& query) {
    return must_read([&](const ReadTx& tx) { return tx.directory_users().count(env.id, dir.id, query); });
  };
  const auto first = list({}, {.limit = 3});
  EXPECT_THAT(user_names(first.items), ElementsAre("1", "2", "3"));
  EXPECT_TRUE(first.has_next);
  const Keyset third{first.items[2].create_time, first.items[2].id.str()};
  const auto second = list({}, {.limit = 3, .after = third});
  EXPECT_THAT(user_names(second.items), ElementsAre("4", "5"));
  EXPECT_FALSE(second.has_next);
  EXPECT_TRUE(second.has_previous);
  EXPECT_THAT(user_names(list({}, {.limit = 3, .after = third, .backward = true}).items), ElementsAre("1", "2"));
  EXPECT_THAT(user_names(list({.updated_after = users[2].update_time}, {.limit = 9}).items), ElementsAre("4", "5"));
  EXPECT_THAT(user_names(list({.group_id = group.id}, {.limit = 9}).items), ElementsAre("2", "4"));
  EXPECT_THAT(user_names(list({.updated_after = users[2].update_time, .group_id = group.id}, {.limit = 9}).items),
              ElementsAre("4"));
  EXPECT_EQ(count({}), 5);
  EXPECT_EQ(count({.updated_after = users[2].update_time}), 2);
  EXPECT_EQ(count({.group_id = group.id}), 2);
}

TEST_P(StoreSuite, MembersAreRowsAndGroupsKnowTheirHolders) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  const Directory other = directory(org);
  const DirectoryUser ann = new_user(dir, "ann");
  const DirectoryGroup b_group = new_group(dir, "B");
  const DirectoryGroup a_group = new_group(dir, "A");
  const auto member = [&](const DirectoryGroup& group, std::string value) {
    return GroupMember{.group_id = group.id, .value = std::move(value), .kind = MemberKind::kUser};
  };
  must([&](WriteTx& tx) -> Result<void> {
    DirectoryGroupRepository& groups = tx.directory_groups();
    DOORWARD_CHECK(tx.directory_users().insert(ann));
    DOORWARD_CHECK(groups.insert(b_group));
    DOORWARD_CHECK(groups.insert(a_group));
    DOORWARD_CHECK(groups.add_members(env.id, dir.id, a_group.id, {member(a_group, ann.id.str())}));
    GroupMember shown = member(b_group, ann.id.str());
    shown.display = "Ann";
    DOORWARD_CHECK(
        groups.add_members(env.id, dir.id, b_group.id, {shown, {.group_id = b_group.id, .value = "someone"}}));
    return groups.change_member_count(env.id, dir.id, b_group.id, 1);
  });
  must_read([&](const ReadTx& tx) -> Result<bool> {
    const DirectoryGroupRepository& groups = tx.directory_groups();
    EXPECT_EQ(groups.find_member(env.id, dir.id, b_group.id, ann.id.str())->value().display, "Ann");
    EXPECT_FALSE(*groups.find_member(env.id, other.id, b_group.id, ann.id.str()));
    EXPECT_EQ(groups.members(env.id, dir.id, b_group.id, "", 10)->size(), 2U);
    EXPECT_EQ(groups.members(env.id, dir.id, b_group.id, ann.id.str(), 10)->size(), 1U);
    EXPECT_TRUE(groups.members(env.id, other.id, b_group.id, "", 10)->empty());
    EXPECT_EQ(groups.groups_holding(env.id, dir.id, ann.id.str())->size(), 2U);
    EXPECT_TRUE(groups.groups_holding(env.id, other.id, ann.id.str())->empty());
    EXPECT_EQ(groups.find(env.id, dir.id, b_group.id)->value().member_count, 1);
    EXPECT_FALSE(*groups.find(env.id, other.id, b_group.id));
    const auto of = *tx.directory_users().groups_of_each(env.id, dir.id, {ann.id, DirectoryUserId("diruser_0")});
    EXPECT_EQ(of.size(), 2U);
    EXPECT_EQ(of[0].size(), 2U);
    EXPECT_EQ(of[0][0].display_name, "A");
    EXPECT_TRUE(of[1].empty());
    const auto with = *tx.directory_users().find_with_groups(env.id, dir.id, ann.id);
    EXPECT_EQ(with->user.user_name, ann.user_name);
    EXPECT_EQ(with->groups.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(with->groups[i].id, of[0][i].id);
      EXPECT_EQ(with->groups[i].display_name, of[0][i].display_name);
    }
    EXPECT_FALSE(*tx.directory_users().find_with_groups(env.id, other.id, ann.id));
    return true;
  });
  must([&](WriteTx& tx) -> Result<void> {
    DirectoryGroupRepository& groups = tx.directory_groups();
    DOORWARD_CHECK(groups.mark_deleted(env.id, dir.id, b_group.id, now()));
    EXPECT_FALSE(*groups.find(env.id, dir.id, b_group.id));
    EXPECT_EQ(groups.groups_holding(env.id, dir.id, ann.id.str())->size(), 2U);
    EXPECT_EQ(tx.directory_users().groups_of(env.id, dir.id, ann.id)->size(), 1U);
    EXPECT_EQ(groups.take_members(env.id, dir.id, b_group.id, 1)->size(), 1U);
    EXPECT_EQ(groups.take_members(env.id, dir.id, b_group.id, 5)->size(), 1U);
    EXPECT_TRUE(groups.take_members(env.id, dir.id, b_group.id, 5)->empty());
    EXPECT_EQ(groups.remove_members(env.id, dir.id, a_group.id, {ann.id.str()})->size(), 1U);
    EXPECT_TRUE(groups.remove_members(env.id, dir.id, a_group.id, {ann.id.str()})->empty());
    return groups.remove(env.id, dir.id, b_group.id);
  });
}

TEST_P(StoreSuite, GroupsAreListedUpdatedAndCounted) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  DirectoryGroup group = new_group(dir, "one");
  group.external_id = "x1";
  clock_.advance(std::chrono::seconds(1));
  const DirectoryGroup second = new_group(dir, "two");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    DOORWARD_CHECK(tx.directory_groups().insert(second));
    return tx.directories().change_stats(env.id, dir.id, {.groups = 2});
  });
  group.display_name = "uno";
  group.version = 2;
  must([&](WriteTx& tx) { return tx.directory_groups().update(group); });
  must_read([&](const ReadTx& tx) -> Result<bool> {
    const DirectoryGroupRepository& groups = tx.directory_groups();
    const auto page = *groups.list(env.id, dir.id, {}, {.limit = 1});
    EXPECT_EQ(page.items.at(0).display_name, "uno");
    EXPECT_EQ(page.items.at(0).version, 2);
    EXPECT_TRUE(page.has_next);
    EXPECT_EQ(*groups.count(env.id, dir.id, {}), 2);
    EXPECT_EQ(*groups.count(env.id, dir.id, {.updated_after = group.update_time}), 1);
    return true;
  });
}

TEST_P(StoreSuite, RemovingAUserRemovesItsMemberships) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  const DirectoryUser ann = new_user(dir, "ann");
  const DirectoryGroup group = new_group(dir, "G");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directory_users().insert(ann));
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    DOORWARD_TRY(
        [[maybe_unused]] auto added,
        tx.directory_groups().add_members(env.id, dir.id, group.id, {{.group_id = group.id, .value = ann.id.str()}}));
    return tx.directory_users().remove(env.id, dir.id, ann.id);
  });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.directory_users().find(env.id, dir.id, ann.id); }));
  EXPECT_TRUE(must_read([&](const ReadTx& tx) {
                return tx.directory_groups().members(env.id, dir.id, group.id, "", 10);
              }).empty());
}

TEST_P(StoreSuite, ADeletedDirectoryIsPurgedInBatches) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  must([&](WriteTx& tx) -> Result<void> {
    const DirectoryGroup group = new_group(dir, "G");
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    for (int i = 0; i < 4; ++i) {
      const DirectoryUser user = new_user(dir, std::to_string(i));
      DOORWARD_CHECK(tx.directory_users().insert(user));
      DOORWARD_TRY([[maybe_unused]] auto added,
                   tx.directory_groups().add_members(env.id, dir.id, group.id,
                                                     {{.group_id = group.id, .value = user.id.str()}}));
    }
    return {};
  });
  const auto purge = [&](const OrganizationId& of) {
    return *write([&](WriteTx& tx) { return tx.directories().purge_batch(env.id, of, dir.id, 3); });
  };
  EXPECT_EQ(purge(org.id), 0);
  must([&](WriteTx& tx) { return tx.directories().mark_deleted(env.id, org.id, dir.id, now()); });
  EXPECT_EQ(purge(OrganizationId("org_0")), 0);
  EXPECT_EQ(purge(org.id), 3);
  EXPECT_EQ(purge(org.id), 3);
  EXPECT_EQ(purge(org.id), 3);
  EXPECT_EQ(purge(org.id), 1);
  EXPECT_EQ(purge(org.id), 0);
}

}  // namespace
}  // namespace doorward::store
