#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/page.h"
#include "domain/scim_request.h"

namespace doorward {

struct ScimRequestFilter {
  int status_class = 0;     // 4: 400 to 499; 0: any
  std::string method;       // empty: any
  std::string path_prefix;  // empty: any
  std::string resource_id;  // empty: any
  std::string profile;      // empty: any
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;  // exclusive
};

// How much of one directory is kept, of one kind (see trim).
struct ScimRequestBounds {
  std::int64_t requests = 0;
  std::int64_t bytes = 0;
};

// Requests at SCIM endpoints, bounded for each directory. What refused strangers sent is counted and bounded by itself,
// so that nobody can push out what the identity provider did.
class ScimRequestRepository {
 public:
  virtual ~ScimRequestRepository() = default;

  // Newest first; without bodies.
  virtual Result<Page<ScimRequest>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                         const ScimRequestFilter& filter, const PageRequest& page) const = 0;
  virtual Result<std::optional<ScimRequest>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const ScimRequestId& id) const = 0;
  virtual Result<void> insert(const ScimRequest& request) = 0;
  // Counts what was inserted for a directory (`added`), and removes the oldest of the kind until the rest is within
  // `bounds`; some hundreds at most, and the next call goes on. How many were removed.
  virtual Result<std::int64_t> count_and_trim(const EnvironmentId& environment, const DirectoryId& directory,
                                              bool refused, const ScimRequestBounds& added,
                                              const ScimRequestBounds& bounds) = 0;
  // Retention: up to `limit` requests that came before `before`.
  virtual Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) = 0;
};

}  // namespace doorward
