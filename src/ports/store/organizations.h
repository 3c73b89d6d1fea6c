#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/organization.h"
#include "domain/page.h"

namespace doorward {

// A run of organizations that was searched.
struct SearchedRun {
  std::vector<Keyset> matches;  // newest first
  std::optional<Keyset> end;    // the last one looked at; nullopt when none are left behind it
};

// Living organizations; a deleted one is invisible to every method but `purge_batch`.
class OrganizationRepository {
 public:
  virtual ~OrganizationRepository() = default;

  virtual Result<std::optional<Organization>> find(const EnvironmentId& environment,
                                                   const OrganizationId& id) const = 0;
  virtual Result<std::optional<Organization>> find_by_external_id(const EnvironmentId& environment,
                                                                  const std::string& external_id) const = 0;
  // Newest first.
  virtual Result<Page<Organization>> list(const EnvironmentId& environment, const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment) const = 0;
  // Those whose display name, external id, slug or id holds `text` without regard to letter case, among the `length`
  // (at least 1) that follow `after`, newest first. Reads an index only.
  virtual Result<SearchedRun> search(const EnvironmentId& environment, const std::string& text,
                                     const std::optional<Keyset>& after, std::int64_t length) const = 0;

  // Locks the row to the end of the transaction.
  virtual Result<std::optional<Organization>> lock(const EnvironmentId& environment, const OrganizationId& id) = 0;
  // kExternalIdTaken, kSlugTaken.
  virtual Result<void> insert(const Organization& organization) = 0;
  virtual Result<void> update(const Organization& organization) = 0;
  // Makes the organization, its directories and their secrets unreachable and frees its names. The rows stay until
  // they are purged.
  virtual Result<void> mark_deleted(const EnvironmentId& environment, const OrganizationId& id, Timestamp at) = 0;
  // Removes at most `limit` rows of a deleted organization (directories' contents first); the number removed; 0 = done.
  // Change records and snapshots stay until retention takes them.
  virtual Result<std::int64_t> purge_batch(const EnvironmentId& environment, const OrganizationId& id,
                                           std::int64_t limit) = 0;
};

}  // namespace doorward
