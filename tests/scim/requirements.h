// One test for each numbered requirement on a SCIM service provider, named NUMBER_WHAT, in
// requirements_<letter>_suite.cc. Letters: H transport, D discovery, S schema, C create, G read, F filters, O sorting,
// P paging, A projection, U replace, T PATCH, X delete, E versions, B bulk, I /Me, R errors, L scale.
#pragma once

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
};

}  // namespace doorward::test
