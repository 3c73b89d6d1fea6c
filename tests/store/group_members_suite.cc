#include <fmt/format.h>

#include <set>

#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST_P(StoreSuite, MembersComeAndGoByTheSet) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory dir = directory(org);
  const Directory other = directory(org);
  DirectoryUser ann = new_user(dir, "ann");
  ann.external_id = "its \"own\", é";
  DirectoryUser first = new_user(dir, "first");
  DirectoryUser second = new_user(dir, "second");
  first.external_id = second.external_id = "both";
  const DirectoryGroup group = new_group(dir, "G");
  const DirectoryGroup nested = new_group(dir, "N");
  must([&](WriteTx& tx) -> Result<void> {
    for (const DirectoryUser& user : {ann, first, second}) DOORWARD_CHECK(tx.directory_users().insert(user));
    DOORWARD_CHECK(tx.directory_groups().insert(group));
    return tx.directory_groups().insert(nested);
  });
  std::vector<GroupMember> crowd;
  for (int i = 0; i < 2500; ++i) crowd.push_back({.group_id = group.id, .value = fmt::format("nobody {}", i)});
  must([&](WriteTx& tx) -> Result<void> {
    DirectoryGroupRepository& groups = tx.directory_groups();
    const std::vector<std::string> texts = {"both", *ann.external_id, nested.id.str(), "nobody", ann.id.str()};
    DOORWARD_TRY(const auto named, groups.name_members(env.id, dir.id, texts));
    std::vector<std::pair<std::string, MemberKind>> told;
    for (const auto& one : named) told.emplace_back(one.value, one.kind);
    EXPECT_THAT(told, ElementsAre(Pair("both", MemberKind::kUnresolved), Pair(ann.id.str(), MemberKind::kUser),
                                  Pair(nested.id.str(), MemberKind::kGroup), Pair("nobody", MemberKind::kUnresolved),
                                  Pair(ann.id.str(), MemberKind::kUser)))
        << "in the order of the texts";
    DOORWARD_TRY(const auto foreign, groups.name_members(env.id, other.id, {ann.id.str()}));
    EXPECT_EQ(foreign.front().kind, MemberKind::kUnresolved);

    DOORWARD_TRY(const auto added, groups.add_members(env.id, dir.id, group.id, crowd));
    EXPECT_EQ(added.values.size(), crowd.size());
    EXPECT_FALSE(added.relabelled);
    GroupMember labelled = crowd[7];
    labelled.display = "Seven";
    GroupMember user{
        .group_id = group.id, .value = ann.id.str(), .kind = MemberKind::kUser, .display = {}, .type = "User"};
    DOORWARD_TRY(const auto again, groups.add_members(env.id, dir.id, group.id, {crowd[6], labelled, user}));
    EXPECT_THAT(again.values, ElementsAre(ann.id.str()));
    EXPECT_TRUE(again.relabelled);
    DOORWARD_TRY(const auto same, groups.add_members(env.id, dir.id, group.id, {crowd[6], labelled, user}));
    EXPECT_TRUE(same.values.empty() && !same.relabelled);
    DOORWARD_TRY(const auto kept, groups.find_member(env.id, dir.id, group.id, ann.id.str()));
    EXPECT_EQ(kept->type, "User");
    EXPECT_EQ(kept->display, std::nullopt);
    EXPECT_EQ(groups.find_member(env.id, dir.id, group.id, "nobody 7")->value().display, "Seven");

    DOORWARD_TRY(const auto removed,
                 groups.remove_members(env.id, dir.id, group.id, {"nobody 7", "never", ann.id.str()}));
    std::set<std::string> gone;
    for (const GroupMember& one : removed) gone.insert(one.value);
    EXPECT_THAT(gone, UnorderedElementsAre("nobody 7", ann.id.str()));
    DOORWARD_TRY(const auto nothing, groups.remove_members(env.id, other.id, group.id, {"nobody 8"}));
    EXPECT_TRUE(nothing.empty());
    DOORWARD_TRY(const auto left, groups.members(env.id, dir.id, group.id, "", 10'000));
    EXPECT_EQ(left.size(), crowd.size() - 1);
    return {};
  });
}

}  // namespace
}  // namespace doorward::store
