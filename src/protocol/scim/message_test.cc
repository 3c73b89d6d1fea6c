#include "protocol/scim/message.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "protocol/scim/directory_types.h"
#include "protocol/scim/discovery.h"
#include "protocol/scim/normalized.h"
#include "protocol/scim/projection.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

json::object object(std::string_view text) { return json::parse(text).as_object(); }

const json::object& whole() {
  static const json::object resource = complete_resource(
      user_type(), object(R"({"userName":"ann","name":{"givenName":"A","familyName":"B"},
        "emails":[{"value":"a@x.test","type":"work"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","costCenter":"C"}})"),
      {.id = "u1", .location = "http://x.test/Users/u1", .created = from_micros(0), .last_modified = from_micros(1)});
  return resource;
}

json::object shown(std::string_view attributes, std::string_view excluded = {}) {
  json::object out = Projection::parse(user_type(), attributes, excluded)->apply(whole());
  out.erase("schemas");
  return out;
}

TEST(Projection, ShowsWhatIsNamedAndWhatAlwaysShows) {
  EXPECT_EQ(shown("name.givenName, emails.VALUE"),
            object(R"({"id":"u1","name":{"givenName":"A"},"emails":[{"value":"a@x.test"}]})"));
  EXPECT_EQ(shown("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
            object(R"({"id":"u1","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D"}})"));
  EXPECT_EQ(shown("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User").size(), 2U);
  EXPECT_EQ(shown("emails[type eq \"work\" , x],nothing,userName"),
            object(R"({"id":"u1","userName":"ann","emails":[{"value":"a@x.test","type":"work"}]})"));
  EXPECT_EQ(shown("nothing"), object(R"({"id":"u1"})"));
}

TEST(Projection, HidesWhatIsExcludedButNeverTheId) {
  const json::object out = shown("", "id,emails,name.familyName,meta,schemas");
  EXPECT_TRUE(out.contains("id"));
  EXPECT_FALSE(out.contains("emails"));
  EXPECT_FALSE(out.contains("meta"));
  EXPECT_EQ(out.at("name"), json::parse(R"({"givenName":"A"})"));
  EXPECT_TRUE(Projection::parse(user_type(), "", "id")->apply(whole()).contains("schemas"));
}

TEST(Projection, TellsWhetherMembersAreNeeded) {
  EXPECT_TRUE(Projection(group_type()).shows("members"));
  EXPECT_FALSE(Projection::parse(group_type(), "", "members")->shows("members"));
  EXPECT_FALSE(Projection::parse(group_type(), "displayName", "")->shows("members"));
  EXPECT_TRUE(Projection::parse(group_type(), "members.value", "")->shows("members"));
  EXPECT_TRUE(Projection::parse(group_type(), "", "members.display")->shows("members"));
}

TEST(Projection, RefusesBothListsAtOnce) {
  EXPECT_EQ(Projection::parse(user_type(), "a", "b").error().reason, Reason::kScimInvalidValue);
}

TEST(Message, RendersErrorsByTheTable) {
  EXPECT_EQ(json::parse(error_body(make_error(Reason::kUserNameTaken, "userName is taken."))),
            json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409",
                            "scimType":"uniqueness","detail":"userName is taken."})"));
  EXPECT_EQ(error_status(make_error(Reason::kScimInvalidFilter, "")).scim_type, "invalidFilter");
  EXPECT_EQ(error_status(make_error(Reason::kScimSensitive, "")).status, 403);
  EXPECT_EQ(error_status(make_error(Reason::kDirectorySecretInvalid, "")).status, 401);
  EXPECT_EQ(error_status(make_error(Reason::kDirectoryDisabled, "")).status, 403);
  EXPECT_EQ(error_status(make_error(Reason::kDirectoryUserNotFound, "")).status, 404);
  EXPECT_EQ(error_status(make_error(Reason::kPayloadTooLarge, "")).status, 413);
  EXPECT_EQ(error_status(make_error(Reason::kMethodNotAllowed, "")).status, 405);
  EXPECT_EQ(error_status(make_error(Reason::kUnsupportedMediaType, "")).status, 415);
  EXPECT_EQ(error_status(make_error(Reason::kRateLimited, "")).status, 429);
  EXPECT_EQ(error_status(make_error(Reason::kStoreUnavailable, "")).status, 503);
  EXPECT_EQ(error_status(make_error(Reason::kInternal, "")).status, 500);
}

TEST(Message, RendersLists) {
  const auto numbered = [](std::size_t i) { return json::object{{"id", i}}; };
  EXPECT_EQ(json::parse(list_body({.total_results = 3, .start_index = 2}, 2, numbered)),
            json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":3,
                            "startIndex":2,"itemsPerPage":2,"Resources":[{"id":0},{"id":1}]})"));
  EXPECT_EQ(json::parse(list_body({}, 0, numbered)).at("Resources"), json::array());
  EXPECT_EQ(json::parse(list_body({.total_results = 3, .start_index = {}, .next_cursor = "abc"}, 1, numbered)),
            json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":3,
                            "itemsPerPage":1,"nextCursor":"abc","Resources":[{"id":0}]})"));
}

TEST(Message, CompletesAResource) {
  EXPECT_EQ(whole().at("schemas").as_array().size(), 2U);
  EXPECT_EQ(whole().at("meta"), json::parse(R"({"resourceType":"User","created":"1970-01-01T00:00:00Z",
                            "lastModified":"1970-01-01T00:00:00.000001Z","location":"http://x.test/Users/u1"})"));
}

void expect_no_null(const json::value& value) {
  EXPECT_FALSE(value.is_null());
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) expect_no_null(element);
  }
  if (const auto* members = value.if_object()) {
    for (const auto& member : *members) expect_no_null(member.value());
  }
}

TEST(Discovery, StatesWhatWorks) {
  const json::object config = service_provider_config("http://x.test", {.body_bytes = 1000});
  expect_no_null(config);
  EXPECT_EQ(config.at("patch"), json::parse(R"({"supported":true})"));
  EXPECT_EQ(config.at("bulk"), json::parse(R"({"supported":true,"maxOperations":1000,"maxPayloadSize":1000})"));
  EXPECT_EQ(config.at("sort").at("supported"), true);
  EXPECT_EQ(config.at("etag").at("supported"), true);
  EXPECT_EQ(config.at("authenticationSchemes").as_array().size(), 1U);
  EXPECT_EQ(config.at("authenticationSchemes").at(0).at("type"), "oauthbearertoken");
}

TEST(Discovery, RendersTheSchemasThatAreEnforced) {
  const auto schemas = schemas_in_use(DirectoryTypes::standard()->all());
  ASSERT_EQ(schemas.size(), 3U);
  for (const Schema* schema : schemas) {
    const json::object document = schema_document(*schema, "http://x.test");
    expect_no_null(document);
    EXPECT_EQ(document.at("attributes").as_array().size(), schema->attributes.size());
    for (const json::value& attribute : document.at("attributes").as_array()) {
      for (const char* key : {"name", "type", "multiValued", "description", "required", "mutability", "returned"}) {
        EXPECT_TRUE(attribute.as_object().contains(key)) << json::serialize(attribute);
      }
      EXPECT_EQ(attribute.at("type") == "complex", attribute.as_object().contains("subAttributes"));
      EXPECT_EQ(attribute.at("type") == "reference", attribute.as_object().contains("referenceTypes"));
    }
  }
  const json::object type = resource_type_document(user_type(), "http://x.test");
  EXPECT_EQ(type.at("schema"), json::value(kUserUrn));
  EXPECT_EQ(
      type.at("schemaExtensions"),
      json::parse(R"([{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false}])"));
  EXPECT_FALSE(resource_type_document(group_type(), "").contains("schemaExtensions"));
}

TEST(Normalized, ChoosesTheAddress) {
  const auto email = [](std::string_view document) { return chosen_email(object(document)); };
  EXPECT_EQ(email(R"({"emails":[{"value":"w","type":"work"},{"value":"p","primary":true}]})"), "p");
  EXPECT_EQ(email(R"({"emails":[{"value":"h","type":"home"},{"value":"w","type":"Work"}]})"), "w");
  EXPECT_EQ(email(R"({"emails":[{"type":"work"},{"value":"h","type":"home"}]})"), "h");
  EXPECT_EQ(email(R"({"userName":"ann@x.test"})"), "ann@x.test");
  EXPECT_EQ(email(R"({"userName":"ann"})"), "");
  EXPECT_EQ(email(R"({"userName":"a b@x"})"), "");
}

TEST(Normalized, NamesAttributesAlike) {
  EXPECT_EQ(normalized_user(object(R"({"userName":"ann","externalId":"x","displayName":"Ann B","nickName":"A",
      "name":{"givenName":"Ann","familyName":"B"},"title":"T","userType":"E","preferredLanguage":"de","locale":"de-CH",
      "timezone":"Europe/Zurich","profileUrl":"http://p","emails":[{"value":"a@x.test"}],
      "phoneNumbers":[{"value":"1","type":"home"},{"value":"2","type":"work"}],
      "photos":[{"value":"t","type":"thumbnail"},{"value":"p","type":"photo"}],
      "addresses":[{"streetAddress":"S","locality":"L","postalCode":"8000","country":"CH"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
        {"employeeNumber":"7","costCenter":"C","organization":"O","division":"V","department":"D"}})")),
            object(R"({"preferred_username":"ann","nickname":"A","title":"T","user_type":"E","language":"de",
      "locale":"de-CH","zoneinfo":"Europe/Zurich","profile":"http://p","email":"a@x.test","name":"Ann B",
      "given_name":"Ann","family_name":"B","phone_number":"2","picture":"p",
      "address":{"street_address":"S","locality":"L","postal_code":"8000","country":"CH"},
      "employee_id":"7","cost_center":"C","organization":"O","division":"V","department":"D"})"));
  EXPECT_EQ(normalized_user(object(R"({"userName":"u","name":{"givenName":"A","familyName":"B"}})")).at("name"), "A B");
  EXPECT_TRUE(is_active({}));
  EXPECT_FALSE(is_active(object(R"({"active":false})")));
}

}  // namespace
}  // namespace doorward::scim
