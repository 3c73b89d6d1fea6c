// Who is asking, as established by an edge's authentication. Passed to every use case; never made below an edge but
// for the system's own work.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/id.h"

namespace doorward {

struct Directory;

enum class CallerKind : std::uint8_t {
  kNone,       // not authenticated
  kApiClient,  // an application, by a client-credentials token
  kDirectory,  // an identity provider, by a directory secret
  kSystem,     // Doorward itself: workers, jobs, first start
};

struct Caller {
  CallerKind kind = CallerKind::kNone;
  EnvironmentId environment_id;
  std::string id;                              // skc_…, sec_…, or the name of a worker
  DirectoryId directory_id;                    // kDirectory only
  OrganizationId organization_id;              // kDirectory only
  std::shared_ptr<const Directory> directory;  // kDirectory only: as it was when the credential was last looked up
  std::int64_t schema_version = 0;             // kDirectory only: of the schemas by which the request is read
  std::string request_id;                      // req_…; empty for work without a request
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // nobody waits longer
};

}  // namespace doorward
