// Who an identity provider's request is: the directory in its URL and the bearer secret, or the token that an OAuth
// client bought, in its header.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/directories/credential_memory.h"
#include "app/directories/directory_tokens.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. What ends a secret or disables the directory on this node is obeyed at once; what other nodes do, by
// reads within CredentialMemory::kMaxAge, and by writes at once, because each compares the caller's credential with the
// directory's row inside its own transaction (lock_enabled_directory).
class DirectoryAuthenticator {
 public:
  // How often last_used_time is written for a secret in use.
  static constexpr Duration kTouchInterval = std::chrono::minutes(1);

  DirectoryAuthenticator(Store& store, Clock& clock, const Mac& mac, CredentialMemory& memory,
                         EnvironmentId environment, const DirectoryTokens* tokens = nullptr)
      : store_(store),
        clock_(clock),
        mac_(mac),
        memory_(memory),
        environment_(std::move(environment)),
        tokens_(tokens) {}

  // kDirectorySecretInvalid, with one and the same message, for an unknown directory and for a bearer that is wrong,
  // revoked or expired. Of tokens that Doorward signed: kWrongTokenClass, kTokenExpired, kTokenRevoked.
  // kDirectoryDisabled, only to who holds a good one, while the directory is disabled. Otherwise what the store says;
  // kDeadlineExceeded when it was not asked before `deadline`, which is the caller's too.
  task<Result<Caller>> authenticate(const DirectoryId& directory, std::string_view bearer,
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
  struct Found {
    Directory directory;
    DirectorySecret secret;
  };
  // By the hash of the bearer or, when it is a token, by what that says.
  task<Result<Found>> look_up(const DirectoryId& directory, const std::string& hash,
                              const std::optional<DirectoryToken>& token, Timestamp now,
                              std::chrono::steady_clock::time_point deadline);
  // Only a convenience for people: never a reason to refuse the provider.
  task<void> touch(const Found& found, Timestamp now, std::chrono::steady_clock::time_point deadline);

  Store& store_;
  Clock& clock_;
  const Mac& mac_;
  CredentialMemory& memory_;
  EnvironmentId environment_;
  const DirectoryTokens* tokens_;  // null: bearer secrets alone are taken
  std::mutex mutex_;
  std::unordered_map<std::string, Timestamp> recognised_;  // directories whose row was written, and when
};

}  // namespace doorward
