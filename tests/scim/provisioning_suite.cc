// What stands behind the answers: rows, change records, follow-up jobs.
#include <algorithm>
#include <set>
#include <thread>

#include "app/provisioning/member_list.h"
#include "domain/change_diff.h"
#include "suite.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

class ProvisioningSuite : public ScimSuite {
 protected:
  // The records since `mark_`, as "Object op event" lines.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const ChangeRecord& record : history(mark_)) {
      lines.push_back(
          fmt::format("{} {} {}", object_kind_name(record.object), change_op_name(record.op), record.event_type));
      mark_ = record.owner_seq;
    }
    return lines;
  }
  void mark() { mark_ = last_change(); }

  Answer patch(const std::string& path, std::string_view operations) {
    Answer answer = call("PATCH", path, fmt::format(R"({{"Operations":{}}})", operations));
    EXPECT_LT(answer.status, 300) << answer.text;
    return answer;
  }
  Directory directory() {
    return *read([&](const ReadTx& tx) { return tx.directories().find_by_id(environment_, home_.directory); });
  }
  DirectoryUser user(const std::string& id) {
    return *read([&](const ReadTx& tx) {
      return tx.directory_users().find(environment_, home_.directory, DirectoryUserId{id});
    });
  }
  DirectoryGroup group(const std::string& id) {
    return *read([&](const ReadTx& tx) {
      return tx.directory_groups().find(environment_, home_.directory, DirectoryGroupId{id});
    });
  }

  // Each object's records chain: what one leaves is what the next finds, and before + changes = after.
  void expect_chained() {
    std::map<std::string, json::object> state;
    std::int64_t seq = 0;
    for (const ChangeRecord& record : history()) {
      EXPECT_EQ(record.owner_seq, ++seq) << "gap-free";
      if (record.object != ObjectKind::kDirectoryUser && record.object != ObjectKind::kDirectoryGroup) continue;
      const json::object before = record.before ? *record.before : json::object();
      const json::object after = record.after ? *record.after : json::object();
      EXPECT_TRUE(state[record.object_id] == before) << record.owner_seq << "\n"
                                                     << json::serialize(state[record.object_id]) << "\n"
                                                     << json::serialize(before);
      EXPECT_TRUE(apply_change_diff(before, record.changes) == after) << json::serialize(record.changes);
      state[record.object_id] = after;
    }
  }

  std::vector<std::string> make_users(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(must(sync_wait(users_.create(home_push_, {{"userName", fmt::format("u{}", i)}}))).user.id.str());
    }
    return ids;
  }

  std::int64_t mark_ = 0;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ProvisioningSuite, TellsTheLifeOfAUser) {
  mark();
  const std::string id = make_user("ann");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser create organization.directory.user_created"));
  patch("/Users/" + id, R"([{"op":"replace","path":"title","value":"Boss"}])");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser update organization.directory.user_updated"));
  patch("/Users/" + id, R"([{"op":"replace","value":{"active":false}}])");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser deactivate organization.directory.user_deleted"));
  patch("/Users/" + id, R"([{"op":"replace","path":"title","value":"Gone"}])");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser update "));
  patch("/Users/" + id, R"([{"op":"Replace","path":"active","value":"True"}])");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser activate organization.directory.user_created"));
  EXPECT_EQ(call("DELETE", "/Users/" + id).status, 204);
  EXPECT_THAT(told(), ElementsAre("DirectoryUser delete organization.directory.user_deleted"));
  expect_chained();
}

TEST_F(ProvisioningSuite, AUserCreatedInactiveIsSilentUntilActive) {
  mark();
  const Answer made = call("POST", "/Users", R"({"userName":"ann","active":false})");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser create "));
  patch("/Users/" + made.str("/id"), R"([{"op":"replace","path":"active","value":true}])");
  EXPECT_THAT(told(), ElementsAre("DirectoryUser activate organization.directory.user_created"));
}

TEST_F(ProvisioningSuite, NamesWhoAskedAndWhy) {
  make_user("ann");
  const ChangeRecord record = history().back();
  EXPECT_EQ(record.actor.kind, ActorKind::kScim);
  EXPECT_TRUE(record.actor.id.starts_with("sec_"));
  EXPECT_EQ(record.cause.at("request_id"), "req_test");
  EXPECT_EQ(record.organization_id, home_.organization);
  EXPECT_EQ(record.directory_id, home_.directory);
  EXPECT_EQ(record.after->at("email"), "ann@x.test");
  EXPECT_EQ(record.after->at("external_id"), "Xann");
  EXPECT_EQ(record.after->at("attributes").at("userName"), "ann");
}

TEST_F(ProvisioningSuite, WhatChangesNothingLeavesNoTrace) {
  const std::string ann = make_user("ann");
  const std::string staff = make_group("Staff", {ann});
  const std::string before_user = call("GET", "/Users/" + ann).text;
  const std::string before_group = call("GET", "/Groups/" + staff).text;
  const std::int64_t version = user(ann).version;
  mark();
  clock_.advance(std::chrono::seconds(5));
  patch(
      "/Users/" + ann,
      R"([{"op":"add","path":"emails","value":[{"value":"ann@x.test"}]},{"op":"replace","path":"active","value":true}])");
  patch("/Users/" + ann, "[]");
  call("PUT", "/Users/" + ann, before_user);
  patch("/Groups/" + staff, fmt::format(R"([{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])", ann));
  patch("/Groups/" + staff,
        R"([{"op":"remove","path":"members[value eq \"nobody\"]"},{"op":"remove","path":"members","value":[]}])");
  patch(
      "/Groups/" + staff,
      fmt::format(
          R"([{{"op":"remove","path":"members[value eq \"{0}\"]"}},{{"op":"add","path":"members","value":[{{"value":"{0}"}}]}}])",
          ann));
  call("PUT", "/Groups/" + staff, before_group);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(user(ann).version, version);
  EXPECT_EQ(call("GET", "/Users/" + ann).text, before_user);
  EXPECT_EQ(call("GET", "/Groups/" + staff).text, before_group);
}

TEST_F(ProvisioningSuite, ARefusedRequestLeavesNoTrace) {
  const std::string ann = make_user("ann");
  make_user("bob");
  const std::string staff = make_group("Staff", {ann});
  mark();
  const std::string before = call("GET", "/Groups/" + staff).text;
  EXPECT_EQ(
      call("PATCH", "/Groups/" + staff,
           R"({"Operations":[{"op":"replace","path":"members","value":[]},{"op":"replace","path":"id","value":"x"}]})")
          .status,
      400);
  EXPECT_EQ(
      call(
          "PATCH", "/Groups/" + staff,
          R"({"Operations":[{"op":"replace","path":"displayName","value":"x"},{"op":"replace","path":"members[value eq \"none\"]","value":{"value":"y"}}]})")
          .str("/scimType"),
      "noTarget");
  const Answer taken =
      call("PATCH", "/Users/" + ann, R"({"Operations":[{"op":"replace","path":"userName","value":"BOB"}]})");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.str("/scimType"), "uniqueness");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(call("GET", "/Groups/" + staff).text, before);
}

TEST_F(ProvisioningSuite, OneOfSimultaneousCreatesWins) {
  std::vector<std::thread> providers;
  std::atomic<int> created{0};
  std::atomic<int> refused{0};
  for (int i = 0; i < 8; ++i) {
    providers.emplace_back([&, i] {
      const Answer answer = call("POST", "/Users", i % 2 == 0 ? R"({"userName":"Ann"})" : R"({"userName":"aNN"})");
      created += answer.status == 201 ? 1 : 0;
      refused += answer.status == 409 ? 1 : 0;
    });
  }
  for (std::thread& provider : providers) provider.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(directory().stats.total_users, 1);
}

TEST_F(ProvisioningSuite, ConcurrentPatchesLoseNoMember) {
  const std::string staff = make_group("Staff");
  const std::vector<std::string> ids = make_users(24);
  std::vector<std::thread> workers;
  for (std::size_t w = 0; w < 4; ++w) {
    workers.emplace_back([&, w] {
      for (std::size_t i = w; i < ids.size(); i += 4) {
        patch("/Groups/" + staff,
              fmt::format(R"([{{"op":"Add","path":"members","value":[{{"value":"{}"}}]}}])", ids[i]));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(call("GET", "/Groups/" + staff).body.at("members").as_array().size(), ids.size());
  EXPECT_EQ(group(staff).member_count, 24);
  expect_chained();
}

TEST_F(ProvisioningSuite, TellsAMembershipOnceForTheGroupAndOnceForEachUser) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string staff = make_group("Staff", {ann});
  mark();
  patch(
      "/Groups/" + staff,
      fmt::format(
          R"([{{"op":"remove","path":"members[value eq \"{}\"]"}},{{"op":"add","path":"members","value":[{{"value":"{}"}}]}}])",
          ann, bob));
  const auto records = history(mark_);
  EXPECT_THAT(told(), ElementsAre("DirectoryGroup members organization.directory.group_updated",
                                  "DirectoryUser update organization.directory.user_updated",
                                  "DirectoryUser update organization.directory.user_updated"));
  EXPECT_EQ(json::serialize(records[0].changes.at("added_users")),
            fmt::format(R"([{{"id":"{}","email":"bob@x.test"}}])", bob));
  EXPECT_EQ(json::serialize(records[0].changes.at("removed_users")),
            fmt::format(R"([{{"id":"{}","email":"ann@x.test"}}])", ann));
  EXPECT_EQ(records[1].after->at("groups"), json::parse(fmt::format(R"([{{"id":"{}","name":"Staff"}}])", staff)));
  EXPECT_TRUE(records[2].after->at("groups").as_array().empty());
  for (const ChangeRecord& record : records) EXPECT_EQ(record.txn, records[0].txn);
  expect_chained();
}

TEST_F(ProvisioningSuite, TellsARenameToTheUsersWhoSeeIt) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string staff = make_group("Staff", {ann});
  mark();
  patch(
      "/Groups/" + staff,
      fmt::format(
          R"([{{"op":"replace","value":{{"id":"{}","displayName":"Crew","members":[{{"value":"{}"}},{{"value":"{}"}}]}}}}])",
          staff, ann, bob));
  EXPECT_EQ(told().size(), 3U);
  expect_chained();
}

TEST_F(ProvisioningSuite, DeletingAGroupKeepsItsUsersAndDeletingAUserItsGroups) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string staff = make_group("Staff", {ann, bob});
  const std::string inner = make_group("Inner", {bob});
  const std::string outer = make_group("Outer", {inner});
  mark();
  EXPECT_EQ(call("DELETE", "/Users/" + ann).status, 204);
  EXPECT_THAT(told(), ElementsAre("DirectoryUser delete organization.directory.user_deleted"));
  EXPECT_EQ(group(staff).member_count, 1);
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 204);
  EXPECT_THAT(told(), ElementsAre("DirectoryUser update organization.directory.user_updated",
                                  "DirectoryGroup delete organization.directory.group_deleted"));
  EXPECT_EQ(call("GET", "/Groups/" + staff).status, 404);
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 404);
  EXPECT_EQ(call("GET", "/Users/" + bob).body.at("groups").as_array().size(), 1U);
  EXPECT_EQ(call("DELETE", "/Groups/" + inner).status, 204);
  EXPECT_FALSE(call("GET", "/Groups/" + outer).body.as_object().contains("members"));
  EXPECT_EQ(directory().stats.total_users, 1);
  EXPECT_EQ(directory().stats.total_groups, 1);
  EXPECT_TRUE(directory().stats.group_updated_at);
  EXPECT_EQ(call("POST", "/Users", R"({"userName":"ann"})").status, 201) << "the name is free again";
  expect_chained();
}

TEST_F(ProvisioningSuite, ResolvesAMemberThatWasNamedBeforeItExisted) {
  const std::string staff = make_group("Staff", {"Xann", "never"});
  EXPECT_EQ(group(staff).member_count, 0);
  EXPECT_EQ(call("GET", "/Groups/" + staff).body.at("members").as_array().size(), 2U);
  mark();
  const std::string ann = make_user("ann");
  EXPECT_EQ(group(staff).member_count, 1);
  EXPECT_EQ(call("GET", "/Users/" + ann).str("/groups/0/value"), staff);
  EXPECT_THAT(told(), ElementsAre("DirectoryUser create organization.directory.user_created",
                                  "DirectoryGroup members organization.directory.group_updated",
                                  "DirectoryUser update organization.directory.user_updated"));
  patch("/Groups/" + staff, R"([{"op":"remove","path":"members[value eq \"Xann\"]"}])");
  EXPECT_EQ(group(staff).member_count, 0) << "the provider's own id names the same member";
  expect_chained();
}

TEST_F(ProvisioningSuite, APutKeepsActiveAndExternalIdThatItLeavesOut) {
  const std::string id = make_user("ann");
  patch("/Users/" + id, R"([{"op":"replace","path":"active","value":false},{"op":"add","path":"title","value":"T"}])");
  const Answer put = call("PUT", "/Users/" + id, R"({"userName":"Ann2"})");
  EXPECT_EQ(put.body.at("active"), false);
  EXPECT_EQ(put.str("/externalId"), "Xann");
  EXPECT_FALSE(put.body.as_object().contains("title"));
  EXPECT_FALSE(put.body.as_object().contains("emails"));
  EXPECT_EQ(put.str("/userName"), "Ann2");
}

TEST_F(ProvisioningSuite, LargeMembershipChangesFollowByJobsInOrder) {
  const std::vector<std::string> ids = make_users(kNewsAtOnce + 120);
  mark();
  const std::string staff = make_group("Staff", ids);
  EXPECT_EQ(group(staff).member_count, static_cast<std::int64_t>(ids.size())) << "the rows are there at once";
  EXPECT_THAT(told(), ElementsAre("DirectoryGroup create organization.directory.group_created"));
  // While news wait, even a small change queues behind them.
  patch("/Groups/" + staff, fmt::format(R"([{{"op":"remove","path":"members[value eq \"{}\"]"}}])", ids[0]));
  EXPECT_THAT(told(), IsEmpty());
  run_jobs();
  const auto records = history(mark_);
  const auto groups =
      std::ranges::count_if(records, [](const auto& r) { return r.object == ObjectKind::kDirectoryGroup; });
  EXPECT_EQ(groups, 3) << "two parts of the first change, then the small one";
  EXPECT_EQ(records[0].changes.at("parts"), 2);
  EXPECT_EQ(records[0].changes.at("added_users").as_array().size(), kNewsAtOnce);
  std::set<std::string> told_users;
  for (const ChangeRecord& record : records) {
    if (record.object == ObjectKind::kDirectoryUser) told_users.insert(record.object_id);
    EXPECT_EQ(record.actor.kind, ActorKind::kScim);
    EXPECT_EQ(record.cause.at("request_id"), "req_test");
  }
  EXPECT_GE(told_users.size(), ids.size() - 1);
  EXPECT_EQ(records[0].txn, history(mark_ - 1)[0].txn) << "the change and what follows share a transaction id";
}

TEST_F(ProvisioningSuite, AJobThatAnotherNodeTookOverIsLeftToIt) {
  int batches = 0;
  jobs_.handle("test.taken_over", [&](WriteTx& tx, Job& job) -> Result<bool> {
    ++batches;
    const Timestamp claimed = clock_.now() + std::chrono::seconds(60);
    EXPECT_TRUE(*tx.jobs().hold(job.environment_id, job.id, claimed, claimed + std::chrono::seconds(1)));
    return false;
  });
  const Job job{.environment_id = environment_,
                .id = store_->ids().next<JobId>(),
                .owner_id = "dir_1",
                .kind = "test.taken_over",
                .txn = store_->ids().next<TransactionId>(),
                .run_after = clock_.now(),
                .create_time = clock_.now()};
  ASSERT_TRUE(sync_wait(store_->write("test.insert", {}, [&](WriteTx& tx) { return tx.jobs().insert(job); })));
  run_jobs();
  EXPECT_EQ(batches, 1);
}

TEST_F(ProvisioningSuite, ALargeGroupGoesInBatches) {
  const std::vector<std::string> ids = make_users(kNewsAtOnce + 20);
  const std::string staff = make_group("Staff", ids);
  run_jobs();
  mark();
  patch("/Groups/" + staff, R"([{"op":"replace","path":"displayName","value":"Crew"}])");
  run_jobs();
  EXPECT_EQ(told().size(), ids.size() + 1);
  EXPECT_EQ(call("DELETE", "/Groups/" + staff).status, 204);
  EXPECT_THAT(told(), IsEmpty()) << "the members come first";
  EXPECT_EQ(call("GET", "/Groups/" + staff).status, 404);
  run_jobs();
  const auto gone = told();
  EXPECT_EQ(gone.size(), ids.size() + 1);
  EXPECT_EQ(gone.back(), "DirectoryGroup delete organization.directory.group_deleted");
  EXPECT_FALSE(call("GET", "/Users/" + ids[0]).body.as_object().contains("groups"));
  expect_chained();
}

TEST(GroupPage, IsAsLongAsItsMembersAllow) {
  const auto shortened = [](const std::vector<std::int64_t>& counts, std::int64_t budget) {
    std::vector<ProvisionedGroup> page(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) page[i].group.member_count = counts[i];
    keep_within_members(page, budget, [](const ProvisionedGroup& g) { return g.group.member_count; });
    return page.size();
  };
  EXPECT_EQ(shortened({}, 10), 0U);
  EXPECT_EQ(shortened({5, 5, 0}, 10), 3U);
  EXPECT_EQ(shortened({5, 5, 1}, 10), 2U);
  EXPECT_EQ(shortened({11, 0}, 10), 1U) << "the first is shown whatever it holds";
  EXPECT_EQ(shortened({0, 11, 0}, 10), 1U);
}

}  // namespace
}  // namespace doorward::test
