// Roles by group, from the administrator's assignments and the identity provider's pushes to the records of users, on
// both databases.
#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "app/jobs/purge.h"
#include "settings_suite.h"

namespace doorward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RolesSuite : public SettingsSuite {};

TEST_P(RolesSuite, AMemberHasTheRolesOfItsGroupsAndLosesThemWithThem) {
  const std::string ann = make_user("ann");
  const std::string admins = make_group("Admins");
  const std::string staff = make_group("Staff", {ann});
  assign({{admins, "admin"}, {staff, "member"}});
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));

  change_members(admins, "add", ann);
  EXPECT_THAT(roles_of(ann), ElementsAre("admin", "member")) << "sorted";
  EXPECT_EQ(json::serialize(last_of(ann).after->at("roles")), R"([{"role_name":"admin"},{"role_name":"member"}])");
  EXPECT_EQ(json::serialize(last_of(ann).before->at("roles")), R"([{"role_name":"member"}])");
  EXPECT_EQ(last_of(ann).event_type, "organization.directory.user_updated");

  change_members(admins, "remove", ann);
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  call("PUT", "/Groups/" + staff, R"({"displayName":"Staff"})");
  EXPECT_THAT(roles_of(ann), IsEmpty());
  call("PUT", "/Groups/" + staff, fmt::format(R"({{"displayName":"Staff","members":[{{"value":"{}"}}]}})", ann));
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  EXPECT_EQ(call("DELETE", "/Users/" + ann).status, 204);
  EXPECT_EQ(json::serialize(last_of(ann).before->at("roles")), R"([{"role_name":"member"}])");
  expect_chained();
}

TEST_P(RolesSuite, AnAssignmentReplacesTheListAndTellsWhoseRolesChange) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string staff = make_group("Staff", {ann, bob});
  const std::string admins = make_group("Admins", {bob});
  mark();
  assign({{staff, "member"}, {admins, "member"}});
  EXPECT_THAT(told(), ElementsAre("Directory update ", "DirectoryUser update organization.directory.user_updated",
                                  "DirectoryUser update organization.directory.user_updated"));
  const auto assigned = assign({{admins, "admin"}, {staff, "member"}, {admins, "admin"}});
  ASSERT_THAT(assigned, SizeIs(2)) << "what is named twice counts once";
  EXPECT_EQ(assigned[0].role_name, "admin") << "in the order that was given";
  EXPECT_EQ(assigned[0].role_id, RoleId{"role_admin"});
  EXPECT_EQ(viewed().role_assignments, assigned);
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  EXPECT_THAT(roles_of(bob), ElementsAre("admin", "member"));
  EXPECT_THAT(told(), ElementsAre("Directory update ", "DirectoryUser update organization.directory.user_updated"))
      << "only for who gained a role";

  assign({{admins, "admin"}, {staff, "member"}});
  EXPECT_THAT(told(), IsEmpty()) << "the same list again";
  assign({{staff, "member"}, {admins, "admin"}});
  EXPECT_THAT(told(), ElementsAre("Directory update ")) << "another order is nothing to users";
  assign({});
  EXPECT_THAT(roles_of(ann), IsEmpty());
  EXPECT_THAT(viewed().role_assignments, IsEmpty());
  EXPECT_FALSE(viewed().directory.has_role_assignments);
  expect_chained();
}

TEST_P(RolesSuite, AnAssignmentIsAnUpdateOfUsersButNoSynchronisation) {
  const std::string staff = make_group("Staff", {make_user("ann")});
  const Directory before = viewed().directory;
  clock_.advance(std::chrono::seconds(5));
  assign({{staff, "member"}});
  const Directory after = viewed().directory;
  EXPECT_EQ(after.last_synced_at, before.last_synced_at);
  EXPECT_EQ(after.stats.user_updated_at, clock_.now());
}

TEST_P(RolesSuite, RefusesWhatDoesNotExistAndChangesNothing) {
  const std::string ann = make_user("ann");
  const std::string staff = make_group("Staff", {ann});
  assign({{staff, "member"}});
  const Tenant other = make_tenant();
  const Answer theirs = send(other, {"POST", "/Groups", R"({"displayName":"Theirs"})", other.secret});
  mark();
  EXPECT_REASON(try_assign({{staff, "admin"}, {staff, "owner"}}), Reason::kRoleNotFound);
  EXPECT_REASON(try_assign({{staff, "admin"}, {"dirgroup_1", "admin"}}), Reason::kDirectoryGroupNotFound);
  EXPECT_REASON(try_assign({{theirs.str("/id"), "admin"}}), Reason::kDirectoryGroupNotFound);
  EXPECT_REASON(sync_wait(directories_.assign_roles(operator_, other.organization, home_.directory, {})),
                Reason::kDirectoryNotFound);
  EXPECT_REASON(sync_wait(directories_.assign_roles(
                    operator_, home_.organization, home_.directory,
                    {{.group_id = DirectoryGroupId{staff}, .role_name = "admin", .role_id = RoleId{"role_member"}}})),
                Reason::kRoleNotFound);
  EXPECT_REASON(try_assign(std::vector<std::pair<std::string, std::string>>(kMaxRoleAssignments + 1, {staff, "admin"})),
                Reason::kInvalidArgument);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  EXPECT_THAT(viewed().role_assignments, SizeIs(1));
}

TEST_P(RolesSuite, AUserThatAppearsLaterGetsTheRolesOfTheGroupsThatWaited) {
  const std::string staff = make_group("Staff", {"Xann"});
  assign({{staff, "member"}});
  mark();
  const std::string ann = make_user("ann");
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  EXPECT_THAT(told(), ElementsAre("DirectoryUser create organization.directory.user_created",
                                  "DirectoryGroup members organization.directory.group_updated",
                                  "DirectoryUser update organization.directory.user_updated"));
  expect_chained();
}

TEST_P(RolesSuite, ADeletedGroupTakesItsAssignmentsWithItAndIsToldLast) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string staff = make_group("Staff", {ann, bob});
  const std::string admins = make_group("Admins", {bob});
  assign({{staff, "member"}, {admins, "admin"}});
  mark();
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 204);
  EXPECT_THAT(told(), ElementsAre("Directory update ", "DirectoryUser update organization.directory.user_updated",
                                  "DirectoryUser update organization.directory.user_updated",
                                  "DirectoryGroup delete organization.directory.group_deleted"));
  EXPECT_THAT(roles_of(ann), IsEmpty());
  EXPECT_THAT(roles_of(bob), ElementsAre("admin"));
  EXPECT_THAT(viewed().role_assignments, SizeIs(1));
  EXPECT_EQ(call("DELETE", "/Groups/" + admins).status, 204);
  EXPECT_FALSE(viewed().directory.has_role_assignments);
  expect_chained();
}

TEST_P(RolesSuite, TheAttributesOfAUserMoveNoRole) {
  const std::string ann = make_user("ann");
  assign({{make_group("Staff", {ann}), "member"}});
  patch("/Users/" + ann, R"([{"op":"replace","path":"title","value":"Boss"}])");
  EXPECT_EQ(json::serialize(last_of(ann).after->at("roles")), R"([{"role_name":"member"}])");
  patch("/Users/" + ann, R"([{"op":"replace","path":"active","value":false}])");
  patch("/Users/" + ann, R"([{"op":"replace","path":"active","value":true}])");
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  expect_chained();
}

TEST_P(RolesSuite, ALargeGroupFollowsByAJob) {
  const std::vector<std::string> ids = make_users(kNewsAtOnce + 30);
  const std::string staff = make_group("Staff", ids);
  run_jobs();
  const std::string admins = make_group("Admins", {ids[3]});
  mark();
  assign({{staff, "member"}, {admins, "admin"}});
  EXPECT_THAT(told(), ElementsAre("Directory update "));
  EXPECT_THAT(roles_of(ids[3]), IsEmpty()) << "not told yet";
  run_jobs();
  EXPECT_THAT(told(), SizeIs(ids.size()));
  EXPECT_THAT(roles_of(ids[3]), ElementsAre("admin", "member"));
  EXPECT_EQ(last_of(ids[5]).actor.kind, ActorKind::kApi) << "who assigned";
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 204);
  EXPECT_THAT(roles_of(ids[7]), ElementsAre("member")) << "as last told";
  run_jobs();
  EXPECT_THAT(roles_of(ids[7]), IsEmpty());
  EXPECT_THAT(roles_of(ids[3]), ElementsAre("admin"));
  EXPECT_EQ(told().back(), "DirectoryGroup delete organization.directory.group_deleted");
  expect_chained();
}

TEST_P(RolesSuite, OneTransactionGoesThroughNoMoreMembersThatAreNobody) {
  std::vector<std::string> members{make_user("ann")};
  const std::string ann = members[0];
  // Before the id of ann in the order of members.
  for (std::size_t i = 0; i < kNewsAtOnce + 30; ++i) members.push_back(fmt::format("absent-{}", i));
  const std::string staff = make_group("Staff", members);
  assign({{staff, "member"}});
  EXPECT_THAT(roles_of(ann), IsEmpty());
  run_jobs();
  EXPECT_THAT(roles_of(ann), ElementsAre("member"));
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 204);
  EXPECT_THAT(roles_of(ann), ElementsAre("member")) << "as last told";
  run_jobs();
  EXPECT_THAT(roles_of(ann), IsEmpty());
  EXPECT_EQ(told().back(), "DirectoryGroup delete organization.directory.group_deleted");
  expect_chained();
}

TEST_P(RolesSuite, GoWithTheDirectory) {
  jobs_.handle(kPurgeDirectoryJob, run_purge_directory);
  assign({{make_group("Staff", {make_user("ann")}), "member"}});
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  ASSERT_TRUE(sync_wait(directories_.remove(operator_, home_.organization, home_.directory)));
  run_jobs();
  EXPECT_EQ(database_->read_number("SELECT count(*) FROM directory_role_assignments"), 0);
}

// Members come and go, groups and users are made and deleted and roles assigned by several at once; when all is told,
// everybody's roles are what the rows say, and that is what the last record of each user said.
TEST_P(RolesSuite, AreWhatTheFinalStateSaysHoweverItCameAbout) {
  constexpr int kWorkers = 3;
  constexpr int kSteps = 40;
  std::vector<std::string> users = make_users(8);
  std::vector<std::string> groups;
  for (int i = 0; i < 4; ++i) groups.push_back(make_group(fmt::format("G{}", i), {"Xlate"}));
  std::vector<std::thread> workers;
  for (int w = 0; w < kWorkers; ++w) {
    workers.emplace_back([&, w] {
      std::uint32_t state = 2463534242U + 7919U * static_cast<std::uint32_t>(w);
      const auto roll = [&](std::size_t sides) {
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        return static_cast<std::size_t>(state) % sides;
      };
      for (int step = 0; step < kSteps; ++step) {
        const std::string& group = groups[roll(groups.size())];
        const std::string& user = users[roll(users.size())];
        switch (roll(8)) {
          case 0: {
            std::vector<std::pair<std::string, std::string>> wanted;
            for (const std::string& one : groups) {
              if (roll(2) == 0) wanted.emplace_back(one, roll(2) == 0 ? "admin" : "member");
            }
            // A group that another worker deleted meanwhile is not found; then nothing changed.
            (void)try_assign(wanted);
            break;
          }
          case 1:
            if (w == 0 && step > kSteps / 2) call("DELETE", "/Groups/" + group);
            break;
          case 2:
            if (w == 1 && step > kSteps / 2) call("DELETE", "/Users/" + user);
            break;
          case 3:
            if (w == 2) call("POST", "/Users", R"({"userName":"late","externalId":"Xlate"})");
            break;
          case 4:
          case 5:
            send_members(group, "remove", user);
            break;
          default:
            send_members(group, "add", user);
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  run_jobs();

  std::map<std::string, std::set<std::string>> roles_of_group;
  for (const RoleAssignment& one : viewed().role_assignments) roles_of_group[one.group_id.str()].insert(one.role_name);
  const Answer all = call("GET", "/Users?count=100");
  EXPECT_GT(all.body.at("Resources").as_array().size(), 3U);
  for (const json::value& resource : all.body.at("Resources").as_array()) {
    const std::string id(resource.at("id").as_string());
    std::set<std::string> expected;
    if (const json::value* memberships = resource.as_object().if_contains("groups")) {
      for (const json::value& membership : memberships->as_array()) {
        const auto& given = roles_of_group[std::string(membership.at("value").as_string())];
        expected.insert(given.begin(), given.end());
      }
    }
    EXPECT_THAT(roles_of(id), testing::ElementsAreArray(expected)) << id;
    json::array shown;
    for (const std::string& role : expected) shown.push_back({{"role_name", role}});
    EXPECT_EQ(last_of(id).after->at("roles"), shown) << id;
  }
  for (const auto& [group, roles] : roles_of_group) EXPECT_EQ(call("GET", "/Groups/" + group).status, 200) << group;
  expect_chained();
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, RolesSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
