#include "app/keys/key_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/keys/secret_text.h"
#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "ports/test_doubles.h"

namespace doorward {
namespace {

const EnvironmentId kEnvironment("env_1");
constexpr SealedPlace kPlace{"webhook_secrets", "whs_1", "sealed_secret"};

struct Fixture : testing::Test {
  test::ManualClock clock;
  test::CountingIds ids;
  test::SystemRandom random;
  KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
  std::vector<ProtectedKey> keys = make_protected_keys(kek, kEnvironment, ids, random, clock.now());

  std::unique_ptr<KeyRing> ring() { return KeyRing::open(kek, keys, random).value(); }
  void expect_refused(Reason reason) {
    const auto opened = KeyRing::open(kek, keys, random);
    ASSERT_FALSE(opened);
    EXPECT_EQ(reason_name(opened.error().reason), reason_name(reason)) << opened.error().detail;
  }
};
using KeyRingTest = Fixture;

TEST_F(KeyRingTest, OpensWhatItSealed) {
  const auto box = ring();
  const std::string sealed = box->seal(kPlace, Secret<std::string>("whsec_x"));
  EXPECT_EQ(sealed.find("whsec_x"), std::string::npos);
  EXPECT_TRUE(sealed.starts_with("v1." + keys.front().id + ".")) << sealed;
  EXPECT_EQ(box->open(kPlace, sealed)->reveal(), "whsec_x");
  EXPECT_EQ(ring()->open(kPlace, sealed)->reveal(), "whsec_x") << "after a restart";
  EXPECT_NE(box->seal(kPlace, Secret<std::string>("whsec_x")), sealed) << "a nonce of its own each time";
}

TEST_F(KeyRingTest, K01_AValueOpensOnlyWhereItWasSealed) {
  const auto box = ring();
  const std::string sealed = box->seal(kPlace, Secret<std::string>("x"));
  for (const SealedPlace& other :
       {SealedPlace{"signing_keys", "whs_1", "sealed_secret"}, SealedPlace{"webhook_secrets", "whs_2", "sealed_secret"},
        SealedPlace{"webhook_secrets", "whs_1", "other"}, SealedPlace{"webhook_secrets", "whs_", "1sealed_secret"}}) {
    const auto opened = box->open(other, sealed);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, Reason::kSecretUnreadable);
  }
}

// Under one key, two seals by the same nonce would hide the same text in the same way.
TEST_F(KeyRingTest, K01_EachPlaceHasAKeyOfItsOwn) {
  struct SameRandom final : Random {
    std::string bytes(std::size_t count) override { return std::string(count, '\7'); }
  } same;
  const auto box = KeyRing::open(kek, keys, same).value();
  const auto hidden = [&](const SealedPlace& place) {
    const std::string sealed = box->seal(place, Secret<std::string>(std::string(30, 'x')));
    return sealed.substr(sealed.rfind('.') + 1, 40);  // without the tag
  };
  const std::string here = hidden(kPlace);
  EXPECT_EQ(here, hidden(kPlace));
  EXPECT_NE(here, hidden({kPlace.table, "whs_2", kPlace.column}));
  EXPECT_NE(here, hidden({kPlace.table, kPlace.row_id, "other"}));
  EXPECT_NE(here, hidden({"other", kPlace.row_id, kPlace.column}));
}

// A copy of another installation's row, id and all: its keys are others.
TEST_F(KeyRingTest, K01_AValueOfAnotherInstallationDoesNotOpen) {
  const std::string sealed = ring()->seal(kPlace, Secret<std::string>("x"));
  const std::string id = keys.front().id;
  keys = make_protected_keys(kek, EnvironmentId("env_2"), ids, random, clock.now());
  EXPECT_EQ(reason_name(ring()->open(kPlace, sealed).error().reason), "secret_unreadable");
  const std::string renamed = "v1." + keys.front().id + sealed.substr(sealed.find('.', 3));
  EXPECT_EQ(reason_name(ring()->open(kPlace, renamed).error().reason), "secret_unreadable");
}

TEST_F(KeyRingTest, K02_EveryFlippedBitIsRefusedAndTheErrorNamesTheRow) {
  const auto box = ring();
  const std::string sealed = box->seal(kPlace, Secret<std::string>("canary"));
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    std::string bent = sealed;
    bent[i / 8] = static_cast<char>(bent[i / 8] ^ (1 << (i % 8)));
    const auto opened = box->open(kPlace, bent);
    ASSERT_FALSE(opened) << "bit " << i;
    EXPECT_EQ(reason_name(opened.error().reason), "secret_unreadable");
    EXPECT_NE(opened.error().detail.find("webhook_secrets.sealed_secret of row whs_1"), std::string::npos);
    EXPECT_EQ((opened.error().detail + opened.error().message).find("canary"), std::string::npos);
  }
}

// SP 800-38D section 8.3: the nonces of one key must never repeat. A million seals take half a minute under the
// sanitizers, hence two tests: each seal draws its nonce, and of a million draws none repeats.
TEST_F(KeyRingTest, K02_EachSealDrawsANonceOfItsOwn) {
  struct NotingRandom final : Random {
    std::string bytes(std::size_t count) override {
      drawn.push_back(crypto::random_bytes(count));
      return drawn.back();
    }
    std::vector<std::string> drawn;
  } noting;
  const auto box = KeyRing::open(kek, keys, noting).value();
  for (std::size_t seals = 1; seals <= 1'000; ++seals) {
    const std::string sealed = box->seal(kPlace, Secret<std::string>("x"));
    ASSERT_EQ(noting.drawn.size(), seals);
    const std::size_t begin = sealed.find('.', sealed.find('.') + 1) + 1;
    EXPECT_EQ(base64url_decode(sealed.substr(begin, sealed.find('.', begin) - begin)), noting.drawn.back());
    EXPECT_EQ(noting.drawn.back().size(), crypto::kAeadNonceBytes);
  }
}

TEST_F(KeyRingTest, K02_OfAMillionNoncesNoneRepeats) {
  std::vector<std::array<char, crypto::kAeadNonceBytes>> nonces(1'000'000);
  for (auto& nonce : nonces) std::ranges::copy(random.bytes(nonce.size()), nonce.begin());
  std::ranges::sort(nonces);
  EXPECT_TRUE(std::ranges::adjacent_find(nonces) == nonces.end());
}

TEST_F(KeyRingTest, K02_RefusesDamagedAndForeignEnvelopes) {
  const auto box = ring();
  const std::string sealed = box->seal(kPlace, Secret<std::string>("x"));
  for (std::string text :
       {std::string(), std::string("v1"), std::string("v1..."), "v2" + sealed.substr(2),
        "v1.key_0" + sealed.substr(sealed.find('.', 3)), sealed + "A", sealed.substr(0, 40), sealed + ".x"}) {
    const auto opened = box->open(kPlace, text);
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().reason, Reason::kSecretUnreadable) << text;
  }
}

TEST_F(KeyRingTest, OldDataKeysStillOpenAndTheNewestSeals) {
  const std::string old = ring()->seal(kPlace, Secret<std::string>("x"));
  keys.push_back(make_protected_keys(kek, kEnvironment, ids, random, clock.now()).front());
  const auto box = ring();
  EXPECT_EQ(box->open(kPlace, old)->reveal(), "x");
  EXPECT_TRUE(box->seal(kPlace, Secret<std::string>("x")).starts_with("v1." + keys.back().id + "."));
}

TEST_F(KeyRingTest, AnotherKeyEncryptionKeyIsNamedAsTheFault) {
  kek = KeyEncryptionKey::generate(random);
  expect_refused(Reason::kKeyEncryptionKeyInvalid);
}

TEST_F(KeyRingTest, K01_KeysCannotSwapTheirRows) {
  std::swap(keys[0].sealed_key, keys[1].sealed_key);
  expect_refused(Reason::kSecretUnreadable);
}

TEST_F(KeyRingTest, EachPurposeNeedsItsKey) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const ProtectedKey taken = keys[i];
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(i));
    expect_refused(Reason::kSecretUnreadable);
    keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(i), taken);
  }
  keys.push_back(make_protected_keys(kek, kEnvironment, ids, random, clock.now())[1]);
  expect_refused(Reason::kSecretUnreadable);
}

TEST_F(KeyRingTest, P12_LookupHashesAreKeyedStableAndOfOneLength) {
  const auto box = ring();
  for (const std::size_t length : {0, 1, 31, 32, 43, 64, 65, 100'000}) {
    EXPECT_EQ(box->lookup_hash(std::string(length, 's')).size(), 32U) << length;
  }
  EXPECT_EQ(box->lookup_hash("secret"), ring()->lookup_hash("secret"));
  EXPECT_NE(box->lookup_hash("secret"), box->lookup_hash("secres"));
  keys = make_protected_keys(kek, kEnvironment, ids, random, clock.now());
  EXPECT_NE(box->lookup_hash("secret"), ring()->lookup_hash("secret")) << "another installation";
}

TEST_F(KeyRingTest, MacsOfDifferentPurposesNeverAgree) {
  const auto box = ring();
  EXPECT_EQ(box->mac("page_token", "x"), ring()->mac("page_token", "x"));
  EXPECT_NE(box->mac("page_token", "x"), box->mac("page_toke", "nx"));
  EXPECT_NE(box->mac("page_token", "x"), box->mac("other", "x"));
  EXPECT_NE(box->mac("page_token", "x"), box->lookup_hash("x"));
}

TEST_F(KeyRingTest, KeyEncryptionKeySurvivesItsText) {
  const auto copy = KeyEncryptionKey::parse(Secret<std::string>("  " + kek.text().reveal() + "\r\n"));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->id(), kek.id());
  EXPECT_TRUE(KeyRing::open(*copy, keys, random));
}

TEST_F(KeyRingTest, KeyEncryptionKeyOfAnotherShapeIsRefused) {
  for (const char* text :
       {"", "\n", "c2hvcnQ=", "not base64 at all, but as long as it is!!!!!", "0123456789abcdef0123456789abcdef"}) {
    const auto key = KeyEncryptionKey::parse(Secret<std::string>(text));
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().reason, Reason::kKeyEncryptionKeyInvalid);
  }
}

TEST_F(KeyRingTest, SecretTextsHold256Bits) {
  const Secret<std::string> secret = make_secret_text(random);
  EXPECT_EQ(base64url_decode(secret.reveal())->size(), 32U);
  EXPECT_EQ(secret.reveal().size(), 43U);
  EXPECT_EQ(shown_suffix(secret), secret.reveal().substr(39));
  EXPECT_EQ(shown_suffix(Secret<std::string>("ab")), "ab");
}

}  // namespace
}  // namespace doorward
