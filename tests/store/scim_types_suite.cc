#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ScimTypesSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    env_ = environment();
    dir_ = directory(organization(env_));
  }
  ScimDefinition definition(ScimDefinitionKind kind, const std::string& name, std::int64_t at) {
    return {.environment_id = env_.id,
            .directory_id = dir_.id,
            .kind = kind,
            .name = name,
            .document = {{"name", name}},
            .create_time = from_micros(at),
            .update_time = from_micros(at)};
  }
  ScimResource resource(const std::string& id, std::int64_t at, const std::string& type = "Device") {
    return {.environment_id = env_.id,
            .organization_id = dir_.organization_id,
            .directory_id = dir_.id,
            .id = ScimResourceId{id},
            .type = type,
            .external_id = "X" + id,
            .attributes = {{"serial", id}},
            .version = 1,
            .create_time = from_micros(at),
            .update_time = from_micros(at)};
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const ScimDefinition& row :
         must_read([&](const ReadTx& tx) { return tx.scim_definitions().list(env_.id, dir_.id); })) {
      out.push_back(row.name);
    }
    return out;
  }
  std::vector<std::string> ids(const std::vector<ScimResource>& resources) {
    std::vector<std::string> out;
    for (const ScimResource& one : resources) out.push_back(one.id.str());
    return out;
  }

  Environment env_;
  Directory dir_;
};

TEST_P(ScimTypesSuite, DefinitionsAreReplacedAndKeepTheirOrder) {
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.scim_definitions().put(definition(ScimDefinitionKind::kSchema, "urn:b:1", 1)));
    DOORWARD_CHECK(tx.scim_definitions().put(definition(ScimDefinitionKind::kResourceType, "Device", 2)));
    return tx.scim_definitions().put(definition(ScimDefinitionKind::kSchema, "urn:a:1", 3));
  });
  EXPECT_THAT(names(), ElementsAre("urn:b:1", "Device", "urn:a:1"));
  ScimDefinition changed = definition(ScimDefinitionKind::kSchema, "urn:b:1", 9);
  changed.document["name"] = "other";
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.scim_definitions().put(changed));
    return tx.scim_definitions().remove(env_.id, dir_.id, ScimDefinitionKind::kSchema, "urn:a:1");
  });
  EXPECT_THAT(names(), ElementsAre("urn:b:1", "Device"));
  const auto rows = must_read([&](const ReadTx& tx) { return tx.scim_definitions().list(env_.id, dir_.id); });
  EXPECT_EQ(rows[0].document.at("name"), "other");
  EXPECT_EQ(rows[0].create_time, from_micros(1));
  EXPECT_THAT(must_read([&](const ReadTx& tx) { return tx.scim_definitions().list(env_.id, DirectoryId{"dir_0"}); }),
              IsEmpty());
}

TEST_P(ScimTypesSuite, TheSchemaVersionRises) {
  const auto version = [&] {
    return must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env_.id, dir_.id); })->schema_version;
  };
  EXPECT_EQ(version(), 0);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto before, tx.directories().lock(env_.id, dir_.id));
    DOORWARD_CHECK(tx.directories().raise_schema_version(env_.id, dir_.id));
    DOORWARD_TRY(const auto after, tx.directories().lock(env_.id, dir_.id));
    EXPECT_EQ(before->schema_version + 1, after->schema_version);
    return tx.directories().update(*before);
  });
  EXPECT_EQ(version(), 1);
}

TEST_P(ScimTypesSuite, ResourcesLiveByTypeInCreationOrder) {
  must([&](WriteTx& tx) -> Result<void> {
    for (const auto& [id, at] : {std::pair("r3", 3), std::pair("r1", 1), std::pair("r2", 2)}) {
      DOORWARD_CHECK(tx.scim_resources().insert(resource(id, at)));
    }
    return tx.scim_resources().insert(resource("o1", 1, "Other"));
  });
  const auto listed = must_read(
      [&](const ReadTx& tx) { return tx.scim_resources().list(env_.id, dir_.id, "Device", PageRequest{.limit = 2}); });
  EXPECT_THAT(ids(listed.items), ElementsAre("r1", "r2"));
  EXPECT_TRUE(listed.has_next);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.scim_resources().count(env_.id, dir_.id, "Device"); }), 3);
  const auto find = [&](const std::string& type, const std::string& id) {
    return must_read(
        [&](const ReadTx& tx) { return tx.scim_resources().find(env_.id, dir_.id, type, ScimResourceId{id}); });
  };
  EXPECT_FALSE(find("Other", "r1"));
  ScimResource changed = *find("Device", "r1");
  changed.attributes["serial"] = "new";
  changed.version = 2;
  must([&](WriteTx& tx) { return tx.scim_resources().update(changed); });
  EXPECT_EQ(find("Device", "r1")->attributes.at("serial"), "new");
  EXPECT_EQ(find("Device", "r1")->version, 2);
  must([&](WriteTx& tx) { return tx.scim_resources().remove(env_.id, dir_.id, ScimResourceId{"r1"}); });
  EXPECT_FALSE(find("Device", "r1"));
}

TEST_P(ScimTypesSuite, ResourcesAreSearchedWithinTheirType) {
  must([&](WriteTx& tx) -> Result<void> {
    for (const auto& [id, at] : {std::pair("r3", 1), std::pair("r1", 2), std::pair("r2", 3)}) {
      DOORWARD_CHECK(tx.scim_resources().insert(resource(id, at)));
    }
    ScimResource changed = resource("r3", 1);
    changed.update_time = from_micros(9);
    DOORWARD_CHECK(tx.scim_resources().update(changed));
    return tx.scim_resources().insert(resource("o1", 1, "Other"));
  });
  const auto walk = [&](const ResourceWalk& walk, const std::optional<ResourcePosition>& after = {}) {
    return ids(must_read(
        [&](const ReadTx& tx) { return tx.scim_resources().walk(env_.id, dir_.id, "Device", walk, after, 10); }));
  };
  const auto position = [&](const ResourceWalk& walk, std::int64_t offset) {
    return must_read(
        [&](const ReadTx& tx) { return tx.scim_resources().position(env_.id, dir_.id, "Device", walk, offset); });
  };
  for (const auto& [order, expected] :
       std::vector<std::pair<ResourceOrder, std::vector<std::string>>>{{ResourceOrder::kCreated, {"r3", "r1", "r2"}},
                                                                       {ResourceOrder::kModified, {"r1", "r2", "r3"}},
                                                                       {ResourceOrder::kId, {"r1", "r2", "r3"}}}) {
    SCOPED_TRACE(static_cast<int>(order));
    const ResourceWalk forward{.order = order};
    const ResourceWalk backward{.order = order, .descending = true};
    EXPECT_EQ(walk(forward), expected);
    EXPECT_EQ(walk(backward), std::vector<std::string>(expected.rbegin(), expected.rend()));
    EXPECT_THAT(walk(forward, position(forward, 1)), ElementsAre(expected[2]));
    EXPECT_THAT(walk(backward, position(backward, 1)), ElementsAre(expected[0]));
    EXPECT_FALSE(position(forward, 3));
  }
  const ResourceWalk late{.order = ResourceOrder::kModified, .from = from_micros(3), .to = from_micros(9)};
  EXPECT_THAT(walk(late), ElementsAre("r2", "r3"));
  EXPECT_EQ(
      must_read([&](const ReadTx& tx) { return tx.scim_resources().count_walk(env_.id, dir_.id, "Device", late); }), 2);

  using Index = ScimResourceRepository::Index;
  const auto look_up = [&](const std::string& type, Index index, const std::string& value) {
    return must_read(
        [&](const ReadTx& tx) { return tx.scim_resources().look_up(env_.id, dir_.id, type, index, value, {}, 10); });
  };
  EXPECT_THAT(look_up("Device", Index::kId, "r2"), ElementsAre(ScimResourceId{"r2"}));
  EXPECT_THAT(look_up("Device", Index::kExternalId, "Xr2"), ElementsAre(ScimResourceId{"r2"}));
  EXPECT_THAT(look_up("Other", Index::kExternalId, "Xr2"), IsEmpty());
  EXPECT_THAT(ids(must_read([&](const ReadTx& tx) {
                return tx.scim_resources().find_each(
                    env_.id, dir_.id, "Device", {ScimResourceId{"r3"}, ScimResourceId{"o1"}, ScimResourceId{"r1"}});
              })),
              ElementsAre("r1", "r3"));
}

TEST_P(ScimTypesSuite, AUniqueValueHasOneOwner) {
  const std::string one(32, 'a');
  const std::string two(32, 'b');
  must([&](WriteTx& tx) { return tx.scim_resources().replace_unique_values(env_.id, dir_.id, "r1", {one, two}); });
  const auto owner = [&](const std::string& hash) {
    return must_read([&](const ReadTx& tx) { return tx.scim_resources().unique_value_owner(env_.id, dir_.id, hash); });
  };
  EXPECT_EQ(owner(one), "r1");
  const auto taken = write([&](WriteTx& tx) -> Result<void> {
    return tx.scim_resources().replace_unique_values(env_.id, dir_.id, "r2", {two});
  });
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().reason, Reason::kScimUniqueness);
  must([&](WriteTx& tx) { return tx.scim_resources().replace_unique_values(env_.id, dir_.id, "r1", {one}); });
  EXPECT_EQ(owner(two), std::nullopt);
  must([&](WriteTx& tx) { return tx.scim_resources().remove(env_.id, dir_.id, ScimResourceId{"r1"}); });
  EXPECT_EQ(owner(one), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ScimTypesSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
