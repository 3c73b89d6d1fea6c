// Resources of an administrator's type: the engine of users and groups, on both databases.
#include "resource_types_suite.h"

#include "base/encoding.h"

namespace doorward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string filter(std::string_view text) { return "filter=" + percent_encode(text); }

TEST_P(ResourceTypesSuite, LivesFromPostToDelete) {
  make_test_resources();
  const Answer created = call("POST", "/TestResources", R"({
    "schemas": ["urn:doorward:test:2.0:TestResource"], "externalId": "E1", "TITLE": "One", "code": "aB", "flag": true,
    "ratio": 1.5, "count": 7, "since": "2026-01-31T12:00:00Z", "blob": "AAEC", "link": "https://a.test/",
    "tags": ["x", "y"], "place": {"city": "Ulm", "floor": 2}, "parts": [{"value": "p", "weight": 2.5}]})");
  ASSERT_EQ(created.status, 201) << created.text;
  const std::string id = created.str("/id");
  const std::string location =
      fmt::format("{}/directory/{}/scim/v2/TestResources/{}", kBaseUrl, home_.directory.str(), id);
  EXPECT_EQ(created.header("location"), location);
  EXPECT_EQ(created.str("/meta/location"), location);
  EXPECT_EQ(created.str("/meta/resourceType"), "TestResource");
  EXPECT_EQ(created.str("/title"), "One") << "spelled as the schema does";
  EXPECT_EQ(json::serialize(created.body.at("place")), R"({"city":"Ulm","floor":2})");
  EXPECT_EQ(call("GET", "/TestResources/" + id).text, created.text);

  EXPECT_EQ(call("PUT", "/TestResources/" + id, R"({"title": "Two"})").str("/externalId"), "E1");
  EXPECT_FALSE(call("GET", "/TestResources/" + id).body.as_object().contains("tags"));
  EXPECT_EQ(call("DELETE", "/TestResources/" + id).status, 204);
  for (const char* method : {"GET", "DELETE"}) EXPECT_EQ(call(method, "/TestResources/" + id).status, 404);
  EXPECT_EQ(call("PUT", "/TestResources/" + id, R"({"title": "Two"})").status, 404);
  EXPECT_EQ(call("PATCH", "/TestResources/" + id, "{").status, 404) << "before the body is looked at";
  EXPECT_EQ(call("PATCH", "/TestResources").status, 405);
}

TEST_P(ResourceTypesSuite, RecordsWhatChangesAndNothingElse) {
  make_test_resources();
  mark();
  const std::string id = made(R"("title": "One")");
  EXPECT_THAT(told(), ElementsAre("ScimResource create "));
  patch("/TestResources/" + id, R"([{"op":"replace","path":"title","value":"One"}])");
  call("PUT", "/TestResources/" + id, R"({"title": "One"})");
  EXPECT_THAT(told(), IsEmpty());
  patch("/TestResources/" + id, R"([{"op":"replace","path":"title","value":"Two"}])");
  EXPECT_THAT(told(), ElementsAre("ScimResource update "));
  EXPECT_EQ(last_of(id).before->at("attributes").at("title"), "One");
  call("DELETE", "/TestResources/" + id);
  EXPECT_THAT(told(), ElementsAre("ScimResource delete "));
}

TEST_P(ResourceTypesSuite, KeepsItsCharacteristics) {
  make_test_resources();
  EXPECT_EQ(post("/TestResources", R"("code": "a")").str("/scimType"), "invalidValue") << "title is required";
  EXPECT_EQ(post("/TestResources", R"("title": "a", "count": "many")").str("/scimType"), "invalidValue");
  EXPECT_EQ(post("/TestResources", R"("title": "a", "since": "yesterday")").status, 400);
  EXPECT_EQ(post("/TestResources", R"("title": "a", "parts": [{"type": "x"}])").status, 400) << "value is required";
  const std::string id = made(R"("title": "a", "owner": "me", "pin": "1234", "label": "L", "notes": "N", "code": "c")");
  const Answer shown = call("GET", "/TestResources/" + id);
  for (const char* hidden : {"owner", "pin", "notes"}) EXPECT_FALSE(shown.body.as_object().contains(hidden)) << hidden;
  EXPECT_EQ(call("GET", "/TestResources/" + id + "?attributes=notes").str("/notes"), "N");
  EXPECT_EQ(call("GET", "/TestResources/" + id + "?attributes=notes").str("/label"), "L");
  EXPECT_EQ(call("GET", "/TestResources/" + id + "?attributes=pin").body.as_object().contains("pin"), false);
  EXPECT_EQ(call("GET", "/TestResources/" + id + "?excludedAttributes=label,code").str("/label"), "L");
  EXPECT_EQ(call("GET", "/TestResources/" + id + "?excludedAttributes=label,code").str("/code"), "");
  EXPECT_EQ(patch("/TestResources/" + id, R"([{"op":"replace","path":"owner","value":"x"}])").str("/scimType"),
            "mutability");
  const std::string born = "/TestResources/" + made(R"("title": "b", "born": "May")");
  EXPECT_EQ(call("PUT", born, R"({"title": "b", "born": "June"})").str("/scimType"), "mutability");
  EXPECT_EQ(patch(born, R"([{"op":"replace","path":"born","value":"June"}])").str("/scimType"), "mutability");
  EXPECT_EQ(patch("/TestResources/" + id, R"([{"op":"add","path":"born","value":"June"}])").str("/born"), "June");
  EXPECT_EQ(call("GET", "/TestResources?" + filter(R"(pin eq "1234")")).status, 403) << "never returned";
}

TEST_P(ResourceTypesSuite, RefusesAValueThatAnotherHas) {
  make_test_resources();
  const std::string one = made(R"("title": "1", "serial": "ABC")");
  const std::string two = made(R"("title": "2", "serial": "DEF")");
  const Answer again = post("/TestResources", R"("title": "3", "serial": "abc")");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.str("/scimType"), "uniqueness");
  EXPECT_THAT(again.str("/detail"), testing::HasSubstr("serial"));
  EXPECT_EQ(call("PUT", "/TestResources/" + two, R"({"title": "2", "serial": "Abc"})").status, 409);
  EXPECT_EQ(patch("/TestResources/" + two, R"([{"op":"add","path":"serial","value":"ABC"}])").status, 409);
  EXPECT_EQ(patch("/TestResources/" + one, R"([{"op":"add","path":"serial","value":"abc"}])").status, 200) << "its own";
  EXPECT_EQ(patch("/TestResources/" + one, R"([{"op":"remove","path":"serial"}])").status, 200);
  EXPECT_EQ(patch("/TestResources/" + two, R"([{"op":"add","path":"serial","value":"ABC"}])").status, 200);
  EXPECT_EQ(call("DELETE", "/TestResources/" + two).status, 204);
  made(R"("title": "4", "serial": "abc")");
}

TEST_P(ResourceTypesSuite, FiltersOnEveryType) {
  make_test_resources();
  made(R"("title": "One", "externalId": "E1", "code": "aB", "flag": true, "ratio": 1.5, "count": 7, "blob": "AAEC",
          "since": "2026-01-31T12:00:00Z", "link": "https://a.test/", "tags": ["x", "y"],
          "place": {"city": "Ulm", "floor": 2}, "parts": [{"value": "p", "type": "a"}, {"value": "q", "type": "b"}])");
  const std::string two = made(R"("title": "Two", "code": "AB", "flag": false, "ratio": 2, "count": 12,
          "since": "2026-01-31T14:00:00+01:00", "tags": ["z"], "place": {"city": "Jena", "floor": 11},
          "parts": [{"value": "p", "type": "b"}])");
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"(title eq "one")", {"One"}},
      {R"(title ew "o" or title co "NE")", {"One", "Two"}},
      {R"(code eq "aB")", {"One"}},
      {R"(code eq "ab")", {}},
      {"flag eq true", {"One"}},
      {"ratio gt 1.5", {"Two"}},
      {"count lt 12", {"One"}},
      {R"(since lt "2026-01-31T12:30:00Z")", {"One"}},
      {R"(blob eq "AAEC")", {"One"}},
      {R"(link sw "https://")", {"One"}},
      {R"(tags eq "z")", {"Two"}},
      {R"(place.city eq "ulm" and place.floor le 2)", {"One"}},
      {R"(parts[value eq "p" and type eq "b"])", {"Two"}},
      {R"(parts.type eq "b")", {"One", "Two"}},
      {"not (flag eq true)", {"Two"}},
      {"externalId pr", {"One"}},
      {R"(externalId eq "E1")", {"One"}},
      {R"(meta.resourceType eq "TestResource")", {"One", "Two"}},
      {R"(urn:doorward:test:2.0:TestResource:count ge 12)", {"Two"}},
      {fmt::format(R"(id eq "{}")", two), {"Two"}},
      {R"(owner pr)", {}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(titles(filter(text)), expected) << text;
  for (const char* wrong : {"flag gt true", R"(blob gt "AA")", R"(count eq "many")", "place eq 1"}) {
    EXPECT_EQ(call("GET", "/TestResources?" + filter(wrong)).str("/scimType"), "invalidFilter") << wrong;
  }
}

TEST_P(ResourceTypesSuite, ListsInPages) {
  make_test_resources();
  for (int i = 1; i <= 5; ++i) made(fmt::format(R"("title": "r{}")", i));
  EXPECT_THAT(titles("startIndex=2&count=2"), ElementsAre("r2", "r3"));
  EXPECT_THAT(titles("startIndex=6"), IsEmpty());
  EXPECT_THAT(titles("startIndex=2&count=1&" + filter("title pr")), ElementsAre("r2"));
  const Answer counted = call("GET", "/TestResources?count=0");
  EXPECT_EQ(counted.body.at("totalResults").as_int64(), 5);
}

TEST_P(ResourceTypesSuite, ListsByTheEngineOfUsersAndGroups) {
  make_test_resources();
  for (const char* title : {"b", "c", "a"}) {
    made(fmt::format(R"("title": "{0}", "externalId": "X{0}", "place": {{"floor": {1}}})", title, 'z' - title[0]));
    clock_.advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(titles("sortBy=title"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(titles("sortBy=place.floor"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(titles("sortBy=meta.created&sortOrder=descending"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(titles("sortBy=meta.lastModified&startIndex=2&count=1"), ElementsAre("c"));
  EXPECT_THAT(titles("sortBy=id&" + filter(R"(externalId eq "Xa" or externalId eq "Xb")")), ElementsAre("b", "a"));

  const Answer first = call("GET", "/TestResources?cursor&count=2");
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(first.body.at("totalResults").as_int64(), 3);
  EXPECT_THAT(titles("cursor=" + first.str("/nextCursor")), ElementsAre("a"));

  const Answer searched = call("POST", "/TestResources/.search",
                               R"({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                                   "filter": "place.floor lt 25", "sortBy": "title", "attributes": ["title"]})");
  ASSERT_EQ(searched.status, 200) << searched.text;
  EXPECT_EQ(searched.str("/Resources/0/title"), "b");
  EXPECT_EQ(searched.body.at("totalResults").as_int64(), 2);
  EXPECT_FALSE(call("GET", "/TestResources").str("/Resources/0/meta/version").empty());
  EXPECT_EQ(call("PUT", "/TestResources", "{}").header("allow"), "GET, POST");
}

TEST_P(ResourceTypesSuite, AreInTheListOfAllTypes) {
  make_test_resources();
  make_user("ann");
  make_group("Team");
  const std::string one = made(R"("title": "One")");
  const auto kinds = [&](const std::string& query) {
    const Answer answer = call("GET", "/?" + query);
    if (answer.status != 200) throw std::runtime_error(answer.text);
    std::vector<std::string> out;
    for (const json::value& resource : answer.body.at("Resources").as_array()) {
      out.emplace_back(resource.at("meta").at("resourceType").as_string());
    }
    return out;
  };
  EXPECT_THAT(kinds(""), ElementsAre("User", "Group", "TestResource"));
  EXPECT_THAT(kinds("startIndex=3"), ElementsAre("TestResource"));
  EXPECT_THAT(kinds(filter(R"(meta.resourceType eq "TestResource")")), ElementsAre("TestResource"));
  EXPECT_THAT(kinds(filter(fmt::format(R"(id eq "{}")", one))), ElementsAre("TestResource"));
  EXPECT_THAT(kinds(filter("title pr")), ElementsAre("TestResource"));

  // A cursor through all types does not outlive the types.
  const Answer first = call("GET", "/?cursor&count=1");
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_THAT(kinds("cursor=" + first.str("/nextCursor")), ElementsAre("Group"));
  register_schema(kBadgeSchema);
  EXPECT_EQ(call("GET", "/?cursor=" + first.str("/nextCursor")).str("/scimType"), "invalidCursor");
}

TEST_P(ResourceTypesSuite, PatchesAsUsersArePatched) {
  make_test_resources();
  const std::string path = "/TestResources/" + made(R"("title": "a", "parts": [{"value": "p", "primary": true}])");
  const auto shown = [&](std::string_view operations, std::string_view attribute) {
    const Answer answer = patch(path, operations);
    if (answer.status != 200) return answer.text;
    const json::value* found = answer.body.as_object().if_contains(attribute);
    return found == nullptr ? std::string() : json::serialize(*found);
  };
  EXPECT_EQ(shown(R"([{"op":"add","path":"tags","value":["x"]},{"op":"add","path":"tags","value":["x","y"]}])", "tags"),
            R"(["x","y"])");
  EXPECT_EQ(shown(R"([{"op":"replace","path":"place.floor","value":3}])", "place"), R"({"floor":3})");
  EXPECT_EQ(shown(R"([{"op":"add","path":"parts","value":[{"value":"q","primary":true}]}])", "parts"),
            R"([{"value":"p","primary":false},{"value":"q","primary":true}])");
  EXPECT_EQ(shown(R"([{"op":"replace","path":"parts[value eq \"q\"].weight","value":2.5}])", "parts"),
            R"([{"value":"p","primary":false},{"value":"q","primary":true,"weight":2.5E0}])");
  EXPECT_EQ(shown(R"([{"op":"remove","path":"parts[value eq \"p\"]"}])", "parts"),
            R"([{"value":"q","primary":true,"weight":2.5E0}])");
  EXPECT_EQ(shown(R"([{"op":"replace","value":{"place.city":"Ulm","urn:doorward:test:2.0:TestResource:code":"c"}}])",
                  "place"),
            R"({"floor":3,"city":"Ulm"})");
  EXPECT_EQ(patch(path, R"([{"op":"remove","path":"title"}])").status, 400);
  EXPECT_EQ(patch(path, R"([{"op":"replace","path":"count","value":1},{"op":"replace","path":"nothing","value":1}])")
                .str("/scimType"),
            "invalidPath");
  EXPECT_FALSE(call("GET", path).body.as_object().contains("count")) << "all or nothing";
}

TEST_P(ResourceTypesSuite, StaysInItsDirectory) {
  make_test_resources();
  const std::string id = made(R"("title": "a", "serial": "1")");
  const Tenant other = make_tenant();
  EXPECT_EQ(send(other, {"GET", "/TestResources", {}, other.secret}).status, 404);
  EXPECT_EQ(send(other, {"GET", "/Schemas/" + std::string(kTestUrn), {}, other.secret}).status, 404);
  EXPECT_EQ(send(other, {"GET", "/ResourceTypes", {}, other.secret}).body.at("totalResults").as_int64(), 2);
  const ScimSchemas::Place there{other.organization, other.directory};
  must(sync_wait(schemas_.register_schema(operator_, there, object(kTestSchema))));
  must(sync_wait(schemas_.create_type(operator_, there,
                                      {.name = "TestResource",
                                       .endpoint = "/TestResources",
                                       .description = {},
                                       .schema = std::string(kTestUrn),
                                       .extensions = {}})));
  EXPECT_EQ(send(other, {"GET", "/TestResources/" + id, {}, other.secret}).status, 404);
  EXPECT_EQ(send(other, {"POST", "/TestResources", R"({"title": "a", "serial": "1"})", other.secret}).status, 201);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ResourceTypesSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
