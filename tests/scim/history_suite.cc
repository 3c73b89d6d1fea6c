// Random pushes against a simple model, on both databases: what the endpoint shows is what the model says after every
// step, a refused request changes nothing, the change records chain (before + changes = after), and the last record of
// each object is its state.
#include <map>
#include <random>
#include <set>

#include "settings_suite.h"

namespace doorward::test {
namespace {

// Simple attributes by their PATCH paths.
constexpr auto kTexts = std::to_array<std::string_view>(
    {"title", "nickName", "name.givenName", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"});
constexpr auto kTypes = std::to_array<std::string_view>({"work", "home"});
constexpr auto kWords = std::to_array<std::string_view>({"a", "B", "é", "x y", "\"q\""});

struct ModelUser {
  std::string user_name;
  std::map<std::string, std::string> texts;   // by path
  std::map<std::string, std::string> emails;  // value by type
  bool active = true;
};

struct ModelGroup {
  std::string name;
  std::set<std::string> members;
};

class HistorySuite : public SettingsSuite {
 protected:
  std::size_t roll(std::size_t sides) { return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice_); }
  template <class Range>
  std::string pick(const Range& from) {
    return std::string(*std::next(from.begin(), static_cast<std::ptrdiff_t>(roll(from.size()))));
  }
  template <class T>
  std::string pick_key(const std::map<std::string, T>& from) {
    return std::next(from.begin(), static_cast<std::ptrdiff_t>(roll(from.size())))->first;
  }

  // The document that a PUT or POST of the model's user sends.
  static json::object body_of(const ModelUser& user) {
    json::object body{{"userName", user.user_name}, {"active", user.active}};
    for (const auto& [path, value] : user.texts) {
      if (path == "name.givenName") {
        body["name"] = {{"givenName", value}};
      } else if (path.starts_with("urn:")) {
        body[path.substr(0, path.rfind(':'))] = {{"department", value}};
      } else {
        body[path] = value;
      }
    }
    json::array emails;
    for (const auto& [type, value] : user.emails) emails.push_back({{"type", type}, {"value", value}});
    if (!emails.empty()) body["emails"] = std::move(emails);
    return body;
  }

  ModelUser random_user() {
    ModelUser user{.user_name = fmt::format("u{}", ++made_)};
    user.active = roll(4) != 0;
    for (const std::string_view path : kTexts) {
      if (roll(2) == 0) user.texts[std::string(path)] = pick(kWords);
    }
    for (const std::string_view type : kTypes) {
      if (roll(2) == 0) user.emails[std::string(type)] = fmt::format("{}{}@x.test", user.user_name, roll(3));
    }
    return user;
  }

  // One operation, applied to the model as well.
  json::object random_operation(ModelUser& user) {
    const std::string path = pick(kTexts);
    const std::string type = pick(kTypes);
    const std::string word = pick(kWords);
    switch (roll(9)) {
      case 0:
        user.texts[path] = word;
        return {{"op", "add"}, {"path", path}, {"value", word}};
      case 1:
        user.texts[path] = word;
        return {{"op", "Replace"}, {"path", path}, {"value", word}};
      case 2:
        user.texts.erase(path);
        return {{"op", "remove"}, {"path", path}};
      case 3:
        user.texts.erase(path);
        return {{"op", "replace"}, {"path", path}, {"value", roll(2) == 0 ? json::value("") : json::value(nullptr)}};
      case 4:
        user.texts[path] = word;
        return {{"op", "replace"}, {"value", {{path, word}}}};
      case 5:
        user.active = !user.active;
        return {{"op", "replace"},
                {"path", "active"},
                {"value", roll(2) == 0 ? json::value(user.active) : json::value(user.active ? "True" : "False")}};
      case 6:
        user.emails.erase(type);
        return {{"op", "remove"}, {"path", fmt::format(R"(emails[type eq "{}"])", type)}};
      case 7:
        user.emails = {{type, word + "@x.test"}};
        return {{"op", "replace"}, {"path", "emails"}, {"value", {{{"type", type}, {"value", word + "@x.test"}}}}};
      default:
        if (!user.emails.contains(type)) return {{"op", "add"}, {"value", json::object()}};
        user.emails[type] = word + "@y.test";
        return {{"op", "replace"},
                {"path", fmt::format(R"(emails[type eq "{}"].value)", type)},
                {"value", word + "@y.test"}};
    }
  }

  json::object random_operation(ModelGroup& group) {
    std::set<std::string> some;
    json::array list;
    for (std::size_t i = roll(3); i > 0 && !users_.empty(); --i) {
      const std::string id = pick_key(users_);
      some.insert(id);
      list.push_back({{"value", id}});
    }
    switch (roll(5)) {
      case 0:
        for (const std::string& id : some) group.members.erase(id);
        return {{"op", "remove"}, {"path", "members"}, {"value", list}};
      case 1: {
        if (users_.empty()) return {{"op", "add"}, {"value", json::object()}};
        const std::string id = pick_key(users_);
        group.members.erase(id);
        return {{"op", "remove"}, {"path", fmt::format(R"(members[value eq "{}"])", id)}};
      }
      case 2:
        group.members = some;
        return {{"op", "replace"}, {"path", "members"}, {"value", list}};
      case 3:
        group.name = pick(kWords);
        return {{"op", "replace"}, {"value", {{"displayName", group.name}}}};
      default:
        group.members.insert(some.begin(), some.end());
        return {{"op", "add"}, {"path", "members"}, {"value", list}};
    }
  }

  // Several operations of one PATCH; now and then a last one that is refused, and then nothing may have happened.
  template <class Model>
  void patch_randomly(const std::string& path, Model& state) {
    Model changed = state;
    json::array operations;
    for (std::size_t i = 1 + roll(4); i > 0; --i) operations.emplace_back(random_operation(changed));
    const bool refused = roll(5) == 0;
    if (refused) operations.push_back({{"op", "remove"}, {"path", path.starts_with("/Users") ? "userName" : "id"}});
    const std::int64_t before = last_change();
    const Answer answer = patch(path, json::serialize(operations));
    SCOPED_TRACE(path + json::serialize(operations) + answer.text);
    if (refused) {
      EXPECT_EQ(answer.status, 400);
      EXPECT_EQ(last_change(), before);
      return;
    }
    EXPECT_TRUE(answer.status == 200 || answer.status == 204) << answer.status;
    state = std::move(changed);
  }

  void step() {
    switch (roll(users_.size() < 3 || groups_.size() < 2 ? 2 : 12)) {
      case 0: {
        const ModelUser user = random_user();
        const Answer made = call("POST", "/Users", json::serialize(body_of(user)));
        ASSERT_EQ(made.status, 201) << made.text;
        users_[made.str("/id")] = user;
        break;
      }
      case 1: {
        ModelGroup group{.name = pick(kWords), .members = {}};
        groups_[make_group(group.name)] = group;
        break;
      }
      case 2: {
        const std::string id = pick_key(users_);
        ModelUser next = random_user();
        if (roll(3) == 0) next = users_[id];  // the same again
        next.user_name = users_[id].user_name;
        ASSERT_EQ(call("PUT", "/Users/" + id, json::serialize(body_of(next))).status, 200);
        users_[id] = next;
        break;
      }
      case 3:
        if (roll(3) == 0) {
          const std::string id = pick_key(users_);
          ASSERT_EQ(call("DELETE", "/Users/" + id).status, 204);
          users_.erase(id);
          for (auto& [_, group] : groups_) group.members.erase(id);
        }
        break;
      case 4:
        if (roll(4) == 0) {
          const std::string id = pick_key(groups_);
          ASSERT_EQ(call("DELETE", "/Groups/" + id).status, 204);
          groups_.erase(id);
        }
        break;
      case 5: {
        const std::string id = pick_key(groups_);
        json::array list;
        for (const std::string& member : groups_[id].members) list.push_back({{"value", member}});
        groups_[id].name = pick(kWords);
        ASSERT_EQ(call("PUT", "/Groups/" + id,
                       json::serialize(json::object{{"displayName", groups_[id].name}, {"members", list}}))
                      .status,
                  200);
        break;
      }
      case 6:
      case 7:
      case 8: {
        const std::string id = pick_key(users_);
        patch_randomly("/Users/" + id, users_[id]);
        break;
      }
      default: {
        const std::string id = pick_key(groups_);
        patch_randomly("/Groups/" + id, groups_[id]);
      }
    }
  }

  // What the endpoint shows of a user, as a body that would make it.
  static ModelUser shown_user(const Answer& answer) {
    ModelUser user{.user_name = answer.str("/userName")};
    user.active = answer.body.at("active").as_bool();
    for (const std::string_view path : kTexts) {
      const std::size_t colon = path.rfind(':');
      std::string pointer = "/" + std::string(path);
      if (colon != path.npos) {
        pointer[colon + 1] = '/';
      } else {
        std::ranges::replace(pointer, '.', '/');
      }
      if (const std::string value = answer.str(pointer); !value.empty()) user.texts[std::string(path)] = value;
    }
    if (const auto* emails = answer.body.as_object().if_contains("emails")) {
      for (const json::value& email : emails->as_array()) {
        user.emails[email.at("type").as_string().c_str()] = email.at("value").as_string().c_str();
      }
    }
    return user;
  }

  void expect_state() {
    EXPECT_EQ(call("GET", "/Users?count=0").body.at("totalResults"), static_cast<std::int64_t>(users_.size()));
    for (const auto& [id, user] : users_) {
      const Answer answer = call("GET", "/Users/" + id);
      ASSERT_EQ(answer.status, 200);
      EXPECT_EQ(body_of(shown_user(answer)), body_of(user)) << answer.text;
      std::set<std::string> groups;
      for (const auto& [group, model] : groups_) {
        if (model.members.contains(id)) groups.insert(group);
      }
      std::set<std::string> shown;
      if (const auto* memberships = answer.body.as_object().if_contains("groups")) {
        for (const json::value& one : memberships->as_array()) shown.insert(one.at("value").as_string().c_str());
      }
      EXPECT_EQ(shown, groups) << answer.text;
    }
    for (const auto& [id, group] : groups_) {
      const Answer answer = call("GET", "/Groups/" + id);
      EXPECT_EQ(answer.str("/displayName"), group.name);
      std::set<std::string> members;
      if (const auto* list = answer.body.as_object().if_contains("members")) {
        for (const json::value& one : list->as_array()) members.insert(one.at("value").as_string().c_str());
      }
      EXPECT_EQ(members, group.members) << answer.text;
    }
  }

  // The last record of everything that is there says how it is; that of what is gone, that it is gone.
  void expect_told() {
    std::map<std::string, ChangeRecord> last;
    for (const ChangeRecord& record : history()) last.insert_or_assign(record.object_id, record);
    for (const auto& [id, user] : users_) {
      const json::object& after = *last.at(id).after;
      EXPECT_EQ(after.at("active"), user.active);
      EXPECT_EQ(after.at("preferred_username"), json::value(user.user_name));
      const auto title = user.texts.find("title");
      EXPECT_EQ(after.contains("title") ? after.at("title").as_string().c_str() : std::string(),
                title == user.texts.end() ? std::string() : title->second);
      std::multiset<std::string> names;
      for (const auto& [_, group] : groups_) {
        if (group.members.contains(id)) names.insert(group.name);
      }
      std::multiset<std::string> told;
      for (const json::value& one : after.at("groups").as_array()) told.insert(one.at("name").as_string().c_str());
      EXPECT_EQ(told, names) << id;
    }
    for (const auto& [id, group] : groups_) EXPECT_EQ(last.at(id).after->at("display_name"), json::value(group.name));
    for (const auto& [id, record] : last) {
      if (record.object != ObjectKind::kDirectoryUser && record.object != ObjectKind::kDirectoryGroup) continue;
      EXPECT_EQ(record.after.has_value(), users_.contains(id) || groups_.contains(id)) << id;
    }
  }

  std::map<std::string, ModelUser> users_;
  std::map<std::string, ModelGroup> groups_;
  std::mt19937 dice_{20261129};
  std::size_t made_ = 0;
};

TEST_P(HistorySuite, RandomPushesFollowAModelAndTheirRecordsChain) {
  constexpr int kRounds = 25;
  constexpr int kStepsPerRound = 16;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    for (int i = 0; i < kStepsPerRound; ++i) {
      clock_.advance(std::chrono::milliseconds(3));
      step();
    }
    expect_state();
  }
  run_jobs();
  expect_chained();
  expect_told();
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, HistorySuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
