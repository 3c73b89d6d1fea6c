#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/completion.h"
#include "edge/html.h"
#include "edge/reference/api_reference.h"
#include "edge/reference/markup.h"
#include "edge/reference/sample.h"
#include "edge/reference/schema_view.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

TEST(Markup, KnowsCodeParagraphsAndLists) {
  EXPECT_EQ(marked_up("One `a<b`.\n\nTwo & three"), "<p>One <code>a&lt;b</code>.</p><p>Two &amp; three</p>");
  EXPECT_EQ(marked_up("Either\n- `a`\n- b\n\nEnd"),
            "<p>Either</p><ul><li><code>a</code></li><li>b</li></ul><p>End</p>");
  EXPECT_EQ(marked_up("an ` alone"), "<p>an ` alone</p>");
  EXPECT_EQ(escaped(R"(<a href="x">&)"), "&lt;a href=&quot;x&quot;&gt;&amp;");
}

TEST(Sample, IndentsJson) {
  EXPECT_EQ(indented(json::parse(R"({"a":[1,{"b":"c"}],"d":{},"e":[]})")),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c\"\n    }\n  ],\n  \"d\": {},\n  \"e\": []\n}");
}

TEST(Sample, WritesTheCommandOfAnOperation) {
  const json::object operation = json::parse(R"({
    "parameters": [
      {"in": "path", "name": "id", "schema": {"examples": ["org_1"]}},
      {"in": "query", "name": "query", "schema": {"examples": ["acme"]}},
      {"in": "query", "name": "page_size", "schema": {}}],
    "requestBody": {"content": {"application/json": {"example": {"name": "it's"}}}}})")
                                     .as_object();
  EXPECT_EQ(curl_command("https://id.example", "PATCH", "/api/{id}", operation),
            "curl -X PATCH 'https://id.example/api/org_1?query=acme' \\\n"
            "  -H \"Authorization: Bearer $TOKEN\" \\\n"
            "  -H 'Content-Type: application/json' \\\n"
            "  -d '{\n  \"name\": \"it'\\''s\"\n}'");
  EXPECT_EQ(curl_command("https://id.example", "GET", "/ping", {{"security", json::array()}}),
            "curl 'https://id.example/ping'");
}

TEST(SchemaView, NamesTypesAndBounds) {
  const json::object document =
      json::parse(R"({"components": {"schemas": {"Color": {"type": "string", "enum": ["RED"]}}}})").as_object();
  const SchemaView view(document);
  const auto schema = [](const char* text) { return json::parse(text).as_object(); };
  EXPECT_EQ(view.type(schema(R"({"type": "string", "format": "date-time"})")), "string · date-time");
  EXPECT_EQ(view.type(schema(R"({"type": "array", "items": {"$ref": "#/components/schemas/Color"}})")),
            "list of <a href=\"#schema-Color\">Color</a>");
  EXPECT_EQ(view.type(schema(R"({"type": ["integer", "null"]})")), "integer or null");
  EXPECT_EQ(view.type(schema(R"({"type": "object", "additionalProperties": {"type": "string"}})")),
            "map of text to string");
  EXPECT_EQ(SchemaView::bounds(schema(R"({"minLength": 1, "maxLength": 200})")), "1 to 200 characters");
  EXPECT_EQ(SchemaView::bounds(schema(R"({"minimum": 0, "maximum": 4294967295})")), "");
  EXPECT_EQ(SchemaView::bounds(schema(R"({"minimum": 0, "maximum": 30})")), "0 to 30");
  EXPECT_EQ(SchemaView::bounds(schema(R"({"items": {"maxLength": 3}, "maxItems": 2})")),
            "at most 2 items · each: at most 3 characters");
  EXPECT_EQ(SchemaView::bounds(*view.target(schema(R"({"$ref": "#/components/schemas/Color"})"))),
            "one of <code>RED</code>");
}

TEST(ApiReference, MakesItsTextsOnceAndAnswersWithTags) {
  int made = 0;
  ApiReference reference([&] {
    ++made;
    return json::parse(R"({"info": {"title": "T", "description": ""}, "servers": [{"url": "https://id.example"}],
      "tags": [], "paths": {"/p": {"get": {"tags": ["none"], "responses": {}}}},
      "components": {"securitySchemes": {"s": {"description": ""}}, "responses": {}, "schemas": {}}})")
        .as_object();
  });
  net::Router router;
  reference.add_to(router);
  EXPECT_EQ(made, 0);
  const auto get = [&](std::string path, net::Headers headers = {}, std::string method = "GET") {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.headers = std::move(headers);
    return sync_wait(router(request));
  };
  const auto page = get("/docs/api");
  const auto document = get("/openapi.json");
  EXPECT_EQ(made, 1);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body.starts_with("<!doctype html>"));
  EXPECT_EQ(get("/docs/api", {{"if-none-match", *net::find_header(page.headers, "etag")}}).status, 304);
  EXPECT_EQ(get("/docs/api", {{"if-none-match", *net::find_header(document.headers, "etag")}}).status, 200);
  EXPECT_EQ(get("/docs/api", {}, "POST").status, 405);
}

}  // namespace
}  // namespace doorward::edge
