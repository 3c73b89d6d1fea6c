// Extensions of users and groups, and what a change of schemas means for what is stored, on both databases.
#include "app/provisioning/type_cache.h"
#include "resource_types_suite.h"

namespace doorward::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SchemaChangesSuite : public ResourceTypesSuite {
 protected:
  static std::string badge(std::string_view members) { return fmt::format(R"("{}": {{{}}})", kBadgeUrn, members); }
  std::string badge_of(const std::string& path) {
    const json::object resource = call("GET", path).body.as_object();
    const json::value* found = resource.if_contains(kBadgeUrn);
    return found == nullptr ? "" : json::serialize(*found);
  }
  Result<void> try_detach(const std::string& type, std::string_view urn) {
    return sync_wait(schemas_.detach_extension(operator_, here(), type, std::string(urn)));
  }
};

TEST_P(SchemaChangesSuite, AnExtensionHoldsForTheNextRequest) {
  const std::string ann = make_user("ann");
  const auto give = [&](std::string_view color) {
    return patch("/Users/" + ann, fmt::format(R"([{{"op":"add","path":"{}:color","value":"{}"}}])", kBadgeUrn, color));
  };
  give("red");
  EXPECT_EQ(badge_of("/Users/" + ann), "") << "nobody knows it";
  register_schema(kBadgeSchema);
  EXPECT_EQ(badge_of("/Users/" + ann), "") << "registered is not attached";
  attach("User", kBadgeUrn);
  EXPECT_EQ(give("red").status, 200);
  EXPECT_EQ(badge_of("/Users/" + ann), R"({"color":"red"})");
  EXPECT_THAT(call("GET", "/Users/" + ann).text, HasSubstr(R"(:User","urn:doorward:test:2.0:Badge"])"));
  EXPECT_EQ(call("GET", fmt::format("/Users?filter={}:color%20eq%20%22RED%22", kBadgeUrn)).body.at("totalResults"), 1);
  EXPECT_EQ(give("").status, 200);
  EXPECT_THAT(call("GET", "/Users/" + ann).text, testing::Not(HasSubstr("Badge")));
}

TEST_P(SchemaChangesSuite, ARequiredExtensionIsAsked) {
  register_schema(kBadgeSchema);
  attach("User", kBadgeUrn, true);
  const Answer without = post("/Users", R"("userName": "ann")");
  EXPECT_EQ(without.status, 400);
  EXPECT_THAT(without.str("/detail"), HasSubstr(kBadgeUrn));
  const Answer with = post("/Users", R"("userName": "ann", )" + badge(R"("color": "red")"));
  ASSERT_EQ(with.status, 201) << with.text;
  EXPECT_EQ(patch("/Users/" + with.str("/id"), fmt::format(R"([{{"op":"remove","path":"{}"}}])", kBadgeUrn)).status,
            400);
}

TEST_P(SchemaChangesSuite, AValueIsUniqueAcrossTheTypesOfADirectory) {
  register_schema(kBadgeSchema);
  attach("User", kBadgeUrn);
  attach("Group", kBadgeUrn);
  const Answer ann = post("/Users", R"("userName": "ann", )" + badge(R"("number": "7")"));
  ASSERT_EQ(ann.status, 201) << ann.text;
  EXPECT_EQ(post("/Users", R"("userName": "bob", )" + badge(R"("number": "7")")).str("/scimType"), "uniqueness");
  EXPECT_EQ(post("/Groups", R"("displayName": "g", )" + badge(R"("number": "7")")).status, 409);
  EXPECT_EQ(post("/Groups", R"("displayName": "g", )" + badge(R"("number": "8")")).status, 201);
  EXPECT_EQ(call("DELETE", "/Users/" + ann.str("/id")).status, 204);
  EXPECT_EQ(post("/Users", R"("userName": "bob", )" + badge(R"("number": "7")")).status, 201);
}

TEST_P(SchemaChangesSuite, WhatASchemaNoLongerSaysIsHidden) {
  register_schema(kBadgeSchema);
  attach("User", kBadgeUrn);
  const Answer made = post("/Users", R"("userName": "ann", )" + badge(R"("color": "red", "level": 3)"));
  const std::string ann = "/Users/" + made.str("/id");
  register_schema(R"({"id": "urn:doorward:test:2.0:Badge", "attributes": [
    {"name": "number", "uniqueness": "server"}, {"name": "color"}, {"name": "level"}]})");
  EXPECT_EQ(badge_of(ann), R"({"color":"red"})") << "a number is no text";
  EXPECT_TRUE(try_detach("User", kBadgeUrn));
  EXPECT_EQ(badge_of(ann), "");
  attach("User", kBadgeUrn);
  EXPECT_EQ(badge_of(ann), R"({"color":"red"})") << "nothing was rewritten";
  EXPECT_TRUE(try_detach("User", kBadgeUrn));
  EXPECT_EQ(patch(ann, R"([{"op":"add","path":"title","value":"Dr"}])").status, 200);
  attach("User", kBadgeUrn);
  EXPECT_EQ(badge_of(ann), "") << "it went with the change";
}

TEST_P(SchemaChangesSuite, NothingBecomesRequiredOverWhatIsStored) {
  register_schema(kBadgeSchema);
  make_user("ann");
  EXPECT_EQ(try_attach("User", kBadgeUrn, true).error().reason, Reason::kScimSchemaInUse);
  attach("User", kBadgeUrn);
  EXPECT_EQ(try_attach("User", kBadgeUrn, true).error().reason, Reason::kScimSchemaInUse);
  const auto tightened =
      try_register(R"({"id": "urn:doorward:test:2.0:Badge", "attributes": [{"name": "color", "required": true}]})");
  EXPECT_EQ(tightened.error().reason, Reason::kScimSchemaInUse);
  EXPECT_THAT(tightened.error().message, HasSubstr("color"));
}

TEST_P(SchemaChangesSuite, WhatBecomesUniqueIsLookedThrough) {
  make_test_resources();
  const std::string one = made(R"("title": "1", "code": "x")");
  made(R"("title": "2", "code": "x")");
  std::string unique(kTestSchema);
  const std::string code = R"("name": "code", )";
  unique.replace(unique.find(code), code.size(), R"("name": "code", "uniqueness": "global", )");
  EXPECT_EQ(try_register(unique).error().reason, Reason::kScimSchemaInUse);
  call("DELETE", "/TestResources/" + one);
  register_schema(unique);
  EXPECT_EQ(post("/TestResources", R"("title": "3", "code": "x")").status, 409) << "what was there before counts";
  EXPECT_EQ(post("/TestResources", R"("title": "3", "code": "X")").status, 201) << "caseExact";
}

TEST_P(SchemaChangesSuite, WhatIsInUseStays) {
  make_test_resources();
  const std::string id = made(R"("title": "1")");
  const auto drop_schema = [&] { return sync_wait(schemas_.remove_schema(operator_, here(), std::string(kTestUrn))); };
  const auto drop_type = [&](const std::string& name) {
    return sync_wait(schemas_.remove_type(operator_, here(), name));
  };
  EXPECT_EQ(drop_schema().error().reason, Reason::kScimSchemaInUse);
  EXPECT_EQ(drop_type("TestResource").error().reason, Reason::kScimResourceTypeInUse);
  EXPECT_EQ(drop_type("User").error().reason, Reason::kScimResourceTypeInUse);
  EXPECT_EQ(drop_type("Nothing").error().reason, Reason::kScimResourceTypeNotFound);
  EXPECT_EQ(try_detach("User", scim::kEnterpriseUserUrn).error().reason, Reason::kScimExtensionNotFound);
  call("DELETE", "/TestResources/" + id);
  EXPECT_TRUE(drop_type("TestResource"));
  EXPECT_EQ(call("GET", "/TestResources").status, 404);
  EXPECT_TRUE(drop_schema());
  EXPECT_EQ(drop_schema().error().reason, Reason::kScimSchemaNotFound);
}

TEST_P(SchemaChangesSuite, NamesAndEndpointsAreTakenOnce) {
  make_test_resources();
  EXPECT_EQ(try_type("TestResource", "/Others", kTestUrn).error().reason, Reason::kScimResourceTypeExists);
  EXPECT_EQ(try_type("Other", "/testresources", kTestUrn).error().reason, Reason::kInvalidArgument);
  EXPECT_EQ(try_type("User", "/Others", kTestUrn).error().reason, Reason::kScimResourceTypeExists);
  EXPECT_EQ(try_type("Other", "/Others", "urn:acme:Nothing").error().reason, Reason::kScimSchemaNotFound);
  EXPECT_EQ(try_attach("Nothing", kTestUrn).error().reason, Reason::kScimResourceTypeNotFound);
  const ScimSchemas::Place elsewhere{home_.organization, DirectoryId{"dir_0"}};
  EXPECT_EQ(sync_wait(schemas_.list_schemas(operator_, elsewhere)).error().reason, Reason::kDirectoryNotFound);
  must(try_type("Other", "/Others", kTestUrn));
  EXPECT_THAT(must(sync_wait(schemas_.list_types(operator_, here()))), SizeIs(4));
}

TEST_P(SchemaChangesSuite, AWriteReadByOldSchemasIsRefused) {
  register_schema(kBadgeSchema);
  Push old = home_push_;
  old.by.schema_version = 1;
  attach("User", kBadgeUrn, true);
  const auto refused = sync_wait(users_.create(old, {{"userName", "ann"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kStoreBusy);
  EXPECT_EQ(refused.error().retry_after_seconds, 1U);
}

TEST_P(SchemaChangesSuite, AttributesOfExtensionsAreSourcesOfMappings) {
  const std::vector<AttributeMapping> mappings = {{"custom_attributes.badge", "urn:doorward:test:2.0:Badge:color"}};
  const auto map = [&] {
    return sync_wait(directories_.update_attributes(operator_, home_.organization, home_.directory, mappings));
  };
  EXPECT_EQ(map().error().reason, Reason::kInvalidArgument);
  register_schema(kBadgeSchema);
  attach("User", kBadgeUrn);
  must(map());
  const Answer made = post("/Users", R"("userName": "ann", )" + badge(R"("color": "red")"));
  const std::string id = made.str("/id");
  EXPECT_EQ(json::serialize(last_of(id).after->at("custom_attributes")), R"({"badge":"red"})");
  mark();
  EXPECT_TRUE(try_detach("User", kBadgeUrn));
  EXPECT_THAT(told(),
              ElementsAre("ScimResourceType delete ", "DirectoryUser update organization.directory.user_updated"));
  EXPECT_FALSE(last_of(id).after->contains("custom_attributes"));
}

TEST_P(SchemaChangesSuite, EverythingGoesWithTheDirectory) {
  make_test_resources();
  made(R"("title": "1", "serial": "S")");
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  EXPECT_TRUE(sync_wait(directories_.remove(operator_, home_.organization, home_.directory)));
  must(write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.directories().purge_batch(environment_, home_.organization, home_.directory, 1000));
    return true;
  }));
  EXPECT_THAT(read([&](const ReadTx& tx) { return tx.scim_definitions().list(environment_, home_.directory); }),
              testing::IsEmpty());
  EXPECT_EQ(
      read([&](const ReadTx& tx) { return tx.scim_resources().count(environment_, home_.directory, "TestResource"); }),
      0);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SchemaChangesSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
