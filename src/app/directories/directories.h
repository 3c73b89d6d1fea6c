// Use cases of directories as the application and the IT admin see them (scalekit.v1.directories.DirectoryService).
// What an identity provider pushes into them is app/provisioning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

struct NewDirectory {
  DirectoryType type = DirectoryType::kScim;
  DirectoryProvider provider = DirectoryProvider::kUnspecified;
};

struct DirectoryView {
  Directory directory;
  std::vector<DirectorySecret> secrets;  // newest first
};

struct NewDirectorySecret {
  DirectorySecret secret;
  Secret<std::string> plain;  // shown this once
};

struct ListDirectoryUsers {
  std::uint32_t page_size = 0;
  std::string page_token;
  std::optional<DirectoryGroupId> group_id;
  std::optional<Timestamp> updated_after;
};

struct ListedDirectoryUser {
  DirectoryUser user;
  std::vector<GroupReference> groups;
};

struct DirectoryUserList {
  std::vector<ListedDirectoryUser> users;  // oldest first
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

struct ListDirectoryGroups {
  std::uint32_t page_size = 0;
  std::string page_token;
  std::optional<Timestamp> updated_after;
};

struct DirectoryGroupList {
  std::vector<DirectoryGroup> groups;  // oldest first
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

// A secret holds this much randomness, and lists name it by its last characters.
constexpr std::size_t kDirectorySecretBytes = 32;
constexpr std::size_t kSecretSuffixCharacters = 4;

// All methods: kOrganizationNotFound and kDirectoryNotFound for anything outside the caller's environment or the named
// organization.
class Directories {
 public:
  Directories(Store& store, Clock& clock, Ids& ids, Random& random, const Mac& mac)
      : store_(store), clock_(clock), ids_(ids), random_(random), mac_(mac), page_tokens_(mac) {}

  // Enabled from the start. kDirectoryTypeNotSupported for other types than SCIM.
  task<Result<DirectoryView>> create(const Caller& by, const OrganizationId& organization, NewDirectory input);
  task<Result<DirectoryView>> get(const Caller& by, const OrganizationId& organization, const DirectoryId& id);
  // Enabled before disabled, then oldest: the SDKs call the first one primary.
  task<Result<std::vector<DirectoryView>>> list(const Caller& by, const OrganizationId& organization);
  task<Result<Directory>> set_enabled(const Caller& by, const OrganizationId& organization, const DirectoryId& id,
                                      bool enabled);
  // kDirectoryEnabled while it is enabled. Its secrets are dead when this returns; its rows go by a job.
  task<Result<void>> remove(const Caller& by, const OrganizationId& organization, const DirectoryId& id);

  // One more live secret.
  task<Result<NewDirectorySecret>> create_secret(const Caller& by, const OrganizationId& organization,
                                                 const DirectoryId& id);
  // One new secret; all others stop working.
  task<Result<NewDirectorySecret>> regenerate_secret(const Caller& by, const OrganizationId& organization,
                                                     const DirectoryId& id);

  task<Result<DirectoryUserList>> list_users(const Caller& by, const OrganizationId& organization,
                                             const DirectoryId& id, ListDirectoryUsers query);
  task<Result<DirectoryGroupList>> list_groups(const Caller& by, const OrganizationId& organization,
                                               const DirectoryId& id, ListDirectoryGroups query);

 private:
  task<Result<NewDirectorySecret>> add_secret(const Caller& by, const OrganizationId& organization,
                                              const DirectoryId& id, bool replace);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
  const Mac& mac_;
  PageTokens page_tokens_;
};

}  // namespace doorward
