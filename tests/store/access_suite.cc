#include "suite.h"

namespace doorward::store {
namespace {

TEST_P(StoreSuite, TheFirstEnvironmentAndItsRolesComeBack) {
  EXPECT_FALSE(must_read([](const ReadTx& tx) { return tx.environments().first(); }));
  const Environment env = environment();
  clock_.advance(std::chrono::seconds(1));
  const Environment later = environment();
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.environments().lock_first_start());
    return tx.environments().insert_role({.environment_id = env.id,
                                          .id = ids().next<RoleId>(),
                                          .name = "admin",
                                          .display_name = "Admin",
                                          .default_creator = true});
  });
  EXPECT_EQ(must_read([](const ReadTx& tx) { return tx.environments().first(); })->id, env.id);
  const auto roles = must_read([&](const ReadTx& tx) { return tx.environments().roles(env.id); });
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].name, "admin");
  EXPECT_TRUE(roles[0].default_creator);
  EXPECT_FALSE(roles[0].default_member);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.environments().roles(later.id); }).empty());
}

TEST_P(StoreSuite, ClientsAndTheirSecretsComeBack) {
  const Environment env = environment();
  const Environment other = environment();
  const ApiClient client{.environment_id = env.id,
                         .id = ids().next<ApiClientId>(),
                         .name = "app",
                         .create_time = now(),
                         .update_time = now()};
  const ClientSecret secret{.environment_id = env.id,
                            .client_id = client.id,
                            .id = ids().next<ClientSecretId>(),
                            .lookup_hash = std::string(32, '\x01'),
                            .secret_suffix = "wxyz",
                            .create_time = now(),
                            .expire_time = now()};
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.clients().insert(client));
    return tx.clients().insert_secret(secret);
  });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); })->environment_id, env.id);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.clients().list(env.id); }).size(), 1U);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().list(other.id); }).empty());
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().secrets(other.id, client.id); }).empty());
  must([&](WriteTx& tx) { return tx.clients().set_enabled(other.id, client.id, false, now()); });
  must([&](WriteTx& tx) { return tx.clients().deactivate_secret(other.id, client.id, secret.id); });
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); })->enabled);
  must([&](WriteTx& tx) { return tx.clients().set_enabled(env.id, client.id, false, now()); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); })->enabled);
  const auto stored = must_read([&](const ReadTx& tx) { return tx.clients().secrets(env.id, client.id); });
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].lookup_hash, secret.lookup_hash);
  EXPECT_EQ(stored[0].status, SecretStatus::kActive);
  EXPECT_EQ(stored[0].expire_time, secret.expire_time);
  must([&](WriteTx& tx) { return tx.clients().deactivate_secret(env.id, client.id, secret.id); });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.clients().secrets(env.id, client.id); })[0].status,
            SecretStatus::kInactive);
}

TEST_P(StoreSuite, KeysComeBack) {
  const Environment env = environment();
  SigningKey signing{.environment_id = env.id,
                     .id = ids().next<SigningKeyId>(),
                     .algorithm = "RS256",
                     .state = SigningKeyState::kNext,
                     .sealed_private_key = "sealed",
                     .create_time = now()};
  ProtectedKey lookup{
      .environment_id = env.id, .id = "k1", .purpose = "lookup", .sealed_key = "sealed", .create_time = now()};
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.keys().insert(signing));
    DOORWARD_CHECK(tx.keys().insert(lookup));
    signing.state = SigningKeyState::kRetired;
    signing.retire_time = now();
    lookup.sealed_key = "sealed again";
    DOORWARD_CHECK(tx.keys().update(signing));
    return tx.keys().update(lookup);
  });
  const auto signing_keys = must_read([&](const ReadTx& tx) { return tx.keys().signing_keys(env.id); });
  ASSERT_EQ(signing_keys.size(), 1U);
  EXPECT_EQ(signing_keys[0].state, SigningKeyState::kRetired);
  EXPECT_EQ(signing_keys[0].retire_time, now());
  const auto protected_keys = must_read([&](const ReadTx& tx) { return tx.keys().protected_keys(env.id); });
  ASSERT_EQ(protected_keys.size(), 1U);
  EXPECT_EQ(protected_keys[0].sealed_key, "sealed again");
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.keys().signing_keys(EnvironmentId("env_0")); }).empty());
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.keys().protected_keys(EnvironmentId("env_0")); }).empty());
}

}  // namespace
}  // namespace doorward::store
