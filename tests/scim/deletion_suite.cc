// Deleting an organization or a directory, from the identity provider's side and down to the rows, on both databases.
#include "app/directories/directory_oauth_clients.h"
#include "app/jobs/purge.h"
#include "app/organizations/organizations.h"
#include "suite.h"

// The store's own suite is not linked here, only its databases.
namespace doorward::store {
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}

namespace doorward::test {
namespace {

class DeletionSuite : public ScimSuite, public testing::WithParamInterface<store::DatabaseKind> {
 protected:
  DeletionSuite() : ScimSuite(store::make_migrated_database(GetParam())) {
    jobs_.handle(kPurgeOrganizationJob, run_purge_organization);
    jobs_.handle(kPurgeDirectoryJob, run_purge_directory);
  }

  void fill(const Tenant& tenant) {
    boost::json::array members{{{"value", "never-seen"}}};
    for (int i = 0; i < 3; ++i) {
      const Answer user = send(tenant, {"POST", "/Users", fmt::format(R"({{"userName":"user{}"}})", i), tenant.secret});
      ASSERT_EQ(user.status, 201) << user.text;
      members.push_back({{"value", user.str("/id")}});
    }
    const boost::json::object group{{"displayName", "Everyone"}, {"members", members}};
    ASSERT_EQ(send(tenant, {"POST", "/Groups", boost::json::serialize(group), tenant.secret}).status, 201);
    must(sync_wait(oauth_clients_.create(operator_, tenant.organization, tenant.directory, {.name = "Entra"})));
    sync_wait(recorder_.flush());
  }

  // Rows of current state that name the tenant; history is kept until retention takes it.
  std::int64_t rows_of(const Tenant& tenant) {
    const std::string directory = "'" + tenant.directory.str() + "'";
    std::int64_t rows =
        database_->read_number("SELECT count(*) FROM organizations WHERE id = '" + tenant.organization.str() + "'") +
        database_->read_number("SELECT count(*) FROM directories WHERE id = " + directory) +
        database_->read_number("SELECT count(*) FROM jobs");
    for (const char* table :
         {"directory_secrets", "directory_users", "directory_groups", "group_members", "directory_role_assignments",
          "directory_oauth_clients", "scim_requests", "scim_request_totals"}) {
      rows += database_->read_number(fmt::format("SELECT count(*) FROM {} WHERE directory_id = {}", table, directory));
    }
    return rows;
  }

  std::vector<std::string> events_of(const std::string& owner, std::int64_t after = 0) {
    std::vector<std::string> types;
    for (const ChangeRecord& record :
         read([&](const ReadTx& tx) { return tx.changes().history(environment_, owner, after, 1'000); })) {
      if (!record.event_type.empty()) types.push_back(record.event_type);
    }
    return types;
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  DirectoryOauthClients oauth_clients_{*store_, clock_, store_->ids(), random_, mac_, credentials_};
  Organizations organizations_{*store_, clock_, store_->ids(), mac_};
};

TEST_P(DeletionSuite, AnOrganizationGoesWithItsTokensItsNameAndAllItsRowsAndIsToldOnce) {
  NewOrganization input{.display_name = "Doomed", .external_id = "their-id", .slug = "doomed"};
  Tenant doomed = make_tenant();
  doomed.organization = must(sync_wait(organizations_.create(operator_, input))).id;
  doomed.directory = must(sync_wait(directories_.create(operator_, doomed.organization, {}))).directory.id;
  doomed.secret =
      must(sync_wait(directories_.create_secret(operator_, doomed.organization, doomed.directory))).plain.reveal();
  fill(doomed);
  fill(home_);
  const std::int64_t told =
      static_cast<std::int64_t>(read([&](const ReadTx& tx) {
                                  return tx.changes().history(environment_, doomed.directory.str(), 0, 1'000);
                                }).size());

  ASSERT_TRUE(sync_wait(organizations_.remove(operator_, doomed.organization)));
  // A write is refused at once, though the secret was in use a moment ago; and everything else within a second.
  EXPECT_THAT(send(doomed, {"POST", "/Users", R"({"userName":"late"})", doomed.secret}).status,
              testing::AnyOf(401, 404));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(send(doomed, {"GET", "/Users", "", doomed.secret}).status, 401);
  // Its names are free before its rows are gone.
  const auto again = sync_wait(organizations_.create(operator_, input));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_GT(rows_of(doomed), 10);

  run_jobs();
  EXPECT_EQ(rows_of(doomed), 0);
  EXPECT_THAT(events_of(doomed.organization.str()),
              testing::ElementsAre("organization.created", "organization.deleted"));
  EXPECT_THAT(events_of(doomed.directory.str(), told), testing::IsEmpty());
  EXPECT_EQ(send(home_, {"GET", "/Users/", "", home_.secret}).body.at("totalResults"), 3);
  EXPECT_TRUE(sync_wait(organizations_.get(operator_, again->id)));
}

TEST_P(DeletionSuite, ADirectoryGoesWithItsTokensAndAllItsRows) {
  const Tenant doomed = make_tenant();
  fill(doomed);
  must(sync_wait(directories_.set_enabled(operator_, doomed.organization, doomed.directory, false)));
  ASSERT_TRUE(sync_wait(directories_.remove(operator_, doomed.organization, doomed.directory)));
  EXPECT_THAT(send(doomed, {"POST", "/Users", R"({"userName":"late"})", doomed.secret}).status,
              testing::AnyOf(401, 403, 404));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(send(doomed, {"GET", "/Users", "", doomed.secret}).status, 401);
  run_jobs();
  EXPECT_EQ(rows_of(doomed), 1) << "the organization stays";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, DeletionSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward::test
