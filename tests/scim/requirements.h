// One test for each numbered requirement on a SCIM service provider, named NUMBER_WHAT, in
// requirements_<letter>_suite.cc. Letters: H transport, D discovery, S schema, C create, G read, F filters, O sorting,
// P paging, A projection, U replace, T PATCH, X delete, E versions, B bulk, I /Me, R errors, L scale.
#pragma once

#include "lists.h"
#include "suite.h"

namespace doorward::test {

class Requirements : public ScimSuite {
 protected:
  // A PatchOp message around a list of operations.
  Answer patch(const std::string& path, std::string_view operations) {
    return call(
        "PATCH", path,
        fmt::format(R"({{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{}}})", operations));
  }
  // A body with its schema, from members such as R"("userName":"ann")".
  static std::string user_body(std::string_view members) {
    return fmt::format(R"({{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],{}}})", members);
  }
  static std::string group_body(std::string_view members) {
    return fmt::format(R"({{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],{}}})", members);
  }
  Answer post_user(std::string_view members) { return call("POST", "/Users", user_body(members)); }
  // The address of a new user, such as "/Users/diruser_1".
  std::string new_user(std::string_view members) {
    const Answer made = post_user(members);
    if (made.status != 201) throw std::runtime_error(made.text);
    return "/Users/" + made.str("/id");
  }
  std::string new_group(std::string_view members) {
    const Answer made = call("POST", "/Groups", group_body(members));
    if (made.status != 201) throw std::runtime_error(made.text);
    return "/Groups/" + made.str("/id");
  }

  // What an answer holds there; null when there is nothing.
  static boost::json::value at(const Answer& answer, std::string_view pointer) {
    boost::json::error_code error;
    const auto* found = answer.body.find_pointer(pointer, error);
    return found == nullptr ? boost::json::value() : *found;
  }
  boost::json::value shown(const std::string& path, std::string_view pointer) { return at(call("GET", path), pointer); }

  std::vector<std::string> members_of(const std::string& group) {
    std::vector<std::string> values;
    const boost::json::value members = shown(group, "/members");
    if (const auto* list = members.if_array()) {
      for (const auto& member : *list) values.emplace_back(member.at("value").as_string());
    }
    return values;
  }

  // `headers` beside those of every request; names in lower case.
  Answer call_with(net::Headers headers, std::string method, std::string path, std::string body = {}) {
    Sent sent{std::move(method), std::move(path), std::move(body), home_.secret};
    sent.headers = std::move(headers);
    return send(home_, sent);
  }

  // The entity tag of a resource, which the answer tells in two places.
  std::string version(const std::string& path) {
    const Answer shown = call("GET", path);
    EXPECT_EQ(shown.status, 200) << shown.text;
    EXPECT_TRUE(shown.header("etag").starts_with("W/\"")) << shown.header("etag");
    EXPECT_EQ(shown.header("etag"), shown.str("/meta/version"));
    return shown.header("etag");
  }

  // A SCIM Error and nothing else in it (R1).
  static void expect_error(const Answer& answer, int status, std::string_view scim_type = {}) {
    EXPECT_EQ(answer.status, status) << answer.text;
    EXPECT_EQ(answer.header("content-type"), "application/scim+json");
    ASSERT_TRUE(answer.body.is_object()) << answer.text;
    EXPECT_EQ(answer.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:Error");
    EXPECT_EQ(answer.str("/status"), std::to_string(status));
    EXPECT_EQ(answer.str("/scimType"), scim_type) << answer.text;
    EXPECT_FALSE(answer.str("/detail").empty());
    EXPECT_EQ(answer.body.as_object().size(), scim_type.empty() ? 3U : 4U) << answer.text;
  }

  // Two users, one after the other, who differ in most of what filters and sorting look at.
  void meet_ann_and_bob() {
    ann_ = must_post("/Users", R"({
      "userName": "Ann@X.test", "externalId": "E-Ann", "displayName": "Ann Löwe", "title": "Boss", "active": true,
      "name": {"familyName": "Löwe", "givenName": "Ann"},
      "emails": [{"value": "ann@x.test", "type": "work", "primary": true}, {"value": "home@y.test", "type": "home"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "department": "R&D", "manager": {"value": "m1"}}})");
    clock_.advance(std::chrono::seconds(10));
    bob_ = must_post("/Users", R"({
      "userName": "bob", "externalId": "e-ann", "active": false, "name": {"familyName": "Zoë"},
      "emails": [{"value": "bob@x.test", "type": "home", "primary": true}, {"value": "b2@x.test", "type": "work"}]})");
    clock_.advance(std::chrono::seconds(10));
  }
  std::string must_post(const std::string& path, const std::string& body) {
    const Answer made = call("POST", path, body);
    if (made.status != 201) throw std::runtime_error(made.text);
    return made.str("/id");
  }
  // User names of the users that a filter finds, as listed.
  std::vector<std::string> find(std::string_view filter) { return user_names(call("GET", filtered("/Users", filter))); }
  void refuses(std::string_view filter, int status = 400, std::string_view scim_type = "invalidFilter") {
    const Answer answer = call("GET", filtered("/Users", filter));
    EXPECT_EQ(answer.status, status) << filter << answer.text;
    EXPECT_EQ(answer.str("/scimType"), scim_type) << filter;
  }

  // Users beside the endpoint; their ids.
  std::vector<std::string> many_users(int count) {
    std::vector<std::string> made;
    must(write([&](WriteTx& tx) -> Result<bool> {
      made.clear();
      for (int i = 0; i < count; ++i) {
        const std::string name = fmt::format("many{}", i);
        const DirectoryUser user{.environment_id = environment_,
                                 .organization_id = home_.organization,
                                 .directory_id = home_.directory,
                                 .id = store_->ids().next<DirectoryUserId>(),
                                 .user_name = name,
                                 .user_name_folded = name,
                                 .attributes = {{"userName", name}},
                                 .create_time = clock_.now(),
                                 .update_time = clock_.now()};
        DOORWARD_CHECK(tx.directory_users().insert(user));
        made.push_back(user.id.str());
      }
      DOORWARD_CHECK(tx.directories().change_stats(environment_, home_.directory, {.users = count}));
      return true;
    }));
    return made;
  }

  std::string ann_;
  std::string bob_;
};

}  // namespace doorward::test
