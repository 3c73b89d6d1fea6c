// The operator exchanges the key-encryption key (K-03 of the security catalogue).
#include "suite.h"

namespace doorward::test {
namespace {

struct KeyExchangeSuite : Suite {
  // As a restart would.
  Result<Installation> start_with(const KeyEncryptionKey& current, const KeyEncryptionKey* old) {
    database = nullptr;
    database = open();
    kek = current;
    previous = old;
    return start();
  }
  std::string hash(const Result<Installation>& installation) { return installation->key_ring->lookup_hash("x"); }

  KeyEncryptionKey first = kek;
  KeyEncryptionKey second = KeyEncryptionKey::generate(random);
};

TEST_F(KeyExchangeSuite, K03_WithBothKeysEverythingIsSealedAnewAndTheOldKeyThenOpensNothing) {
  const auto before = start();
  ASSERT_TRUE(before);
  const SealedPlace place{"webhook_secrets", "whs_1", "sealed_secret"};
  const std::string sealed = before->key_ring->seal(place, Secret<std::string>("whsec_x"));

  const auto exchanged = start_with(second, &first);
  ASSERT_TRUE(exchanged) << exchanged.error().message;
  EXPECT_EQ(hash(exchanged), hash(before)) << "the keys below it are the same";
  EXPECT_EQ(exchanged->key_ring->open(place, sealed)->reveal(), "whsec_x");
  EXPECT_EQ(exchanged->signing_keys->current_key_id(), before->signing_keys->current_key_id());

  EXPECT_EQ(outcome(start_with(first, nullptr)), "key_encryption_key_invalid");
  const auto alone = start_with(second, nullptr);
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(hash(alone), hash(before));
}

TEST_F(KeyExchangeSuite, K03_ItCanBeRepeatedAndTheNewKeyMayComeBeforeTheFirstStart) {
  const auto fresh = start_with(second, &first);
  ASSERT_TRUE(fresh) << fresh.error().message;
  const auto again = start_with(second, &first);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(hash(again), hash(fresh));
}

TEST_F(KeyExchangeSuite, K03_AKeyThatNeverSealedAnythingDoesNotHelp) {
  ASSERT_TRUE(start());
  const KeyEncryptionKey stranger = KeyEncryptionKey::generate(random);
  EXPECT_EQ(outcome(start_with(second, &stranger)), "key_encryption_key_invalid");
  EXPECT_TRUE(start_with(first, nullptr)) << "and nothing was changed";
}

// A crash between two keys would leave a database that neither key opens: all of them change in one transaction.
TEST_F(KeyExchangeSuite, K03_AnExchangeThatFailsHalfWayChangesNothing) {
  const auto before = start();
  ASSERT_TRUE(before);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(auto keys, tx.keys().protected_keys(before->environment_id));
    keys.back().sealed_key.back() = keys.back().sealed_key.back() == 'A' ? 'B' : 'A';
    return tx.keys().update(keys.back());
  });
  EXPECT_EQ(outcome(start_with(second, &first)), "secret_unreadable");
  const auto keys = read([&](const ReadTx& tx) { return tx.keys().protected_keys(before->environment_id); }).value();
  for (const ProtectedKey& key : keys) EXPECT_TRUE(key.sealed_key.starts_with("v1." + first.id() + ".")) << key.id;
}

}  // namespace
}  // namespace doorward::test
