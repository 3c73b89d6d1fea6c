#include "rpc/openapi/document.h"

#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "echo.doorward.h"
#include "rpc/bind.h"
#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;

constexpr DeclaredComment kComments[] = {
    {"doorward.rpc.testing.Color", "A color."},
    {"doorward.rpc.testing.Color.RED", "Like blood."},
    {"doorward.rpc.testing.EchoService", "Echoes."},
    {"doorward.rpc.testing.EchoService.Get", "Finds a ticket. By `id`.\n\nOr otherwise."},
    {"doorward.rpc.testing.Rules", "One of each."},
    {"doorward.rpc.testing.Rules.slug", "A short name."},
};

const json::object& document() {
  static const json::object made = [] {
    static testing::EchoHandlers handlers;
    Registry registry;
    testing::bind(registry, handlers);
    return openapi_document(registry, {.base_url = "https://id.example", .version = "7", .comments = kComments})
        .value();
  }();
  return made;
}

const json::value& at(const std::string& pointer) {
  static const json::value whole = document();
  return whole.at_pointer(pointer);
}
std::string text(const std::string& pointer) { return json::serialize(at(pointer)); }

std::vector<std::string> parameters(const std::string& path, const std::string& verb) {
  std::vector<std::string> found;
  for (const json::value& one : document().at("paths").at(path).at(verb).at("parameters").as_array()) {
    const bool required = one.as_object().contains("required");
    found.push_back(std::string(one.at("in").as_string()) + " " + std::string(one.at("name").as_string()) +
                    (required ? " required" : ""));
  }
  return found;
}

TEST(OpenApi, NamesItselfItsServerAndItsTokenEndpoint) {
  EXPECT_EQ(text("/openapi"), R"("3.1.0")");
  EXPECT_EQ(text("/info/version"), R"("7")");
  EXPECT_EQ(text("/servers/0/url"), R"("https://id.example")");
  EXPECT_EQ(text("/components/securitySchemes/clientCredentials/flows/clientCredentials/tokenUrl"),
            R"("https://id.example/oauth/token")");
  EXPECT_EQ(text("/tags"), R"([{"name":"Echos","description":"Echoes."}])");
}

TEST(OpenApi, HasOneOperationForEachBinding) {
  std::vector<std::string> paths;
  for (const auto& [path, item] : document().at("paths").as_object()) paths.emplace_back(path);
  EXPECT_THAT(paths, ::testing::ElementsAre("/test/v1/tickets", "/test/v1/shelves/{shelf}/tickets/{id}",
                                            "/test/v1/tickets:external/{external_id}", "/test/v1/{name}:open",
                                            "/test/v1/files/{name}", "/test/v1/tickets:echo", "/test/v1/tickets/{id}",
                                            "/test/v1/tickets/{id}:close", "/test/v1/tickets:reveal", "/test/v1/ping"));
  EXPECT_EQ(text("/paths/~1test~1v1~1files~1{name}/get/operationId"), R"("EchoService_Get_4")");
  EXPECT_EQ(text("/paths/~1test~1v1~1files~1{name}/get/x-grpc-method"), R"("doorward.rpc.testing.EchoService/Get")");
}

TEST(OpenApi, TakesItsWordsFromTheComments) {
  const std::string get = "/paths/~1test~1v1~1files~1{name}/get";
  EXPECT_EQ(text(get + "/summary"), R"("Finds a ticket")");
  EXPECT_EQ(text(get + "/description"), R"("By `id`.\n\nOr otherwise.")");
  EXPECT_EQ(text("/components/schemas/Rules/properties/slug/description"), R"("A short name.")");
  EXPECT_EQ(text("/components/schemas/Color"), R"({"type":"string","description":"A color.\n\n- `RED`: Like blood.",)"
                                               R"("enum":["COLOR_UNSPECIFIED","RED","GREEN"]})");
}

TEST(OpenApi, SaysWhereEachFieldOfARequestTravels) {
  // external_id is left out beside id: both together are refused. A repeated message has no form in a query.
  EXPECT_THAT(parameters("/test/v1/shelves/{shelf}/tickets/{id}", "get"),
              ::testing::IsSupersetOf({"path shelf required", "path id required", "query name", "query page_size",
                                       "query labels", "query filter.text", "query filter.maybe_int", "query after",
                                       "query limit", "query colors"}));
  EXPECT_THAT(parameters("/test/v1/shelves/{shelf}/tickets/{id}", "get"),
              ::testing::Not(::testing::AnyOf(::testing::Contains("query external_id"), ::testing::Contains("query id"),
                                              ::testing::Contains("query filter.children"),
                                              ::testing::Contains("query filter.detail"))));
  EXPECT_THAT(parameters("/test/v1/tickets/{id}", "patch"), ::testing::ElementsAre("path id required", "query mask"));
  EXPECT_EQ(text("/paths/~1test~1v1~1tickets~1{id}/patch/requestBody/required"), "true");
  EXPECT_FALSE(document().at("paths").at("/test/v1/ping").at("get").as_object().contains("parameters"));
}

TEST(OpenApi, SaysTheRulesThatAreEnforced) {
  const std::string rules = "/components/schemas/Rules/properties";
  EXPECT_EQ(text(rules + "/short_text"), R"({"type":"string","minLength":2,"maxLength":4})");
  EXPECT_EQ(text(rules + "/slug/pattern"), R"("^[a-z]+$")");
  EXPECT_EQ(text(rules + "/choice/enum"), R"(["a","b"])");
  EXPECT_EQ(text(rules + "/link/format"), R"("uri")");
  EXPECT_EQ(text(rules + "/number"),
            R"({"type":"integer","format":"int32","minimum":-2147483648,"maximum":10,"exclusiveMinimum":0})");
  EXPECT_EQ(text(rules + "/color"), R"({"$ref":"#/components/schemas/Color","not":{"enum":["GREEN"]}})");
  EXPECT_EQ(text(rules + "/items"), R"({"type":"array","items":{"type":"string","minLength":1},"maxItems":2,)"
                                    R"("uniqueItems":true})");
  EXPECT_EQ(
      text(rules + "/metadata"),
      R"({"type":"object","propertyNames":{"minLength":3},"additionalProperties":{"type":"string","maxLength":3},)"
      R"("maxProperties":2})");
  EXPECT_EQ(text(rules + "/least/minimum"), "5");
  EXPECT_EQ(text("/components/schemas/Rules/required"), R"(["needed"])");
  EXPECT_EQ(text("/paths/~1test~1v1~1tickets~1{id}/patch/parameters/0/schema"),
            R"({"type":"string","minLength":4,"maxLength":8,"pattern":"^tkt_"})");
}

TEST(OpenApi, TakesTheGenerousRuleWhereThereIsOne) {
  for (const json::value& one : at("/paths/~1test~1v1~1files~1{name}/get/parameters").as_array()) {
    if (one.at("name").as_string() == "page_size") EXPECT_EQ(one.at("schema").at("maximum"), 100);
  }
}

TEST(OpenApi, HasTheJsonFormOfEveryType) {
  const std::string ticket = "/components/schemas/Ticket/properties";
  EXPECT_EQ(text(ticket + "/int64_field"), R"({"type":"string","format":"int64","pattern":"^-?[0-9]{1,19}$"})");
  EXPECT_EQ(text(ticket + "/uint32_field"), R"({"type":"integer","format":"int64","minimum":0,"maximum":4294967295})");
  EXPECT_EQ(text(ticket + "/double_field"), R"({"type":"number","format":"double"})");
  EXPECT_EQ(text(ticket + "/data"), R"({"type":"string","contentEncoding":"base64"})");
  EXPECT_EQ(text(ticket + "/at"), R"({"type":"string","format":"date-time"})");
  EXPECT_EQ(text(ticket + "/lasts/pattern"), R"("^-?[0-9]+(\\.[0-9]{1,9})?s$")");
  EXPECT_EQ(text(ticket + "/mask"), R"({"type":"string"})");
  EXPECT_EQ(text(ticket + "/detail"), R"({"type":"object","additionalProperties":true})");
  EXPECT_EQ(text(ticket + "/any_value"), "{}");
  EXPECT_EQ(text(ticket + "/list"), R"({"type":"array","items":{}})");
  EXPECT_EQ(text(ticket + "/wrapped_bool"), R"({"type":["boolean","null"]})");
  EXPECT_EQ(text(ticket + "/wrapped_long/type"), R"(["string","null"])");
  EXPECT_EQ(text(ticket + "/by_number"),
            R"({"type":"object","additionalProperties":{"$ref":"#/components/schemas/Ticket"}})");
  EXPECT_EQ(text("/components/schemas/Ticket/allOf"), R"([{"not":{"required":["left","right"]}}])");
}

TEST(OpenApi, PromisesOfAnswersWhatIsAlwaysWritten) {
  EXPECT_EQ(text("/components/schemas/UpdateTicket/required"), R"(["id"])");
  EXPECT_FALSE(at("/components/schemas/Ticket").as_object().contains("required")) << "it is a request, too";
}

TEST(OpenApi, ListsEveryAnswer) {
  const auto statuses = [&](const std::string& path, const std::string& verb) {
    std::string found;
    for (const auto& [status, answer] : document().at("paths").at(path).at(verb).at("responses").as_object()) {
      found += std::string(status) + " ";
    }
    return found;
  };
  EXPECT_EQ(statuses("/test/v1/tickets", "post"), "201 400 401 413 415 429 500 503 504 ");
  EXPECT_EQ(statuses("/test/v1/ping", "get"), "200 400 429 500 503 504 ");
  EXPECT_EQ(text("/paths/~1test~1v1~1ping/get/security"), "[]");
  EXPECT_FALSE(at("/paths/~1test~1v1~1tickets/post").as_object().contains("security"));
  EXPECT_EQ(text("/components/responses/Unavailable/content"),
            R"({"application/json":{"schema":{"$ref":"#/components/schemas/ErrorInfo"}}})");
}

TEST(Headline, IsTheFirstSentence) {
  const auto both = [](std::string_view comment) {
    const auto [summary, description] = headline(comment);
    return summary + "|" + description;
  };
  EXPECT_EQ(both(""), "|");
  EXPECT_EQ(both("One."), "One|");
  EXPECT_EQ(both("One. Two.\n\nThree."), "One|Two.\n\nThree.");
  EXPECT_EQ(both("A title\n\nText."), "A title|Text.");
  EXPECT_EQ(both("Speaks SCIM 2.0 well. Yes."), "Speaks SCIM 2.0 well|Yes.");
}

}  // namespace
}  // namespace doorward::rpc
