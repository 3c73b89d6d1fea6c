// What searches of identity providers read: indexes by value, walks in an order that an index keeps.
#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SearchesSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    const Organization org = organization(environment());
    dir_ = directory(org);
    other_ = directory(org);
  }

  // One second after the one before.
  DirectoryUser user(const Directory& directory, const std::string& name) {
    clock_.advance(std::chrono::seconds(1));
    DirectoryUser made = new_user(directory, name);
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.directory_users().insert(made));
      return tx.directories().change_stats(made.environment_id, directory.id, {.users = 1});
    });
    return made;
  }
  DirectoryGroup group(const Directory& directory, const std::string& name) {
    clock_.advance(std::chrono::seconds(1));
    DirectoryGroup made = new_group(directory, name);
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.directory_groups().insert(made));
      return tx.directories().change_stats(made.environment_id, directory.id, {.groups = 1});
    });
    return made;
  }
  void add_member(const DirectoryGroup& group, const std::string& value, MemberKind kind) {
    ASSERT_OK(write([&](WriteTx& tx) {
      return tx.directory_groups().add_members(group.environment_id, group.directory_id, group.id,
                                               {{.group_id = group.id, .value = value, .kind = kind}});
    }));
  }

  using UserIndex = DirectoryUserRepository::Index;
  using GroupIndex = DirectoryGroupRepository::Index;
  std::vector<DirectoryUserId> users(UserIndex index, const std::string& value, const Directory& directory,
                                     const DirectoryUserId& after = {}, std::int64_t limit = 10) {
    return must_read([&](const ReadTx& tx) {
             return tx.directory_users().look_up(directory.environment_id, directory.id, index, value, after, limit);
           })
        .value();
  }
  std::vector<DirectoryGroupId> groups(GroupIndex index, const std::string& value, const Directory& directory,
                                       const DirectoryGroupId& after = {}, std::int64_t limit = 10) {
    return must_read([&](const ReadTx& tx) {
      return tx.directory_groups().look_up(directory.environment_id, directory.id, index, value, after, limit);
    });
  }

  std::vector<std::string> user_names(const ResourceWalk& walk, const std::optional<ResourcePosition>& after = {},
                                      std::int64_t limit = 10) {
    std::vector<std::string> names;
    for (const DirectoryUser& found : must_read([&](const ReadTx& tx) {
           return tx.directory_users().walk(dir_.environment_id, dir_.id, walk, after, limit);
         })) {
      names.push_back(found.user_name);
    }
    return names;
  }
  std::vector<std::string> group_names(const ResourceWalk& walk, const std::optional<ResourcePosition>& after = {},
                                       std::int64_t limit = 10) {
    std::vector<std::string> names;
    for (const DirectoryGroup& found : must_read([&](const ReadTx& tx) {
           return tx.directory_groups().walk(dir_.environment_id, dir_.id, walk, after, limit);
         })) {
      names.push_back(found.display_name);
    }
    return names;
  }
  std::optional<ResourcePosition> user_position(const ResourceWalk& walk, std::int64_t offset) {
    return must_read(
        [&](const ReadTx& tx) { return tx.directory_users().position(dir_.environment_id, dir_.id, walk, offset); });
  }
  std::optional<ResourcePosition> group_position(const ResourceWalk& walk, std::int64_t offset) {
    return must_read(
        [&](const ReadTx& tx) { return tx.directory_groups().position(dir_.environment_id, dir_.id, walk, offset); });
  }

  Directory dir_;
  Directory other_;
};

TEST_P(SearchesSuite, UsersAreFoundByEveryIndexOfTheirOwnDirectory) {
  const DirectoryUser ann = user(dir_, "ann");
  const DirectoryUser stranger = user(other_, "ann");
  DirectoryUser twin = new_user(dir_, "twin");
  twin.external_id = ann.external_id;
  const DirectoryGroup team = group(dir_, "Team");
  must([&](WriteTx& tx) -> Result<void> {
    DirectoryUserRepository& rows = tx.directory_users();
    DOORWARD_CHECK(rows.insert(twin));
    for (const DirectoryUser& each : {ann, stranger, twin}) {
      DOORWARD_CHECK(rows.change_emails(each.environment_id, each.directory_id, each.id, {}, {"a@x.test", "b@x.test"}));
    }
    return rows.change_emails(dir_.environment_id, dir_.id, twin.id, {"b@x.test"}, {"a@x.test"});
  });
  add_member(team, ann.id.str(), MemberKind::kUser);
  add_member(team, "dirgroup_1", MemberKind::kGroup);
  add_member(team, "nobody", MemberKind::kUnresolved);

  EXPECT_THAT(users(UserIndex::kId, ann.id.str(), dir_), ElementsAre(ann.id));
  EXPECT_THAT(users(UserIndex::kUserName, "ann", dir_), ElementsAre(ann.id));
  EXPECT_THAT(users(UserIndex::kExternalId, "ext-ann", dir_), ElementsAre(ann.id, twin.id));
  EXPECT_THAT(users(UserIndex::kEmail, "a@x.test", dir_), ElementsAre(ann.id, twin.id));
  EXPECT_THAT(users(UserIndex::kEmail, "b@x.test", dir_), ElementsAre(ann.id));
  EXPECT_THAT(users(UserIndex::kGroup, team.id.str(), dir_), ElementsAre(ann.id));

  EXPECT_THAT(users(UserIndex::kId, ann.id.str(), other_), IsEmpty());
  EXPECT_THAT(users(UserIndex::kUserName, "ann", other_), ElementsAre(stranger.id));
  EXPECT_THAT(users(UserIndex::kExternalId, "ext-ann", other_), ElementsAre(stranger.id));
  EXPECT_THAT(users(UserIndex::kEmail, "a@x.test", other_), ElementsAre(stranger.id));
  EXPECT_THAT(users(UserIndex::kGroup, team.id.str(), other_), IsEmpty());

  // In pages.
  EXPECT_THAT(users(UserIndex::kEmail, "a@x.test", dir_, {}, 1), ElementsAre(ann.id));
  EXPECT_THAT(users(UserIndex::kEmail, "a@x.test", dir_, ann.id, 1), ElementsAre(twin.id));
  EXPECT_THAT(users(UserIndex::kExternalId, "ext-ann", dir_, ann.id), ElementsAre(twin.id));
  EXPECT_THAT(users(UserIndex::kUserName, "ann", dir_, ann.id), IsEmpty());
  EXPECT_THAT(users(UserIndex::kId, ann.id.str(), dir_, ann.id), IsEmpty());
  EXPECT_THAT(users(UserIndex::kGroup, team.id.str(), dir_, ann.id), IsEmpty());

  // What is gone is not found.
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directory_groups().mark_deleted(dir_.environment_id, dir_.id, team.id, now()));
    return tx.directory_users().remove(dir_.environment_id, dir_.id, twin.id);
  });
  EXPECT_THAT(users(UserIndex::kGroup, team.id.str(), dir_), IsEmpty());
  EXPECT_THAT(users(UserIndex::kEmail, "a@x.test", dir_), ElementsAre(ann.id));
}

TEST_P(SearchesSuite, GroupsAreFoundByEveryIndexOfTheirOwnDirectory) {
  const DirectoryGroup a = group(dir_, "team");
  const DirectoryGroup b = group(dir_, "team");
  const DirectoryGroup stranger = group(other_, "team");
  DirectoryGroup linked = new_group(dir_, "linked");
  linked.external_id = "x1";
  must([&](WriteTx& tx) { return tx.directory_groups().insert(linked); });
  for (const DirectoryGroup& each : {a, b, stranger}) add_member(each, "diruser_1", MemberKind::kUser);

  EXPECT_THAT(groups(GroupIndex::kId, a.id.str(), dir_), ElementsAre(a.id));
  EXPECT_THAT(groups(GroupIndex::kDisplayName, "team", dir_), ElementsAre(a.id, b.id));
  EXPECT_THAT(groups(GroupIndex::kExternalId, "x1", dir_), ElementsAre(linked.id));
  EXPECT_THAT(groups(GroupIndex::kMember, "diruser_1", dir_), ElementsAre(a.id, b.id));
  EXPECT_THAT(groups(GroupIndex::kId, a.id.str(), other_), IsEmpty());
  EXPECT_THAT(groups(GroupIndex::kDisplayName, "team", other_), ElementsAre(stranger.id));
  EXPECT_THAT(groups(GroupIndex::kExternalId, "x1", other_), IsEmpty());
  EXPECT_THAT(groups(GroupIndex::kMember, "diruser_1", other_), ElementsAre(stranger.id));
  EXPECT_THAT(groups(GroupIndex::kMember, "diruser_1", dir_, a.id, 1), ElementsAre(b.id));
  EXPECT_THAT(groups(GroupIndex::kDisplayName, "team", dir_, {}, 1), ElementsAre(a.id));

  must([&](WriteTx& tx) { return tx.directory_groups().mark_deleted(dir_.environment_id, dir_.id, a.id, now()); });
  EXPECT_THAT(groups(GroupIndex::kId, a.id.str(), dir_), IsEmpty());
  EXPECT_THAT(groups(GroupIndex::kDisplayName, "team", dir_), ElementsAre(b.id));
  EXPECT_THAT(groups(GroupIndex::kMember, "diruser_1", dir_), ElementsAre(b.id));
}

TEST_P(SearchesSuite, AnIncompleteIndexOfAddressesDoesNotAnswer) {
  const DirectoryUser ann = user(dir_, "ann");
  database_->run_sql("UPDATE directories SET emails_indexed = 0");
  const auto look_up = [&] {
    return must_read([&](const ReadTx& tx) {
      return tx.directory_users().look_up(dir_.environment_id, dir_.id, UserIndex::kEmail, "a@x.test", {}, 10);
    });
  };
  EXPECT_FALSE(look_up());
  must([&](WriteTx& tx) { return tx.directory_users().emails_complete(dir_.environment_id, dir_.id); });
  ASSERT_TRUE(look_up());
  EXPECT_THAT(*look_up(), IsEmpty());
}

TEST_P(SearchesSuite, SeveralAreFoundByIdInTheOrderOfTheirIds) {
  const DirectoryUser ann = user(dir_, "ann");
  const DirectoryUser bob = user(dir_, "bob");
  const DirectoryUser stranger = user(other_, "eve");
  const DirectoryGroup team = group(dir_, "team");
  const auto found = must_read([&](const ReadTx& tx) {
    return tx.directory_users().find_each(dir_.environment_id, dir_.id,
                                          {bob.id, stranger.id, ann.id, DirectoryUserId("diruser_\",\"x"), bob.id});
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, ann.id);
  EXPECT_EQ(found[0].attributes, ann.attributes);
  EXPECT_EQ(found[0].external_id, ann.external_id);
  EXPECT_EQ(found[0].organization_id, ann.organization_id);
  EXPECT_EQ(found[0].email, ann.email);
  EXPECT_EQ(found[1].id, bob.id);
  EXPECT_THAT(
      must_read([&](const ReadTx& tx) { return tx.directory_users().find_each(dir_.environment_id, dir_.id, {}); }),
      IsEmpty());
  const auto groups_found = must_read([&](const ReadTx& tx) {
    return tx.directory_groups().find_each(dir_.environment_id, dir_.id, {team.id, DirectoryGroupId("dirgroup_0")});
  });
  ASSERT_EQ(groups_found.size(), 1U);
  EXPECT_EQ(groups_found[0].attributes, team.attributes);
}

TEST_P(SearchesSuite, UsersAreWalkedThroughInEveryOrder) {
  DirectoryUser c = user(dir_, "c");
  user(dir_, "a");
  user(other_, "x");
  user(dir_, "b");
  c.update_time = now() + std::chrono::seconds(1);
  must([&](WriteTx& tx) { return tx.directory_users().update(c); });

  for (const auto& [order, names] :
       std::vector<std::pair<ResourceOrder, std::vector<std::string>>>{{ResourceOrder::kCreated, {"c", "a", "b"}},
                                                                       {ResourceOrder::kModified, {"a", "b", "c"}},
                                                                       {ResourceOrder::kName, {"a", "b", "c"}},
                                                                       {ResourceOrder::kId, {"c", "a", "b"}}}) {
    SCOPED_TRACE(static_cast<int>(order));
    const std::vector<std::string> backward(names.rbegin(), names.rend());
    for (const bool descending : {false, true}) {
      const ResourceWalk walk{.order = order, .descending = descending};
      const auto& expected = descending ? backward : names;
      EXPECT_EQ(user_names(walk), expected);
      const auto first = user_position(walk, 0);
      ASSERT_TRUE(first);
      EXPECT_THAT(user_names(walk, first, 1), ElementsAre(expected[1]));
      EXPECT_THAT(user_names(walk, user_position(walk, 1)), ElementsAre(expected[2]));
      EXPECT_FALSE(user_position(walk, 3));
    }
  }
}

TEST_P(SearchesSuite, GroupsAreWalkedThroughInEveryOrder) {
  DirectoryGroup c = group(dir_, "c");
  group(dir_, "a");
  group(other_, "x");
  group(dir_, "a");
  const DirectoryGroup deleted = group(dir_, "gone");
  c.update_time = now() + std::chrono::seconds(1);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.directory_groups().update(c));
    return tx.directory_groups().mark_deleted(dir_.environment_id, dir_.id, deleted.id, now());
  });
  for (const auto& [order, names] :
       std::vector<std::pair<ResourceOrder, std::vector<std::string>>>{{ResourceOrder::kCreated, {"c", "a", "a"}},
                                                                       {ResourceOrder::kModified, {"a", "a", "c"}},
                                                                       {ResourceOrder::kName, {"a", "a", "c"}},
                                                                       {ResourceOrder::kId, {"c", "a", "a"}}}) {
    SCOPED_TRACE(static_cast<int>(order));
    const std::vector<std::string> backward(names.rbegin(), names.rend());
    for (const bool descending : {false, true}) {
      const ResourceWalk walk{.order = order, .descending = descending};
      const auto& expected = descending ? backward : names;
      EXPECT_EQ(group_names(walk), expected);
      EXPECT_THAT(group_names(walk, group_position(walk, 0), 1), ElementsAre(expected[1]));
      EXPECT_THAT(group_names(walk, group_position(walk, 1)), ElementsAre(expected[2]));
      EXPECT_FALSE(group_position(walk, 3));
    }
  }
}

TEST_P(SearchesSuite, ARangeOfTimesHasBothItsEnds) {
  const DirectoryUser a = user(dir_, "a");
  const DirectoryUser b = user(dir_, "b");
  const DirectoryUser c = user(dir_, "c");
  const DirectoryGroup g = group(dir_, "g");
  const auto count = [&](const ResourceWalk& walk) {
    return must_read(
        [&](const ReadTx& tx) { return tx.directory_users().count_walk(dir_.environment_id, dir_.id, walk); });
  };
  for (const ResourceOrder order : {ResourceOrder::kCreated, ResourceOrder::kModified}) {
    for (const bool descending : {false, true}) {
      ResourceWalk walk{.order = order, .descending = descending, .from = b.create_time, .to = c.create_time};
      EXPECT_EQ(user_names(walk),
                descending ? (std::vector<std::string>{"c", "b"}) : (std::vector<std::string>{"b", "c"}));
      EXPECT_EQ(user_position(walk, 1)->id, descending ? b.id.str() : c.id.str());
      EXPECT_FALSE(user_position(walk, 2));
      EXPECT_EQ(count(walk), 2);
      walk.from = a.create_time;
      walk.to = a.create_time;
      EXPECT_THAT(user_names(walk), ElementsAre("a"));
      EXPECT_EQ(count(walk), 1);
      walk.to = a.create_time - Duration(1);
      EXPECT_THAT(user_names(walk), IsEmpty());
      EXPECT_EQ(count(walk), 0);
      const ResourceWalk of_groups{.order = order, .descending = descending, .from = g.create_time};
      EXPECT_THAT(group_names(of_groups), ElementsAre("g"));
      EXPECT_EQ(must_read([&](const ReadTx& tx) {
                  return tx.directory_groups().count_walk(dir_.environment_id, dir_.id, of_groups);
                }),
                1);
    }
  }
  EXPECT_EQ(count({}), 3);
  EXPECT_EQ(count({.order = ResourceOrder::kName, .from = c.create_time}), 3) << "names have no range";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SearchesSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
