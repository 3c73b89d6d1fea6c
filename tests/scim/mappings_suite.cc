// Attribute mappings and the other settings of a directory: what they do to its users and their records, on both
// databases.
#include "settings_suite.h"

namespace doorward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Mappings = std::vector<AttributeMapping>;

class MappingsSuite : public SettingsSuite {
 protected:
  Result<Mappings> try_map(const Mappings& mappings) {
    return sync_wait(directories_.update_attributes(operator_, home_.organization, home_.directory, mappings));
  }
  void map(const Mappings& mappings) { EXPECT_EQ(must(try_map(mappings)), mappings); }
  Result<DirectoryView> update(const DirectoryPatch& patch) {
    return sync_wait(directories_.update(operator_, home_.organization, home_.directory, patch));
  }
};

TEST_P(MappingsSuite, ApplyToWhoIsThereAndWhoComes) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  patch("/Users/" + bob, R"([{"op":"add","path":"nickName","value":"Bobby"}])");
  const std::int64_t version = user(bob).version;
  mark();
  map({{"email", "userName"}, {"custom_attributes.nick", "nickName"}});
  EXPECT_THAT(told(), ElementsAre("Directory update ", "DirectoryUser update organization.directory.user_updated",
                                  "DirectoryUser update organization.directory.user_updated"));
  EXPECT_EQ(user(ann).email, "ann");
  EXPECT_EQ(user(bob).version, version + 1);
  EXPECT_EQ(last_of(bob).before->at("email"), "bob@x.test");
  EXPECT_EQ(json::serialize(last_of(bob).after->at("custom_attributes")), R"({"nick":"Bobby"})");
  EXPECT_EQ(last_of(bob).actor.kind, ActorKind::kApi);
  EXPECT_EQ(call("GET", "/Users/" + bob).str("/emails/0/value"), "bob@x.test") << "what the provider sent stays";

  EXPECT_EQ(user(make_user("cat")).email, "cat");
  mark();
  patch("/Users/" + bob, R"([{"op":"replace","path":"nickName","value":"Rob"}])");
  EXPECT_EQ(json::serialize(last_of(bob).after->at("custom_attributes")), R"({"nick":"Rob"})");
  EXPECT_EQ(viewed().directory.attribute_mappings,
            (Mappings{{"email", "userName"}, {"custom_attributes.nick", "nickName"}}));

  map({});
  EXPECT_EQ(user(ann).email, "ann@x.test");
  EXPECT_FALSE(last_of(bob).after->contains("custom_attributes"));
  expect_chained();
}

TEST_P(MappingsSuite, TellNobodyForWhomNothingChanges) {
  make_user("ann");
  map({{"title", "title"}});
  mark();
  map({{"title", "title"}});
  EXPECT_THAT(told(), IsEmpty());
  map({{"title", "userType"}});
  EXPECT_THAT(told(), ElementsAre("Directory update "));
}

TEST_P(MappingsSuite, RefuseWhatLeadsNowhere) {
  mark();
  EXPECT_REASON(try_map({{"email", "noSuch"}}), Reason::kInvalidArgument);
  EXPECT_REASON(try_map({{"roles", "userName"}}), Reason::kInvalidArgument);
  EXPECT_REASON(update({.attribute_mappings = {{"email", "noSuch"}}}), Reason::kInvalidArgument);
  EXPECT_REASON(sync_wait(directories_.update_attributes(operator_, make_tenant().organization, home_.directory, {})),
                Reason::kDirectoryNotFound);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_P(MappingsSuite, OfALargeDirectoryFollowByAJobWhilePushesGoOn) {
  const std::vector<std::string> ids = make_users(kNewsAtOnce + 30);
  mark();
  map({{"name", "userName"}});
  EXPECT_THAT(told(), ElementsAre("Directory update "));
  EXPECT_FALSE(user(ids[0]).profile.contains("name")) << "by the old mappings until its turn";
  patch("/Users/" + ids[1], R"([{"op":"add","path":"title","value":"T"}])");
  EXPECT_EQ(user(ids[1]).profile.at("name"), "u1") << "a push follows the new ones at once";
  map({{"name", "title"}});
  run_jobs();
  EXPECT_FALSE(user(ids[0]).profile.contains("name")) << "the mappings as they are by then";
  EXPECT_EQ(user(ids[1]).profile.at("name"), "T");
  const auto lines = told();
  EXPECT_THAT(lines, SizeIs(3)) << "the push, the second change, and the one user for whom it mattered";
  map({{"name", "userName"}});
  run_jobs();
  EXPECT_EQ(user(ids.back()).profile.at("name"), json::value(fmt::format("u{}", ids.size() - 1)));
  EXPECT_THAT(told(), SizeIs(ids.size() + 1));
  expect_chained();
}

TEST_P(MappingsSuite, UpdateTakesWhatIsSetAndLeavesTheRest) {
  mark();
  const DirectoryView renamed = must(update({.name = "Main", .provider = DirectoryProvider::kOkta}));
  EXPECT_EQ(renamed.directory.name, "Main");
  EXPECT_EQ(renamed.directory.provider, DirectoryProvider::kOkta);
  EXPECT_THAT(told(), ElementsAre("Directory update "));
  must(update({}));
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(viewed().directory.name, "Main");

  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  EXPECT_FALSE(must(update({.name = "Off"})).directory.enabled) << "leaving it out does not enable";
  mark();
  EXPECT_TRUE(must(update({.name = "On", .enable = true})).directory.enabled);
  EXPECT_THAT(told(), ElementsAre("Directory update ", "Directory enable organization.directory_enabled"));
  EXPECT_TRUE(must(update({.name = "Still on"})).directory.enabled) << "nor disable";

  EXPECT_REASON(update({.type = DirectoryType::kPoll}), Reason::kDirectoryTypeNotSupported);
  EXPECT_TRUE(update({.type = DirectoryType::kScim}));
  EXPECT_REASON(update({.selects_groups = true}), Reason::kDirectoryGroupsNotSelectable);
  EXPECT_REASON(sync_wait(directories_.assign_groups(operator_, home_.organization, home_.directory)),
                Reason::kDirectoryGroupsNotSelectable);
  EXPECT_REASON(sync_wait(directories_.assign_groups(operator_, home_.organization, DirectoryId{"dir_1"})),
                Reason::kDirectoryNotFound);
  EXPECT_EQ(must(update({.attribute_mappings = {{"email", "userName"}}})).directory.attribute_mappings,
            (Mappings{{"email", "userName"}}));
  expect_chained();
}

TEST_P(MappingsSuite, TheSummaryListsEveryGroupOnce) {
  const std::string ann = make_user("ann");
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(make_group(fmt::format("G{}", i), {ann}));
  EXPECT_EQ(call("DELETE", "/Groups/" + ids[1]).status, 204);
  const auto list = must(sync_wait(directories_.summarize_groups(operator_, home_.organization, home_.directory)));
  ASSERT_THAT(list.groups, SizeIs(2));
  EXPECT_EQ(list.total_size, 2);
  EXPECT_EQ(list.groups[0].display_name, "G0");
  EXPECT_EQ(list.groups[1].member_count, 1);
  EXPECT_EQ(list.next_page_token, "");
  EXPECT_REASON(sync_wait(directories_.summarize_groups(operator_, make_tenant().organization, home_.directory)),
                Reason::kDirectoryNotFound);
}

TEST_P(MappingsSuite, AListOfAGroupsUsersNeedsAGroupOfThisDirectory) {
  const Tenant other = make_tenant();
  const Answer theirs = send(other, {"POST", "/Groups", R"({"displayName":"Theirs"})", other.secret});
  const auto list = [&](const std::string& group) {
    return sync_wait(directories_.list_users(operator_, home_.organization, home_.directory,
                                             {.page_size = 10, .page_token = {}, .group_id = DirectoryGroupId{group}}));
  };
  EXPECT_TRUE(list(make_group("Ours")));
  EXPECT_REASON(list(theirs.str("/id")), Reason::kDirectoryGroupNotFound);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, MappingsSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
