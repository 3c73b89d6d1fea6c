#include <filesystem>

#include "app/keys/signing_keys.h"
#include "app/relying_party/client_secret_place.h"
#include "suite.h"

namespace doorward::test {
namespace {

using BootstrapSuite = Suite;

TEST_F(BootstrapSuite, FillsAnEmptyDatabase) {
  const auto installation = start();
  ASSERT_TRUE(installation) << installation.error().message << " | " << installation.error().detail;
  EXPECT_TRUE(installation->first_start);
  EXPECT_TRUE(installation->client_secret_in_file);
  const EnvironmentId& environment = installation->environment_id;

  const auto roles = read([&](const ReadTx& tx) { return tx.environments().roles(environment); }).value();
  ASSERT_EQ(roles.size(), 2U);
  const Role& admin = roles[0].name == "admin" ? roles[0] : roles[1];
  const Role& member = roles[0].name == "admin" ? roles[1] : roles[0];
  EXPECT_TRUE(admin.name == "admin" && admin.default_creator && !admin.default_member);
  EXPECT_TRUE(member.name == "member" && member.default_member && !member.default_creator);

  const auto credentials = file.read(environment).value().value();
  EXPECT_EQ(credentials.environment_url, kBaseUrl);
  EXPECT_EQ(credentials.environment_url_https, "https://localhost:8443");
  EXPECT_EQ(credentials.ca_file, "/data/tls/ca.pem");
  EXPECT_EQ(credentials.client_id, installation->client_id);
  EXPECT_EQ(credentials.client_secret.reveal().size(), 43U) << "256 random bits";

  const auto secrets =
      read([&](const ReadTx& tx) { return tx.clients().secrets(environment, installation->client_id); }).value();
  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_EQ(secrets[0].lookup_hash, installation->key_ring->lookup_hash(credentials.client_secret.reveal()));
  EXPECT_TRUE(credentials.client_secret.reveal().ends_with(secrets[0].secret_suffix));
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    EXPECT_EQ(installation->signing_keys->current_key_id(algorithm).substr(0, 4), "snk_");
  }
}

TEST_F(BootstrapSuite, TheTestOrganizationIsRecordedLikeAnyOther) {
  const auto installation = start();
  ASSERT_TRUE(installation);
  const OrganizationId id = installation->test_organization_id;
  const auto organization =
      read([&](const ReadTx& tx) { return tx.organizations().find(installation->environment_id, id); }).value();
  ASSERT_TRUE(organization);
  EXPECT_EQ(organization->display_name, "Test Organization");
  const auto history = read([&](const ReadTx& tx) {
                         return tx.changes().history(installation->environment_id, id.str(), 0, 10);
                       }).value();
  ASSERT_EQ(history.size(), 4U) << "the organization, two domains, a connection";
  EXPECT_EQ(history[0].event_type, "organization.created");
  EXPECT_EQ(history[0].actor.kind, ActorKind::kSystem);
  EXPECT_EQ(history[0].owner_seq, 1);
}

TEST_F(BootstrapSuite, TheTestOrganizationSignsInAtTheSimulator) {
  const auto installation = start();
  ASSERT_TRUE(installation);
  const EnvironmentId& environment = installation->environment_id;
  EXPECT_EQ(file.read(environment).value().value().test_connection_id, installation->test_connection_id);
  const auto connection = read([&](const ReadTx& tx) {
                            return tx.connections().find(environment, installation->test_connection_id);
                          }).value();
  ASSERT_TRUE(connection);
  EXPECT_TRUE(connection->is_active());
  EXPECT_EQ(connection->organization_id, installation->test_organization_id);
  EXPECT_EQ(connection->provider, ConnectionProvider::kIdpSimulator);
  EXPECT_EQ(connection->oidc.issuer, std::string(kBaseUrl) + "/simulator");
  const auto secret =
      installation->key_ring->open(client_secret_place(*connection), connection->oidc.sealed_client_secret);
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->reveal().size(), 43U);
  for (const char* name : {"example.com", "example.org"}) {
    const auto domain = read([&](const ReadTx& tx) { return tx.domains().find_verified(environment, name); }).value();
    ASSERT_TRUE(domain) << name;
    EXPECT_EQ(domain->organization_id, installation->test_organization_id);
  }
}

TEST_F(BootstrapSuite, TheConnectionToTheSimulatorFollowsTheBaseUrlAndNoOtherDoes) {
  const auto first = start();
  ASSERT_TRUE(first);
  const auto connection = [&] {
    return read([&](const ReadTx& tx) {
             return tx.connections().find(first->environment_id, first->test_connection_id);
           })
        .value()
        .value();
  };
  const Connection before = connection();
  ASSERT_TRUE(start());
  EXPECT_EQ(connection().update_time, before.update_time) << "nothing changed";
  ASSERT_TRUE(start(file, true, {"https://id.example.com", "", ""}));
  const Connection moved = connection();
  EXPECT_EQ(moved.oidc.issuer, "https://id.example.com/simulator");
  EXPECT_EQ(moved.oidc.token_uri, "https://id.example.com/simulator/token");
  EXPECT_EQ(moved.oidc.sealed_client_secret, before.oidc.sealed_client_secret);

  Connection taken_over = moved;
  taken_over.provider = ConnectionProvider::kOkta;
  must([&](WriteTx& tx) { return tx.connections().update(taken_over); });
  ASSERT_TRUE(start());
  EXPECT_EQ(connection().oidc.issuer, "https://id.example.com/simulator");
}

TEST_F(BootstrapSuite, ProductionHasNoTestOrganization) {
  const auto installation = start(file, false);
  ASSERT_TRUE(installation);
  EXPECT_TRUE(installation->test_organization_id.empty());
  EXPECT_EQ(read([&](const ReadTx& tx) { return tx.organizations().count(installation->environment_id); }).value(), 0);
}

TEST_F(BootstrapSuite, ASecondStartKeepsIdsAndSecretAndFollowsTheUrls) {
  const auto first = start();
  ASSERT_TRUE(first);
  const auto before = file.read(first->environment_id).value().value();
  database = nullptr;
  database = open();
  const auto second = start(file, true, {"https://id.example.com", "", ""});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->first_start);
  EXPECT_EQ(second->environment_id, first->environment_id);
  EXPECT_EQ(second->client_id, first->client_id);
  EXPECT_EQ(second->test_organization_id, first->test_organization_id);
  EXPECT_EQ(second->signing_keys->current_key_id(), first->signing_keys->current_key_id());
  EXPECT_EQ(second->key_ring->lookup_hash("x"), first->key_ring->lookup_hash("x"));
  const auto after = file.read(first->environment_id).value().value();
  EXPECT_EQ(after.client_secret.reveal(), before.client_secret.reveal());
  EXPECT_EQ(after.environment_url, "https://id.example.com");
  EXPECT_EQ(after.environment_url_https, "");
  EXPECT_EQ(after.ca_file, "");
}

TEST_F(BootstrapSuite, AStartThatChangesNothingWritesNothing) {
  ASSERT_TRUE(start());
  const int writes = file.writes;
  ASSERT_TRUE(start());
  EXPECT_EQ(file.writes, writes);
}

TEST_F(BootstrapSuite, UrlsKnownLaterJoinTheRest) {
  const auto installation = start();
  ASSERT_TRUE(installation);
  const auto before = file.read(installation->environment_id).value().value();
  Bootstrap bootstrap({store(), clock, ids(), random, file});
  ASSERT_TRUE(bootstrap.write_urls(*installation, {"http://localhost:49152", "", ""}));
  const auto after = file.read(installation->environment_id).value().value();
  EXPECT_EQ(after.environment_url, "http://localhost:49152");
  EXPECT_EQ(after.client_secret.reveal(), before.client_secret.reveal());
  EXPECT_EQ(after.test_organization_id, before.test_organization_id);
}

// Nothing may be stored whose secret is not on the disk.
TEST_F(BootstrapSuite, ACrashBeforeTheFileIsWrittenStoresNothing) {
  file.before_write = [] { return Result<void>(tl::unexpected(internal_error("crash"))); };
  EXPECT_EQ(outcome(start()), "internal");
  EXPECT_FALSE(read([](const ReadTx& tx) { return tx.environments().first(); }).value().has_value());
}

TEST_F(BootstrapSuite, ACrashBetweenFileAndCommitIsRepaired) {
  file.after_write = [] { return Result<void>(tl::unexpected(internal_error("crash"))); };
  EXPECT_EQ(outcome(start()), "internal");
  ASSERT_FALSE(read([](const ReadTx& tx) { return tx.environments().first(); }).value().has_value());
  ASSERT_TRUE(std::filesystem::exists(folder.path() + "/credentials.json"));

  file.after_write = [] { return Result<void>(); };
  const auto installation = start();
  ASSERT_TRUE(installation) << installation.error().message;
  EXPECT_TRUE(installation->client_secret_in_file);
  const auto credentials = file.read(installation->environment_id).value().value();
  const auto secrets = read([&](const ReadTx& tx) {
                         return tx.clients().secrets(installation->environment_id, credentials.client_id);
                       }).value();
  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_EQ(secrets[0].lookup_hash, installation->key_ring->lookup_hash(credentials.client_secret.reveal()));
}

TEST_F(BootstrapSuite, ACrashAfterTheCommitLosesNothing) {
  // The second write of a first start, if any, comes after the commit.
  const auto first = start();
  ASSERT_TRUE(first);
  file.before_write = [] { return Result<void>(tl::unexpected(internal_error("crash"))); };
  EXPECT_EQ(outcome(start(file, true, {"http://other:1", "", ""})), "internal");
  file.before_write = [] { return Result<void>(); };
  const auto second = start();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->client_secret_in_file);
}

// Another node passes the whole first start while this one stands between its file and its transaction.
TEST_F(BootstrapSuite, OfTwoNodesOneFillsTheDatabase) {
  const TemporaryFolder other_folder;
  WatchedCredentialsFile other_file(other_folder.path());
  std::optional<Result<Installation>> winner;
  file.after_write = [&] {
    if (!winner) winner = start(other_file);
    return Result<void>();
  };
  const auto loser = start();
  ASSERT_TRUE(loser) << loser.error().message;
  ASSERT_TRUE(winner && *winner);
  EXPECT_TRUE((*winner)->first_start);
  EXPECT_FALSE(loser->first_start);
  EXPECT_EQ(loser->environment_id, (*winner)->environment_id);
  EXPECT_EQ(loser->client_id, (*winner)->client_id);
  EXPECT_EQ(loser->signing_keys->current_key_id(), (*winner)->signing_keys->current_key_id());
  EXPECT_TRUE((*winner)->client_secret_in_file);
  EXPECT_FALSE(loser->client_secret_in_file) << "only the node that made the secret can know it";
  const auto credentials = file.read(loser->environment_id).value().value();
  EXPECT_EQ(credentials.client_secret.reveal(), "");
  EXPECT_EQ(credentials.client_id, loser->client_id);
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    files += entry.path().filename().string().starts_with("credentials") ? 1 : 0;
  }
  EXPECT_EQ(files, 1) << "what the loser had made is forgotten";
  EXPECT_EQ(read([&](const ReadTx& tx) { return tx.clients().list(loser->environment_id); }).value().size(), 1U);
}

TEST_F(BootstrapSuite, ALostFileComesBackWithoutTheSecretThatNobodyKnows) {
  const auto first = start();
  ASSERT_TRUE(first);
  std::filesystem::remove(folder.path() + "/credentials.json");
  const auto second = start();
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->client_secret_in_file);
  EXPECT_EQ(file.read(first->environment_id).value()->client_id, first->client_id);
}

TEST_F(BootstrapSuite, AnotherKeyEncryptionKeyStopsTheStart) {
  ASSERT_TRUE(start());
  const int writes = file.writes;
  kek = KeyEncryptionKey::generate(random);
  EXPECT_EQ(outcome(start()), "key_encryption_key_invalid");
  EXPECT_EQ(file.writes, writes);
}

}  // namespace
}  // namespace doorward::test
