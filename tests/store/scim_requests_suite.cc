#include <fmt/format.h>

#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;

class ScimRequestsSuite : public StoreSuite {
 protected:
  ScimRequest request(const Directory& directory, std::string path, int status = 200) {
    clock_.advance(std::chrono::seconds(1));
    return {.environment_id = directory.environment_id,
            .organization_id = directory.organization_id,
            .directory_id = directory.id,
            .id = ids().next<ScimRequestId>(),
            .create_time = now(),
            .duration = Duration(42),
            .method = "GET",
            .path = std::move(path),
            .resource_id = "diruser_1",
            .status = status,
            .request_id = "req_1",
            .profile = "okta",
            .quirks = "boolean_as_text",
            .txn = TransactionId("txn_1"),
            .effect = ScimEffect::kUpdate,
            .reason = "reason",
            .scim_type = "noTarget",
            .sealed_details = "details",
            .sealed_bodies = "bodies",
            .bytes = 100};
  }
  void insert(const ScimRequest& one) {
    must([&](WriteTx& tx) { return tx.scim_requests().insert(one); });
  }
  std::vector<std::string> paths(const Directory& directory, const ScimRequestFilter& filter = {},
                                 const PageRequest& page = {.limit = 100}) {
    std::vector<std::string> out;
    for (const ScimRequest& one : must_read([&](const ReadTx& tx) {
                                    return tx.scim_requests().list(directory.environment_id, directory.id, filter,
                                                                   page);
                                  }).items) {
      EXPECT_EQ(one.sealed_bodies, "") << "lists read no bodies";
      out.push_back(one.path);
    }
    return out;
  }
  std::int64_t trim(const Directory& directory, ScimRequestBounds added, ScimRequestBounds bounds,
                    bool refused = false) {
    return *write([&](WriteTx& tx) {
      return tx.scim_requests().count_and_trim(directory.environment_id, directory.id, refused, added, bounds);
    });
  }
};

TEST_P(ScimRequestsSuite, ARequestComesBackAsItWasStored) {
  const Directory dir = directory(organization(environment()));
  const Directory other = directory(organization(environment()));
  const ScimRequest stored = request(dir, "/Users/diruser_1", 404);
  insert(stored);
  const auto find = [&](const Directory& d) {
    return must_read([&](const ReadTx& tx) { return tx.scim_requests().find(d.environment_id, d.id, stored.id); });
  };
  const auto found = find(dir);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->organization_id, dir.organization_id);
  EXPECT_EQ(found->create_time, stored.create_time);
  EXPECT_EQ(found->duration, stored.duration);
  EXPECT_EQ(found->method, "GET");
  EXPECT_EQ(found->path, "/Users/diruser_1");
  EXPECT_EQ(found->resource_id, "diruser_1");
  EXPECT_EQ(found->status, 404);
  EXPECT_EQ(found->request_id, "req_1");
  EXPECT_EQ(found->profile, "okta");
  EXPECT_EQ(found->quirks, "boolean_as_text");
  EXPECT_EQ(found->txn, stored.txn);
  EXPECT_EQ(found->effect, ScimEffect::kUpdate);
  EXPECT_EQ(found->reason, "reason");
  EXPECT_EQ(found->scim_type, "noTarget");
  EXPECT_EQ(found->sealed_details, "details");
  EXPECT_EQ(found->sealed_bodies, "bodies");
  EXPECT_EQ(found->bytes, 100);
  EXPECT_FALSE(found->refused);
  EXPECT_FALSE(find(other));
}

TEST_P(ScimRequestsSuite, ListsGoFromNewToOldUnderTheirFilters) {
  const Directory dir = directory(organization(environment()));
  insert(request(dir, "/Users", 201));
  insert(request(dir, "/Users/diruser_1", 404));
  ScimRequest group = request(dir, "/Groups", 500);
  group.method = "POST";
  group.resource_id = "dirgroup_1";
  group.profile = "entra";
  insert(group);
  insert(request(dir, "/", 200));
  EXPECT_THAT(paths(dir), ElementsAre("/", "/Groups", "/Users/diruser_1", "/Users"));
  EXPECT_THAT(paths(dir, {.status_class = 2}), ElementsAre("/", "/Users"));
  EXPECT_THAT(paths(dir, {.status_class = 5}), ElementsAre("/Groups"));
  EXPECT_THAT(paths(dir, {.method = "POST"}), ElementsAre("/Groups"));
  EXPECT_THAT(paths(dir, {.path_prefix = "/Users"}), ElementsAre("/Users/diruser_1", "/Users"));
  EXPECT_THAT(paths(dir, {.resource_id = "dirgroup_1"}), ElementsAre("/Groups"));
  EXPECT_THAT(paths(dir, {.profile = "entra"}), ElementsAre("/Groups"));
  EXPECT_THAT(paths(dir, {.since = group.create_time}), ElementsAre("/", "/Groups"));
  EXPECT_THAT(paths(dir, {.until = group.create_time}), ElementsAre("/Users/diruser_1", "/Users"));
  const Keyset at{group.create_time, group.id.str()};
  EXPECT_THAT(paths(dir, {}, {.limit = 1, .after = at}), ElementsAre("/Users/diruser_1"));
  EXPECT_THAT(paths(dir, {}, {.limit = 1, .after = at, .backward = true}), ElementsAre("/"));
}

TEST_P(ScimRequestsSuite, TheOldestOfAKindMakeRoom) {
  const Directory dir = directory(organization(environment()));
  for (int i = 0; i < 6; ++i) insert(request(dir, fmt::format("/{}", i)));
  ScimRequest refused = request(dir, "/refused");
  refused.refused = true;
  insert(refused);
  EXPECT_EQ(trim(dir, {1, 100}, {10, 1000}, true), 0);
  EXPECT_EQ(trim(dir, {6, 600}, {4, 1000}), 2);
  EXPECT_THAT(paths(dir), ElementsAre("/refused", "/5", "/4", "/3", "/2"));
  EXPECT_EQ(trim(dir, {0, 0}, {4, 1000}), 0) << "the removed ones are not counted any more";
  EXPECT_EQ(trim(dir, {0, 0}, {0, 0}), 4);
  EXPECT_THAT(paths(dir), ElementsAre("/refused"));
  for (int i = 0; i < 6; ++i) insert(request(dir, fmt::format("/{}", i)));
  EXPECT_GE(trim(dir, {6, 600}, {100, 350}), 3) << "by bytes";
}

TEST_P(ScimRequestsSuite, RetentionTakesTheOldestOfAllDirectoriesAndCountsThemOff) {
  const Organization org = organization(environment());
  const Directory one = directory(org);
  const Directory two = directory(org);
  insert(request(one, "/1"));
  insert(request(two, "/2"));
  insert(request(one, "/3"));
  trim(one, {2, 200}, {10, 1000});
  trim(two, {1, 100}, {10, 1000});
  const auto remove = [&](Timestamp before, std::int64_t limit) {
    return *write([&](WriteTx& tx) { return tx.scim_requests().remove_before(before, limit); });
  };
  EXPECT_EQ(remove(now(), 1), 1);
  EXPECT_EQ(remove(now(), 10), 1);
  EXPECT_EQ(remove(now(), 10), 0);
  EXPECT_THAT(paths(one), ElementsAre("/3"));
  EXPECT_EQ(database_->read_number("SELECT sum(requests) FROM scim_request_totals"), 1);
  EXPECT_EQ(database_->read_number("SELECT sum(bytes) FROM scim_request_totals"), 100);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ScimRequestsSuite,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
