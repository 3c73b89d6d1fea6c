#include <algorithm>

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

TEST_P(StoreSuite, OneSigningKeyOfAnAlgorithmIsCurrentAndOneIsNext) {
  const Environment env = environment();
  const auto key = [&](SigningKeyState state, std::string algorithm = "RS256") {
    return SigningKey{.environment_id = env.id,
                      .id = ids().next<SigningKeyId>(),
                      .algorithm = std::move(algorithm),
                      .state = state,
                      .sealed_private_key = "sealed",
                      .create_time = now()};
  };
  const auto insert = [&](const SigningKey& one) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.keys().hold_signing_keys());
      DOORWARD_CHECK(tx.keys().insert(one));
      return true;
    });
  };
  const SigningKey current = key(SigningKeyState::kCurrent);
  ASSERT_OK(insert(current));
  ASSERT_OK(insert(key(SigningKeyState::kCurrent, "ES256")));
  ASSERT_OK(insert(key(SigningKeyState::kNext)));
  ASSERT_OK(insert(key(SigningKeyState::kRetired)));
  ASSERT_OK(insert(key(SigningKeyState::kRetired)));
  EXPECT_REASON(insert(key(SigningKeyState::kCurrent)), Reason::kInternal);
  EXPECT_REASON(insert(key(SigningKeyState::kNext)), Reason::kInternal);

  must([&](WriteTx& tx) { return tx.keys().remove(EnvironmentId("env_0"), current.id); });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.keys().signing_keys(env.id); }).size(), 5U);
  must([&](WriteTx& tx) { return tx.keys().remove(env.id, current.id); });
  const auto left = must_read([&](const ReadTx& tx) { return tx.keys().signing_keys(env.id); });
  ASSERT_EQ(left.size(), 4U);
  EXPECT_EQ(std::ranges::count(left, current.id, &SigningKey::id), 0);
  ASSERT_OK(insert(key(SigningKeyState::kCurrent)));
}

}  // namespace
}  // namespace doorward::store
