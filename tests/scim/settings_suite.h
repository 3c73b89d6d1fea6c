// What an administrator sets on a directory, and what its records tell, on each database.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/provisioning/membership_news.h"
#include "domain/change_diff.h"
#include "suite.h"

namespace doorward::test {

namespace json = boost::json;

class SettingsSuite : public ScimSuite, public testing::WithParamInterface<store::DatabaseKind> {
 protected:
  SettingsSuite() : ScimSuite(store::make_migrated_database(GetParam())) {
    must(write([&](WriteTx& tx) -> Result<bool> {
      for (const char* name : {"admin", "member"}) {
        DOORWARD_CHECK(tx.environments().insert_role({.environment_id = environment_,
                                                      .id = RoleId{std::string("role_") + name},
                                                      .name = name,
                                                      .display_name = name}));
      }
      return true;
    }));
  }

  using Pairs = std::vector<std::pair<std::string, std::string>>;  // group id, role name

  Result<std::vector<RoleAssignment>> try_assign(const Pairs& pairs) {
    std::vector<WantedRole> wanted;
    for (const auto& [group, role] : pairs) {
      wanted.push_back({.group_id = DirectoryGroupId{group}, .role_name = role, .role_id = {}});
    }
    return sync_wait(directories_.assign_roles(operator_, home_.organization, home_.directory, wanted));
  }
  std::vector<RoleAssignment> assign(const Pairs& pairs) { return must(try_assign(pairs)); }

  DirectoryView viewed() { return must(sync_wait(directories_.get(operator_, home_.organization, home_.directory))); }
  DirectoryUser user(const std::string& id) {
    return *read([&](const ReadTx& tx) {
      return tx.directory_users().find(environment_, home_.directory, DirectoryUserId{id});
    });
  }
  std::vector<std::string> roles_of(const std::string& id) { return user(id).roles; }

  // The last record of an object.
  ChangeRecord last_of(const std::string& id) {
    const auto all = history();
    const auto found =
        std::find_if(all.rbegin(), all.rend(), [&](const ChangeRecord& record) { return record.object_id == id; });
    if (found == all.rend()) throw std::runtime_error("no record of " + id);
    return *found;
  }

  Answer patch(const std::string& path, std::string_view operations) {
    return call("PATCH", path, fmt::format(R"({{"Operations":{}}})", operations));
  }
  Answer send_members(const std::string& group, std::string_view op, const std::string& id) {
    return patch("/Groups/" + group,
                 fmt::format(R"([{{"op":"{}","path":"members","value":[{{"value":"{}"}}]}}])", op, id));
  }
  void change_members(const std::string& group, std::string_view op, const std::string& id) {
    const Answer answer = send_members(group, op, id);
    if (answer.status >= 300) throw std::runtime_error(answer.text);
  }
  std::vector<std::string> make_users(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(must(sync_wait(users_.create(home_push_, {{"userName", fmt::format("u{}", i)}}))).user.id.str());
    }
    return ids;
  }

  // The records since the last call or mark(), as "Object op event" lines.
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

  // Each object's records chain: what one leaves is what the next finds, and before + changes = after.
  void expect_chained() {
    std::map<std::string, json::object> state;
    for (const ChangeRecord& record : history()) {
      const json::object before = record.before ? *record.before : json::object();
      const json::object after = record.after ? *record.after : json::object();
      EXPECT_TRUE(comparable(state[record.object_id]) == comparable(before))
          << record.owner_seq << "\n"
          << json::serialize(state[record.object_id]) << "\n"
          << json::serialize(before);
      EXPECT_TRUE(comparable(apply_change_diff(before, record.changes)) == comparable(after))
          << json::serialize(record.changes);
      state[record.object_id] = after;
    }
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  std::int64_t mark_ = 0;

 private:
  // Times of directories move also with changes that make no record.
  static json::object comparable(json::object snapshot) {
    snapshot.erase("updated_at");
    return snapshot;
  }
};

}  // namespace doorward::test
