// Use cases of what an identity provider proves itself with: the bearer secrets of a directory, and in the same way the
// secrets of its OAuth clients.
//
// Several may be live at a time. Rotation makes a new one and gives the others an end, so that the provider can be
// changed over while both work. Values are shown once, when they are made; only keyed hashes are kept. What ends by
// these methods is refused from the moment they return: here for every request, on other nodes for every write, and for
// reads within CredentialMemory::kMaxAge. Every change leaves a record in the directory's history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/changes/record.h"
#include "app/directories/credential_memory.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxDirectorySecrets = 10;  // live at a time, of a directory or of a client
inline constexpr std::int64_t kKeptEndedSecrets = 20;    // that lists still show; older ones are forgotten
inline constexpr Duration kDefaultDirectorySecretOverlap = std::chrono::hours(24);
inline constexpr Duration kMaxDirectorySecretOverlap = std::chrono::days(30);
inline constexpr Duration kMaxDirectorySecretLife = std::chrono::days(3660);  // ten years

struct DirectorySecretRotation {
  Duration overlap = kDefaultDirectorySecretOverlap;  // how long the others stay live; 0: they end at once
  std::optional<Timestamp> expire_time;               // of the new one
};

struct NewDirectorySecret {
  DirectorySecret secret;
  Secret<std::string> plain;  // shown this once
};

// Whose secrets are meant: `client` empty for the directory's own bearer secrets.
struct SecretOwner {
  OrganizationId organization;
  DirectoryId directory;
  DirectoryOauthClientId client = {};
};

// All methods: kDirectoryNotFound and kDirectoryOauthClientNotFound for anything outside the caller's environment or
// the named organization.
class DirectorySecrets {
 public:
  DirectorySecrets(Store& store, Clock& clock, Ids& ids, Random& random, const Mac& mac, CredentialMemory& memory)
      : store_(store), clock_(clock), ids_(ids), random_(random), mac_(mac), memory_(memory) {}

  // The live ones and the newest kKeptEndedSecrets others, newest first.
  task<Result<std::vector<DirectorySecret>>> list(const Caller& by, SecretOwner owner);
  // One more. kDirectorySecretLimit; kInvalidArgument at `expire_time` for a time that is past or beyond
  // kMaxDirectorySecretLife.
  task<Result<NewDirectorySecret>> create(const Caller& by, SecretOwner owner, std::optional<Timestamp> expire_time);
  // As create(); also kInvalidArgument at `overlap` (below 0, above kMaxDirectorySecretOverlap). With an overlap of 0
  // there is no limit that could stand in the way.
  task<Result<NewDirectorySecret>> rotate(const Caller& by, SecretOwner owner, DirectorySecretRotation rotation);
  // Ends it at once. Nothing happens to one that has ended already. kDirectorySecretNotFound.
  task<Result<void>> revoke(const Caller& by, SecretOwner owner, DirectorySecretId id);

 private:
  struct Terms {
    std::optional<Duration> overlap;  // absent: the others stay as they are
    std::optional<Timestamp> expire_time;
  };
  task<Result<NewDirectorySecret>> add(const Caller& by, SecretOwner owner, Terms terms);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
  const Mac& mac_;
  CredentialMemory& memory_;
};

// What a new secret may be given as its end; kInvalidArgument at `expire_time`.
Result<void> check_secret_expiry(const std::optional<Timestamp>& expire_time, Timestamp now);

// Stores it with its record. The directory is locked.
Result<void> add_directory_secret(WriteTx& tx, const ChangeContext& context, EventId event, const Directory& directory,
                                  const DirectorySecret& secret);

// A new secret as it is shown and as it is stored.
NewDirectorySecret make_directory_secret(const EnvironmentId& environment, const SecretOwner& owner,
                                         DirectorySecretId id, std::optional<Timestamp> expire_time, Random& random,
                                         const Mac& mac, Timestamp now);

}  // namespace doorward
