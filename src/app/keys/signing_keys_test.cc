#include "app/keys/signing_keys.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "app/keys/key_ring.h"
#include "ports/test_doubles.h"

namespace doorward {
namespace {

struct SigningKeysTest : testing::Test {
  test::ManualClock clock;
  test::CountingIds ids;
  test::SystemRandom random;
  std::unique_ptr<KeyRing> box = [this] {
    const KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
    return KeyRing::open(kek, make_protected_keys(kek, EnvironmentId("env_1"), ids, random, clock.now()), random)
        .value();
  }();

  SigningKey make(SigningKeyState state) {
    SigningKey key = make_signing_key(EnvironmentId("env_1"), ids, *box, clock.now());
    key.state = state;
    if (state == SigningKeyState::kRetired) key.retire_time = clock.now();
    return key;
  }
  static std::vector<std::string> ids_in(const std::string& key_set) {
    std::vector<std::string> ids;
    const boost::json::value parsed = boost::json::parse(key_set);
    for (const auto& key : parsed.at("keys").as_array()) ids.emplace_back(key.at("kid").as_string());
    return ids;
  }
};

TEST_F(SigningKeysTest, TheCurrentKeySigns) {
  const SigningKey next = make(SigningKeyState::kNext);
  const SigningKey current = make(SigningKeyState::kCurrent);
  const auto keys = SigningKeys::load({next, current}, *box);
  ASSERT_TRUE(keys) << keys.error().detail;
  EXPECT_EQ(keys->current_key_id(), current.id.str());
  const auto verified = jose::verify_compact(
      keys->sign("JWT", R"({"a":1})"), [&](std::string_view kid) { return keys->find(kid, clock.now()); }, "JWT");
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->header().key_id, current.id.str());
  EXPECT_EQ(verified->payload(), R"({"a":1})");
}

TEST_F(SigningKeysTest, TheSetHoldsAllUsefulKeysAndOnlyPublicMembers) {
  const SigningKey next = make(SigningKeyState::kNext);
  const SigningKey current = make(SigningKeyState::kCurrent);
  const SigningKey retired = make(SigningKeyState::kRetired);
  const auto keys = SigningKeys::load({next, current, retired}, *box);
  ASSERT_TRUE(keys);
  EXPECT_EQ(ids_in(keys->key_set(clock.now())),
            (std::vector<std::string>{next.id.str(), current.id.str(), retired.id.str()}));
  for (const char* member : {"\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\""}) {
    EXPECT_EQ(keys->key_set(clock.now()).find(member), std::string::npos);
  }
}

TEST_F(SigningKeysTest, ARetiredKeyLeavesWhenItsLastTokenHasExpired) {
  const SigningKey current = make(SigningKeyState::kCurrent);
  const SigningKey retired = make(SigningKeyState::kRetired);
  const auto keys = SigningKeys::load({current, retired}, *box);
  ASSERT_TRUE(keys);
  clock.advance(kLongestTokenLife - std::chrono::seconds(1));
  EXPECT_NE(keys->find(retired.id.str(), clock.now()), nullptr);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(keys->find(retired.id.str(), clock.now()), nullptr);
  EXPECT_EQ(ids_in(keys->key_set(clock.now())), std::vector<std::string>{current.id.str()});
}

TEST_F(SigningKeysTest, UnusableKeysStopTheStart) {
  const auto refused = [this](SigningKey key) {
    const auto keys = SigningKeys::load({std::move(key)}, *box);
    return keys ? std::string_view("accepted") : reason_name(keys.error().reason);
  };
  SigningKey key = make(SigningKeyState::kCurrent);
  EXPECT_EQ(refused(key), "accepted");
  SigningKey other_algorithm = key;
  other_algorithm.algorithm = "HS256";
  EXPECT_EQ(refused(other_algorithm), "secret_unreadable");
  SigningKey moved = key;
  moved.id = SigningKeyId("snk_other");
  EXPECT_EQ(refused(moved), "secret_unreadable");
  SigningKey no_key = key;
  no_key.sealed_private_key =
      box->seal({"signing_keys", key.id.str(), "sealed_private_key"}, Secret<std::string>("no DER"));
  EXPECT_EQ(refused(no_key), "secret_unreadable");
  SigningKey retired = key;
  retired.state = SigningKeyState::kRetired;
  EXPECT_EQ(refused(retired), "secret_unreadable");
}

}  // namespace
}  // namespace doorward
