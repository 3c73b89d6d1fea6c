// Use cases of the OAuth clients of a directory, for identity providers that buy short-lived tokens
// (directory_tokens.h) instead of holding a bearer secret. Their secrets are handled by DirectorySecrets.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/directories/credential_memory.h"
#include "app/directories/directory_secrets.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"

namespace doorward {

inline constexpr std::size_t kMaxDirectoryOauthClients = 10;  // of a directory
inline constexpr std::size_t kMaxOauthClientNameBytes = 256;
// Entra ID wants one hour at least; nobody should want a day.
inline constexpr std::chrono::seconds kLeastDirectoryTokenLife = std::chrono::minutes(5);
inline constexpr std::chrono::seconds kDefaultDirectoryTokenLife = std::chrono::hours(1);
inline constexpr std::chrono::seconds kMostDirectoryTokenLife = std::chrono::hours(6);

struct NewDirectoryOauthClient {
  std::string name;
  Duration token_life = kDefaultDirectoryTokenLife;  // in whole seconds
  std::optional<Timestamp> secret_expire_time;
};

struct CreatedDirectoryOauthClient {
  DirectoryOauthClient client;
  NewDirectorySecret secret;
};

// All methods: kDirectoryNotFound for anything outside the caller's environment or the named organization. Every change
// leaves a record in the directory's history.
class DirectoryOauthClients {
 public:
  DirectoryOauthClients(Store& store, Clock& clock, Ids& ids, Random& random, const Mac& mac, CredentialMemory& memory)
      : store_(store), clock_(clock), ids_(ids), random_(random), mac_(mac), memory_(memory) {}

  // With its first secret. kInvalidArgument at `name`, `token_life` and, as DirectorySecrets, `expire_time`;
  // kDirectoryOauthClientLimit.
  task<Result<CreatedDirectoryOauthClient>> create(const Caller& by, OrganizationId organization, DirectoryId directory,
                                                   NewDirectoryOauthClient input);
  // Newest first.
  task<Result<std::vector<DirectoryOauthClient>>> list(const Caller& by, OrganizationId organization,
                                                       DirectoryId directory);
  // With its secrets; its tokens are refused from now on. kDirectoryOauthClientNotFound.
  task<Result<void>> remove(const Caller& by, OrganizationId organization, DirectoryId directory,
                            DirectoryOauthClientId id);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
  const Mac& mac_;
  CredentialMemory& memory_;
};

}  // namespace doorward
