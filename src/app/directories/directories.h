// Use cases of directories as the application and the IT admin see them (scalekit.v1.directories.DirectoryService).
// What an identity provider pushes into them is app/provisioning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/directories/directory_secrets.h"
#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "domain/group_roles.h"
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
  std::vector<RoleAssignment> role_assignments;
};

// What is not set stays as it is.
struct DirectoryPatch {
  std::string name;                                  // empty: not set
  DirectoryType type = DirectoryType::kUnspecified;  // may only repeat what the directory is
  DirectoryProvider provider = DirectoryProvider::kUnspecified;
  bool enable = false;                               // true enables; nothing here disables
  std::vector<AttributeMapping> attribute_mappings;  // empty: not set
  bool selects_groups = false;                       // names groups of the provider to be pulled
};

struct WantedRole {
  DirectoryGroupId group_id;
  std::string role_name;
  RoleId role_id;  // empty, or the id of this role
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

// The most groups that one summary lists, and how many of them one transaction reads.
constexpr std::size_t kMaxSummaryGroups = 10'000;
constexpr std::int64_t kSummaryPage = 500;

// All methods: kOrganizationNotFound and kDirectoryNotFound for anything outside the caller's environment or the named
// organization.
class Directories {
 public:
  Directories(Store& store, Clock& clock, Ids& ids, Random& random, const Mac& mac, CredentialMemory& memory)
      : store_(store),
        clock_(clock),
        ids_(ids),
        memory_(memory),
        secrets_(store, clock, ids, random, mac, memory),
        page_tokens_(mac) {}

  // Enabled from the start. kDirectoryTypeNotSupported for other types than SCIM.
  task<Result<DirectoryView>> create(const Caller& by, const OrganizationId& organization, NewDirectory input);
  task<Result<DirectoryView>> get(const Caller& by, const OrganizationId& organization, const DirectoryId& id);
  // Enabled before disabled, then oldest: the SDKs call the first one primary.
  task<Result<std::vector<DirectoryView>>> list(const Caller& by, const OrganizationId& organization);
  // The status is derived and no patch moves it. kDirectoryTypeNotSupported for another type than the directory's,
  // kDirectoryGroupsNotSelectable for groups, and what update_attributes refuses.
  task<Result<DirectoryView>> update(const Caller& by, const OrganizationId& organization, const DirectoryId& id,
                                     DirectoryPatch patch);
  // From now on these mappings and no others; users follow as app/provisioning/profile_news.h says. Refuses what
  // scim::check_mappings refuses.
  task<Result<std::vector<AttributeMapping>>> update_attributes(const Caller& by, const OrganizationId& organization,
                                                                const DirectoryId& id,
                                                                std::vector<AttributeMapping> mappings);
  // From now on these assignments and no others, repeated ones once; users follow as app/provisioning/role_news.h says.
  // kDirectoryGroupNotFound for an id that is not a group of this directory, kRoleNotFound for a name that is no role
  // of the environment or has another id, kInvalidArgument for more than kMaxRoleAssignments.
  task<Result<std::vector<RoleAssignment>>> assign_roles(const Caller& by, const OrganizationId& organization,
                                                         const DirectoryId& id, std::vector<WantedRole> wanted);
  // Choosing groups is for directories that Doorward pulls from a provider. Into a SCIM directory the provider pushes
  // what its administrator chose there: always kDirectoryGroupsNotSelectable.
  task<Result<void>> assign_groups(const Caller& by, const OrganizationId& organization, const DirectoryId& id);

  task<Result<Directory>> set_enabled(const Caller& by, const OrganizationId& organization, const DirectoryId& id,
                                      bool enabled);
  // kDirectoryEnabled while it is enabled. Its secrets are dead when this returns; its rows go by a job.
  task<Result<void>> remove(const Caller& by, const OrganizationId& organization, const DirectoryId& id);

  // One more live bearer secret, without an end. kDirectorySecretLimit.
  task<Result<NewDirectorySecret>> create_secret(const Caller& by, const OrganizationId& organization,
                                                 const DirectoryId& id);
  // One new bearer secret; all others stop working.
  task<Result<NewDirectorySecret>> regenerate_secret(const Caller& by, const OrganizationId& organization,
                                                     const DirectoryId& id);

  // kDirectoryGroupNotFound when the query names a group that is not of this directory.
  task<Result<DirectoryUserList>> list_users(const Caller& by, const OrganizationId& organization,
                                             const DirectoryId& id, ListDirectoryUsers query);
  task<Result<DirectoryGroupList>> list_groups(const Caller& by, const OrganizationId& organization,
                                               const DirectoryId& id, ListDirectoryGroups query);
  // Every group without its attributes, read in several short transactions; of a directory with more than
  // kMaxSummaryGroups the oldest. total_size counts all.
  task<Result<DirectoryGroupList>> summarize_groups(const Caller& by, const OrganizationId& organization,
                                                    const DirectoryId& id);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
  CredentialMemory& memory_;
  DirectorySecrets secrets_;
  PageTokens page_tokens_;
};

}  // namespace doorward
