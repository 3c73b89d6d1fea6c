#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "app/keys/key_ring.h"
#include "app/keys/key_rotation.h"
#include "base/completion.h"
#include "base/time.h"
#include "server/adapters.h"
#include "server/commands.h"
#include "server/key_file.h"
#include "server/logger.h"
#include "store/open.h"

namespace doorward::server {
namespace {

// Every node looks at the keys once a second (Background::kFollowKeysInterval): a token must not name a key that some
// node has not seen.
constexpr std::chrono::seconds kUntilEveryNodeKnows{3};

int fail(const Error& error) {
  fmt::print(stderr, "error: {}{}{}\n", error.message, error.detail.empty() ? "" : " ", error.detail);
  return kExitFailed;
}

// The database beside a server that may be using it.
struct Opened {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<store::DatabaseStore> store;
  EnvironmentId environment;
  std::unique_ptr<KeyRing> ring;
};

Result<void> open(const Options& options, Opened& opened) {
  DOORWARD_TRY(const auto kek, read_key_encryption_key(options.key_encryption_key_file.empty()
                                                           ? options.data_dir + "/" + kDevelopmentKeyFile
                                                           : options.key_encryption_key_file));
  DOORWARD_TRY(opened.store, store::open_store({.url = options.database_url,
                                                .migrate = store::MigrateMode::kCheckOnly,
                                                .connections = 1,
                                                .clock = &opened.clock}));
  DOORWARD_TRY(const auto environment, sync_wait(opened.store->read("keys.environment", {}, [](const ReadTx& tx) {
                 return tx.environments().first();
               })));
  if (!environment) return failure(Reason::kInvalidArgument, "The database holds no installation yet.");
  opened.environment = environment->id;
  DOORWARD_TRY(const auto keys, sync_wait(opened.store->read("keys.protected", {}, [&](const ReadTx& tx) {
                 return tx.keys().protected_keys(opened.environment);
               })));
  DOORWARD_TRY(opened.ring, KeyRing::open(kek, keys, opened.random));
  return {};
}

Result<void> ask_only(KeyRotation& rotation, jose::Algorithm algorithm) {
  DOORWARD_TRY(const SigningKey next, sync_wait(rotation.ask(algorithm)));
  fmt::print("{}: {} is published since {} and signs from {}; a running server sees to it.\n", next.algorithm,
             next.id.str(), to_rfc3339(next.create_time), to_rfc3339(next.activate_time.value_or(next.create_time)));
  return {};
}

Result<void> rotate_at_once(KeyRotation& rotation, const std::vector<jose::Algorithm>& algorithms, bool compromised) {
  Timestamp youngest;
  for (const jose::Algorithm algorithm : algorithms) {
    DOORWARD_TRY(const SigningKey next, sync_wait(rotation.publish(algorithm, compromised)));
    youngest = std::max(youngest, next.create_time);
  }
  std::this_thread::sleep_until(youngest + kUntilEveryNodeKnows);
  for (const jose::Algorithm algorithm : algorithms) {
    DOORWARD_TRY(const SigningKey current, sync_wait(rotation.promote(algorithm)));
    fmt::print("{}: {} signs now.\n", current.algorithm, current.id.str());
    if (!compromised) continue;
    DOORWARD_TRY(const auto withdrawn, sync_wait(rotation.withdraw_retired(algorithm)));
    for (const SigningKeyId& id : withdrawn) {
      fmt::print("{}: {} is withdrawn; what it signed is refused.\n", current.algorithm, id.str());
    }
  }
  return {};
}

}  // namespace

int run_rotate_signing_key(const Options& options, const KeyRotationRequest& request) {
  install_logger(options.log_format, options.log_level);
  Opened opened;
  if (const auto done = open(options, opened); !done) return fail(done.error());
  KeyRotation rotation({*opened.store, opened.clock, opened.store->ids(), *opened.ring}, opened.environment);
  std::vector<jose::Algorithm> algorithms;
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    if (request.algorithm.empty() || request.algorithm == jose::algorithm_name(algorithm)) {
      algorithms.push_back(algorithm);
    }
  }
  if (request.at_once || request.compromised) {
    const auto rotated = rotate_at_once(rotation, algorithms, request.compromised);
    return rotated ? kExitOk : fail(rotated.error());
  }
  for (const jose::Algorithm algorithm : algorithms) {
    if (const auto published = ask_only(rotation, algorithm); !published) return fail(published.error());
  }
  return kExitOk;
}

}  // namespace doorward::server
