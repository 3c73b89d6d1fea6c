// R: errors (RFC 7644 section 3.12, RFC 9865 section 2).
#include "protocol/scim/message.h"
#include "requirements.h"

namespace doorward::test {
namespace {

std::string patch_body(std::string_view operations) { return fmt::format(R"({{"Operations":[{}]}})", operations); }

TEST_F(Requirements, R1_AnErrorHasItsFourMembersAndNoOther) {
  const std::string user = "/Users/" + make_user("ann");
  // expect_error looks at each member.
  expect_error(call("GET", "/Users/none"), 404);
  expect_error(call("POST", "/Users", R"({"userName":"ANN"})"), 409, "uniqueness");
  expect_error(call("PATCH", user, patch_body(R"({"op":"replace","path":"id","value":"x"})")), 400, "mutability");
  expect_error(call("PUT", "/Users", "{}"), 405);
  expect_error(send(home_, {"GET", "/Users", "", ""}), 401);
  const Answer bulk = call("POST", "/Bulk", R"({"Operations":[{"method":"DELETE","path":"/Users/none"}]})");
  const auto& inner = bulk.body.at("Operations").at(0).at("response").as_object();
  EXPECT_EQ(inner.size(), 3U);
  EXPECT_EQ(inner.at("status"), bulk.body.at("Operations").at(0).at("status"));
}

TEST_F(Requirements, R2_EveryRefusalHasTheTypeOfTheTable) {
  const std::string ann = make_user("ann");
  const std::string user = "/Users/" + ann;
  expect_error(call("GET", "/Users?filter=userName%20is%20%22x%22"), 400, "invalidFilter");
  expect_error(call("POST", "/Users", R"({"userName":"Ann"})"), 409, "uniqueness");
  expect_error(call("PATCH", user, patch_body(R"({"op":"add","path":"meta.created","value":"x"})")), 400, "mutability");
  expect_error(call("POST", "/Users", "{"), 400, "invalidSyntax");
  expect_error(call("PATCH", user, patch_body(R"({"op":"rename","path":"title","value":"x"})")), 400, "invalidSyntax");
  expect_error(call("PATCH", user, patch_body(R"({"op":"add","path":"a b","value":"x"})")), 400, "invalidPath");
  expect_error(call("PATCH", user, patch_body(R"({"op":"remove","path":"emails[type eq"})")), 400, "invalidFilter");
  expect_error(call("PATCH", user, patch_body(R"({"op":"remove"})")), 400, "noTarget");
  expect_error(
      call("PATCH", user, patch_body(R"({"op":"replace","path":"emails[type eq \"none\"].value","value":"x"})")), 400,
      "noTarget");
  expect_error(call("POST", "/Users", R"({"userName":"b","active":"perhaps"})"), 400, "invalidValue");
  expect_error(call("POST", "/Users", "{}"), 400, "invalidValue");
  expect_error(call("GET", "/Users?filter=password%20eq%20%22x%22"), 403, "sensitive");

  net::Request old;
  old.method = "GET";
  for (const std::string version : {"v1", "v3"}) {
    old.path = fmt::format("/directory/{}/scim/{}/Users", home_.directory.str(), version);
    const net::Response refused = sync_wait(endpoint_.handle(old));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(boost::json::parse(refused.body).at("scimType"), "invalidVers");
  }
}

TEST_F(Requirements, R2_ReasonsAndTypesAgree) {
  using scim::error_status;
  const auto type = [](Reason reason) { return std::string(error_status(make_error(reason, "x")).scim_type); };
  EXPECT_EQ(type(Reason::kScimTooMany), "tooMany");
  EXPECT_EQ(error_status(make_error(Reason::kStoreConflict, "x")).status, 409);
  EXPECT_EQ(error_status(make_error(Reason::kScimVersionMismatch, "x")).status, 412);
  // Nothing that a client may cause is a fault of the server.
#define DOORWARD_REASON(id, text, code)                                                          \
  if ((code) == Code::kInvalidArgument || (code) == Code::kNotFound || (code) == Code::kAborted) \
    EXPECT_LT(error_status(make_error(Reason::id, "x")).status, 500) << (text);
#include "base/reasons.def"
#undef DOORWARD_REASON
}

TEST_F(Requirements, R3_TheDetailNamesWhatIsAtFaultAndNothingOfOthers) {
  const Tenant other = make_tenant();
  const Answer theirs = send(other, {"POST", "/Users", R"({"userName":"ann","title":"their secret"})", other.secret});
  const std::string mine = make_user("ann");
  const std::string user = "/Users/" + make_user("bob");
  const auto detail = [](const Answer& answer) { return answer.str("/detail"); };
  EXPECT_THAT(detail(call("POST", "/Users", R"({"title":"x"})")), testing::HasSubstr("userName"));
  EXPECT_THAT(detail(call("POST", "/Users", R"({"userName":"x","active":7})")), testing::HasSubstr("active"));
  EXPECT_THAT(
      detail(call("PATCH", user,
                  patch_body(R"({"op":"add","path":"title","value":"x"},{"op":"add","path":"active","value":"no"})"))),
      testing::AllOf(testing::HasSubstr("Operation 1"), testing::HasSubstr("active")));
  const Answer taken = call("PUT", user, R"({"userName":"ANN"})");
  expect_error(taken, 409, "uniqueness");
  EXPECT_THAT(detail(taken), testing::HasSubstr("userName"));
  for (const std::string& foreign :
       {mine, theirs.str("/id"), std::string("SELECT"), std::string("directory_users"), std::string(".cc")}) {
    EXPECT_EQ(taken.text.find(foreign), std::string::npos) << foreign;
  }
  EXPECT_THAT(call("POST", "/Bulk",
                   R"({"Operations":[{"method":"DELETE","path":"/Users/x"},{"method":"POST","path":"/Users"}]})")
                  .str("/Operations/1/response/detail"),
              testing::HasSubstr("Operation 1"));
}

// Whatever is sent, the answer is of the client's making or a success.
TEST_F(Requirements, R3_NoRequestGetsA500) {
  const std::string user = "/Users/" + make_user("ann");
  const std::string group = "/Groups/" + make_group("Staff");
  const std::vector<std::string> values = {"null",
                                           "true",
                                           "1",
                                           "-1.5e300",
                                           "\"\"",
                                           "\"x\"",
                                           "[]",
                                           "{}",
                                           "[null]",
                                           "[[]]",
                                           "[{}]",
                                           R"({"value":{}})",
                                           R"([{"value":[]}])",
                                           R"("\u0001")",
                                           R"("bulkId:x")"};
  const std::vector<std::string> names = {"schemas",
                                          "id",
                                          "externalId",
                                          "meta",
                                          "userName",
                                          "name",
                                          "emails",
                                          "active",
                                          "groups",
                                          "members",
                                          "displayName",
                                          "password",
                                          "Operations",
                                          "x509Certificates",
                                          "roles",
                                          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                                          "",
                                          "$ref",
                                          "."};
  const std::vector<std::string> paths = {"",
                                          "emails",
                                          "emails[",
                                          "emails[]",
                                          "emails[value eq]",
                                          "members[value eq \\\"x\\\"]",
                                          "name.x",
                                          "urn:x",
                                          "a.b.c",
                                          "members.value",
                                          "schemas",
                                          "[",
                                          "emails[type eq 1].value"};
  for (const std::string& value : values) {
    for (const std::string& name : names) {
      const std::string body = fmt::format(R"({{"userName":"u","displayName":"d","{}x":0,"{}":{}}})", name,
                                           name == "userName" || name == "displayName" ? name + "2" : name, value);
      for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{{"POST", "/Users"},
                                                                                         {"POST", "/Groups"},
                                                                                         {"PUT", user},
                                                                                         {"PUT", group},
                                                                                         {"PATCH", user},
                                                                                         {"PATCH", group},
                                                                                         {"POST", "/Bulk"}}) {
        EXPECT_LT(call(method, path, body).status, 500) << method << path << body;
      }
    }
    for (const std::string& path : paths) {
      for (const std::string op : {"add", "remove", "replace"}) {
        const std::string body = patch_body(fmt::format(R"({{"op":"{}","path":"{}","value":{}}})", op, path, value));
        EXPECT_LT(call("PATCH", user, body).status, 500) << body;
        EXPECT_LT(call("PATCH", group, body).status, 500) << body;
      }
    }
  }
}

}  // namespace
}  // namespace doorward::test
