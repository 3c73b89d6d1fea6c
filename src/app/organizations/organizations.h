// Use cases of organizations (scalekit.v1.organizations.OrganizationService).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/organizations/lookup.h"
#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/organization.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

struct NewOrganization {
  std::string display_name;
  RegionCode region_code = RegionCode::kUs;
  std::optional<std::string> external_id;
  Metadata metadata;
  std::optional<std::string> slug;
  std::optional<std::string> logo_url;
};

// Absent fields keep their value. An empty slug, external_id or logo_url clears it. Metadata replaces the whole map.
struct OrganizationPatch {
  std::optional<std::string> display_name;
  std::optional<std::string> external_id;
  std::optional<Metadata> metadata;
  std::optional<std::string> slug;
  std::optional<std::string> logo_url;
};

struct ListOrganizations {
  std::uint32_t page_size = 0;
  std::string page_token;
  std::optional<std::string> external_id;  // exact
};

struct SearchOrganizations {
  std::string text;  // at least 3 characters
  std::uint32_t page_size = 0;
  std::string page_token;
};

// A search reads so many organizations at most, the newest; about half a microsecond of CPU each.
constexpr std::int64_t kMaxSearchedOrganizations = 200'000;

struct OrganizationList {
  std::vector<Organization> organizations;  // newest first
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

// All methods: the caller's environment bounds what can be seen; kOrganizationNotFound for anything else.
class Organizations {
 public:
  Organizations(Store& store, Clock& clock, Ids& ids, const Mac& mac)
      : store_(store), clock_(clock), ids_(ids), page_tokens_(mac) {}

  // kExternalIdTaken, kSlugTaken. Records organization.created.
  task<Result<Organization>> create(const Caller& by, NewOrganization input);
  task<Result<Organization>> get(const Caller& by, OrganizationKey key);
  task<Result<OrganizationList>> list(const Caller& by, ListOrganizations query);
  // Among the newest kMaxSearchedOrganizations, in many short transactions: none of them holds an I/O thread for long.
  task<Result<OrganizationList>> search(const Caller& by, SearchOrganizations query);
  // kExternalIdTaken, kSlugTaken. Records organization.updated when something changed.
  task<Result<Organization>> update(const Caller& by, OrganizationKey key, OrganizationPatch patch);
  // Everything below the organization is unreachable and its names are free when this returns; its rows are removed in
  // batches by a job, its connections at once, with every grant and session that began there. Records
  // organization.deleted, one event for all of it.
  task<Result<void>> remove(const Caller& by, OrganizationKey key);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
  PageTokens page_tokens_;
};

}  // namespace doorward
