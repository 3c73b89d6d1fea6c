// The edge's own rules: who gets in, what is refused, what an answer looks like.
#include <fstream>
#include <iterator>

#include "app/provisioning/search_run.h"
#include "suite.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

class EndpointSuite : public ScimSuite {
 protected:
  void expect_error(const Answer& answer, int status, std::string_view scim_type = {}) {
    EXPECT_EQ(answer.status, status) << answer.text;
    EXPECT_EQ(answer.header("content-type"), "application/scim+json");
    EXPECT_EQ(answer.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:Error");
    EXPECT_EQ(answer.str("/status"), std::to_string(status));
    EXPECT_EQ(answer.str("/scimType"), scim_type) << answer.text;
    EXPECT_FALSE(answer.str("/detail").empty());
  }
};

TEST_F(EndpointSuite, AnswersAWrongTokenAndAnUnknownDirectoryAlike) {
  Tenant nowhere = home_;
  nowhere.directory = DirectoryId{"dir_404"};
  const Answer wrong = send(home_, {"GET", "/Users", "", "wrong"});
  const Answer none = send(home_, {"GET", "/Users", "", ""});
  const Answer unknown = send(nowhere, {"GET", "/Users", "", home_.secret});
  expect_error(wrong, 401);
  EXPECT_TRUE(wrong.header("www-authenticate").starts_with("Bearer"));
  EXPECT_EQ(wrong.text, unknown.text);
  EXPECT_EQ(wrong.text, none.text);
  EXPECT_EQ(wrong.header("www-authenticate"), unknown.header("www-authenticate"));
}

TEST_F(EndpointSuite, SlowsGuessingWithoutLockingOutGoodTokens) {
  for (int i = 0; i < static_cast<int>(edge::kScimFailureLimits.burst); ++i) {
    ASSERT_EQ(send(home_, {"GET", "/Users", "", "wrong"}).status, 401) << i;
  }
  const Answer refused = send(home_, {"GET", "/Users", "", "wrong"});
  expect_error(refused, 429);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(call("GET", "/Users").status, 200);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(send(home_, {"GET", "/Users", "", "wrong"}).status, 401);
}

TEST_F(EndpointSuite, ADirectorysTokenOpensNoOtherDirectory) {
  const Tenant other = make_tenant();
  expect_error(send(other, {"GET", "/Users", "", home_.secret}), 401);
  const std::string id = make_user("ann");
  expect_error(send(other, {"GET", "/Users/" + id, "", other.secret}), 404);
  expect_error(send(other, {"DELETE", "/Users/" + id, "", other.secret}), 404);
  const Answer list = send(other, {"GET", "/Users?filter=userName%20eq%20%22ann%22", "", other.secret});
  EXPECT_EQ(list.body.at("totalResults"), 0);
}

TEST_F(EndpointSuite, TakesNoTokenFromTheQuery) {
  expect_error(send(home_, {"GET", "/Users?access_token=" + home_.secret, "", ""}), 401);
}

TEST_F(EndpointSuite, ADisabledDirectoryStoresNothing) {
  const Caller person{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  must(sync_wait(directories_.set_enabled(person, home_.organization, home_.directory, false)));
  const std::int64_t before = last_change();
  clock_.advance(std::chrono::seconds(2));
  expect_error(call("POST", "/Users", R"({"userName":"ann"})"), 403);
  // Not even through the use case, should the edge remember the time before.
  const auto created = sync_wait(users_.create(home_push_, {{"userName", "ann"}}));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().reason, Reason::kDirectoryDisabled);
  EXPECT_EQ(last_change(), before);
}

TEST_F(EndpointSuite, NoStepWaitsBeyondTheDeadlineOfTheRequest) {
  const auto late = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  Sent sent{"POST", "/Users", R"({"userName":"late"})", home_.secret};
  sent.deadline = late;
  expect_error(send(home_, sent), 503);  // not even to look for the directory
  call("GET", "/Users");                 // now the directory's secret is remembered
  const auto before = last_change();
  expect_error(send(home_, sent), 503);
  EXPECT_EQ(last_change(), before);
}

TEST_F(EndpointSuite, RefusesWhatItDoesNotServe) {
  expect_error(call("GET", "/Nope"), 404);
  expect_error(call("POST", "", "{}"), 405);
  expect_error(call("GET", "/Users/a/b/c/d"), 404);
  expect_error(call("GET", "/Bulk/x"), 404);
  const Answer method = call("PUT", "/Users", "{}");
  expect_error(method, 405);
  EXPECT_EQ(method.header("allow"), "GET, POST");
  expect_error(call("POST", "/Schemas", "{}"), 405);
  expect_error(send(home_, {"POST", "/Users", R"({"userName":"a"})", home_.secret, "text/plain"}), 415);
  expect_error(send(home_, {"POST", "/Users", R"({"userName":"a"})", home_.secret, "application/json; charset=latin1"}),
               415);
  EXPECT_EQ(
      send(home_, {"POST", "/Users", R"({"userName":"a"})", home_.secret, "Application/JSON;charset=\"UTF-8\""}).status,
      201);
  expect_error(call("GET", "/Users?filter=%zz"), 400, "invalidValue");
  expect_error(call("GET", "/Users?count=many"), 400, "invalidValue");
  expect_error(call("GET", "/Users?attributes=a&excludedAttributes=b"), 400, "invalidValue");
  expect_error(call("GET", "/Users?filter=password%20eq%20%22x%22"), 403, "sensitive");
}

TEST_F(EndpointSuite, TakesNoTextThatNoRowHolds) {
  for (const std::string odd : {"%00", "%ff", "%ed%a0%80"}) {
    expect_error(call("GET", "/Users/" + odd), 404);
    expect_error(call("GET", "/Users?filter=userName%20eq%20%22" + odd + "%22"), 400, "invalidValue");
    Tenant stranger = home_;
    stranger.directory = DirectoryId("dir_" + odd);
    expect_error(send(stranger, {"GET", "/Users", "", "guess"}), 404);
  }
}

TEST_F(EndpointSuite, TellsAnUnknownIdBeforeAFaultyBody) {
  expect_error(call("PATCH", "/Users/none", "{broken"), 404);
  expect_error(call("PUT", "/Groups/none", "{}"), 404);
  const std::string id = make_user("ann");
  expect_error(call("PATCH", "/Users/" + id, "{broken"), 400, "invalidSyntax");
}

TEST_F(EndpointSuite, GivesAbsoluteLocationsFromTheBaseUrl) {
  const Answer made = call("POST", "/Users/", R"({"userName":"ann"})");
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string location =
      fmt::format("{}/directory/{}/scim/v2/Users/{}", kBaseUrl, home_.directory.str(), made.str("/id"));
  EXPECT_EQ(made.header("location"), location);
  EXPECT_EQ(made.str("/meta/location"), location);
  EXPECT_EQ(made.str("/meta/created"), made.str("/meta/lastModified"));
  EXPECT_EQ(call("GET", "/Users/" + made.str("/id") + "/?aadOptscim062020&").text, made.text);
}

TEST_F(EndpointSuite, PagesInCreationOrder) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    clock_.advance(std::chrono::milliseconds(1));
    made.push_back(make_user(fmt::format("u{}", 9 - i)));
  }
  std::vector<std::string> seen;
  for (int start = 1; start <= 7; start += 3) {
    const Answer page = call("GET", fmt::format("/Users?startIndex={}&count=3", start));
    EXPECT_EQ(page.body.at("totalResults"), 7);
    EXPECT_EQ(page.body.at("startIndex"), start);
    for (const json::value& user : page.body.at("Resources").as_array()) seen.emplace_back(user.at("id").as_string());
  }
  EXPECT_EQ(seen, made);
  const Answer filtered = call("GET", "/Users?filter=userName%20sw%20%22u%22&startIndex=3&count=2&attributes=userName");
  EXPECT_EQ(filtered.body.at("totalResults"), 7);
  EXPECT_EQ(filtered.body.at("itemsPerPage"), 2);
  EXPECT_EQ(filtered.str("/Resources/0/id"), made[2]);
  const Answer beyond = call("GET", "/Users?startIndex=99999999999999999999");
  EXPECT_EQ(beyond.status, 200);
  EXPECT_EQ(beyond.body.at("totalResults"), 7);
  EXPECT_TRUE(beyond.body.at("Resources").as_array().empty());
  EXPECT_EQ(call("GET", "/Users?count=0").body.at("totalResults"), 7);
}

TEST_F(EndpointSuite, ScansMoreThanOnePage) {
  for (int i = 0; i < 2 * kScanPage + 20; ++i)
    must(sync_wait(
        users_.create(home_push_, {{"userName", fmt::format("u{}", i)}, {"title", i % 2 == 0 ? "even" : "odd"}})));
  const Answer found =
      call("GET", fmt::format("/Users?filter=title%20eq%20%22odd%22&startIndex={}&count=5", kScanPage));
  EXPECT_EQ(found.body.at("totalResults"), kScanPage + 10);
  EXPECT_EQ(found.body.at("Resources").as_array().size(), 5U);
}

TEST_F(EndpointSuite, FindsByRelations) {
  const std::string ann = make_user("ann");
  const std::string bob = make_user("bob");
  const std::string group = make_group("Staff", {ann});
  EXPECT_EQ(call("GET", fmt::format("/Users?filter=groups.value%20eq%20%22{}%22", group)).str("/Resources/0/id"), ann);
  EXPECT_EQ(call("GET", fmt::format("/Groups?filter=members%20eq%20%22{}%22", ann)).str("/Resources/0/id"), group);
  EXPECT_EQ(call("GET", fmt::format("/Groups?filter=members.value%20eq%20%22{}%22", bob)).body.at("totalResults"), 0);
  EXPECT_EQ(call("GET", fmt::format("/Groups?filter=id%20eq%20%22{}%22%20and%20members%20eq%20%22{}%22", group, bob))
                .body.at("totalResults"),
            0);
  const Answer user = call("GET", "/Users/" + ann);
  EXPECT_EQ(user.str("/groups/0/value"), group);
  EXPECT_EQ(user.str("/groups/0/display"), "Staff");
  EXPECT_EQ(user.str("/groups/0/type"), "direct");
  const Answer shown = call("GET", "/Groups/" + group);
  EXPECT_EQ(shown.str("/members/0/type"), "User");
  EXPECT_FALSE(call("GET", "/Groups/" + group + "?excludedAttributes=members").body.as_object().contains("members"));
}

TEST_F(EndpointSuite, AnswersAGroupPatchWithoutBodyUnlessAttributesAreNamed) {
  const std::string group = make_group("Staff");
  const std::string body = R"({"Operations":[{"op":"replace","path":"displayName","value":"Crew"}]})";
  EXPECT_EQ(call("PATCH", "/Groups/" + group, body).status, 204);
  const Answer shown = call("PATCH", "/Groups/" + group + "?attributes=displayName", body);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.str("/displayName"), "Crew");
}

TEST_F(EndpointSuite, ServesDiscoveryAsSingleDocumentsToo) {
  EXPECT_EQ(call("GET", "/ServiceProviderConfig?filter=x").status, 200);
  EXPECT_EQ(call("GET", "/ResourceTypes/User").str("/endpoint"), "/Users");
  EXPECT_EQ(call("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").str("/name"), "Group");
  expect_error(call("GET", "/Schemas/urn:none"), 404);
  expect_error(call("GET", "/ResourceTypes/Robot"), 404);
  expect_error(call("GET", "/Schemas?filter=id%20pr"), 403);
}

TEST_F(EndpointSuite, NoPasswordReachesARowOrARecord) {
  const std::string secret = "hunter2-very-unlikely";
  const Answer made = call("POST", "/Users", fmt::format(R"({{"userName":"ann","password":"{}"}})", secret));
  ASSERT_EQ(made.status, 201);
  const std::string id = made.str("/id");
  call("PUT", "/Users/" + id, fmt::format(R"({{"userName":"ann","title":"x","PASSWORD":"{}"}})", secret));
  call("PATCH", "/Users/" + id,
       fmt::format(R"({{"Operations":[{{"op":"replace","value":{{"password":"{}","title":"y"}}}}]}})", secret));
  for (const ChangeRecord& record : history()) {
    const json::object all{{"b", record.before ? *record.before : json::object()},
                           {"a", record.after ? *record.after : json::object()},
                           {"c", record.changes},
                           {"d", record.cause}};
    EXPECT_EQ(json::serialize(all).find(secret), std::string::npos);
  }
  EXPECT_EQ(call("GET", "/Users/" + id).text.find(secret), std::string::npos);
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find(secret), std::string::npos) << file.path();
  }
}

}  // namespace
}  // namespace doorward::test
