// Who an identity provider's request is: the directory in its URL and the bearer secret in its header.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. A revoked secret or a disabled directory is noticed within kMaxAge: answers are remembered no longer,
// and every write checks the directory's state again inside its own transaction.
class DirectoryAuthenticator {
 public:
  static constexpr Duration kMaxAge = std::chrono::milliseconds(900);
  static constexpr std::size_t kMaxRemembered = 10'000;
  // How often last_used_time is written for a secret in use.
  static constexpr Duration kTouchInterval = std::chrono::minutes(1);

  DirectoryAuthenticator(Store& store, Clock& clock, const Mac& mac, EnvironmentId environment)
      : store_(store), clock_(clock), mac_(mac), environment_(std::move(environment)) {}

  // kDirectorySecretInvalid, with one and the same message, for an unknown directory and for a secret that is wrong,
  // revoked or expired. kDirectoryDisabled, only to who holds a good secret, while the directory is disabled. Otherwise
  // what the store says; kDeadlineExceeded when it was not asked before `deadline`, which is the caller's too.
  task<Result<Caller>> authenticate(const DirectoryId& directory, std::string_view secret,
                                    std::chrono::steady_clock::time_point deadline);

  // Somebody without a secret, who may read the discovery documents of a directory that shows them to everybody
  // (Behaviour::open_discovery). kDirectorySecretInvalid, as for a wrong secret, for every other directory and for one
  // that does not exist or is disabled.
  task<Result<Caller>> admit_stranger(const DirectoryId& directory, std::chrono::steady_clock::time_point deadline);

  // Keeps whose client the directory's requests were found to come from, as of now, unless it is known already. Written
  // once; while callers remembered from before come by, they ask for nothing. A failure is logged: it is no reason to
  // refuse a request.
  task<void> recognise(const Caller& by, ScimSettings::Recognition recognition);

 private:
  struct Remembered {
    Caller caller;
    bool enabled = true;
    Timestamp checked_at;
  };

  std::optional<Remembered> recall(const std::string& key, Timestamp now);
  void remember(const std::string& key, const Remembered& entry);

  Store& store_;
  Clock& clock_;
  const Mac& mac_;
  EnvironmentId environment_;
  std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
  std::unordered_map<std::string, Timestamp> recognised_;  // directories whose row was written, and when
};

}  // namespace doorward
