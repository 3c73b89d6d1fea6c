#include "app/keys/key_rotation.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace doorward {
namespace {

std::string name_of(jose::Algorithm algorithm) { return std::string(jose::algorithm_name(algorithm)); }

void log_step(std::string_view event, const SigningKey& key) {
  log::info(event, {{"key_id", key.id.str()}, {"algorithm", key.algorithm}});
}

// The keys as they are, held to the end of the transaction.
Result<std::vector<SigningKey>> hold(WriteTx& tx, const EnvironmentId& environment) {
  DOORWARD_CHECK(tx.keys().hold_signing_keys());
  return tx.keys().signing_keys(environment);
}

auto find_key(std::vector<SigningKey>& keys, std::string_view algorithm, SigningKeyState state) {
  return std::ranges::find_if(keys,
                              [&](const SigningKey& key) { return key.algorithm == algorithm && key.state == state; });
}

// The current keys first: there is never more than one of an algorithm.
Result<void> take_over(WriteTx& tx, std::vector<SigningKey>& keys, SigningKey& next, Timestamp now) {
  for (SigningKey& key : keys) {
    if (key.algorithm != next.algorithm || key.state != SigningKeyState::kCurrent) continue;
    key.state = SigningKeyState::kRetired;
    key.retire_time = now;
    DOORWARD_CHECK(tx.keys().update(key));
  }
  next.state = SigningKeyState::kCurrent;
  return tx.keys().update(next);
}

// A transaction may run more than once; what it did is logged when it has committed.
struct Done {
  std::vector<SigningKey> published;
  std::vector<SigningKey> promoted;
  std::vector<SigningKey> forgotten;
};

Result<Done> apply(WriteTx& tx, const RotationSteps& steps, std::vector<SigningKey>& keys,
                   const std::vector<SigningKey>& made, Timestamp now) {
  Done done;
  for (SigningKey& key : keys) {
    if (std::ranges::count(steps.promote, key.id) != 0) {
      DOORWARD_CHECK(take_over(tx, keys, key, now));
      done.promoted.push_back(key);
    }
    if (std::ranges::count(steps.forget, key.id) != 0) {
      DOORWARD_CHECK(tx.keys().remove(key.environment_id, key.id));
      done.forgotten.push_back(key);
    }
  }
  for (const SigningKey& key : made) {
    if (std::ranges::count(steps.publish, key.algorithm) == 0) continue;
    DOORWARD_CHECK(tx.keys().insert(key));
    done.published.push_back(key);
  }
  return done;
}

// Another node promoted the key in the moment between two transactions.
Error conflict_of(const std::string& algorithm) {
  return make_error(Reason::kStoreConflict, "Other changes got in the way. Try again.", algorithm);
}

RotationSchedule schedule_of(Duration every) {
  RotationSchedule schedule{.algorithms = {}, .every = every};
  for (const jose::Algorithm algorithm : kSigningAlgorithms) schedule.algorithms.push_back(name_of(algorithm));
  return schedule;
}

}  // namespace

SigningKey KeyRotation::make(jose::Algorithm algorithm, SigningKeyState state) {
  SigningKey key = make_signing_key(environment_, ports_.ids, ports_.secrets, ports_.clock.now(), algorithm);
  key.state = state;
  return key;
}

task<Result<std::vector<SigningKey>>> KeyRotation::read() {
  co_return co_await ports_.store.read("keys.list", {.one_statement = true},
                                       [&](const ReadTx& tx) { return tx.keys().signing_keys(environment_); });
}

task<Result<void>> KeyRotation::complete() {
  DOORWARD_CO_TRY(auto known, co_await read());
  std::vector<SigningKey> made;
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    if (find_key(known, jose::algorithm_name(algorithm), SigningKeyState::kCurrent) == known.end()) {
      made.push_back(make(algorithm, SigningKeyState::kCurrent));
    }
  }
  if (made.empty()) co_return Result<void>{};
  DOORWARD_CO_TRY(const auto inserted,
                  co_await ports_.store.write("keys.complete", {}, [&](WriteTx& tx) -> Result<std::vector<SigningKey>> {
                    DOORWARD_TRY(auto keys, hold(tx, environment_));
                    std::vector<SigningKey> missing;
                    for (const SigningKey& key : made) {
                      if (find_key(keys, key.algorithm, SigningKeyState::kCurrent) != keys.end()) continue;
                      DOORWARD_CHECK(tx.keys().insert(key));
                      missing.push_back(key);
                    }
                    return missing;
                  }));
  for (const SigningKey& key : inserted) log_step("signing_key.current", key);
  co_return Result<void>{};
}

task<Result<void>> KeyRotation::run_due(Duration every) {
  const Timestamp now = ports_.clock.now();
  const RotationSchedule schedule = schedule_of(every);
  DOORWARD_CO_TRY(const auto known, co_await read());
  const RotationSteps due = rotation_steps(known, schedule, now);
  if (due.empty()) co_return Result<void>{};
  std::vector<SigningKey> made;
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    if (std::ranges::count(due.publish, name_of(algorithm)) != 0)
      made.push_back(make(algorithm, SigningKeyState::kNext));
  }
  DOORWARD_CO_TRY(const auto done, co_await ports_.store.write("keys.rotate", {}, [&](WriteTx& tx) -> Result<Done> {
    DOORWARD_TRY(auto keys, hold(tx, environment_));
    return apply(tx, rotation_steps(keys, schedule, now), keys, made, now);
  }));
  for (const SigningKey& key : done.published) log_step("signing_key.published", key);
  for (const SigningKey& key : done.promoted) log_step("signing_key.current", key);
  for (const SigningKey& key : done.forgotten) log_step("signing_key.forgotten", key);
  co_return Result<void>{};
}

task<Result<SigningKey>> KeyRotation::publish(jose::Algorithm algorithm, bool replace) {
  const SigningKey made = make(algorithm, SigningKeyState::kNext);
  DOORWARD_CO_TRY(const auto next,
                  co_await ports_.store.write("keys.publish", {}, [&](WriteTx& tx) -> Result<SigningKey> {
                    DOORWARD_TRY(auto keys, hold(tx, environment_));
                    const auto present = find_key(keys, made.algorithm, SigningKeyState::kNext);
                    if (present != keys.end() && !replace) return *present;
                    if (present != keys.end()) DOORWARD_CHECK(tx.keys().remove(environment_, present->id));
                    DOORWARD_CHECK(tx.keys().insert(made));
                    return made;
                  }));
  if (next.id == made.id) log_step("signing_key.published", next);
  co_return next;
}

task<Result<SigningKey>> KeyRotation::ask(jose::Algorithm algorithm) {
  DOORWARD_CO_CHECK(co_await publish(algorithm));
  const Timestamp now = ports_.clock.now();
  const std::string name = name_of(algorithm);
  co_return co_await ports_.store.write("keys.ask", {}, [&](WriteTx& tx) -> Result<SigningKey> {
    DOORWARD_TRY(auto keys, hold(tx, environment_));
    const auto next = find_key(keys, name, SigningKeyState::kNext);
    if (next == keys.end()) return failure(conflict_of(name));
    if (!next->activate_time) {
      next->activate_time = std::max(now, next->create_time + kPublishedAhead);
      DOORWARD_CHECK(tx.keys().update(*next));
    }
    return *next;
  });
}

task<Result<SigningKey>> KeyRotation::promote(jose::Algorithm algorithm) {
  const Timestamp now = ports_.clock.now();
  const std::string name = name_of(algorithm);
  DOORWARD_CO_TRY(const auto current,
                  co_await ports_.store.write("keys.promote", {}, [&](WriteTx& tx) -> Result<SigningKey> {
                    DOORWARD_TRY(auto keys, hold(tx, environment_));
                    const auto next = find_key(keys, name, SigningKeyState::kNext);
                    if (next != keys.end()) {
                      DOORWARD_CHECK(take_over(tx, keys, *next, now));
                      return *next;
                    }
                    const auto present = find_key(keys, name, SigningKeyState::kCurrent);
                    if (present == keys.end()) return failure(internal_error("no current signing key for " + name));
                    return *present;
                  }));
  log_step("signing_key.current", current);
  co_return current;
}

task<Result<std::vector<SigningKeyId>>> KeyRotation::withdraw_retired(jose::Algorithm algorithm) {
  const std::string name = name_of(algorithm);
  DOORWARD_CO_TRY(const auto withdrawn,
                  co_await ports_.store.write("keys.withdraw", {}, [&](WriteTx& tx) -> Result<std::vector<SigningKey>> {
                    DOORWARD_TRY(const auto keys, hold(tx, environment_));
                    std::vector<SigningKey> removed;
                    for (const SigningKey& key : keys) {
                      if (key.algorithm != name || key.state != SigningKeyState::kRetired) continue;
                      DOORWARD_CHECK(tx.keys().remove(environment_, key.id));
                      removed.push_back(key);
                    }
                    return removed;
                  }));
  std::vector<SigningKeyId> ids;
  for (const SigningKey& key : withdrawn) {
    log_step("signing_key.withdrawn", key);
    ids.push_back(key.id);
  }
  co_return ids;
}

task<Result<bool>> follow_stored_keys(Store& store, const EnvironmentId& environment, SigningKeys& keys,
                                      const SecretBox& secrets) {
  DOORWARD_CO_TRY(const auto stored, co_await store.read("keys.follow", {.one_statement = true}, [&](const ReadTx& tx) {
    return tx.keys().signing_keys(environment);
  }));
  co_return keys.follow(stored, secrets);
}

}  // namespace doorward
