// Large groups.
#include <set>
#include <thread>

#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

using testing::ElementsAre;

// More members than any step reads at a time.
constexpr int kMany = 2 * static_cast<int>(kMemberPage) + 500;

std::string patch_of(std::string_view operations) {
  return fmt::format(R"({{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{}}})", operations);
}

TEST_F(Requirements, L1_OneMemberMoreOrLessCostsTheSameWhateverTheSize) {
  const std::string large = make_group("Large", many_users(kMany));
  const std::string small = make_group("Small");
  const std::string ann = make_user("ann");
  run_jobs();
  const auto cost = [&](const std::string& group, const std::string& operations) {
    queries_.clear();
    EXPECT_EQ(call("PATCH", "/Groups/" + group, patch_of(operations)).status, 204);
    EXPECT_EQ(queries_.count("group_members.list"), 0) << queries_.text();
    EXPECT_EQ(queries_.count("directory_users.find_each"), 0);
    return queries_.text();
  };
  const std::string add = fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])", ann);
  const std::string remove = fmt::format(R"([{{"op":"remove","path":"members[value eq \"{}\"]"}}])", ann);
  EXPECT_EQ(cost(large, add), cost(small, add));
  EXPECT_LE(queries_.count(""), 25) << queries_.text();
  EXPECT_EQ(total(call("GET", filtered("/Groups", fmt::format(R"(members eq "{}")", ann)))), 2);
  EXPECT_EQ(cost(large, remove), cost(small, remove));
  EXPECT_EQ(total(call("GET", filtered("/Groups", fmt::format(R"(members eq "{}")", ann)))), 0);
}

TEST_F(Requirements, L2_AllMembersAreShownInPiecesAndNoneWhenExcluded) {
  const auto members = many_users(kMany);
  const std::string large = make_group("Large", members);
  queries_.clear();
  const Answer whole = call("GET", "/Groups/" + large);
  EXPECT_EQ(queries_.count("group_members.list"), 3) << "a page at a time";
  EXPECT_EQ(whole.str("/displayName"), "Large");
  EXPECT_EQ(whole.header("content-type"), "application/scim+json");
  std::set<std::string> shown;
  for (const json::value& member : whole.body.at("members").as_array()) {
    shown.emplace(member.at("value").as_string());
    EXPECT_EQ(member.at("type"), "User");
    EXPECT_TRUE(member.at("$ref").as_string().ends_with(member.at("value").as_string()));
  }
  EXPECT_EQ(shown, std::set<std::string>(members.begin(), members.end()));

  const Answer values = call("GET", "/Groups/" + large + "?attributes=members.value");
  EXPECT_EQ(values.body.at("members").as_array().size(), members.size());
  EXPECT_EQ(values.body.at("members").at(kMany - 1).as_object().size(), 1U);
  EXPECT_FALSE(values.body.as_object().contains("displayName"));
  queries_.clear();
  EXPECT_FALSE(call("GET", "/Groups/" + large + "?excludedAttributes=members").body.as_object().contains("members"));
  EXPECT_EQ(queries_.count("group_members."), 0);

  // As many as a piece holds, and one more or less.
  for (const int size :
       {static_cast<int>(kMemberPage) - 1, static_cast<int>(kMemberPage), static_cast<int>(kMemberPage) + 1}) {
    const std::string group = make_group(fmt::format("Of{}", size), {members.begin(), members.begin() + size});
    EXPECT_EQ(call("GET", "/Groups/" + group).body.at("members").as_array().size(), static_cast<std::size_t>(size));
  }
  // In lists and in answers to changes too.
  EXPECT_EQ(call("GET", filtered("/Groups", R"(displayName eq "large")"))
                .body.at("Resources")
                .at(0)
                .at("members")
                .as_array()
                .size(),
            members.size());
  const Answer changed = call("PATCH", "/Groups/" + large + "?attributes=members",
                              patch_of(R"([{"op":"add","path":"members","value":[{"value":"somebody"}]}])"));
  EXPECT_EQ(changed.body.at("members").as_array().size(), members.size() + 1);
}

TEST_F(Requirements, L2_FiltersOnMembersReadOneRowOfThem) {
  const auto members = many_users(kMany);
  const std::string large = make_group("Large", members);
  for (const std::string& filter :
       {fmt::format(R"(members.value eq "{}")", members[7]), fmt::format(R"(members[value eq "{}"])", members[7]),
        fmt::format(R"(displayName eq "large" and members eq "{}")", members[7]),
        fmt::format(R"(id eq "{}" and members[value eq "{}"])", large, members[7])}) {
    queries_.clear();
    EXPECT_THAT(found_ids(call("GET", filtered("/Groups", filter, "&excludedAttributes=members"))), ElementsAre(large));
    EXPECT_EQ(queries_.count("group_members.list"), 0) << filter << queries_.text();
    EXPECT_LE(queries_.count(""), 5) << queries_.text();
  }
  // The other way round: the total of the group's users without reading them.
  queries_.clear();
  const Answer users =
      call("GET", filtered("/Users", fmt::format(R"(groups.value eq "{}")", large), "&count=2&attributes=userName"));
  EXPECT_EQ(total(users), kMany);
  EXPECT_THAT(found_ids(users), testing::SizeIs(2));
  EXPECT_EQ(queries_.count("directory_users.find_each"), 1);
  EXPECT_EQ(queries_.count("directory_users.by_"), 0);
}

TEST_F(Requirements, L3_GroupsOfAUserMayBeShownOnRequestOnly) {
  const std::string ann = make_user("ann");
  const std::string team = make_group("Team", {ann});
  const auto shown = [&](const std::string& query) {
    return call("GET", "/Users/" + ann + query).body.as_object().contains("groups");
  };
  EXPECT_TRUE(shown(""));
  scim::Projection standard = *scim::Projection::parse(scim::user_type(), "", "");
  standard.show_on_request("groups");
  EXPECT_FALSE(standard.shows("groups"));
  EXPECT_TRUE(standard.shows("userName"));
  scim::Projection named = *scim::Projection::parse(scim::user_type(), "groups.value", "");
  named.show_on_request("groups");
  EXPECT_TRUE(named.shows("groups"));
  EXPECT_TRUE(shown("?attributes=groups"));
  EXPECT_EQ(call("GET", "/Users/" + ann).str("/groups/0/value"), team);
}

TEST_F(Requirements, L4_WorkersOnOneGroupLoseNoMember) {
  constexpr int kWorkers = 8;
  constexpr int kEach = 12;
  const auto users = many_users(kWorkers * kEach);
  const std::string group = make_group("Team");
  std::atomic<int> refused{0};
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < kEach; ++i) {
        const std::string& user = users[static_cast<std::size_t>(worker * kEach + i)];
        const Answer answer =
            call("PATCH", "/Groups/" + group,
                 patch_of(fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])", user)));
        refused += answer.status == 204 ? 0 : 1;
      }
    });
  }
  workers.clear();
  EXPECT_EQ(refused, 0) << "nobody is told to come again";
  EXPECT_EQ(call("GET", "/Groups/" + group).body.at("members").as_array().size(), users.size());
}

}  // namespace
}  // namespace doorward::test
