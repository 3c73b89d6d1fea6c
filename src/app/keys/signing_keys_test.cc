#include "app/keys/signing_keys.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>
#include <thread>

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

  SigningKey make(SigningKeyState state, jose::Algorithm algorithm = jose::Algorithm::kRs256) {
    SigningKey key = make_signing_key(EnvironmentId("env_1"), ids, *box, clock.now(), algorithm);
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
      keys->sign(jose::Algorithm::kRs256, "JWT", R"({"a":1})"),
      [&](std::string_view kid) { return keys->find(kid, clock.now()); }, "JWT");
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->header().key_id, current.id.str());
  EXPECT_EQ(verified->payload(), R"({"a":1})");
}

TEST_F(SigningKeysTest, P31_EachAlgorithmHasItsOwnCurrentKey) {
  const SigningKey rsa = make(SigningKeyState::kCurrent);
  const SigningKey elliptic = make(SigningKeyState::kCurrent, jose::Algorithm::kEs256);
  const auto keys = SigningKeys::load({rsa, elliptic}, *box);
  ASSERT_TRUE(keys);
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    const auto verified = jose::verify_compact(
        keys->sign(algorithm, "JWT", "{}"), [&](std::string_view kid) { return keys->find(kid, clock.now()); }, "JWT");
    ASSERT_TRUE(verified) << jose::algorithm_name(algorithm);
    EXPECT_EQ(verified->header().algorithm, algorithm);
    EXPECT_EQ(verified->header().key_id, keys->current_key_id(algorithm));
  }
  EXPECT_EQ(keys->current_key_id(), rsa.id.str());
  EXPECT_EQ(keys->current_key_id(jose::Algorithm::kEs256), elliptic.id.str());
  EXPECT_EQ(keys->current_key_id(jose::Algorithm::kEs384), "");
  EXPECT_THROW(keys->sign(jose::Algorithm::kEs384, "JWT", "{}"), std::logic_error);
}

TEST_F(SigningKeysTest, FollowsARotation) {
  SigningKey first = make(SigningKeyState::kCurrent);
  auto keys = SigningKeys::load({first}, *box);
  ASSERT_TRUE(keys);
  const std::uint64_t generation = keys->generation();
  EXPECT_EQ(keys->follow({first}, *box), false) << "nothing changed";
  EXPECT_EQ(keys->generation(), generation);
  const jose::VerificationKey* kept = keys->find(first.id.str(), clock.now());

  SigningKey second = make(SigningKeyState::kNext);
  ASSERT_EQ(keys->follow({first, second}, *box), true);
  EXPECT_NE(keys->generation(), generation);
  EXPECT_EQ(keys->current_key_id(), first.id.str());
  EXPECT_EQ(ids_in(keys->key_set(clock.now())), (std::vector<std::string>{first.id.str(), second.id.str()}));
  const std::string old_token = keys->sign(jose::Algorithm::kRs256, "JWT", "{}");

  first.state = SigningKeyState::kRetired;
  first.retire_time = clock.now();
  second.state = SigningKeyState::kCurrent;
  ASSERT_EQ(keys->follow({first, second}, *box), true);
  EXPECT_EQ(keys->current_key_id(), second.id.str());
  const auto find = [&](std::string_view kid) { return keys->find(kid, clock.now()); };
  EXPECT_TRUE(jose::verify_compact(old_token, find, "JWT"));
  EXPECT_TRUE(jose::verify_compact(keys->sign(jose::Algorithm::kRs256, "JWT", "{}"), find, "JWT"));

  ASSERT_EQ(keys->follow({second}, *box), true);
  EXPECT_EQ(find(first.id.str()), nullptr) << "withdrawn";
  EXPECT_EQ(kept->key_id, first.id.str()) << "what was found stays valid for whoever still uses it";
}

TEST_F(SigningKeysTest, WhatCannotBeFollowedChangesNothing) {
  const SigningKey rsa = make(SigningKeyState::kCurrent);
  const SigningKey elliptic = make(SigningKeyState::kCurrent, jose::Algorithm::kEs256);
  auto keys = SigningKeys::load({rsa, elliptic}, *box);
  ASSERT_TRUE(keys);
  SigningKey damaged = make(SigningKeyState::kNext);
  damaged.sealed_private_key = "v1.x";
  for (const auto& bad : {std::vector{rsa, elliptic, damaged}, std::vector{rsa}, std::vector<SigningKey>{}}) {
    const auto followed = keys->follow(bad, *box);
    ASSERT_FALSE(followed);
    EXPECT_EQ(reason_name(followed.error().reason), "secret_unreadable");
  }
  EXPECT_EQ(ids_in(keys->key_set(clock.now())).size(), 2U);
  EXPECT_EQ(keys->current_key_id(jose::Algorithm::kEs256), elliptic.id.str());
}

// Under ThreadSanitizer this is the proof that readers need nothing from whoever rotates.
TEST_F(SigningKeysTest, K07_SignsAndVerifiesWhileKeysChange) {
  std::vector<SigningKey> generations;
  for (int i = 0; i < 6; ++i) generations.push_back(make(SigningKeyState::kNext, jose::Algorithm::kEs256));
  generations[0].state = SigningKeyState::kCurrent;
  auto keys = SigningKeys::load(generations, *box);
  ASSERT_TRUE(keys);
  std::atomic<bool> done{false};
  std::atomic<int> verified{0};
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
      readers.emplace_back([&] {
        do {
          const std::string token = keys->sign(jose::Algorithm::kEs256, "JWT", "{}");
          const auto find = [&](std::string_view kid) { return keys->find(kid, clock.now()); };
          ++(jose::verify_compact(token, find, "JWT") && !keys->key_set(clock.now()).empty() ? verified : refused);
        } while (!done.load());
      });
    }
    for (std::size_t i = 1; i < generations.size(); ++i) {
      generations[i - 1].state = SigningKeyState::kRetired;
      generations[i - 1].retire_time = clock.now();
      generations[i].state = SigningKeyState::kCurrent;
      const int before = verified.load();
      EXPECT_EQ(keys->follow(generations, *box), true);
      while (verified.load() < before + 10 && refused.load() == 0) std::this_thread::yield();
    }
    done = true;
  }
  EXPECT_EQ(refused.load(), 0);
  EXPECT_EQ(keys->current_key_id(jose::Algorithm::kEs256), generations.back().id.str());
}

TEST_F(SigningKeysTest, P31_TheSetHoldsAllUsefulKeysAndOnlyPublicMembers) {
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

TEST_F(SigningKeysTest, P31_ARetiredKeyLeavesWhenItsLastTokenHasExpired) {
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
  for (const char* name : {"HS256", "RS512", "ES384", "ES256", ""}) {
    other_algorithm.algorithm = name;
    EXPECT_EQ(refused(other_algorithm), "secret_unreadable") << name;
  }
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
